"""Licences of a course: never more in use than bought. The counter on the locked course row is what holds it.

A licence is taken when a course is assigned, counts as used once the person has started, and goes back to the pool
while nothing has been started. `LMS Course.licences_in_use` counts those of LMS Enrollment that are Assigned or Used.
"""

from collections.abc import Collection, Mapping

import frappe

ASSIGNED, USED, RETURNED, NONE = "Assigned", "Used", "Returned", "None"
TAKEN = (ASSIGNED, USED)


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
			frappe.clear_document_cache("LMS Course", course)
