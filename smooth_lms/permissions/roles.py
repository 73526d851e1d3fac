"""Who somebody is, by their roles and by what HR says: what they may do and are shown."""

import frappe

from smooth_lms.base.notices.events import INSTRUCTORS, LEARNERS, MANAGERS, MODERATORS
from smooth_lms.base.settings import setting
from smooth_lms.people import managers

MODERATOR_ROLES = frozenset({"Moderator", "System Manager"})
HR_ROLES = frozenset({"HR Manager", "HR User"})
LEARNER_ROLES = ("LMS Student", "Employee Self Service")
"""Frappe resets the roles of Employee Self Service users to that one role, so it has to count as well."""
LEARNING_ROLES = frozenset(
	{"LMS Student", "LMS Team Viewer", "Course Creator", "Batch Evaluator", "Moderator"}
)
"""All that a learning profile may grant, and that the app gives to or takes from anybody."""
WITHOUT_DESK_WORK = frozenset(
	{*LEARNER_ROLES, *("LMS Team Viewer", "Employee", "All", "Guest", "Desk User", "Customer", "Supplier")}
)
"""Roles that give nobody work at the desk."""
AUTHOR_ROLES = frozenset({"Course Creator"})
EVALUATOR_ROLES = frozenset({"Batch Evaluator"})
TEAM_ROLES = frozenset({"LMS Team Viewer"})
WITH_COURSE = frozenset(
	{
		"LMS Enrollment",
		"LMS Course Progress",
		"LMS Quiz Submission",
		"LMS SCORM Attempt",
		"LMS SCORM Run",
		"LMS xAPI Document",
		"LMS xAPI Statement",
		"LMS Certificate",
	}
)
"""DocTypes about people that name the course, so that authors see those of their courses."""


def is_moderator(user: str | None = None) -> bool:
	"""Whether `user` (the session's by default) runs cohorts and courses for everybody."""
	user = user or frappe.session.user
	return user == "Administrator" or has(user, MODERATOR_ROLES)


def moderators() -> list[str]:
	"""The holders of the role Moderator who can sign in."""
	holders = frappe.get_all(
		"Has Role", filters={"role": "Moderator", "parenttype": "User"}, pluck="parent", limit=0
	)
	return frappe.get_all("User", filters={"name": ["in", holders], "enabled": 1}, pluck="name", limit=0)


def is_hr(user: str | None = None) -> bool:
	"""Whether `user` works in HR: may read training data and enroll the employees they may see."""
	return has(user or frappe.session.user, HR_ROLES)


def is_learner(user: str | None = None) -> bool:
	"""Whether `user` has a learner's role."""
	return has(user or frappe.session.user, frozenset(LEARNER_ROLES))


def may_use_portal(user: str | None = None) -> bool:
	"""Whether `user` has anything to do in the portal: as a learner, or by running or reading training."""
	user = user or frappe.session.user
	return is_moderator(user) or has(
		user, frozenset(LEARNER_ROLES) | HR_ROLES | AUTHOR_ROLES | EVALUATOR_ROLES | TEAM_ROLES
	)


def has_desk(user: str | None = None) -> bool:
	"""Whether `user` may open the desk."""
	return frappe.get_cached_value("User", user or frappe.session.user, "user_type") == "System User"


def works_at_desk(user: str | None = None) -> bool:
	"""Whether `user` has something to do at the desk. ERPNext lets every employee into it, who find nothing there."""
	user = user or frappe.session.user
	return has_desk(user) and (
		user == "Administrator" or bool(set(frappe.get_roles(user)) - WITHOUT_DESK_WORK)
	)


def sees_every_cohort(user: str | None = None) -> bool:
	"""Whether `user` sees unpublished cohorts of everybody: moderators, authors and HR."""
	user = user or frappe.session.user
	return is_moderator(user) or has(user, HR_ROLES | AUTHOR_ROLES)


def lists_cohorts(user: str | None = None) -> bool:
	"""Whether the desk lists any cohorts for `user`; see `lists.batch_query`."""
	user = user or frappe.session.user
	return has_desk(user) and (sees_every_cohort(user) or has(user, EVALUATOR_ROLES))


def may_override(user: str | None = None) -> bool:
	"""Whether `user` may make an exception to audience, time and seats."""
	return is_moderator(user)


def is_author(user: str | None = None) -> bool:
	"""Whether `user` may write courses at all; which ones, `may_edit_course` says."""
	return is_moderator(user) or has(user or frappe.session.user, AUTHOR_ROLES)


def may_edit_course(course: str | None, user: str | None = None) -> bool:
	"""Whether `user` may change the course and what belongs to it: moderators, and authors who teach or made it."""
	user = user or frappe.session.user
	if is_moderator(user):
		return True
	return bool(course) and has(user, AUTHOR_ROLES) and course in own_courses(user)


def own_courses(user: str) -> set[str]:
	"""The courses that `user` teaches or has made."""
	taught = frappe.get_all(
		"Course Instructor", filters={"parenttype": "LMS Course", "instructor": user}, pluck="parent", limit=0
	)
	return {*taught, *frappe.get_all("LMS Course", filters={"owner": user}, pluck="name", limit=0)}


def runs_cohort(batch: str, user: str | None = None) -> bool:
	"""Whether `user` runs the cohort: moderators, and the evaluators who teach it."""
	user = user or frappe.session.user
	return is_moderator(user) or (has(user, EVALUATOR_ROLES) and batch in taught_names(user))


def sees_team(user: str | None = None) -> bool:
	"""Whether managers are shown the training of their people on this site; LMS Settings say so."""
	return bool(setting("managers_see_training"))


def sees_own_training(user: str | None = None) -> bool:
	"""Whether people are shown the training that was assigned to them; LMS Settings say so. Moderators see all."""
	shown = setting("employees_see_training")
	return bool(shown) or is_moderator(user)


def is_manager(user: str) -> bool:
	"""Whether anybody reports to `user`, and this site shows training to managers."""
	if user == "Guest" or not sees_team(user):
		return False
	return managers.has_team(user)


def acts_for_team(user: str) -> bool:
	"""Whether `user` has a team, and managers enroll and assign for their people on this site."""
	return bool(setting("managers_act")) and is_manager(user)


def is_manager_of(user: str, member: str) -> bool:
	"""Whether `member` reports to `user`: in HR, directly or further down, or as the learner's approver."""
	if member == user or not sees_team(user):
		return False
	return managers.is_manager_of(user, member)


def may_decide_request(user: str, member: str, *, nominated: bool) -> bool:
	"""Whether `user` decides about a request of `member`: L&D, and their manager where these have not asked themselves.

	Nobody decides about their own. Args: nominated, whether their manager has asked for them.
	"""
	if user == member:
		return False
	return is_moderator(user) or (not nominated and is_manager_of(user, member))


def sees_people(user: str | None = None) -> bool:
	"""Whether `user` is shown the list of learners: moderators, and HR those they may see."""
	return is_moderator(user) or is_hr(user)


def notice_readers(user: str) -> set[str]:
	"""What `user` may be told as: see `base/notices/events.py`."""
	taught = frappe.db.exists("Course Instructor", {"instructor": user})
	found = {LEARNERS: True, MANAGERS: is_manager(user), INSTRUCTORS: taught, MODERATORS: is_moderator(user)}
	return {reader for reader, applies in found.items() if applies}


def has(user: str, roles: frozenset[str]) -> bool:
	"""Whether `user` has any of these roles."""
	return not roles.isdisjoint(frappe.get_roles(user))


def taught_names(user: str) -> list[str]:
	"""The cohorts that `user` teaches."""
	return frappe.get_all(
		"Course Instructor", filters={"parenttype": "LMS Batch", "instructor": user}, pluck="parent", limit=0
	)
