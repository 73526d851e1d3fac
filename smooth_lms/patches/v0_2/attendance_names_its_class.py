"""Attendance says what it is about and on which day, so that its list can be read: rows from before do not."""

import frappe

from smooth_lms.base.rows import update_rows


def execute() -> None:
	"""Take both over from the live class, where they are missing."""
	row, held = frappe.qb.DocType("LMS Live Class Attendance"), frappe.qb.DocType("LMS Live Class")
	rows = (
		frappe.qb.from_(row)
		.join(held)
		.on(held.name == row.live_class)
		.select(row.name, held.title, held.date)
		.where(row.day.isnull())
	).run()
	values = {name: {"subject": title, "day": day} for name, title, day in rows}
	update_rows("LMS Live Class Attendance", values, stamped=False)
