"""Who may open which course and lesson. Pages, files, quizzes and SCORM all ask here."""

from dataclasses import dataclass
from typing import NoReturn

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reads import read_row, read_rows, read_value
from smooth_lms.courses import structure
from smooth_lms.courses.versions import family_root
from smooth_lms.exceptions import (
	AccessEndedError,
	CourseApprovalRequiredError,
	CourseClosedError,
	LessonLockedError,
	NotInCourseError,
	Refusal,
)
from smooth_lms.permissions import shown

COURSE_FIELDS = (
	"name",
	"title",
	"category",
	"short_introduction",
	"description",
	"image",
	"published",
	"upcoming",
	"disable_self_learning",
	"requires_approval",
	"estimated_minutes",
	"lessons_in_order",
	"is_mandatory",
	"validity_months",
	"validity_days",
	"certification",
	"compliance_control_id",
	"version",
	"version_of",
	"superseded_by",
)
ENROLLMENT_FIELDS = (
	"name",
	"member",
	"course",
	"batch",
	"attempt",
	"status",
	"progress",
	"started_on",
	"completed_on",
	"current_lesson",
)


@dataclass(frozen=True, slots=True)
class CourseAccess:
	"""What somebody may do with a course."""

	course: frappe._dict
	user: str
	is_author: bool
	enrollment: frappe._dict | None
	"""Their open enrollment (ENROLLMENT_FIELDS), the latest attempt."""
	closed: Refusal | None = None
	"""Why its lessons cannot be opened, preview lessons apart; None if they can."""


@dataclass(frozen=True, slots=True)
class LessonAccess:
	"""Somebody who may open a lesson."""

	lesson: frappe._dict
	course: CourseAccess

	@property
	def enrollment(self) -> str | None:
		"""The enrollment in which progress counts; authors and visitors of a preview have none."""
		return self.course.enrollment.name if self.course.enrollment and not self.course.closed else None


def course_access(name: str, user: str | None = None, *, lock: bool = False) -> CourseAccess:
	"""What `user` (the session's by default) may do with the course.

	Args: lock, hold their enrollment as it is now until the transaction ends, for what will be written in it.

	Raises PermissionError for guests and DoesNotExistError for a course that is not there for this person.
	"""
	user = permissions.require_portal(user)
	course = read_row("LMS Course", COURSE_FIELDS, {"name": name})
	is_author = bool(course) and permissions.may_edit_course(course.name, user)
	if not course or not (course.published or is_author):
		_there_is_none(name)
	enrollment = open_enrollment(user, course.name, lock=lock)
	if not (is_author or enrollment or shown.is_to(user, shown.COURSE, course.name)):
		_there_is_none(name)
	closed = None if is_author else _closed(course, enrollment, user)
	return CourseAccess(course, user, is_author, enrollment, closed)


def lesson_access(
	name: str, user: str | None = None, *, of_course: str | None = None, lock: bool = False
) -> LessonAccess:
	"""Let `user` (the session's by default) open a lesson, or say why not.

	Args: of_course, where it is looked for as one of this course's only; lock, as `course_access`.

	Raises as `course_access`, and NotInCourseError, CourseClosedError or LessonLockedError.
	"""
	user = permissions.require_portal(user)
	lesson = read_row("Course Lesson", structure.LESSON_FIELDS, {"name": name})
	no_lesson = _("There is no lesson {0}.").format(frappe.utils.escape_html(name))
	if not lesson or of_course not in (None, lesson.course):
		raise frappe.DoesNotExistError(no_lesson)
	try:
		course = course_access(lesson.course, user, lock=lock)
	except frappe.DoesNotExistError:
		raise frappe.DoesNotExistError(no_lesson) from None  # not a word about the course
	if lesson.retired_on or (lesson.draft and not course.is_author):
		frappe.throw(_("This lesson was taken out of the course."), LessonLockedError)
	if course.closed and not (lesson.preview and not course.course.upcoming):
		frappe.throw(course.closed.text, type(course.closed))
	if course.course.lessons_in_order and course.enrollment and not course.is_author:
		waits_for = locked_by(course.course.name, course.enrollment.name).get(lesson.name)
		if waits_for:
			refusal = LessonLockedError(reason=_("Complete “{0}” first.").format(waits_for))
			frappe.throw(refusal.text, LessonLockedError)
	return LessonAccess(lesson, course)


def require_begun(enrollment: str) -> None:
	"""Let the person of an LMS Enrollment go on with what they had begun in it, or say why not.

	For what is used without opening its lesson again. Raises as `course_access`, and AccessEndedError or
	CourseClosedError.
	"""
	row = read_row("LMS Enrollment", ("member", "course"), {"name": enrollment})
	found = course_access(row.course, row.member) if row else None
	if not found or not found.enrollment or found.enrollment.name != enrollment:
		frappe.throw(AccessEndedError().text, AccessEndedError)
	if found.closed:
		frappe.throw(found.closed.text, type(found.closed))


def open_enrollment(user: str, course: str, *, lock: bool = False) -> frappe._dict | None:
	"""The enrollment (ENROLLMENT_FIELDS) that gives `user` access to the course, the latest attempt; or None."""
	own = {"member": user, "course": course, "withdrawn_on": None}
	return read_row("LMS Enrollment", ENROLLMENT_FIELDS, own, order="`attempt` desc", lock=lock)


def locked_by(course: str, enrollment: str | None) -> dict[str, str]:
	"""In a course with lessons in order: for each lesson that is not open yet the title of what comes first."""
	done = read_rows("LMS Course Progress", ("lesson",), {"enrollment": enrollment, "status": "Completed"})
	lessons = structure.lessons_in_order(structure.outline(course))
	return locks(lessons, {row.lesson for row in done})


def locks(lessons: list[frappe._dict], done: set[str]) -> dict[str, str]:
	"""As `locked_by`, from what is known already."""
	found, missing = {}, None
	for lesson in lessons:
		if missing and lesson.name not in done:
			found[lesson.name] = missing
		if lesson.required and lesson.name not in done:
			missing = missing or lesson.title
	return found


def join_refusal(access: CourseAccess) -> Refusal | None:
	"""Why the person cannot enroll themselves in the course, or None."""
	course = access.course
	if access.enrollment:
		return CourseClosedError(reason=_("You are already enrolled in this course."))
	if not course.published:
		return CourseClosedError(reason=_("This course is not published."))
	if course.upcoming:
		return CourseClosedError(reason=_("This course is not open yet."))
	if course.disable_self_learning:
		return CourseClosedError(reason=_("This course is given by assignment or in a cohort."))
	if course.superseded_by and read_value("LMS Course", "published", {"name": course.superseded_by}):
		return CourseClosedError(reason=_("There is a newer version of this course: take that one."))
	if permissions.is_absent(access.user):
		return AccessEndedError()
	if not permissions.is_learner(access.user):
		return CourseClosedError(reason=_("Your account is not a learner's: ask a moderator for the role."))
	if refusal := _missing_prerequisite(course.name, access.user):
		return refusal
	return CourseApprovalRequiredError() if course.requires_approval else None


def completed_roots(user: str) -> set[str]:
	"""The courses that `user` has completed in any version, named by their first version."""
	enrollment, course = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Course")
	rows = (
		frappe.qb.from_(enrollment)
		.join(course)
		.on(course.name == enrollment.course)
		.select(course.name, course.version_of)
		.distinct()
		.where((enrollment.member == user) & (enrollment.status == "Completed"))
	).run(as_dict=True)
	return {row.version_of or row.name for row in rows}


def newer_version(access: CourseAccess) -> str | None:
	"""The version that has replaced this course, if it is shown to the person."""
	newer = access.course.superseded_by
	return newer if newer and shown.is_to(access.user, shown.COURSE, newer) else None


def named_to(user: str, courses: list[frappe._dict]) -> list[frappe._dict]:
	"""Courses (name, title) as they may be named to somebody: `is_shown`, and no title of those that are not."""
	seen = shown.among(user, shown.COURSE, {row.name for row in courses})
	hidden = _("a course that you do not see")
	return [
		frappe._dict(row, is_shown=row.name in seen, title=row.title if row.name in seen else hidden)
		for row in courses
	]


def _there_is_none(name: str) -> NoReturn:
	raise frappe.DoesNotExistError(_("There is no course {0}.").format(frappe.utils.escape_html(name)))


def _closed(course: frappe._dict, enrollment: frappe._dict | None, user: str) -> Refusal | None:
	if course.upcoming:
		return CourseClosedError(reason=_("This course is not open yet."))
	if not enrollment:
		return NotInCourseError()
	if permissions.is_absent(user):
		return AccessEndedError()
	# who has begun goes on: a prerequisite that is added later locks nobody out
	return _missing_prerequisite(course.name, user) if enrollment.status == "Not Started" else None


def _missing_prerequisite(course: str, user: str) -> Refusal | None:
	wanted = structure.prerequisites(course)
	if not wanted:
		return None
	done = completed_roots(user)
	missing = [row for row in wanted if (row.version_of or family_root(row.name)) not in done]
	if not missing:
		return None
	titles = ", ".join(row.title for row in named_to(user, missing))
	return CourseClosedError(reason=_("Complete {0} first.").format(titles))
