frappe.ui.form.on("Employee", {
	setup(frm) {
		frm.set_query("reports_to", () => ({
			filters: { status: "Active", name: ["!=", frm.doc.name || ""] },
		}));
		frm.set_query("department", () => ({ filters: { company: frm.doc.company || "" } }));
	},

	create_user(frm) {
		frappe
			.call("erpnext.setup.doctype.employee.employee.create_user", {
				employee: frm.doc.name,
				email: frm.doc.prefered_email,
			})
			.then(() => frm.reload_doc());
	},
});
