"""Licences of a course: never more in use than bought. The counter on the locked course row is what holds it.

A licence is taken when a course is assigned, counts as used once the person has started, and goes back to the pool
while nothing has been started. `LMS Course.licences_in_use` counts those of LMS Enrollment that are Assigned or Used.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.rows import set_value

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


class Stock(NamedTuple):
	"""The licences of a course."""

	bought: int
	"""0 for no limit."""
	in_use: int

	@property
	def free(self) -> int | None:
		"""How many are left; None without a limit."""
		return max(self.bought - self.in_use, 0) if self.bought else None


def lock_stock(courses: Collection[str]) -> dict[str, Stock]:
	"""Lock the courses until the transaction ends, in one order for everybody. Returns the licences of each."""
	found: dict[str, Stock] = {}
	for course in sorted(courses):
		row = frappe.db.get_value("LMS Course", course, ["licence_count", "licences_in_use"], for_update=True)
		if row:
			found[course] = Stock(*row)
	return found


def lock(courses: Collection[str]) -> dict[str, int | None]:
	"""As `lock_stock`. Returns for each how many licences are free; None for a course without a limit."""
	return {course: stock.free for course, stock in lock_stock(courses).items()}


def count(changes: Mapping[str, int]) -> None:
	"""Move the counters of courses. Call under `lock`, with the enrollments in the same transaction.

	Args: changes, by course how many more (or fewer) are in use.
	"""
	for course in sorted(changes):
		if changes[course]:
			table = frappe.qb.DocType("LMS Course")
			# sql: numbers and nothing else
			frappe.qb.update(table).set(table.licences_in_use, table.licences_in_use + changes[course]).where(
				table.name == course
			).run()
			frappe.clear_document_cache("LMS Course", course)
			if changes[course] < 0:
				_lower_warning(course)
				freed(course)


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
		frappe.throw(sentence.format(escape_html(doc.licences_in_use)))


def bought(course: str) -> None:
	"""The number of licences of a course has changed: tell everybody who listens to `smooth_lms_licences_bought`."""
	for path in frappe.get_hooks("smooth_lms_licences_bought"):
		frappe.get_attr(path)(course)


def freed(course: str) -> None:
	"""Licences of a course may be free again: tell everybody who listens to `smooth_lms_licences_freed`.

	The listeners are called within the transaction that gives them back; what they do about it comes after its commit.
	"""
	for path in frappe.get_hooks("smooth_lms_licences_freed"):
		frappe.get_attr(path)(course)


def is_any_free(course: str) -> bool:
	"""Whether a course that has licences has one left, or has no limit. Reads only: ask `lock` before taking one."""
	row = frappe.db.get_value("LMS Course", course, ["licence_count", "licences_in_use"])
	return bool(row) and Stock(*row).free != 0


def _lower_warning(course: str) -> None:
	"""Fewer are in use: whoever is responsible shall hear of the level again when it is reached again."""
	fields = ["licence_count", *COUNTERS]
	row = frappe.db.get_value("LMS Course", course, fields, as_dict=True, for_update=True)
	reached = level(row.licences_in_use, row.licence_count)
	if reached < row.licence_warning:
		set_value("LMS Course", course, "licence_warning", reached, update_modified=False)
