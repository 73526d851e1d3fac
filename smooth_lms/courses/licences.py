"""Licences of a course: never more in use than bought. The counter on the locked course row is what holds it.

A licence is taken when a course is assigned, counts as used once the person has started, and goes back to the pool
while nothing has been started. `LMS Course.licences_in_use` counts those of LMS Enrollment that are Assigned or Used.
"""

from collections.abc import Collection, Mapping

import frappe
from frappe import _

ASSIGNED, USED, RETURNED, NONE = "Assigned", "Used", "Returned", "None"
TAKEN = (ASSIGNED, USED)
COUNTERS = ("licences_in_use", "licence_warning")
LEVELS = (75, 100)
"""Percent in use at which whoever is responsible is told."""


def level(in_use: int, bought: int) -> int:
	"""The highest of LEVELS that so many licences have reached; 0 below them and without a limit."""
	if not bought:
		return 0
	return max((each for each in LEVELS if in_use * 100 >= bought * each), default=0)


def lock(courses: Collection[str]) -> dict[str, int | None]:
	"""Lock the courses until the transaction ends, in one order for everybody.

	Returns for each how many licences are free; None for a course without a limit.
	"""
	found: dict[str, int | None] = {}
	for course in sorted(courses):
		row = frappe.db.get_value(
			"LMS Course", course, ["licence_count", "licences_in_use"], as_dict=True, for_update=True
		)
		if row:
			found[course] = max(row.licence_count - row.licences_in_use, 0) if row.licence_count else None
	return found


def count(changes: Mapping[str, int]) -> None:
	"""Move the counters of courses. Call under `lock`, with the enrollments in the same transaction.

	Args: changes, by course how many more (or fewer) are in use.
	"""
	for course in sorted(changes):
		if changes[course]:
			table = frappe.qb.DocType("LMS Course")
			frappe.qb.update(table).set(table.licences_in_use, table.licences_in_use + changes[course]).where(
				table.name == course
			).run()
			if changes[course] < 0:
				_lower_warning(course)
			frappe.clear_document_cache("LMS Course", course)


def keep_counters(doc) -> None:
	"""Take the counters of an LMS Course that is being saved as they are now: the form may have been open for long.

	Raises ValidationError when fewer licences are entered than are in use. Locks the course.
	"""
	row = None
	if not doc.is_new():
		row = frappe.db.get_value("LMS Course", doc.name, COUNTERS, as_dict=True, for_update=True)
	for field in COUNTERS:
		doc.set(field, row[field] if row else 0)
	if doc.licence_count and doc.licence_count < doc.licences_in_use:
		sentence = _("{0} licences are in use: there cannot be fewer. Take some back first.")
		frappe.throw(sentence.format(doc.licences_in_use))


def bought(course: str) -> None:
	"""The number of licences of a course has changed: tell everybody who listens to `smooth_lms_licences_bought`."""
	for path in frappe.get_hooks("smooth_lms_licences_bought"):
		frappe.get_attr(path)(course)


def _lower_warning(course: str) -> None:
	"""Fewer are in use: whoever is responsible shall hear of the level again when it is reached again."""
	fields = ["licence_count", *COUNTERS]
	row = frappe.db.get_value("LMS Course", course, fields, as_dict=True, for_update=True)
	reached = level(row.licences_in_use, row.licence_count)
	if reached < row.licence_warning:
		frappe.db.set_value("LMS Course", course, "licence_warning", reached, update_modified=False)
