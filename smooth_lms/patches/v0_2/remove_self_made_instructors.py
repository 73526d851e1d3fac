"""Course instructors who made themselves so: Frappe let any Course Creator put rows into the tables of any course.

A row that was put there by itself belongs to whoever did it; one that came with a save of the course belongs to the
course's owner, or has a Version that shows it. A row goes when somebody who had no right on the course put it there,
and the log says which. Who has lost a row by mistake can be added again on the course.
"""

import frappe

from smooth_lms.permissions.roles import MODERATOR_ROLES

TABLES = ("Course Instructor", "LMS Course Prerequisite")
COURSE = "LMS Course"


def execute() -> None:
	"""Take the rows out. A second run finds none."""
	suspects = {table: _without_version(_put_by_others(table)) for table in TABLES}
	entitled = _entitled(suspects["Course Instructor"])
	for table, rows in suspects.items():
		removed = [row for row in rows if (row.parent, row.owner) not in entitled]
		if not removed:
			continue
		frappe.db.delete(table, {"name": ["in", [row.name for row in removed]]})
		lines = [f"{row.parent}: {row.value}, put there by {row.owner} on {row.creation}" for row in removed]
		frappe.log_error(
			title=f"Smooth LMS removed {len(removed)} rows of {table} that came in by a back door",
			message="\n".join(lines),
		)
		for course in {row.parent for row in removed}:
			frappe.clear_document_cache(COURSE, course)


def _put_by_others(table: str) -> list[frappe._dict]:
	"""Rows of courses that were put there by somebody who does not own the course and moderates none."""
	row, course, role = (frappe.qb.DocType(each) for each in (table, COURSE, "Has Role"))
	moderators = (
		frappe.qb.from_(role)
		.select(role.parent)
		.where((role.parenttype == "User") & role.role.isin(sorted(MODERATOR_ROLES)))
	)
	value = row.instructor if table == "Course Instructor" else row.course
	return (
		frappe.qb.from_(row)
		.join(course)
		.on(course.name == row.parent)
		.select(row.name, row.parent, row.owner, row.creation, value.as_("value"))
		.where(
			(row.parenttype == COURSE)
			& (row.owner != course.owner)
			& (row.owner != "Administrator")
			& row.owner.notin(moderators)
		)
	).run(as_dict=True)


def _entitled(suspects: list[frappe._dict]) -> set[tuple[str, str]]:
	"""(course, user) for the instructors whom somebody with a right has named, who may then have named others."""
	names = {row.name for row in suspects}
	row = frappe.qb.DocType("Course Instructor")
	rows = (
		frappe.qb.from_(row)
		.select(row.name, row.parent, row.instructor)
		.where(row.parenttype == COURSE)
		.run()
	)
	entitled = {(course, user) for name, course, user in rows if name not in names}
	while (
		named := {(row.parent, row.value) for row in suspects if (row.parent, row.owner) in entitled}
		- entitled
	):
		entitled |= named
	return entitled


def _without_version(rows: list[frappe._dict]) -> list[frappe._dict]:
	"""Those of the rows that no save of their course has put there."""
	if not rows:
		return []
	told = frappe.get_all(
		"Version",
		filters={"ref_doctype": COURSE, "docname": ["in", list({row.parent for row in rows})]},
		pluck="data",
		limit=0,
	)
	text = "\n".join(data or "" for data in told)
	return [row for row in rows if row.name not in text]
