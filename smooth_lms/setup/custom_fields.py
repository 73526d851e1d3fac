"""Fields of ours on HR's DocTypes, as data. A DocType that this site does not have is left out."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

COHORT = {
	"fieldname": "lms_batch",
	"label": "Cohort",
	"fieldtype": "Link",
	"options": "LMS Batch",
	"ignore_user_permissions": 1,
}

CUSTOM_FIELDS = {
	"Employee": [
		{
			"fieldname": "lms_tab",
			"label": "Learning",
			"fieldtype": "Tab Break",
			"insert_after": "feedback",
		},
		{
			"fieldname": "lms_learning_profile",
			"label": "Learning Profile",
			"fieldtype": "Link",
			"options": "LMS Learning Profile",
			"insert_after": "lms_tab",
			"ignore_user_permissions": 1,
			"in_standard_filter": 1,
			"description": "What this person may do in Smooth LMS.",
		},
		{
			"fieldname": "exclude_from_lms",
			"label": "Exclude from Smooth LMS",
			"fieldtype": "Check",
			"insert_after": "lms_learning_profile",
			"description": "No learner account is made from this record, and one made from it is archived.",
		},
		{
			"fieldname": "lms_keep_access",
			"label": "Keep access to learning after leaving",
			"fieldtype": "Check",
			"insert_after": "exclude_from_lms",
			"depends_on": "eval:doc.status=='Left'",
			"no_copy": 1,
		},
		{
			"fieldname": "lms_column",
			"fieldtype": "Column Break",
			"insert_after": "lms_keep_access",
		},
		{
			"fieldname": "lms_status",
			"label": "Learner Status",
			"fieldtype": "Data",
			"insert_after": "lms_column",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Employee Onboarding Template": [
		{
			**COHORT,
			"insert_after": "employee_grade",
			"description": "New hires onboarded with this template are enrolled here.",
		},
	],
	"Employee Onboarding": [
		{
			"fieldname": "lms_section",
			"label": "Learning",
			"fieldtype": "Section Break",
			"insert_after": "activities",
		},
		{
			**COHORT,
			"insert_after": "lms_section",
			"allow_on_submit": 1,
			"description": "Empty: the template's cohort, else the next cohort for new hires with a free seat.",
		},
		{
			"fieldname": "lms_column",
			"fieldtype": "Column Break",
			"insert_after": "lms_batch",
		},
		{
			"fieldname": "lms_state",
			"label": "Enrollment",
			"fieldtype": "Select",
			"options": "\nWaiting\nEnrolled\nNo cohort\nWithdrawn",
			"insert_after": "lms_column",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
		},
		{
			"fieldname": "lms_enrolled_batch",
			"label": "Enrolled in",
			"fieldtype": "Data",
			"insert_after": "lms_state",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
			"depends_on": "lms_enrolled_batch",
		},
		{
			"fieldname": "lms_note",
			"label": "Why",
			"fieldtype": "Small Text",
			"insert_after": "lms_enrolled_batch",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
			"depends_on": "lms_note",
		},
	],
}


def sync_custom_fields() -> None:
	"""Make missing fields and bring the others up to date."""
	present = {doctype: fields for doctype, fields in CUSTOM_FIELDS.items() if _exists(doctype)}
	create_custom_fields(present, ignore_validate=True)


def remove_custom_fields() -> None:
	"""Take our fields from HR's DocTypes, and their columns with what is in them. Commits, as a change of a table does.

	What is left in a column would be there again after a new installation, and tell of cohorts that are gone.
	"""
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ["in", names]})
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ["in", names]})
		if _exists(doctype):
			_drop_columns(doctype, names)
			frappe.clear_cache(doctype=doctype)


def _drop_columns(doctype: str, names: list[str]) -> None:
	present = {row.name for row in frappe.db.get_table_columns_description(f"tab{doctype}")}
	gone = [name for name in names if name in present]
	if gone:
		frappe.db.commit()
		# sql: the names are those of the table above
		frappe.db.sql_ddl(f"alter table `tab{doctype}` {', '.join(f'drop column `{name}`' for name in gone)}")


def _exists(doctype: str) -> bool:
	return bool(frappe.db.exists("DocType", doctype))
