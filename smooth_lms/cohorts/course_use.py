"""Which cohorts use a course."""

import frappe
from frappe import _
from frappe.utils import escape_html, today


def on_course_unpublished(course: str) -> None:
	"""Warn whoever unpublishes a course that live cohorts use."""
	cohorts = live_cohorts_with(course)
	if cohorts:
		titles = ", ".join(escape_html(row.title) for row in cohorts)
		sentence = _("Learners can no longer open this course. These cohorts use it: {0}")
		# html: each of the titles is escaped
		frappe.msgprint(sentence.format(titles), title=_("Used by live cohorts"), indicator="orange")


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
