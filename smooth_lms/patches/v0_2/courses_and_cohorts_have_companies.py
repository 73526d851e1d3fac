"""Courses had no company, and only cohorts for new hires had one."""

from collections.abc import Iterator

import frappe

from smooth_lms.base.rows import update_rows
from smooth_lms.people.employees import people_by_user

CHUNK = 1_000
WITHOUT = {"LMS Course": {}, "LMS Batch": {"for_new_hires": 0}}
"""Of which records: a cohort for new hires that names no company takes those of every company."""


def execute() -> None:
	"""Give each that of whoever made it; what was made by somebody without an employee record stays open to all.

	It counts once LMS Settings keep the companies apart, and can be changed in the form.
	"""
	for doctype, filters in WITHOUT.items():
		for part in _chunks(doctype, filters):
			people = people_by_user({row.owner for row in part})
			found = {
				row.name: {"company": people[row.owner.lower()].company}
				for row in part
				if row.owner.lower() in people and people[row.owner.lower()].company
			}
			if found:
				update_rows(doctype, found)
			frappe.db.commit()


def _chunks(doctype: str, filters: dict) -> Iterator[list[frappe._dict]]:
	rows = frappe.get_all(
		doctype,
		filters={**filters, "company": ["is", "not set"]},
		fields=["name", "owner"],
		order_by="name",
		limit=0,
	)
	for start in range(0, len(rows), CHUNK):
		yield rows[start : start + CHUNK]
