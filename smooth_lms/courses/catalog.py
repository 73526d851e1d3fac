"""What learners see of courses: the catalogue, one course, one lesson. Reads only; `access.py` decides.

The catalogue costs the same number of queries however many courses there are.
"""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pypika import Criterion, Order

import frappe

from smooth_lms.base import paging
from smooth_lms.base.files import PRIVATE
from smooth_lms.base.numbers import rounded
from smooth_lms.base.reads import read_rows
from smooth_lms.base.sql import counts as counts_of
from smooth_lms.courses import access, enrollment, held, progress, structure, versions
from smooth_lms.courses.access import CourseAccess, LessonAccess
from smooth_lms.exceptions import CourseApprovalRequiredError
from smooth_lms.permissions import shown

PICTURE = "/api/method/smooth_lms.api.courses.picture"
TABS = ("all", "mine")
CARD_FIELDS = (
	"name",
	"title",
	"short_introduction",
	"category",
	"image",
	"estimated_minutes",
	"is_mandatory",
	"upcoming",
	"disable_self_learning",
	"version",
)


@dataclass(frozen=True, slots=True)
class Query:
	"""What a reader asks the catalogue for."""

	tab: str = "all"
	"""all (what can be taken now), mine (what one is enrolled in, any version)."""
	search: str = ""
	category: str = ""
	page: int = 1
	page_size: int = paging.PAGE_SIZE

	@classmethod
	def of(cls, **asked: Any) -> "Query":
		"""The query that untrusted values ask for; what makes no sense is left at its default."""
		return cls(
			tab=asked.get("tab") if asked.get("tab") in TABS else TABS[0],
			category=str(asked.get("category") or "")[:140],
			**paging.asked(asked),
		)


def courses(query: Query, user: str) -> dict[str, Any]:
	"""One page of the catalogue for `user`.

	Returns `courses` (see `_card`), `total`, `page`, `pages`, `page_size` and `counts` of each tab under the same
	search and category.
	"""
	table = frappe.qb.DocType("LMS Course")
	seen = shown.criterion(user, shown.COURSE)
	wanted = Criterion.all([table.published == 1, seen, *_filters(table, query)])
	tabs = {"all": _is_current(table), "mine": table.name.isin(_own(user))}
	counts = counts_of(table, wanted, tabs)
	part = paging.part(query.page, query.page_size, counts[query.tab])
	rows = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in CARD_FIELDS))
		.where(wanted & tabs[query.tab])
		.orderby(table.upcoming)
		.orderby(table.title)
		.orderby(table.version, order=Order.desc)
		.limit(part.page_size)
		.offset(part.skipped)
	).run(as_dict=True)
	names = [row.name for row in rows]
	sizes, standing = structure.sizes(names), enrollment.progress_of(user, names)
	return {
		"courses": [_card(row, sizes.get(row.name), standing.get(row.name)) for row in rows],
		"counts": counts,
		**part.as_dict(),
	}


def categories(user: str) -> list[str]:
	"""The categories of the published courses that `user` may see, by name."""
	table = frappe.qb.DocType("LMS Course")
	wanted = (table.published == 1) & (table.category != "") & shown.criterion(user, shown.COURSE)
	found = frappe.qb.from_(table).select(table.category).distinct().where(wanted).run(pluck=True)
	return sorted(found, key=str.casefold)


def course(name: str, user: str) -> dict[str, Any]:
	"""One course as `user` sees it.

	Returns the card's entries, `description, chapters` (see `_chapters`), `instructors, prerequisites, change_log,
	compliance_control_id, resume` (the lesson to go on with), `can_join, can_ask, join_refusal, closed,
	is_author, newer_version`. Raises as `access.course_access`.
	"""
	found = access.course_access(name, user)
	return _course(
		found, structure.outline(name, drafts=found.is_author), progress.lesson_states(_name(found))
	)


def lesson_of(found: LessonAccess, *, as_written: bool = False) -> Any:
	"""The document of an opened lesson. Args: as_written, for its authors with what is held back of it."""
	doc = frappe.get_cached_doc("Course Lesson", found.lesson.name)
	if not as_written or not found.course.is_author:
		return doc
	doc = held.as_written(deepcopy(doc))  # not the one that is kept for others
	doc.flags.as_written = True
	return doc


def lesson(found: LessonAccess, *, as_written: bool = False) -> dict[str, Any]:
	"""An opened lesson with its course. Args: as `lesson_of`.

	Returns `course` (of what `course` returns: name, title, status, progress and chapters), `lesson` (the document),
	`status, position, spent` (seconds so far), `previous, next, number, total`.
	"""
	own = found.course
	chapters = structure.outline(own.course.name, drafts=own.is_author)
	states = progress.lesson_states(found.enrollment)
	rows = structure.lessons_in_order(chapters)
	index = next(i for i, row in enumerate(rows) if row.name == found.lesson.name)
	state = states.get(found.lesson.name)
	return {
		"course": _outline(own, chapters, states),
		"lesson": lesson_of(found, as_written=as_written),
		"status": state.status if state else progress.NOT_STARTED,
		"position": state.position if state else None,
		"spent": (state.seconds or 0) if state else 0,
		"previous": rows[index - 1] if index else None,
		"next": rows[index + 1] if index + 1 < len(rows) else None,
		"number": index + 1,
		"total": len(rows),
		"counts": bool(found.enrollment),
	}


def next_lesson(found: LessonAccess) -> frappe._dict | None:
	"""The lesson that comes after an opened one; None after the last."""
	own = found.course
	rows = structure.lessons_in_order(structure.outline(own.course.name, drafts=own.is_author))
	index = next(i for i, row in enumerate(rows) if row.name == found.lesson.name)
	return rows[index + 1] if index + 1 < len(rows) else None


def _outline(found: CourseAccess, chapters: list[structure.Chapter], states: dict) -> dict[str, Any]:
	"""What every lesson of the course shows of it."""
	row = found.course
	locked = _locked(found, structure.lessons_in_order(chapters), _done(states))
	return {
		"name": row.name,
		"title": row.title,
		**_standing(found),
		"chapters": [_chapter(each, states, locked, found) for each in chapters],
	}


def _course(found: CourseAccess, chapters: list[structure.Chapter], states: dict) -> dict[str, Any]:
	row = found.course
	lessons, done = structure.lessons_in_order(chapters), _done(states)
	minutes = sum(each.estimated_minutes or 0 for each in lessons)
	own = found.enrollment
	refusal = access.join_refusal(found)
	size = frappe._dict(lessons=len(lessons), minutes=minutes)
	return {
		**_card(row, size, _standing(found)),
		"description": row.description,
		"published": bool(row.published),
		"version_of": row.version_of,
		"compliance_control_id": row.compliance_control_id,
		"certification": bool(row.certification),
		"validity_months": row.validity_months or 0,
		"validity_days": row.validity_days or 0,
		"completed_on": own.completed_on if own else None,
		"chapters": _outline(found, chapters, states)["chapters"],
		"instructors": _instructors(row.name),
		"prerequisites": _prerequisites(row.name, found.user),
		"change_log": versions.change_log(row.name),
		"resume": _resume(lessons, done, own, _locked(found, lessons, done)),
		"can_join": refusal is None,
		"can_ask": isinstance(refusal, CourseApprovalRequiredError),
		"join_refusal": refusal.text if refusal else None,
		"closed": found.closed.text if found.closed else None,
		"is_author": found.is_author,
		"newer_version": access.newer_version(found),
	}


def _standing(found: CourseAccess) -> dict[str, Any]:
	own = found.enrollment
	return {"status": own.status if own else None, "progress": rounded(own.progress) if own else 0}


def _done(states: dict) -> set[str]:
	return {name for name, state in states.items() if state.status == progress.COMPLETED}


def _locked(found: CourseAccess, lessons: list[frappe._dict], done: set[str]) -> dict[str, str]:
	return access.locks(lessons, done) if found.course.lessons_in_order and not found.is_author else {}


def _card(row: frappe._dict, size: frappe._dict | None, standing: dict | None) -> dict[str, Any]:
	"""What the catalogue shows of a course; `status` and `progress` only for who is enrolled."""
	return {
		"name": row.name,
		"title": row.title,
		"short_introduction": row.short_introduction or "",
		"category": row.category or "",
		"image": _picture(row),
		"minutes": row.estimated_minutes or (int(size.minutes or 0) if size else 0),
		"lessons": int(size.lessons) if size else 0,
		"is_mandatory": bool(row.is_mandatory),
		"upcoming": bool(row.upcoming),
		"by_assignment": bool(row.disable_self_learning),
		"version": row.version or 1,
		"status": standing["status"] if standing else None,
		"progress": standing["progress"] if standing else 0,
	}


def _picture(row: frappe._dict) -> str | None:
	"""The address of a course's picture; a private one comes to those who may see the course."""
	if (row.image or "").startswith(PRIVATE):
		# the file in the address lets browsers keep the picture until there is another
		return f"{PICTURE}?{urlencode({'course': row.name, 'file': row.image.rpartition('/')[2]})}"
	return row.image if (row.image or "").startswith(("/files/", "/assets/", "https://")) else None


def _chapter(chapter: structure.Chapter, states: dict, locked: dict[str, str], found: CourseAccess) -> dict:
	lessons = []
	for row in chapter.lessons:
		state = states.get(row.name)
		opens = not locked.get(row.name) and (not found.closed or (row.preview and not found.course.upcoming))
		lessons.append(
			{
				"name": row.name,
				"title": row.title,
				"lesson_type": row.lesson_type,
				"minutes": row.estimated_minutes or 0,
				"required": bool(row.required),
				"preview": bool(row.preview),
				"draft": bool(row.draft),
				"status": state.status if state else progress.NOT_STARTED,
				"opens": bool(opens),
				"waits_for": locked.get(row.name),
			}
		)
	return {"name": chapter.name, "title": chapter.title, "lessons": lessons}


def _resume(lessons: list, done: Collection[str], own: frappe._dict | None, locked: dict) -> str | None:
	"""Where to go on: the lesson last opened, or if that is done the next that is not."""
	if not own or not lessons:
		return None
	names = [row.name for row in lessons]
	start = names.index(own.current_lesson) if own.current_lesson in names else 0
	for name in [*names[start:], *names[:start]]:
		if name not in done and name not in locked:
			return name
	return names[0]


def _instructors(name: str) -> list[str]:
	own = {"parenttype": "LMS Course", "parent": name}
	users = [row.instructor for row in read_rows("Course Instructor", ("instructor",), own, order="`idx`")]
	return [frappe.get_cached_value("User", user, "full_name") or user for user in users]


def _prerequisites(name: str, user: str) -> list[dict[str, Any]]:
	rows = structure.prerequisites(name)
	done = access.completed_roots(user) if rows else set()
	return [
		{
			"name": row.name if row.is_shown else None,
			"title": row.title,
			"done": (row.version_of or row.name) in done,
		}
		for row in access.named_to(user, rows)
	]


def _name(found: CourseAccess) -> str | None:
	return found.enrollment.name if found.enrollment else None


def is_listed(table, user: str) -> Criterion:
	"""Whether a published course is in the catalogue for `user`: what can be taken now, and what they are enrolled in.

	Args: table, LMS Course without an alias.
	"""
	return (_is_current(table) & shown.criterion(user, shown.COURSE)) | table.name.isin(_own(user))


def _is_current(table) -> Criterion:
	"""Courses that are the newest published version of themselves."""
	newer = frappe.qb.DocType("LMS Course").as_("newer")
	published = frappe.qb.from_(newer).select(newer.name).where(newer.published == 1)
	return table.superseded_by.isnull() | table.superseded_by.notin(published)


def _own(user: str):
	own = frappe.qb.DocType("LMS Enrollment")
	return frappe.qb.from_(own).select(own.course).where((own.member == user) & own.withdrawn_on.isnull())


def _filters(table, query: Query) -> list[Criterion]:
	found = []
	for like in paging.patterns(query.search):
		found.append(table.title.like(like) | table.short_introduction.like(like) | table.category.like(like))
	if query.category:
		found.append(table.category == query.category)
	return found
