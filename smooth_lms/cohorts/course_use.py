"""Which cohorts use a course: asked by the courses module."""

import frappe
from frappe.utils import today


def live_cohorts_with(course: str) -> list[frappe._dict]:
	"""Published cohorts with this course that have not ended (name, title, end_date), the earliest end first."""
	link, batch = frappe.qb.DocType("LMS Batch Course"), frappe.qb.DocType("LMS Batch")
	return (
		frappe.qb.from_(link)
		.join(batch)
		.on((batch.name == link.parent) & (link.parenttype == "LMS Batch"))
		.select(batch.name, batch.title, batch.end_date)
		.distinct()
		.where((link.course == course) & (batch.published == 1) & (batch.end_date >= today()))
		.orderby(batch.end_date)
	).run(as_dict=True)
