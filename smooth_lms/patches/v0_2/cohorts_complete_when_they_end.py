"""Give people back the cohorts that counted as completed before they had ended, because all courses were done."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.base.rows import record_changes, update_rows
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED

DOCTYPE = "LMS Batch Enrollment"
CHUNK = 1_000


def execute() -> None:
	"""The hourly look completes them when they end. Running it again changes nothing."""
	seat, batch = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("LMS Batch")
	names = (
		frappe.qb.from_(seat)
		.join(batch)
		.on(batch.name == seat.batch)
		.select(seat.name)
		# what ends today is completed again within the hour, or by tomorrow
		.where((seat.status == COMPLETED) & (batch.end_date >= add_days(today(), 1)))
		.orderby(seat.name)
	).run(pluck=True)
	for start in range(0, len(names), CHUNK):
		part = names[start : start + CHUNK]
		update_rows(DOCTYPE, {name: {"status": ENROLLED} for name in part})
		record_changes(DOCTYPE, {name: [("status", COMPLETED, ENROLLED)] for name in part})
