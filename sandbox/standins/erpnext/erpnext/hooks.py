app_name = "erpnext"
app_title = "ERPNext (stand-in)"
app_publisher = "Smooth LMS"
app_description = "Test double with the ERPNext DocTypes that Smooth LMS meets"
app_email = "maintainers@smooth-lms.example"
app_license = "GPL-3.0-or-later"

after_install = "erpnext.setup.install.after_install"

treeviews = ["Cost Center", "Department"]

calendars = ["Task", "Holiday List"]

override_doctype_class = {"Address": "erpnext.accounts.custom.address.ERPNextAddress"}

doc_events = {
	"User": {"validate": "erpnext.setup.doctype.employee.employee.validate_employee_role"},
}

has_upload_permission = {"Employee": "erpnext.setup.doctype.employee.employee.has_upload_permission"}

global_search_doctypes = {
	"Default": [
		{"doctype": "Employee", "index": 5},
		{"doctype": "Project", "index": 29},
		{"doctype": "Task", "index": 30},
		{"doctype": "Branch", "index": 35},
		{"doctype": "Department", "index": 36},
		{"doctype": "Designation", "index": 38},
	]
}
