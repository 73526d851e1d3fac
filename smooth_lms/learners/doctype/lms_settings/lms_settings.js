frappe.ui.form.on("LMS Settings", {
	async onload(frm) {
		await name_fields(frm);
	},

	refresh(frm) {
		const warnings = frm.doc.__onload?.site_warnings || [];
		if (warnings.length) {
			frm.set_intro(warnings.map((sentence) => `<p>${sentence}</p>`).join(""), "orange");
		}
		if (!frappe.user.has_role("System Manager")) {
			frm.set_intro(
				__(
					"You can change Training and Email. The other tabs decide about accounts, HR and records: a System Manager sets them, and you see what is set.",
				),
				"blue",
			);
		}
		frm.set_df_property("notices", "cannot_add_rows", true);
		frm.set_df_property("notices", "cannot_delete_rows", true);
		const notes = frm.doc.__onload?.site_notes || [];
		if (notes.length) {
			frm.set_df_property("disable_leavers", "description", notes.join(" "));
		}
	},
});

/** Shows fields of HR and of learners by their labels; what is stored are their names. */
async function name_fields(frm) {
	const sources = ["LMS Learner", "Employee", "Address", "Company", "User"];
	await Promise.all(sources.map((doctype) => frappe.model.with_doctype(doctype)));
	const label_of = (doctype, field) => {
		const label = frappe.meta.get_label(doctype, field);
		return label && label !== "No Label" ? __(label) : field;
	};
	const own = frappe.meta.docfield_map["LMS Field Map"];
	const names = frappe.meta.get_docfield("LMS Field Map", "learner_field").options;
	const options = (Array.isArray(names) ? names.map(({ value }) => value) : names.split("\n")).map(
		(value) => ({ value, label: label_of("LMS Learner", value) }),
	);
	frm.fields_dict.field_map.grid.update_docfield_property("learner_field", "options", options);
	own.learner_field.formatter = (value) => frappe.utils.escape_html(label_of("LMS Learner", value));
	own.source_field.formatter = (value) => {
		const source = sources.slice(1).find((doctype) => value && frappe.meta.has_field(doctype, value));
		return frappe.utils.escape_html(source ? label_of(source, value) : value || "");
	};
	frm.refresh_field("field_map");
}
