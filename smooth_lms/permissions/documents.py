"""Single documents: the twins of the query conditions in `lists`."""

import frappe

from smooth_lms.permissions import shown
from smooth_lms.permissions.reach import hr_reaches, may_see_sync, outside_reach_of, visible_employees
from smooth_lms.permissions.roles import (
	AUTHOR_ROLES,
	EVALUATOR_ROLES,
	HR_ROLES,
	MODERATOR_ROLES,
	WITH_COURSE,
	has,
	is_manager_of,
	is_moderator,
	may_edit_course,
	own_courses,
	runs_cohort,
	sees_every_cohort,
	sees_own_training,
	taught_names,
)

READING = ("read", "print", "select", "report", "email", "export")


def has_learner_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `learner_query`: one's own to read, those of employees HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if ptype not in ("read", "print", "select", "report", "email"):
		return False
	if doc.name == user:
		return True
	if not has(user, HR_ROLES):
		return False
	if not visible_employees(user):
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
	if not has(user, HR_ROLES):
		return False
	if not visible_employees(user):
		return True
	return bool(
		doc.employee
		and frappe.db.exists("Employee", doc.employee)
		and frappe.has_permission("Employee", "read", doc=doc.employee, user=user)
	)


def has_batch_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `batch_query` for one cohort."""
	user = user or frappe.session.user
	if sees_every_cohort(user):
		return True
	return has(user, EVALUATOR_ROLES) and any(row.instructor == user for row in doc.get("instructors") or [])


def has_person_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of the people queries for one enrollment: own, taught, or an employee HR may see."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if has(user, HR_ROLES):
		# who is enrolled is decided by the door; an empty new document may be opened
		return not doc.get("member") or not outside_reach_of(user, doc.member)
	if ptype not in ("read", "print", "select", "report"):
		return False
	if doc.get("member") == user:
		return True
	if has(user, AUTHOR_ROLES) and doc.get("course") and doc.course in own_courses(user):
		return True
	return has(user, EVALUATOR_ROLES) and doc.get("batch") in taught_names(user)


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
	if has(user, HR_ROLES) and (not doc.get("employee") or hr_reaches(user, doc.employee)):
		return True
	return ptype in READING and doc.get("member") == user


def has_live_class_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `live_class_query`; an empty new class may be opened, its cohort decides when it is saved."""
	user = user or frappe.session.user
	return runs_cohort(doc.batch, user) if doc.get("batch") else has(user, EVALUATOR_ROLES | MODERATOR_ROLES)


def has_attendance_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `attendance_query`; written by who runs the cohort of the class, and nobody's own."""
	user = user or frappe.session.user
	if ptype not in READING:
		if doc.get("member") == user:
			return False
		batch = doc.get("batch")
		if doc.get("live_class"):
			# a new row does not know its cohort yet, or says what it likes
			batch = frappe.db.get_value("LMS Live Class", doc.live_class, "batch")
		return not batch or runs_cohort(batch, user)
	return _sees_person(doc, user)


def has_export_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `export_query`. A file of many people's records is for who asked for it."""
	user = user or frappe.session.user
	if user == "Administrator" or has(user, frozenset({"System Manager"})):
		return True
	return doc.is_new() or doc.get("owner") == user


def has_assignment_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `assignment_query` for one training assignment."""
	user = user or frappe.session.user
	hidden = doc.get("member") == user and not sees_own_training(user) and not has(user, HR_ROLES)
	if not hidden and has_person_permission(doc, ptype, user):
		return True
	return ptype in READING and bool(doc.get("member")) and is_manager_of(user, doc.member)


def has_request_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `request_query` for one enrollment request."""
	user = user or frappe.session.user
	if has_person_permission(doc, ptype, user):
		return True
	return ptype in READING and bool(doc.get("member")) and is_manager_of(user, doc.member)


def has_course_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of `course_query` for one course; changes only by its authors.

	Frappe asks for "create" on a stored course, too: for whoever adds a row to one of its tables.
	"""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	if ptype in ("read", "select", "print", "report", "email"):
		return doc.is_new() or shown.is_to(user, shown.COURSE, doc.name)
	if doc.is_new():
		return has(user, AUTHOR_ROLES)
	return may_edit_course(doc.name, user)


def has_course_part_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of the chapter, lesson, quiz, question and package queries: only the authors of the course.

	An empty new document may be opened; the course it is given decides when it is saved.
	"""
	user = user or frappe.session.user
	course = doc.get("course")
	if not course and doc.get("chapter"):
		course = frappe.db.get_value("Course Chapter", doc.chapter, "course")
	return may_edit_course(course, user) or (not course and has(user, AUTHOR_ROLES))


def _sees_person(doc, user: str) -> bool:
	"""Whether `user` may read a record about a person that names member, employee, batch and course."""
	if is_moderator(user) or doc.get("member") == user:
		return True
	if has(user, HR_ROLES) and hr_reaches(user, doc.get("employee"), doc.get("member")):
		return True
	if has(user, AUTHOR_ROLES) and doc.get("course") and doc.course in own_courses(user):
		return doc.doctype in WITH_COURSE
	return has(user, EVALUATOR_ROLES) and doc.get("batch") in taught_names(user)


def has_owner_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""The twin of run, refusal and payment queries: moderators, the owner, and the member named in it."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	return ptype in ("read", "print", "select", "report") and user in (doc.get("member"), doc.get("owner"))
