"""Which cohorts use a course."""

from collections.abc import Collection

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


def why_not_left(course: str, member: str) -> str | None:
	"""Why somebody who sits in a cohort with this course cannot leave the course; None if they do not."""
	titles = [title for _member, found, title in _seats([member]) if found == course]
	sentence = _("This course belongs to your cohort {0}: withdraw from the cohort instead.")
	return sentence.format(titles[0]) if titles else None


def courses_of_seats(members: Collection[str]) -> set[tuple[str, str]]:
	"""Which courses belong to cohorts that have not ended and in which these people sit: (member, course)."""
	return {(member, course) for member, course, _title in _seats(members)}


def _seats(members: Collection[str]) -> list[tuple[str, str, str]]:
	"""Member, course and cohort's title of the seats in cohorts that have not ended, the earliest end first."""
	seat, link, batch = (
		frappe.qb.DocType(each) for each in ("LMS Batch Enrollment", "LMS Batch Course", "LMS Batch")
	)
	return (
		frappe.qb.from_(seat)
		.join(link)
		.on((link.parent == seat.batch) & (link.parenttype == "LMS Batch"))
		.join(batch)
		.on(batch.name == seat.batch)
		.select(seat.member, link.course, batch.title)
		.where(seat.member.isin(list(members) or [""]) & (seat.status == "Enrolled"))
		.where(batch.end_date >= today())
		.orderby(batch.end_date)
	).run()


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
