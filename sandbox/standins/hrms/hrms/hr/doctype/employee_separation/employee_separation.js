frappe.ui.form.on("Employee Separation", {
	employee_separation_template(frm) {
		if (!frm.doc.employee_separation_template) return;
		frappe
			.call("hrms.controllers.employee_boarding_controller.get_onboarding_details", {
				parent: frm.doc.employee_separation_template,
				parenttype: "Employee Separation Template",
			})
			.then(({ message }) => frm.set_value("activities", message || []));
	},
});
