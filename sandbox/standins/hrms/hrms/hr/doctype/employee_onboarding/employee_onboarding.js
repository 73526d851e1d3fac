frappe.ui.form.on("Employee Onboarding", {
	setup(frm) {
		frm.set_query("job_offer", () => ({
			filters: { job_applicant: frm.doc.job_applicant || "", docstatus: ["!=", 2] },
		}));
	},

	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		if (!frm.doc.employee) {
			frm.add_custom_button(
				__("Employee"),
				() =>
					frappe.model.open_mapped_doc({
						method: "hrms.hr.doctype.employee_onboarding.employee_onboarding.make_employee",
						frm,
					}),
				__("Create")
			);
		}
		if (frm.doc.boarding_status !== "Completed") {
			frm.add_custom_button(__("Mark as Completed"), () =>
				frm.call("mark_onboarding_as_completed").then(() => frm.reload_doc())
			);
		}
	},

	employee_onboarding_template(frm) {
		if (!frm.doc.employee_onboarding_template) return;
		frappe
			.call("hrms.controllers.employee_boarding_controller.get_onboarding_details", {
				parent: frm.doc.employee_onboarding_template,
				parenttype: "Employee Onboarding Template",
			})
			.then(({ message }) => frm.set_value("activities", message || []));
	},
});
