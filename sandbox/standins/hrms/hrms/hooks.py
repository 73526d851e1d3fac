app_name = "hrms"
app_title = "Frappe HR (stand-in)"
app_publisher = "Smooth LMS"
app_description = "Test double with the Frappe HR DocTypes that Smooth LMS meets"
app_email = "maintainers@smooth-lms.example"
app_license = "GPL-3.0-or-later"
# With the owner in front, or an older engine asks the network who that is.
required_apps = ["frappe/erpnext"]

after_install = "hrms.install.after_install"
before_uninstall = "hrms.install.before_uninstall"

calendars = ["Leave Application"]

has_upload_permission = {"Employee": "erpnext.setup.doctype.employee.employee.has_upload_permission"}

override_doctype_class = {"Employee": "hrms.overrides.employee_master.EmployeeMaster"}

doc_events = {
	"User": {
		# The first is registered by erpnext too: the real pair also runs it twice.
		"validate": [
			"erpnext.setup.doctype.employee.employee.validate_employee_role",
			"hrms.overrides.employee_master.update_approver_user_roles",
		],
	},
	"Employee": {
		"validate": "hrms.overrides.employee_master.validate_onboarding_process",
		"on_update": "hrms.overrides.employee_master.update_approver_role",
		"after_insert": "hrms.overrides.employee_master.update_job_applicant_and_offer",
		"on_trash": "hrms.overrides.employee_master.update_employee_transfer",
	},
	"Project": {"validate": "hrms.controllers.employee_boarding_controller.update_employee_boarding_status"},
	"Task": {"on_update": "hrms.controllers.employee_boarding_controller.update_task"},
}

global_search_doctypes = {
	"Default": [
		{"doctype": "Leave Application", "index": 20},
		{"doctype": "Employee Grade", "index": 37},
		{"doctype": "Job Applicant", "index": 40},
		{"doctype": "Job Offer", "index": 41},
	]
}
