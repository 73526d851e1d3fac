"""Query conditions: what lists, reports, links and REST show. Each has its twin in `documents`."""

import frappe

from smooth_lms.base.sql import Seen, list_condition, quoted
from smooth_lms.people import managers
from smooth_lms.permissions import shown
from smooth_lms.permissions.reach import may_see_sync, visible_employees
from smooth_lms.permissions.roles import (
	AUTHOR_ROLES,
	EVALUATOR_ROLES,
	HR_ROLES,
	WITH_COURSE,
	has,
	is_moderator,
	sees_every_cohort,
	sees_own_training,
	sees_team,
)

WITH_BATCH = frozenset(
	{
		"LMS Batch Enrollment",
		"LMS Enrollment",
		"LMS Quiz Submission",
		"LMS Certificate",
		"LMS Live Class Attendance",
	}
)
"""DocTypes about people that name the cohort, so that evaluators see those of their cohorts."""
NOTHING = "1 = 0"


def rows_seen(doctype: str) -> Seen:
	"""What lists of the DocType show the session's user, as a condition for a query.

	Raises PermissionError for somebody who may not read the DocType at all.
	"""
	return Seen(list_condition(doctype) or "1 = 1")


def batch_query(user: str | None = None) -> str:
	"""Cohorts: moderators, authors and HR all of them, evaluators those they teach, others none."""
	user = user or frappe.session.user
	if sees_every_cohort(user):
		return ""
	if has(user, EVALUATOR_ROLES):
		return f"`tabLMS Batch`.name in ({_taught_by(user)})"
	return NOTHING


def course_query(user: str | None = None) -> str:
	"""Courses: those whose audience shows them to one, those one is in, teaches or has made; moderators and HR all."""
	return shown.to(user or frappe.session.user, shown.COURSE)


def batch_enrollment_query(user: str | None = None) -> str:
	"""Cohort enrollments: own ones, those of one's cohorts, those of the employees HR may see."""
	return _people_query("LMS Batch Enrollment", "employee", user)


def enrollment_query(user: str | None = None) -> str:
	"""Course enrollments: own ones, those of one's cohorts and courses, those of the people HR may see."""
	return _people_query("LMS Enrollment", None, user)


def progress_query(user: str | None = None) -> str:
	"""Progress in lessons: as course enrollments."""
	return _people_query("LMS Course Progress", None, user)


def submission_query(user: str | None = None) -> str:
	"""Quiz submissions: as course enrollments. Learners see theirs in the portal, which hides what it has to."""
	return _people_query("LMS Quiz Submission", None, user)


def scorm_attempt_query(user: str | None = None) -> str:
	"""Attempts at SCORM packages: as course enrollments."""
	return _people_query("LMS SCORM Attempt", None, user)


def scorm_run_query(user: str | None = None) -> str:
	"""SCORM run data: as course enrollments."""
	return _people_query("LMS SCORM Run", None, user)


def xapi_statement_query(user: str | None = None) -> str:
	"""Statements of xAPI: as course enrollments."""
	return _people_query("LMS xAPI Statement", None, user)


def xapi_document_query(user: str | None = None) -> str:
	"""Documents that content of xAPI keeps: as course enrollments."""
	return _people_query("LMS xAPI Document", None, user)


def assignment_query(user: str | None = None) -> str:
	"""Training assignments: own ones, those of the people who report to one, those of the people HR may see."""
	user = user or frappe.session.user
	own = _people_query("LMS Training Assignment", "employee", user)
	if own and not sees_own_training(user) and not has(user, HR_ROLES):
		own = NOTHING
	if not own or not sees_team(user):
		return own
	return f"({own} or `tabLMS Training Assignment`.member in ({managers.team_query(user)}))"


def request_query(user: str | None = None) -> str:
	"""Enrollment requests: own ones, those of the people who report to one, those of the people HR may see."""
	user = user or frappe.session.user
	own = _people_query("LMS Enrollment Request", None, user)
	if not own or not sees_team(user):
		return own
	return f"({own} or `tabLMS Enrollment Request`.member in ({managers.team_query(user)}))"


def review_query(user: str | None = None) -> str:
	"""The review list of training: as course enrollments."""
	return _people_query("LMS Training Review", None, user)


def chapter_query(user: str | None = None) -> str:
	"""Chapters: those of one's own courses."""
	return _course_part_query("Course Chapter", user)


def lesson_query(user: str | None = None) -> str:
	"""Lessons: those of one's own courses."""
	return _course_part_query("Course Lesson", user)


def quiz_query(user: str | None = None) -> str:
	"""Quizzes: those of one's own courses."""
	return _course_part_query("LMS Quiz", user)


def question_query(user: str | None = None) -> str:
	"""Questions with their answers: those of one's own courses."""
	return _course_part_query("LMS Question", user)


def package_query(user: str | None = None) -> str:
	"""SCORM packages: those of one's own courses."""
	return _course_part_query("LMS SCORM Package", user)


def payment_query(user: str | None = None) -> str:
	"""Payments: own ones; moderators all."""
	user = user or frappe.session.user
	return "" if is_moderator(user) else f"`tabLMS Payment`.member = {quoted(user)}"


def learner_query(user: str | None = None) -> str:
	"""Learner records: one's own, those of the employees HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	ways = [f"`tabLMS Learner`.name = {quoted(user)}"]
	if has(user, HR_ROLES):
		visible = visible_employees(user)
		if not visible:
			return ""
		ways.append(f"`tabLMS Learner`.employee in (select name from `tabEmployee` where {visible})")
	return "(" + " or ".join(ways) + ")"


def sync_run_query(user: str | None = None) -> str:
	"""Runs of the synchronization: moderators, and HR that may see every employee."""
	return "" if may_see_sync(user) else NOTHING


def sync_change_query(user: str | None = None) -> str:
	"""Changes by the synchronization: those of the employees HR may see; moderators all."""
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	if not has(user, HR_ROLES):
		return NOTHING
	visible = visible_employees(user)
	return (
		f"`tabLMS Sync Change`.employee in (select name from `tabEmployee` where {visible})"
		if visible
		else ""
	)


def run_query(user: str | None = None) -> str:
	"""Enrollment runs: those one started; moderators all."""
	return _owner_query("LMS Enrollment Run", user)


def refusal_query(user: str | None = None) -> str:
	"""Refused rows of enrollment runs: those of one's own runs; moderators all."""
	return _owner_query("LMS Enrollment Refusal", user)


def certificate_query(user: str | None = None) -> str:
	"""Certificates: own ones, those of one's cohorts and courses, those of the employees HR may see."""
	return _people_query("LMS Certificate", "employee", user)


def compliance_query(user: str | None = None) -> str:
	"""Employee Compliance: own rows, and those of the employees HR may see."""
	return _people_query("Employee Compliance", "employee", user)


def live_class_query(user: str | None = None) -> str:
	"""Live classes with their links: those of the cohorts one runs. Learners see theirs in the portal."""
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	return f"`tabLMS Live Class`.batch in ({_taught_by(user)})" if has(user, EVALUATOR_ROLES) else NOTHING


def attendance_query(user: str | None = None) -> str:
	"""Attendance of live classes: as course enrollments."""
	return _people_query("LMS Live Class Attendance", None, user)


def certificate_run_query(user: str | None = None) -> str:
	"""Certificate runs: moderators all, others those they started."""
	return _owner_query("LMS Certificate Run", user)


def export_query(user: str | None = None) -> str:
	"""Audit exports: those one made oneself; System Managers all, as they answer for the site."""
	user = user or frappe.session.user
	if user == "Administrator" or has(user, frozenset({"System Manager"})):
		return ""
	return f"`tabLMS Audit Export`.owner = {quoted(user)}"


def _taught_by(user: str) -> str:
	return (
		"select parent from `tabCourse Instructor` where parenttype = 'LMS Batch'"
		f" and instructor = {quoted(user)}"
	)


def _owner_query(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	return "" if is_moderator(user) else f"`tab{doctype}`.owner = {quoted(user)}"


def _people_query(doctype: str, employee_field: str | None, user: str | None) -> str:
	user = user or frappe.session.user
	table = f"`tab{doctype}`"
	if is_moderator(user):
		return ""
	ways = [f"{table}.member = {quoted(user)}"]
	if has(user, HR_ROLES):
		visible = visible_employees(user)
		if not visible:
			return ""
		column = "name" if employee_field else "user_id"
		ways.append(
			f"{table}.{employee_field or 'member'} in (select {column} from `tabEmployee` where {visible})"
		)
	if has(user, EVALUATOR_ROLES) and doctype in WITH_BATCH:
		ways.append(f"{table}.batch in ({_taught_by(user)})")
	if has(user, AUTHOR_ROLES) and doctype in WITH_COURSE:
		ways.append(f"{table}.course in ({_authored_by(user)})")
	return "(" + " or ".join(ways) + ")"


def _course_part_query(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	return f"`tab{doctype}`.course in ({_authored_by(user)})" if has(user, AUTHOR_ROLES) else NOTHING


def _authored_by(user: str) -> str:
	who = quoted(user)
	return (
		f"select parent from `tabCourse Instructor` where parenttype = 'LMS Course' and instructor = {who}"
		f" union select name from `tabLMS Course` where owner = {who}"
	)
