"""What the builder shows of courses: those somebody may write, and one with its outline."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.base.reads import read_row
from smooth_lms.base.sql import containing
from smooth_lms.courses import held, structure
from smooth_lms.courses.builder import checks, removal

MOST_COURSES = 50


def my_courses(search: str = "") -> list[frappe._dict]:
	"""The courses that the session's user may write, the last changed first, at most MOST_COURSES.

	Args: search, words of the title.

	Returns rows with `name, title, published, version, modified, lessons, minutes`.
	"""
	permissions.require_author()
	table = frappe.qb.DocType("LMS Course")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.title, table.published, table.version, table.modified)
		.orderby(table.modified, order=frappe.qb.desc)
		.limit(MOST_COURSES)
	)
	if not permissions.is_moderator():
		query = query.where(table.name.isin(list(permissions.own_courses(frappe.session.user)) or [""]))
	for word in search.split()[:8]:
		query = query.where(table.title.like(containing(word)))
	rows = query.run(as_dict=True)
	sizes = structure.sizes([row.name for row in rows])
	for row in rows:
		size = sizes.get(row.name) or {}
		row.update(lessons=int(size.get("lessons") or 0), minutes=int(size.get("minutes") or 0))
	return rows


def course(name: str) -> dict[str, Any]:
	"""A course as the builder shows it.

	Returns `name, title, published, version, chapters` (`name, title, lessons`: `name, title, lesson_type, required,
	preview, estimated_minutes, draft`, and `held`, whether it has changes that learners do not see yet) and `removed`,
	see `removal.removed`.
	"""
	permissions.require_course_author(name)
	row = read_row("LMS Course", ("name", "title", "published", "version"), {"name": name})
	if not row:
		raise frappe.DoesNotExistError(
			frappe._("There is no course {0}.").format(frappe.utils.escape_html(name))
		)
	shown = ("name", "title", "lesson_type", "required", "preview", "estimated_minutes", "draft")
	waiting = held.holding(name)

	def written(lesson: frappe._dict) -> dict[str, Any]:
		now = {**lesson, **(held.of(waiting[lesson.name]) if lesson.name in waiting else {})}
		return {**{field: now[field] for field in shown}, "held": int(lesson.name in waiting)}

	return {
		**row,
		"chapters": [
			{
				"name": chapter.name,
				"title": chapter.title,
				"lessons": [written(lesson) for lesson in chapter.lessons],
			}
			for chapter in structure.outline(name, drafts=True)
		],
		"removed": removal.removed(name),
	}


def findings(name: str) -> list[dict[str, Any]]:
	"""What authors should look at before they publish a course, what stops first: see `checks.Finding`."""
	permissions.require_course_author(name)
	return checks.as_rows(checks.findings(name))


def publish(name: str, published: bool) -> None:
	"""Let learners see a course, or no longer. Raises ValidationError for a course that would break."""
	permissions.require_course_author(name)
	doc = frappe.get_doc("LMS Course", name, for_update=True)
	doc.published = int(published)
	doc.save()
