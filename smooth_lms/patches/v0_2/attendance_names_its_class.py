"""Attendance says what it is about and on which day, so that its list can be read: rows from before do not."""

import frappe


def execute() -> None:
	"""Take both over from the live class, where they are missing."""
	row, held = frappe.qb.DocType("LMS Live Class Attendance"), frappe.qb.DocType("LMS Live Class")
	(
		frappe.qb.update(row)
		.join(held)
		.on(held.name == row.live_class)
		.set(row.subject, held.title)
		.set(row.day, held.date)
		.where(row.day.isnull())
	).run()
