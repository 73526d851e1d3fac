"""Fields of ours on HR's DocTypes, as data. A DocType that this site does not have is left out.

They sit at a permission level of their own, which HR has: employees who may write their own record (Employee Self
Service) neither see nor change them.
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.permissions import rights, setup_custom_perms

from smooth_lms.marked import _

LEVEL = 1
"""The permission level of all of them."""
KEEPERS = ("HR Manager", "HR User", "System Manager")
"""Who gets that level: those of these roles that may read the DocType on this site; write, who may write it."""

COHORT = {
	"fieldname": "lms_batch",
	"label": _("Cohort"),
	"fieldtype": "Link",
	"options": "LMS Batch",
	"ignore_user_permissions": 1,
}

CUSTOM_FIELDS = {
	"Employee": [
		{
			"fieldname": "lms_tab",
			"label": _("Learning"),
			"fieldtype": "Tab Break",
			"insert_after": "feedback",
		},
		{
			"fieldname": "lms_learning_profile",
			"label": _("Learning Profile"),
			"fieldtype": "Link",
			"options": "LMS Learning Profile",
			"insert_after": "lms_tab",
			"ignore_user_permissions": 1,
			"in_standard_filter": 1,
			"description": _("What this person may do in Smooth LMS."),
		},
		{
			"fieldname": "exclude_from_lms",
			"label": _("Exclude from Smooth LMS"),
			"fieldtype": "Check",
			"insert_after": "lms_learning_profile",
			"description": _(
				"No learner account is made from this record, and one made from it is archived."
			),
		},
		{
			"fieldname": "lms_keep_access",
			"label": _("Keep access to learning after leaving"),
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
			"label": _("Learner Status"),
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
			"description": _("New hires onboarded with this template are enrolled here."),
		},
	],
	"Employee Onboarding": [
		{
			"fieldname": "lms_section",
			"label": _("Learning"),
			"fieldtype": "Section Break",
			"insert_after": "activities",
		},
		{
			**COHORT,
			"insert_after": "lms_section",
			"allow_on_submit": 1,
			"description": _(
				"Empty: the template's cohort, else the next cohort for new hires with a free seat."
			),
		},
		{
			"fieldname": "lms_column",
			"fieldtype": "Column Break",
			"insert_after": "lms_batch",
		},
		{
			"fieldname": "lms_state",
			"label": _("Enrollment"),
			"fieldtype": "Select",
			"options": "\nWaiting\nEnrolled\nNo cohort\nWithdrawn\nEnded",
			"insert_after": "lms_column",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
		},
		{
			"fieldname": "lms_enrolled_batch",
			"label": _("Enrolled in"),
			"fieldtype": "Data",
			"insert_after": "lms_state",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
			"depends_on": "lms_enrolled_batch",
		},
		{
			"fieldname": "lms_note",
			"label": _("Why"),
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
	"""Make missing fields and bring the others up to date, with who may see and write them."""
	present = {doctype: fields for doctype, fields in CUSTOM_FIELDS.items() if _exists(doctype)}
	fresh = [doctype for doctype in present if not _is_at_level(doctype)]
	leveled = {
		doctype: [{**field, "permlevel": LEVEL} for field in fields] for doctype, fields in present.items()
	}
	create_custom_fields(leveled, ignore_validate=True)
	for doctype in present:
		_give_level(doctype, fresh=doctype in fresh)


def _is_at_level(doctype: str) -> bool:
	return bool(frappe.db.exists("Custom Field", {**_ours(doctype), "permlevel": LEVEL}))


def _give_level(doctype: str, *, fresh: bool) -> None:
	"""Let HR read and write the level, as far as it may read and write the record.

	Where the site has given the level to somebody, or has other fields at it, it decides itself from then on.
	"""
	frappe.clear_cache(doctype=doctype)
	meta = frappe.get_meta(doctype)
	given = [rule for rule in meta.permissions if rule.permlevel == LEVEL]
	if (given and not fresh) or _others_at_level(meta):
		return
	have = {rule.role for rule in given}
	missing = [
		rule
		for rule in meta.permissions
		if rule.role in KEEPERS
		and not rule.permlevel
		and not rule.if_owner
		and rule.read
		and rule.role not in have
	]
	if not missing:
		return
	# Frappe reads a DocType's standard rules or the site's own, never both: the standard ones are copied
	setup_custom_perms(doctype)
	for rule in missing:
		values = {"role": rule.role, "permlevel": LEVEL, "read": 1, "write": rule.write}
		values |= {"parent": doctype, "parenttype": "DocType", "parentfield": "permissions"}
		# not a copy's defaults: they give more than reading and writing
		doc = frappe.get_doc({"doctype": "Custom DocPerm", **dict.fromkeys(_rights(), 0), **values})
		doc.insert(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def _take_level(doctype: str) -> None:
	if _others_at_level(frappe.get_meta(doctype)):
		return
	rules = {"parent": doctype, "permlevel": LEVEL, "role": ["in", KEEPERS]}
	frappe.db.delete("Custom DocPerm", rules)
	columns = ("role", "permlevel", "if_owner", *_rights())
	own, standard = (_rules(kind, doctype, columns) for kind in ("Custom DocPerm", "DocPerm"))
	if own == standard:  # the copy that was made for our level
		frappe.db.delete("Custom DocPerm", {"parent": doctype})


def _rules(kind: str, doctype: str, columns: tuple[str, ...]) -> list[tuple]:
	rows = frappe.get_all(kind, filters={"parent": doctype}, fields=list(columns), limit=0)
	return sorted(tuple(str(row[column] or 0) for column in columns) for row in rows)


def _rights() -> list[str]:
	return [right for right in rights if frappe.get_meta("Custom DocPerm").has_field(right)]


def _others_at_level(meta) -> bool:
	ours = {field["fieldname"] for field in CUSTOM_FIELDS[meta.name]}
	return any(field.permlevel == LEVEL and field.fieldname not in ours for field in meta.fields)


def _ours(doctype: str) -> dict:
	return {"dt": doctype, "fieldname": ["in", [field["fieldname"] for field in CUSTOM_FIELDS[doctype]]]}


def remove_custom_fields() -> None:
	"""Take our fields from HR's DocTypes, and their columns with what is in them. Commits, as a change of a table does.

	What is left in a column would be there again after a new installation, and tell of cohorts that are gone.
	"""
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		if _exists(doctype):
			_take_level(doctype)
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
