frappe.ui.form.on("LMS Certificate", {
	refresh(frm) {
		if (frm.is_new()) return;
		// what the fields ask for is of no use once the certificate is there
		for (const field of ["issue_date", "expiry_date", "reason"])
			frm.set_df_property(field, "description", "");
		frm.add_custom_button(__("Public page"), () =>
			window.open(`/lms/certificates/${encodeURIComponent(frm.doc.verification_code)}`),
		);
		frm.add_custom_button(__("PDF"), () =>
			window.open(`/lms/certificates/${encodeURIComponent(frm.doc.verification_code)}/pdf`),
		);
		if (frm.doc.status !== "Valid" || !frappe.user.has_role(["Moderator", "System Manager"])) return;
		frm.add_custom_button(__("Revoke"), () => revoke(frm));
		frm.add_custom_button(__("Correct the holder"), () => correct(frm));
	},
});

function revoke(frm) {
	smooth_lms.ask({
		title: __("Revoke this certificate?"),
		fields: [
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				reqd: 1,
				description: __(
					"Kept with the certificate. Whoever checks the code sees that it is void, not why.",
				),
			},
		],
		label: __("Revoke"),
		async action({ reason }) {
			await smooth_lms.call("certificates.revoke", { certificate: frm.doc.name, reason });
			frm.reload_doc();
		},
	});
}

function correct(frm) {
	smooth_lms.ask({
		title: __("Issue it to the right person, and void this one"),
		fields: [
			{ fieldname: "member", fieldtype: "Link", options: "User", label: __("Right person"), reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		label: __("Correct"),
		async action(values) {
			const made = await smooth_lms.call("certificates.correct_holder", {
				certificate: frm.doc.name,
				...values,
			});
			frappe.set_route("Form", "LMS Certificate", made);
		},
	});
}
