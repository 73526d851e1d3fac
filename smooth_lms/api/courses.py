"""Courses over HTTP: the catalogue, taking a course, its files, and what authors do. Refusals carry class, sentence
and status."""

from typing import Any

from werkzeug.wrappers import Response

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base import paging
from smooth_lms.base.files import PRIVATE, belongs_to, named_in, path_of
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import course_access as cohort_access
from smooth_lms.cohorts.course_use import live_cohorts_with
from smooth_lms.courses import (
	access,
	attendance,
	catalog,
	enrollment,
	files,
	progress,
	structure,
	versions,
	watching,
)
from smooth_lms.exceptions import LessonLockedError
from smooth_lms.training.assignments import ledger

BY_HAND = ("Text", "Video", "File", "External Link")
"""Kinds of lessons that the learner says are done; the others are completed by passing them or by being there."""


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_courses(
	tab: str = "all", search: str = "", category: str = "", page: int = 1, page_size: int = paging.PAGE_SIZE
) -> dict[str, Any]:
	"""One page of the catalogue for the signed-in user.

	Args:
	        tab: all or mine.
	        search: words to find in title, introduction and category.
	        category: an LMS Category; empty for all.
	        page: counted from 1.
	        page_size: 50 at most.

	Returns what `catalog.courses` does. Raises PermissionError for accounts without a role in training.
	"""
	user = permissions.require_portal()
	query = catalog.Query.of(tab=tab, search=search, category=category, page=page, page_size=page_size)
	return catalog.courses(query, user)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_course(course: str) -> dict[str, Any]:
	"""One course as the signed-in user sees it: see `catalog.course`. 404 for courses they may not see."""
	return catalog.course(course, permissions.require_portal())


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def enroll(course: str) -> dict[str, Any]:
	"""Enroll the signed-in user in a course. Returns `enrollment, course`. Raises the Refusal that applies."""
	return {"course": course, "enrollment": join(course)}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def leave(course: str) -> None:
	"""End the signed-in user's access to a course that they joined themselves. Raises the Refusal that applies.

	What they have done is kept: enrolling again goes on there.
	"""
	enrollment.leave(access.course_access(course).course.name, frappe.session.user)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_unpublish_means(course: str) -> dict[str, Any]:
	"""What unpublishing a course would mean, for its authors.

	Returns `learners` who have begun or may begin and are not done, `assigned` of them with a due date, `is_mandatory`,
	and `cohorts` that have not ended: titles.
	"""
	permissions.require_course_author(course)
	return {
		"learners": enrollment.unfinished(course),
		"assigned": ledger.open_people(course),
		"is_mandatory": bool(frappe.db.get_value("LMS Course", course, "is_mandatory")),
		"cohorts": [row.title for row in live_cohorts_with(course)],
	}


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def save_progress(lesson: str, position: str | None = None, seconds: int = 0) -> dict[str, Any]:
	"""Note where the signed-in user is in a lesson.

	Args:
	        lesson: a Course Lesson they may open.
	        position: where to go on, at most 140 characters (seconds of a video).
	        seconds: time spent since the last report; at most 600 count.

	Returns `lesson_completed, status, progress` of the course. Authors and visitors of a preview leave no trace.
	"""
	return record(access.lesson_access(lesson, lock=True), position=position, seconds=seconds)


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def finish_lesson(lesson: str, position: str | None = None, seconds: int = 0) -> dict[str, Any]:
	"""Complete a lesson; arguments and answer as `save_progress`.

	Raises LessonLockedError for a quiz, SCORM or live class lesson, which is completed by passing it or by coming.
	"""
	found = access.lesson_access(lesson, lock=True)
	return record(found, position=position, seconds=seconds, completed=True)


@frappe.whitelist(methods=["GET"])
@checked
def file(lesson: str, field: str, row: str | None = None, held: bool = False) -> Response:
	"""A lesson's own file, for those who may open the lesson.

	Args:
	        lesson: Course Lesson.
	        field: video_file or attachment; `captions` for a caption file, `body` for one that the text shows.
	        row: the name of the caption's row, or that of the file in the text.
	        held: of the lesson as its authors have it; others get what is published.
	"""
	found = access.lesson_access(lesson)
	return files.send(path_of(_url(catalog.lesson_of(found, as_written=held), field, row)))


@frappe.whitelist(methods=["GET"])
@checked
def picture(course: str) -> Response:
	"""The picture of a course that the signed-in user may see. 404 where there is none."""
	return files.send(path_of(access.course_access(course).course.image))


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_outline(course: str) -> list[dict[str, Any]]:
	"""The chapters of a course with their lessons, for its authors."""
	permissions.require_course_author(course)
	return [
		{"name": chapter.name, "title": chapter.title, "lessons": chapter.lessons}
		for chapter in structure.outline(course)
	]


@frappe.whitelist(methods=["POST"])
@checked
def reorder(course: str, order: list | str) -> None:
	"""Put chapters and lessons into a new order: a list of `{chapter, lessons: [...]}`. Authors only."""
	permissions.require_course_author(course)
	structure.reorder(course, arguments.mappings(order))


@frappe.whitelist(methods=["POST"])
@checked
def new_version(course: str) -> str:
	"""Copy a course into its next version, unpublished. Authors only. Returns the LMS Course."""
	permissions.require_course_author(course)
	return versions.new_version(course).name


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def repair_access(batch: str) -> dict[str, int]:
	"""Give everybody with a seat in the cohort access to all its courses. Moderators only.

	Returns how many gaps were `closed`; a second run closes none.
	"""
	permissions.require_moderator()
	return {"closed": cohort_access.repair(batch)}


def join(course: str) -> str:
	"""Enroll the session's user in a course. Returns the LMS Enrollment. Raises the Refusal that applies."""
	found = access.course_access(course)
	if refusal := access.join_refusal(found):
		frappe.throw(refusal.text, type(refusal))
	return enrollment.join(course, found.user)


def record(
	found: access.LessonAccess,
	*,
	position: str | None = None,
	seconds: int = 0,
	completed: bool = False,
	by_word: bool = False,
) -> dict[str, Any]:
	"""Note somebody's work on a lesson; see `save_progress`.

	Args:
	        found: the lesson as it was opened for this, its enrollment locked.
	        by_word: the learner has said that it is done, by a button.
	"""
	lesson = found.lesson.name
	if completed and found.lesson.lesson_type not in BY_HAND:
		by_coming = found.lesson.lesson_type == attendance.KIND
		sentence = (
			_("This lesson is completed by coming to its class.")
			if by_coming
			else _("This lesson is completed by passing it.")
		)
		frappe.throw(sentence, LessonLockedError)
	if not found.enrollment:
		return {"lesson_completed": False, "status": None, "progress": 0}
	if found.lesson.lesson_type == watching.KIND:
		seconds = watching.counted(found.enrollment, lesson, max(seconds, 0))
		if completed:
			watching.require_time(found.enrollment, lesson, found.course.user, here=seconds, by_word=by_word)
	# whether they can still learn was asked with their access, but for authors, who have it anyway
	row = progress.lock(found.enrollment) if found.course.is_author else found.course.enrollment
	standing = progress.record_on(row, lesson, completed=completed, position=position, seconds=seconds)
	return {
		"lesson_completed": standing.lesson_completed,
		"status": standing.status,
		"progress": standing.progress,
	}


def _url(lesson, field: str, row: str | None) -> str | None:
	if field in ("video_file", "attachment"):
		return lesson.get(field)
	if field == "body":
		url = f"{PRIVATE}{row}"
		own = url in named_in(lesson.body) and belongs_to(url, "Course Lesson", lesson.name)
		return url if own else None
	return next((caption.file for caption in lesson.captions if caption.name == row), None)
