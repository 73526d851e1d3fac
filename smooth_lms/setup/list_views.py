"""How many columns the desk's lists show: Frappe's four leave no room for seats on a laptop."""

import frappe

COLUMNS = {
	"Course Lesson": 5,
	"Employee Compliance": 6,
	"LMS Batch": 6,
	"LMS Batch Enrollment": 6,
	"LMS Certificate": 6,
	"LMS Course": 5,
	"LMS Enrollment": 5,
	"LMS Enrollment Run": 7,
	"LMS Learner": 6,
	"LMS Quiz Submission": 5,
	"LMS Training Assignment": 5,
	"LMS Training Review": 6,
}


def sync_list_views() -> None:
	"""Set the number where nobody has chosen any settings for the list."""
	for doctype, columns in COLUMNS.items():
		if not frappe.db.exists("List View Settings", doctype):
			doc = frappe.get_doc({"doctype": "List View Settings", "total_fields": str(columns)})
			doc.insert(ignore_permissions=True, set_name=doctype)


def remove_list_views() -> None:
	"""Remove the settings of these lists."""
	for doctype in COLUMNS:
		frappe.delete_doc("List View Settings", doctype, ignore_missing=True, force=True)
