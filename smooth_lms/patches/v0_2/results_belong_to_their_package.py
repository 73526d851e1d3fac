"""A lesson's new package had the rows of the old one, with its bookmarks: each package has rows of its own now."""

import frappe

REPLACED = {"LMS SCORM Run": "unique_run", "LMS SCORM Attempt": "unique_scorm_attempt"}
"""Unique indexes without the package; those with it are made with the DocType."""


def execute() -> None:
	"""Take the indexes away that allow one package only. Rows stay as they are."""
	for doctype, index in REPLACED.items():
		if frappe.db.has_index(f"tab{doctype}", index):
			frappe.db.sql_ddl(f"alter table `tab{doctype}` drop index `{index}`")  # sql: constants of ours
