"""What callers require of the session's user. Each raises PermissionError with a sentence."""

from collections.abc import Callable, Collection, Iterable

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.people.employees import records_of
from smooth_lms.permissions.documents import has_learner_permission, has_owner_permission
from smooth_lms.permissions.reach import may_see_sync, outside_reach
from smooth_lms.permissions.roles import (
	TEAM_ROLES,
	acts_for_team,
	has,
	is_author,
	is_hr,
	is_manager_of,
	is_moderator,
	may_decide_request,
	may_edit_course,
	may_use_portal,
	runs_cohort,
	sees_own_training,
	sees_people,
	sees_team,
)


def require_portal(user: str | None = None) -> str:
	"""`user`, the signed-in one by default. Raises PermissionError for a guest and for accounts without a role in
	training."""
	user = user or require_login()
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


def ask_again(demand: Callable[[], object], user: str | None = None) -> None:
	"""Ask for somebody whether they may still do what a job does in their name, at the time it does it.

	Args: demand, what was required when they asked for it; user, the session's by default.

	Raises PermissionError where it does, or where the account was disabled meanwhile.
	"""
	before = frappe.session.user
	user = user or before
	if user != "Administrator" and not frappe.db.get_value("User", user, "enabled"):
		sentence = _("The account {0}, which asked for this, is disabled: ask for it anew.")
		frappe.throw(sentence.format(escape_html(user)), frappe.PermissionError)
	if user == before:
		demand()
		return
	frappe.set_user(user)
	try:
		demand()
	finally:
		frappe.set_user(before)


def require_moderator() -> None:
	"""Raises PermissionError unless the session's user is a moderator."""
	if not is_moderator():
		frappe.throw(_("Only a moderator can do this."), frappe.PermissionError)


def require_enroller() -> None:
	"""Raises PermissionError unless the session's user may enroll other people at all."""
	if not (is_moderator() or is_hr()):
		frappe.throw(_("Only a moderator or HR can enroll other people."), frappe.PermissionError)


def require_author() -> None:
	"""Raises PermissionError unless the session's user may write courses at all."""
	if not is_author():
		frappe.throw(_("Only authors of courses can do this."), frappe.PermissionError)


def require_course_author(course: str | None) -> None:
	"""Raises PermissionError unless the session's user may change the course."""
	if not may_edit_course(course):
		frappe.throw(_("Only the instructors of this course can do this."), frappe.PermissionError)


def require_reach(member: str) -> None:
	"""Raises PermissionError unless the session's user may enroll or withdraw `member`."""
	require_enroller()
	if outside_reach([member]):
		frappe.throw(
			_("You may not see the employee record of {0}.").format(escape_html(member)),
			frappe.PermissionError,
		)


def require_not_self(member: str) -> None:
	"""Raises PermissionError when somebody is about to issue a certificate to themselves."""
	if member == frappe.session.user:
		frappe.throw(
			_("You cannot issue a certificate to yourself: ask another moderator."), frappe.PermissionError
		)


def require_others(people: Iterable[str | None]) -> None:
	"""Raises PermissionError when the session's user is one of those about whom they are about to decide.

	Nobody certifies, completes, waives or promotes for themselves, whatever their roles. Args: people, Users or Employees.
	"""
	if is_self(people):
		frappe.throw(
			_("You cannot decide about your own training: ask somebody else."), frappe.PermissionError
		)


def is_self(people: Iterable[str | None]) -> bool:
	"""Whether the session's user is among `people`, Users or Employees. Administrator is nobody."""
	user = frappe.session.user
	if user == "Administrator":
		return False
	wanted = {person.casefold() for person in people if person}
	if not wanted:
		return False
	return user.casefold() in wanted or not wanted.isdisjoint(name.casefold() for name in records_of(user))


def require_not_own_attendance(member: str) -> None:
	"""Raises PermissionError when somebody is about to note that they came to a class themselves."""
	if member == frappe.session.user:
		frappe.throw(
			_("You cannot note your own attendance: ask another instructor of the cohort."),
			frappe.PermissionError,
		)


def require_system_manager() -> None:
	"""Raises PermissionError unless the session's user may decide what is removed for good."""
	user = frappe.session.user
	if user != "Administrator" and not has(user, frozenset({"System Manager"})):
		frappe.throw(_("Only a System Manager can do this."), frappe.PermissionError)


def require_auditor() -> None:
	"""Raises PermissionError unless the session's user may take training records out in bulk.

	HR Managers get the records of the employees they may see.
	"""
	if not (is_moderator() or has(frappe.session.user, frozenset({"HR Manager"}))):
		frappe.throw(_("Only a moderator or an HR Manager can export records."), frappe.PermissionError)


def require_cohort_staff(batch: str) -> None:
	"""Raises PermissionError unless the session's user runs the cohort."""
	if not runs_cohort(batch):
		frappe.throw(_("Only the instructors of this cohort can do this."), frappe.PermissionError)


def require_own_training() -> str:
	"""The signed-in user. Raises PermissionError where LMS Settings show people no training of their own."""
	user = require_login()
	if not sees_own_training(user):
		frappe.throw(_("Your site does not show training to employees."), frappe.PermissionError)
	return user


def require_team() -> str:
	"""The signed-in user, as a manager. Raises PermissionError where LMS Settings show teams to nobody."""
	user = require_login()
	if not sees_team(user):
		frappe.throw(_("Your site does not show training to managers."), frappe.PermissionError)
	return user


def require_manager() -> str:
	"""The signed-in user, who may enroll and assign for those who report to them; for whom, `outside_reports` says.

	Raises PermissionError for somebody without a team, and where LMS Settings leave that to others.
	"""
	user = require_team()
	if not acts_for_team(user):
		frappe.throw(
			_("Only managers can do this, for the people who report to them."), frappe.PermissionError
		)
	return user


def require_team_member(member: str) -> None:
	"""Raises PermissionError unless the session's user may see the training of `member`, as a manager."""
	user = require_team()
	if not (is_moderator(user) or is_manager_of(user, member)):
		frappe.throw(_("Only the manager of this person can see this."), frappe.PermissionError)


def require_people() -> None:
	"""Raises PermissionError unless the session's user is shown the list of learners."""
	if not sees_people():
		frappe.throw(_("Only moderators and HR can see this."), frappe.PermissionError)


def require_learner(member: str):
	"""The LMS Learner of `member`. Raises PermissionError unless the list of learners shows it to the session's user.

	Whether there is such a learner is told to nobody who may not see everybody.
	"""
	require_people()
	doc = frappe.get_doc("LMS Learner", member) if frappe.db.exists("LMS Learner", member) else None
	if doc and has_learner_permission(doc):
		return doc
	if not is_moderator():
		frappe.throw(
			_("You may not see the employee record of {0}.").format(escape_html(member)),
			frappe.PermissionError,
		)
	frappe.throw(_("There is no learner {0}.").format(escape_html(member)), frappe.DoesNotExistError)


def require_training_reports() -> None:
	"""Raises PermissionError unless the session's user may read the reports about training."""
	if not (is_moderator() or is_hr() or has(frappe.session.user, TEAM_ROLES)):
		frappe.throw(_("Only moderators, HR and managers can see the reports."), frappe.PermissionError)


def require_training_decision(member: str) -> None:
	"""Raises PermissionError unless the session's user may decide about more time for `member`."""
	user = frappe.session.user
	require_others([member])
	if not (is_moderator(user) or is_manager_of(user, member)):
		frappe.throw(_("Only the manager or a moderator can decide this."), frappe.PermissionError)


def require_request_decision(member: str, *, nominated: bool) -> None:
	"""Raises PermissionError unless the session's user may decide about a request of `member`: see `may_decide_request`."""
	require_others([member])
	if not may_decide_request(frappe.session.user, member, nominated=nominated):
		frappe.throw(
			_("Only the manager or a moderator can decide this.")
			if not nominated
			else _("Only a moderator can decide this."),
			frappe.PermissionError,
		)


def require_run(run) -> None:
	"""Raises PermissionError unless the session's user may stop and continue `run`, an LMS Enrollment Run."""
	require_enroller()
	if not has_owner_permission(run):
		frappe.throw(_("Only a moderator or who started the run can do this."), frappe.PermissionError)


def require_sync_keeper() -> None:
	"""Raises PermissionError unless the session's user may run the synchronization and decide about it."""
	user = frappe.session.user
	if not (is_moderator(user) or (has(user, frozenset({"HR Manager"})) and may_see_sync(user))):
		frappe.throw(
			_("Only a moderator, or an HR Manager who sees every employee, can do this."),
			frappe.PermissionError,
		)


def require_employee(employee: str, ptype: str = "read") -> None:
	"""Raises PermissionError unless the session's user may see (or, with ptype write, change) the employee."""
	if not (is_moderator() and ptype == "read") and not frappe.has_permission(
		"Employee", ptype, doc=employee
	):
		frappe.throw(
			_("You may not see the employee record {0}.").format(escape_html(employee)),
			frappe.PermissionError,
		)


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
	seen = set(frappe.get_list("Employee", filters=filters, pluck="name", limit=0))
	return seen - set(frappe.share.get_shared("Employee", frappe.session.user))
