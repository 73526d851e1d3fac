"""Indexes of ours on tables of other apps, as data: people are found by their account and by their manager all day
long, and each run of the synchronization asks for everybody's roles.

Several columns each, for a reason: Frappe drops a single column's index when it brings the table of a DocType up to date
and the DocType does not ask for that index.
"""

import frappe

INDEXES = {
	"Employee": {
		"smooth_lms_user": ("user_id", "status"),
		"smooth_lms_manager": ("reports_to", "status"),
	},
	"Has Role": {
		"smooth_lms_role": ("parent", "parenttype", "role"),
		# each User that is saved looks for another System Manager, through all roles of all people without this
		"smooth_lms_holder": ("role", "parent"),
	},
}


def sync_indexes() -> None:
	"""Make what is missing. Commits, as every change of a table does."""
	for doctype, indexes in INDEXES.items():
		if frappe.db.table_exists(doctype):
			for name, fields in indexes.items():
				frappe.db.add_index(doctype, list(fields), name)


def remove_indexes() -> None:
	"""Take them away again. Commits."""
	for doctype, indexes in INDEXES.items():
		for name in indexes:
			if frappe.db.table_exists(doctype) and frappe.db.has_index(f"tab{doctype}", name):
				frappe.db.commit()
				# sql: the names are those of INDEXES
				frappe.db.sql_ddl(f"alter table `tab{doctype}` drop index `{name}`")
