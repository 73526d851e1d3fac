"""Marking who was at a live class."""

import frappe

from smooth_lms.cohorts import attendance_sheet


def mark(live_class, statuses):
	"""As the attendance sheet of its cohort does. Returns how many rows changed."""
	batch = frappe.db.get_value("LMS Live Class", live_class, "batch")
	return attendance_sheet.mark(batch, f"class-{live_class}", statuses)
