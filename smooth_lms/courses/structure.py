"""A course's chapters and lessons in order, and what has to be true of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum

from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import forget_documents, select_rows, update_rows

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
	"draft",
	"retired_on",
)
LIVE = {"draft": 0, "retired_on": None}
"""The lessons that learners see: neither written still nor taken out of the course."""

OUTLINE = f"""
	select chapter.name as chapter_name, chapter.title as chapter_title, {", ".join(f"lesson.{field}" for field in LESSON_FIELDS)}
	from `tabCourse Chapter` chapter
	left join `tabCourse Lesson` lesson on lesson.chapter = chapter.name and lesson.course = chapter.course
		and lesson.retired_on is null and lesson.draft in %(shown)s
	where chapter.course = %(course)s and chapter.retired_on is null
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


def outline(course: str, *, drafts: bool = False) -> list[Chapter]:
	"""The chapters of a course with their lessons, in order. One query. Args: drafts, whether authors ask."""
	chapters: dict[str, Chapter] = {}
	# sql: columns are names of our code
	for row in frappe.db.sql(OUTLINE, {"course": course, "shown": (0, 1) if drafts else (0,)}, as_dict=True):
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
		.where((table.draft == 0) & table.retired_on.isnull())
		.groupby(table.course)
	).run(as_dict=True)
	return {row.course: row for row in rows}


def has_content(course: str, *, without: Collection[str] = ()) -> bool:
	"""Whether learners find a lesson in the course. Args: without, lessons that do not count."""
	return any(
		row.name not in without for row in read_rows("Course Lesson", ("name",), {"course": course, **LIVE})
	)


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
	known_chapters, known_lessons = lock(course)
	if sorted(chapters) != sorted(known_chapters) or sorted(n for n, _c in lessons) != sorted(known_lessons):
		frappe.throw(_("The course has changed meanwhile: reload it and arrange it again."))
	places = {name: {"position": position} for position, name in enumerate(chapters, start=1)}
	_rearrange("Course Chapter", known_chapters, places)
	places = {
		name: {"position": position, "chapter": chapter}
		for position, (name, chapter) in enumerate(lessons, start=1)
	}
	_rearrange("Course Lesson", known_lessons, places)


def lock(course: str) -> tuple[dict[str, frappe._dict], dict[str, frappe._dict]]:
	"""The chapters and the lessons of a course by name, in order, as they are now, held until the transaction ends.

	What was taken out of the course is left out. Rows of chapters have `position, title`, of lessons LESSON_FIELDS.
	"""
	select_rows("LMS Course", ["name"], {"name": [course]}, lock=True)  # one author at a time
	own = {"course": course, "retired_on": None}
	order = "`position`, `creation`"
	chapters = read_rows("Course Chapter", ("name", "title", "position"), own, order=order, lock=True)
	lessons = read_rows("Course Lesson", LESSON_FIELDS, own, order=order, lock=True)
	return {row.name: row for row in chapters}, {row.name: row for row in lessons}


def _rearrange(doctype: str, known: Mapping[str, frappe._dict], places: Mapping[str, Mapping]) -> None:
	"""Write the places that have changed, and no others: each is a new state of its document."""
	changed = {
		name: dict(place)
		for name, place in places.items()
		if any(known[name][field] != value for field, value in place.items())
	}
	update_rows(doctype, changed)
	forget_documents(doctype, changed)


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
