"""A course's chapters and lessons in order, and what has to be true of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum

from smooth_lms.base.rows import set_value

LESSON_FIELDS = (
	"name",
	"title",
	"chapter",
	"course",
	"lesson_type",
	"required",
	"preview",
	"estimated_minutes",
	"position",
)


OUTLINE = f"""
	select chapter.name as chapter_name, chapter.title as chapter_title, {", ".join(f"lesson.{field}" for field in LESSON_FIELDS)}
	from `tabCourse Chapter` chapter
	left join `tabCourse Lesson` lesson on lesson.chapter = chapter.name and lesson.course = chapter.course
	where chapter.course = %(course)s
	order by chapter.position, chapter.creation, lesson.position, lesson.creation
"""
PREREQUISITES = """
	select course.name, course.title, course.version_of
	from `tabLMS Course Prerequisite` link
	join `tabLMS Course` course on course.name = link.course
	where link.parent = %(course)s and link.parenttype = 'LMS Course'
	order by link.idx
"""


@dataclass
class Chapter:
	"""A chapter and its lessons (rows with LESSON_FIELDS) in order."""

	name: str
	title: str
	lessons: list[frappe._dict] = field(default_factory=list)


def outline(course: str) -> list[Chapter]:
	"""The chapters of a course with their lessons, in order. One query."""
	chapters: dict[str, Chapter] = {}
	# sql: columns are names of our code
	for row in frappe.db.sql(OUTLINE, {"course": course}, as_dict=True):
		name, title = row.pop("chapter_name"), row.pop("chapter_title")
		chapter = chapters.setdefault(name, Chapter(name, title))
		if row.name:
			chapter.lessons.append(row)
	return list(chapters.values())


def lessons_in_order(chapters: Sequence[Chapter]) -> list[frappe._dict]:
	"""All lessons of an outline, one after the other."""
	return [lesson for chapter in chapters for lesson in chapter.lessons]


def sizes(courses: Collection[str]) -> dict[str, frappe._dict]:
	"""For each course `lessons` (how many) and `minutes` (their times added up). One query."""
	table = frappe.qb.DocType("Course Lesson")
	rows = (
		frappe.qb.from_(table)
		.select(table.course, Count("*").as_("lessons"), Sum(table.estimated_minutes).as_("minutes"))
		.where(table.course.isin(list(courses) or [""]))
		.groupby(table.course)
	).run(as_dict=True)
	return {row.course: row for row in rows}


def has_content(course: str) -> bool:
	"""Whether the course has a lesson."""
	return bool(frappe.db.exists("Course Lesson", {"course": course}))


def next_position(doctype: str, filters: Mapping) -> int:
	"""The position after the last of the chapters or lessons that match."""
	last = frappe.get_all(doctype, filters=filters, pluck="position", order_by="position desc", limit=1)
	return (last[0] or 0) + 1 if last else 1


def reorder(course: str, order: Sequence[Mapping]) -> None:
	"""Put chapters and lessons into a new order; lessons may change their chapter.

	Args:
	        course: LMS Course.
	        order: for each chapter in order a mapping with `chapter` and `lessons` (Course Lesson names).

	Raises ValidationError unless exactly the chapters and lessons of this course are named, each once.
	"""
	if not all(isinstance(row.get("lessons") or [], list) for row in order):
		frappe.throw(_("Pass the lessons of a chapter as a list of names."))
	chapters = [str(row.get("chapter")) for row in order]
	lessons = [(str(name), str(row.get("chapter"))) for row in order for name in row.get("lessons") or []]
	known_chapters = frappe.get_all("Course Chapter", filters={"course": course}, pluck="name", limit=0)
	known_lessons = frappe.get_all("Course Lesson", filters={"course": course}, pluck="name", limit=0)
	if sorted(chapters) != sorted(known_chapters) or sorted(n for n, _c in lessons) != sorted(known_lessons):
		frappe.throw(_("The course has changed meanwhile: reload it and arrange it again."))
	for position, name in enumerate(chapters, start=1):
		set_value("Course Chapter", name, "position", position)
	for position, (name, chapter) in enumerate(lessons, start=1):
		set_value("Course Lesson", name, {"position": position, "chapter": chapter})


def prerequisites(course: str) -> list[frappe._dict]:
	"""The courses (name, title) that have to be completed before this one."""
	return frappe.db.sql(PREREQUISITES, {"course": course}, as_dict=True)


def find_loop(course: str, wanted: Collection[str]) -> str | None:
	"""The first of the wanted prerequisites that itself waits, directly or not, for `course`; None without."""
	rows = frappe.get_all(
		"LMS Course Prerequisite", filters={"parenttype": "LMS Course"}, fields=["parent", "course"], limit=0
	)
	after: dict[str, list[str]] = {}
	for row in rows:
		after.setdefault(row.parent, []).append(row.course)
	for start in wanted:
		pending, seen = [start], set()
		while pending:
			name = pending.pop()
			if name == course:
				return start
			if name not in seen:
				seen.add(name)
				pending += after.get(name, [])
	return None
