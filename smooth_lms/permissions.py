"""Who may see and do what: every role check of the app is here. Nothing is allowed that is not named."""

from collections.abc import Collection

from pypika import Criterion

import frappe
from frappe import _

from smooth_lms.learners import directory

MODERATOR_ROLES = frozenset({"Moderator", "System Manager"})
HR_ROLES = frozenset({"HR Manager", "HR User"})
LEARNER_ROLES = ("LMS Student", "Employee Self Service")
"""Frappe resets the roles of Employee Self Service users to that one role, so it has to count as well."""
AUTHOR_ROLES = frozenset({"Course Creator"})
EVALUATOR_ROLES = frozenset({"Batch Evaluator"})
TEAM_ROLES = frozenset({"LMS Team Viewer"})

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
WITH_COURSE = frozenset(
	{"LMS Enrollment", "LMS Course Progress", "LMS Quiz Submission", "LMS SCORM Run", "LMS Certificate"}
)
"""DocTypes about people that name the course, so that authors see those of their courses."""

NOTHING = "1 = 0"
READING = ("read", "print", "select", "report", "email", "export")


def is_moderator(user: str | None = None) -> bool:
	"""Whether `user` (the session's by default) runs cohorts and courses for everybody."""
	user = user or frappe.session.user
	return user == "Administrator" or _has(user, MODERATOR_ROLES)


def is_hr(user: str | None = None) -> bool:
	"""Whether `user` works in HR: may read training data and enroll the employees they may see."""
	return _has(user or frappe.session.user, HR_ROLES)


def is_learner(user: str | None = None) -> bool:
	"""Whether `user` has a learner's role."""
	return _has(user or frappe.session.user, frozenset(LEARNER_ROLES))


def may_use_portal(user: str | None = None) -> bool:
	"""Whether `user` has anything to do in the portal: as a learner, or by running or reading training."""
	user = user or frappe.session.user
	return is_moderator(user) or _has(
		user, frozenset(LEARNER_ROLES) | HR_ROLES | AUTHOR_ROLES | EVALUATOR_ROLES | TEAM_ROLES
	)


def has_desk(user: str | None = None) -> bool:
	"""Whether `user` may open the desk."""
	return frappe.get_cached_value("User", user or frappe.session.user, "user_type") == "System User"


def sees_every_cohort(user: str | None = None) -> bool:
	"""Whether `user` sees unpublished cohorts of everybody: moderators, authors and HR."""
	user = user or frappe.session.user
	return is_moderator(user) or _has(user, HR_ROLES | AUTHOR_ROLES)


def require_portal() -> str:
	"""The signed-in user. Raises PermissionError for a guest and for accounts without a role in training."""
	user = require_login()
	if not may_use_portal(user):
		frappe.throw(
			_("Your account has no role in training: ask your administrator for the role LMS Student."),
			frappe.PermissionError,
		)
	return user


def require_login() -> str:
	"""The signed-in user. Raises PermissionError for a guest."""
	if frappe.session.user == "Guest":
		frappe.throw(_("Sign in to do this."), frappe.PermissionError)
	return frappe.session.user


def require_moderator() -> None:
	"""Raises PermissionError unless the session's user is a moderator."""
	if not is_moderator():
		frappe.throw(_("Only a moderator can do this."), frappe.PermissionError)


def require_enroller() -> None:
	"""Raises PermissionError unless the session's user may enroll other people at all."""
	if not (is_moderator() or is_hr()):
		frappe.throw(_("Only a moderator or HR can enroll other people."), frappe.PermissionError)


def may_override(user: str | None = None) -> bool:
	"""Whether `user` may make an exception to time and seats."""
	return is_moderator(user)


def outside_reach(people: Collection[str]) -> set[str]:
	"""Those of `people` whom the session's user may not enroll or withdraw, lower-cased.

	A moderator reaches everybody; HR reaches the employees that their permissions on Employee let them see.

	Args: people, Users or Employees.
	"""
	if is_moderator():
		return set()
	wanted = {person.lower() for person in people}
	if not is_hr() or not wanted:
		return wanted
	seen = frappe.get_list(
		"Employee",
		or_filters=[["user_id", "in", list(people)], ["name", "in", list(people)]],
		fields=["name", "user_id"],
		limit_page_length=0,
	)
	return wanted - {value.lower() for row in seen for value in (row.name, row.user_id) if value}


def is_author(user: str | None = None) -> bool:
	"""Whether `user` may write courses at all; which ones, `may_edit_course` says."""
	return is_moderator(user) or _has(user or frappe.session.user, AUTHOR_ROLES)


def may_edit_course(course: str | None, user: str | None = None) -> bool:
	"""Whether `user` may change the course and what belongs to it: moderators, and authors who teach or made it."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	return bool(course) and _has(user, AUTHOR_ROLES) and course in own_courses(user)


def require_course_author(course: str | None) -> None:
	"""Raises PermissionError unless the session's user may change the course."""
	if not may_edit_course(course):
		frappe.throw(_("Only the instructors of this course can do this."), frappe.PermissionError)


def own_courses(user: str) -> set[str]:
	"""The courses that `user` teaches or has made."""
	taught = frappe.get_all(
		"Course Instructor", filters={"parenttype": "LMS Course", "instructor": user}, pluck="parent", limit=0
	)
	return {*taught, *frappe.get_all("LMS Course", filters={"owner": user}, pluck="name", limit=0)}


def require_reach(member: str) -> None:
	"""Raises PermissionError unless the session's user may enroll or withdraw `member`."""
	require_enroller()
	if outside_reach([member]):
		frappe.throw(_("You may not see the employee record of {0}.").format(member), frappe.PermissionError)


def require_not_self(member: str) -> None:
	"""Raises PermissionError when somebody is about to issue a certificate to themselves."""
	if member == frappe.session.user:
		frappe.throw(
			_("You cannot issue a certificate to yourself: ask another moderator."), frappe.PermissionError
		)


def require_system_manager() -> None:
	"""Raises PermissionError unless the session's user may decide what is removed for good."""
	user = frappe.session.user
	if user != "Administrator" and not _has(user, frozenset({"System Manager"})):
		frappe.throw(_("Only a System Manager can do this."), frappe.PermissionError)


def require_auditor() -> None:
	"""Raises PermissionError unless the session's user may take training records out in bulk.

	HR Managers get the records of the employees they may see.
	"""
	if not (is_moderator() or _has(frappe.session.user, frozenset({"HR Manager"}))):
		frappe.throw(_("Only a moderator or an HR Manager can export records."), frappe.PermissionError)


def runs_cohort(batch: str, user: str | None = None) -> bool:
	"""Whether `user` runs the cohort: moderators, and the evaluators who teach it."""
	user = user or frappe.session.user
	return is_moderator(user) or (_has(user, EVALUATOR_ROLES) and batch in _taught_names(user))


def require_cohort_staff(batch: str) -> None:
	"""Raises PermissionError unless the session's user runs the cohort."""
	if not runs_cohort(batch):
		frappe.throw(_("Only the instructors of this cohort can do this."), frappe.PermissionError)


def sees_team(user: str | None = None) -> bool:
	"""Whether managers are shown the training of their people on this site; LMS Settings say so."""
	return bool(frappe.db.get_single_value("LMS Settings", "managers_see_training", cache=True))


def sees_own_training(user: str | None = None) -> bool:
	"""Whether people are shown the training that was assigned to them; LMS Settings say so. Moderators see all."""
	shown = frappe.db.get_single_value("LMS Settings", "employees_see_training", cache=True)
	return bool(shown) or is_moderator(user)


def require_own_training() -> str:
	"""The signed-in user. Raises PermissionError where LMS Settings show people no training of their own."""
	user = require_login()
	if not sees_own_training(user):
		frappe.throw(_("Your site does not show training to employees."), frappe.PermissionError)
	return user


def is_manager(user: str) -> bool:
	"""Whether anybody reports to `user`, and this site shows training to managers."""
	if user == "Guest" or not sees_team(user):
		return False
	own = directory.records_of(user)
	if own and frappe.db.exists("Employee", {"reports_to": ["in", own], "status": "Active"}):
		return True
	return bool(frappe.db.exists("LMS Learner", {"approver": user, "status": ["!=", "Archived"]}))


def is_manager_of(user: str, member: str) -> bool:
	"""Whether `member` reports to `user`: in HR, directly or further down, or as the learner's approver."""
	if member == user or not sees_team(user):
		return False
	if frappe.db.exists("LMS Learner", {"name": member, "approver": user}):
		return True
	return directory.is_above(user, member)


def require_team() -> str:
	"""The signed-in user, as a manager. Raises PermissionError where LMS Settings show teams to nobody."""
	user = require_login()
	if not sees_team(user):
		frappe.throw(_("Your site does not show training to managers."), frappe.PermissionError)
	return user


def require_team_member(member: str) -> None:
	"""Raises PermissionError unless the session's user may see the training of `member`, as a manager."""
	user = require_team()
	if not (is_moderator(user) or is_manager_of(user, member)):
		frappe.throw(_("Only the manager of this person can see this."), frappe.PermissionError)


def require_training_reports() -> None:
	"""Raises PermissionError unless the session's user may read the reports about training."""
	if not (is_moderator() or is_hr() or _has(frappe.session.user, TEAM_ROLES)):
		frappe.throw(_("Only moderators, HR and managers can see the reports."), frappe.PermissionError)


class Seen(Criterion):
	"""A condition that Frappe has put into SQL, for use in a query."""

	def __init__(self, sql: str) -> None:
		super().__init__(None)
		self.sql = sql

	def get_sql(self, **_kwargs: object) -> str:
		"""The condition, to be put after `and`."""
		return f"({self.sql})"


def rows_seen(doctype: str) -> Seen:
	"""What lists of the DocType show the session's user, as a condition for a query.

	Raises PermissionError for somebody who may not read the DocType at all.
	"""
	from frappe.model.db_query import DatabaseQuery

	return Seen(DatabaseQuery(doctype).build_match_conditions() or "1 = 1")


def require_training_decision(member: str) -> None:
	"""Raises PermissionError unless the session's user may decide about more time for `member`."""
	user = frappe.session.user
	if member == user and not is_moderator(user):
		frappe.throw(_("You cannot decide about your own training."), frappe.PermissionError)
	if not (is_moderator(user) or is_manager_of(user, member)):
		frappe.throw(_("Only the manager or a moderator can decide this."), frappe.PermissionError)


def require_run(run) -> None:
	"""Raises PermissionError unless the session's user may stop and continue `run`, an LMS Enrollment Run."""
	require_enroller()
	if not has_owner_permission(run):
		frappe.throw(_("Only a moderator or who started the run can do this."), frappe.PermissionError)


# Query conditions: what lists, reports, links and REST show. Each has its twin in has_permission below.


def batch_query(user: str | None = None) -> str:
	"""Cohorts: moderators, authors and HR all of them, evaluators those they teach, others none."""
	user = user or frappe.session.user
	if sees_every_cohort(user):
		return ""
	if _has(user, EVALUATOR_ROLES):
		return f"`tabLMS Batch`.name in ({_taught_by(user)})"
	return NOTHING


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


def scorm_run_query(user: str | None = None) -> str:
	"""SCORM run data: as course enrollments."""
	return _people_query("LMS SCORM Run", None, user)


def assignment_query(user: str | None = None) -> str:
	"""Training assignments: own ones, those of the people who report to one, those of the people HR may see."""
	user = user or frappe.session.user
	own = _people_query("LMS Training Assignment", "employee", user)
	if own and not sees_own_training(user) and not _has(user, HR_ROLES):
		own = NOTHING
	if not own or not sees_team(user):
		return own
	team = ", ".join(frappe.db.escape(each) for each in sorted(directory.team_of(user, whole_tree=True)))
	return f"({own} or `tabLMS Training Assignment`.member in ({team}))" if team else own


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
	return "" if is_moderator(user) else f"`tabLMS Payment`.member = {frappe.db.escape(user)}"


def learner_query(user: str | None = None) -> str:
	"""Learner records: one's own, those of the employees HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	ways = [f"`tabLMS Learner`.name = {frappe.db.escape(user)}"]
	if _has(user, HR_ROLES):
		visible = _visible_employees(user)
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
	if not _has(user, HR_ROLES):
		return NOTHING
	visible = _visible_employees(user)
	return (
		f"`tabLMS Sync Change`.employee in (select name from `tabEmployee` where {visible})"
		if visible
		else ""
	)


def may_see_sync(user: str | None = None) -> bool:
	"""Whether `user` may see runs of the synchronization: moderators, and HR that may see every employee."""
	user = user or frappe.session.user
	return is_moderator(user) or (_has(user, HR_ROLES) and not _visible_employees(user))


def require_sync_keeper() -> None:
	"""Raises PermissionError unless the session's user may run the synchronization and decide about it."""
	user = frappe.session.user
	if not (is_moderator(user) or (_has(user, frozenset({"HR Manager"})) and may_see_sync(user))):
		frappe.throw(
			_("Only a moderator, or an HR Manager who sees every employee, can do this."),
			frappe.PermissionError,
		)


def require_employee(employee: str, ptype: str = "read") -> None:
	"""Raises PermissionError unless the session's user may see (or, with ptype write, change) the employee."""
	if not (is_moderator() and ptype == "read") and not frappe.has_permission(
		"Employee", ptype, doc=employee
	):
		frappe.throw(_("You may not see the employee record {0}.").format(employee), frappe.PermissionError)


def require_employees(employees: Collection[str]) -> None:
	"""Raises PermissionError unless the session's user may change all of these Employees.

	A fixed number of queries, except for records that only a look at each can decide about: shared with the user,
	owned by them, or on a site that asks a function of its own.
	"""
	for name in sorted(set(employees) - _surely_writable(set(employees))):
		require_employee(name, "write")


def _surely_writable(employees: set[str]) -> set[str]:
	granted = frappe.permissions.get_role_permissions(frappe.get_meta("Employee"))
	if not employees or not granted.get("write") or granted.get("if_owner"):
		return set()
	if frappe.get_hooks("has_permission").get("Employee"):
		return set()
	# a list shows what User Permissions allow, which hold for reading and writing, and what others have shared
	filters = {"name": ["in", list(employees)]}
	seen = set(frappe.get_list("Employee", filters=filters, pluck="name", limit_page_length=0))
	return seen - set(frappe.share.get_shared("Employee", frappe.session.user))


def has_learner_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `learner_query`: one's own to read, those of employees HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if ptype not in ("read", "print", "select", "report", "email"):
		return False
	if doc.name == user:
		return True
	if not _has(user, HR_ROLES):
		return False
	if not _visible_employees(user):
		return True
	return bool(doc.employee) and frappe.has_permission("Employee", "read", doc=doc.employee, user=user)


def has_sync_run_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `sync_run_query`."""
	return may_see_sync(user)


def has_sync_change_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `sync_change_query`."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if not _has(user, HR_ROLES):
		return False
	if not _visible_employees(user):
		return True
	return bool(
		doc.employee
		and frappe.db.exists("Employee", doc.employee)
		and frappe.has_permission("Employee", "read", doc=doc.employee, user=user)
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
	return f"`tabLMS Live Class`.batch in ({_taught_by(user)})" if _has(user, EVALUATOR_ROLES) else NOTHING


def attendance_query(user: str | None = None) -> str:
	"""Attendance of live classes: as course enrollments."""
	return _people_query("LMS Live Class Attendance", None, user)


def certificate_run_query(user: str | None = None) -> str:
	"""Certificate runs: moderators all, others those they started."""
	return _owner_query("LMS Certificate Run", user)


def export_query(user: str | None = None) -> str:
	"""Audit exports: those one made oneself; System Managers all, as they answer for the site."""
	user = user or frappe.session.user
	if user == "Administrator" or _has(user, frozenset({"System Manager"})):
		return ""
	return f"`tabLMS Audit Export`.owner = {frappe.db.escape(user)}"


def has_batch_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `batch_query` for one cohort."""
	user = user or frappe.session.user
	if sees_every_cohort(user):
		return True
	return _has(user, EVALUATOR_ROLES) and any(row.instructor == user for row in doc.get("instructors") or [])


def has_person_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of the people queries for one enrollment: own, taught, or an employee HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if _has(user, HR_ROLES):
		# who is enrolled is decided by the door; an empty new document may be opened
		return not doc.get("member") or not _outside_reach_of(user, doc.member)
	if ptype not in ("read", "print", "select", "report"):
		return False
	if doc.get("member") == user:
		return True
	if _has(user, AUTHOR_ROLES) and doc.get("course") and doc.course in own_courses(user):
		return True
	return _has(user, EVALUATOR_ROLES) and doc.get("batch") in _taught_names(user)


def has_certificate_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `certificate_query`. Nobody changes a certificate; it is made void by its own methods."""
	user = user or frappe.session.user
	if ptype in ("write", "delete", "submit", "cancel", "amend"):
		return False
	if ptype in ("create", "import"):
		return is_moderator(user) and doc.get("member") != user
	return _sees_person(doc, user)


def has_compliance_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `compliance_query`. Nobody changes what is said about themselves."""
	user = user or frappe.session.user
	if ptype not in READING and doc.get("member") == user:
		return False
	if is_moderator(user):
		return True
	if _has(user, HR_ROLES) and (not doc.get("employee") or _hr_reaches(user, doc.employee)):
		return True
	return ptype in READING and doc.get("member") == user


def has_live_class_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `live_class_query`; an empty new class may be opened, its cohort decides when it is saved."""
	user = user or frappe.session.user
	return runs_cohort(doc.batch, user) if doc.get("batch") else _has(user, EVALUATOR_ROLES | MODERATOR_ROLES)


def has_attendance_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `attendance_query`; written by who runs the cohort."""
	user = user or frappe.session.user
	if ptype not in READING:
		return not doc.get("batch") or runs_cohort(doc.batch, user)
	return _sees_person(doc, user)


def has_export_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `export_query`. A file of many people's records is for who asked for it."""
	user = user or frappe.session.user
	if user == "Administrator" or _has(user, frozenset({"System Manager"})):
		return True
	return doc.is_new() or doc.get("owner") == user


def has_assignment_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `assignment_query` for one training assignment."""
	user = user or frappe.session.user
	hidden = doc.get("member") == user and not sees_own_training(user) and not _has(user, HR_ROLES)
	if not hidden and has_person_permission(doc, ptype, user):
		return True
	return ptype in READING and bool(doc.get("member")) and is_manager_of(user, doc.member)


def has_course_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""One course: everybody whom the role lets read courses at all; changes only by its authors."""
	user = user or frappe.session.user
	if is_moderator(user) or ptype in ("read", "select", "print", "report", "email"):
		return True
	if ptype == "create" or doc.is_new():
		return _has(user, AUTHOR_ROLES)
	return may_edit_course(doc.name, user)


def has_course_part_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of the chapter, lesson, quiz, question and package queries: only the authors of the course.

	An empty new document may be opened; the course it is given decides when it is saved.
	"""
	user = user or frappe.session.user
	course = doc.get("course")
	if not course and doc.get("chapter"):
		course = frappe.db.get_value("Course Chapter", doc.chapter, "course")
	return may_edit_course(course, user) or (not course and _has(user, AUTHOR_ROLES))


def _sees_person(doc, user: str) -> bool:
	"""Whether `user` may read a record about a person that names member, employee, batch and course."""
	if is_moderator(user) or doc.get("member") == user:
		return True
	if _has(user, HR_ROLES) and _hr_reaches(user, doc.get("employee"), doc.get("member")):
		return True
	if _has(user, AUTHOR_ROLES) and doc.get("course") and doc.course in own_courses(user):
		return doc.doctype in WITH_COURSE
	return _has(user, EVALUATOR_ROLES) and doc.get("batch") in _taught_names(user)


def _hr_reaches(user: str, employee: str | None, member: str | None = None) -> bool:
	"""Whether HR's permissions on Employee let `user` see this person; all, where nothing limits them."""
	if not _visible_employees(user):
		return True
	if employee:
		return bool(frappe.has_permission("Employee", "read", doc=employee, user=user))
	return bool(member) and not _outside_reach_of(user, member)


def has_owner_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of run, refusal and payment queries: moderators, the owner, and the member named in it."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	return ptype in ("read", "print", "select", "report") and user in (doc.get("member"), doc.get("owner"))


def _has(user: str, roles: frozenset[str]) -> bool:
	return not roles.isdisjoint(frappe.get_roles(user))


def _taught_by(user: str) -> str:
	return (
		"select parent from `tabCourse Instructor` where parenttype = 'LMS Batch'"
		f" and instructor = {frappe.db.escape(user)}"
	)


def _taught_names(user: str) -> list[str]:
	return frappe.get_all(
		"Course Instructor", filters={"parenttype": "LMS Batch", "instructor": user}, pluck="parent", limit=0
	)


def _owner_query(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	return "" if is_moderator(user) else f"`tab{doctype}`.owner = {frappe.db.escape(user)}"


def _people_query(doctype: str, employee_field: str | None, user: str | None) -> str:
	user = user or frappe.session.user
	table = f"`tab{doctype}`"
	if is_moderator(user):
		return ""
	ways = [f"{table}.member = {frappe.db.escape(user)}"]
	if _has(user, HR_ROLES):
		visible = _visible_employees(user)
		if not visible:
			return ""
		column = "name" if employee_field else "user_id"
		ways.append(
			f"{table}.{employee_field or 'member'} in (select {column} from `tabEmployee` where {visible})"
		)
	if _has(user, EVALUATOR_ROLES) and doctype in WITH_BATCH:
		ways.append(f"{table}.batch in ({_taught_by(user)})")
	if _has(user, AUTHOR_ROLES) and doctype in WITH_COURSE:
		ways.append(f"{table}.course in ({_authored_by(user)})")
	return "(" + " or ".join(ways) + ")"


def _course_part_query(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if is_moderator(user):
		return ""
	return f"`tab{doctype}`.course in ({_authored_by(user)})" if _has(user, AUTHOR_ROLES) else NOTHING


def _authored_by(user: str) -> str:
	who = frappe.db.escape(user)
	return (
		f"select parent from `tabCourse Instructor` where parenttype = 'LMS Course' and instructor = {who}"
		f" union select name from `tabLMS Course` where owner = {who}"
	)


def _visible_employees(user: str) -> str:
	"""Frappe's own condition on Employee for `user`: User Permissions, shares, other apps. Empty = all."""
	from frappe.model.db_query import DatabaseQuery

	return DatabaseQuery("Employee", user=user).build_match_conditions()


def _outside_reach_of(user: str, member: str) -> bool:
	if not _visible_employees(user):
		return False  # nothing limits this person: they also see members who are not employees
	employee = frappe.db.get_value("Employee", {"user_id": member}, "name", order_by="status asc")
	return not (employee and frappe.has_permission("Employee", "read", doc=employee, user=user))
