"""Two methods named runs.sweep shared one row, and one of them never ran: both are gone, one sweep does it for all."""

import frappe
from frappe.query_builder import DocType


def execute() -> None:
	"""Remove the rows of our methods that hooks.py no longer names; the next step of a migration makes what is missing."""
	wanted = set()
	for methods in frappe.get_hooks("scheduler_events", app_name="smooth_lms").values():
		for some in methods.values() if isinstance(methods, dict) else [methods]:
			wanted.update(some)
	job, log = DocType("Scheduled Job Type"), DocType("Scheduled Job Log")
	ours = frappe.qb.from_(job).select(job.name, job.method).where(job.method.like("smooth_lms.%")).run()
	gone = [name for name, method in ours if method not in wanted]
	if gone:
		frappe.qb.from_(log).delete().where(log.scheduled_job_type.isin(gone)).run()
		frappe.qb.from_(job).delete().where(job.name.isin(gone)).run()
