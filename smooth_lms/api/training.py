"""Mandatory training over HTTP. Writes are POST; refusals carry their class, sentence and status."""

from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.training import activation, decisions, licence_stock, reminders, subscriptions
from smooth_lms.training.assignments import assign
from smooth_lms.training.figures import base
from smooth_lms.training.figures.compliance import completion_rate
from smooth_lms.training.figures.overdue import departments
from smooth_lms.training.newcomers import AT_ONCE
from smooth_lms.training.reading import standing, views
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start

DEPARTMENTS_SHOWN = 6


@frappe.whitelist(methods=["POST"])
@checked
def assign_mandatory_training(
	requirement: str | None = None, members: list | str | None = None
) -> dict[str, Any]:
	"""Assign what the requirements ask for. For moderators and System Managers.

	Args:
	        requirement: only this LMS Training Requirement, or `mandatory` for the mandatory courses.
	        members: only these Users, at once; without them everybody, by background runs.

	Returns `runs` (what was started; none where nothing is to be done), or for members the counts of what was done.
	Doing it again changes nothing.
	"""
	permissions.require_moderator()
	keys = [_known(requirement)] if requirement else None
	if members is None:
		return {"runs": start.assign_all(keys=keys, trigger="Person")}
	people = arguments.names(members)
	if len(people) > AT_ONCE:
		frappe.throw(_("At most {0} people at once: leave them out to assign to everybody.").format(AT_ONCE))
	return _assign_for(people, keys)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_my_training_assignments() -> list[dict[str, Any]]:
	"""The signed-in user's training, what is most urgent first: see `views.of_member`.

	Raises PermissionError where LMS Settings do not show people their own training.
	"""
	return views.of_member(permissions.require_own_training())


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_team_training_status(
	whole_tree: bool = False,
	search: str = "",
	state: str = "",
	sort: str = "overdue",
	page: int = 1,
	page_size: int = standing.PAGE_SIZE,
) -> dict[str, Any]:
	"""How the people who report to the signed-in user stand with their training.

	Args:
	        whole_tree: also those who report to them, and so on.
	        search: part of a name.
	        state: `behind` (something overdue), `due` (due within 14 days), `on_track`; empty for all.
	        sort: `overdue`, `name`, `next_due` or `last_activity`.
	        page: counted from 1.
	        page_size: 50 at most.

	Returns what `views.team` does. Raises PermissionError where LMS Settings do not show teams.
	"""
	manager = permissions.require_team()
	query = views.TeamQuery.of(
		whole_tree=whole_tree, search=search, state=state, sort=sort, page=page, page_size=page_size
	)
	return views.team(manager, query)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def preview_requirement(requirement: str) -> dict[str, Any]:
	"""What activating a requirement would do: see `requirements.preview`. For moderators."""
	permissions.require_moderator()
	return activation.preview(frappe.get_doc(activation.DOCTYPE, requirement))


@frappe.whitelist(methods=["POST"])
@checked
def activate_requirement(requirement: str, confirm: int | None = None) -> dict[str, Any]:
	"""Put a requirement to work. For moderators. Args: confirm, see `requirements.activate`. Returns `run`."""
	permissions.require_moderator()
	return {"run": activation.activate(requirement, confirm)}


@frappe.whitelist(methods=["POST"])
@checked
def deactivate_requirement(requirement: str, take_back: bool) -> dict[str, int]:
	"""Stop a requirement. For moderators. Args: take_back, whether open assignments are cancelled."""
	permissions.require_moderator()
	return {"cancelled": activation.deactivate(requirement, take_back=take_back)}


@frappe.whitelist(methods=["POST"])
@checked
def assign_course(course: str, members: list | str, due_date: str) -> dict[str, Any]:
	"""Assign one course to some people, once. For moderators.

	Args: course, an LMS Course; members, Users; due_date, a day (YYYY-MM-DD), today or later.

	Returns what `decisions.assign_course` does.
	"""
	permissions.require_moderator()
	return decisions.assign_course(course, arguments.names(members), due_date)


@frappe.whitelist(methods=["POST"])
@checked
def waive(assignments: list | str, reason: str) -> dict[str, int]:
	"""Let people off for this cycle. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": decisions.waive(arguments.names(assignments), reason)}


@frappe.whitelist(methods=["POST"])
@checked
def cancel(assignments: list | str, reason: str) -> dict[str, int]:
	"""Take open assignments back. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": decisions.cancel(arguments.names(assignments), reason)}


@frappe.whitelist(methods=["POST"])
@checked
def extend(assignments: list | str, until: str, reason: str | None = None) -> dict[str, Any]:
	"""Give open assignments another due date: managers of the people a later one, moderators any day.

	Args: assignments; until, a day (YYYY-MM-DD); reason, wanted for an earlier day.

	Returns `changed`, and `refused` (`assignment, reason` of each that could not be moved, where there are several).
	"""
	names = arguments.names(assignments)
	for member in views.members_of(names):
		# among several one's own is left out, like one that is closed
		if len(names) == 1 or not permissions.is_self([member]):
			permissions.require_training_decision(member)
	return decisions.extend(names, until, reason)


@frappe.whitelist(methods=["POST"])
@checked
def revoke_licence(assignment: str, reason: str) -> None:
	"""Cancel an assignment that nobody has started, so that its licence is free. For moderators."""
	permissions.require_moderator()
	licence_stock.revoke(assignment, reason)


@frappe.whitelist(methods=["POST"])
@checked
def reassign_licence(
	assignment: str, member: str, reason: str, due_date: str | None = None
) -> dict[str, str]:
	"""Give the licence of an assignment that nobody has started to somebody else. For moderators.

	Args: see `licence_stock.reassign`. Returns `assignment`, the new one.
	"""
	permissions.require_moderator()
	return {"assignment": licence_stock.reassign(assignment, member, reason, due_date)}


@frappe.whitelist(methods=["POST"])
@checked
def nudge(member: str) -> None:
	"""Remind one person of their training now. For moderators and the person's manager; once a day at most."""
	permissions.require_training_decision(member)
	reminders.nudge(member)


@frappe.whitelist(methods=["POST"])
@checked
def request_extension(assignment: str, until: str, reason: str) -> None:
	"""The signed-in user asks for more time for an assignment of theirs."""
	permissions.require_login()
	decisions.request_extension(assignment, until, reason)


@frappe.whitelist(methods=["POST"])
@checked
def decide_extension(assignment: str, grant: bool) -> None:
	"""Answer a request for more time. For moderators and the manager of the person."""
	for member in views.members_of([assignment]):
		permissions.require_training_decision(member)
	decisions.decide_extension(assignment, grant)


@frappe.whitelist(methods=["POST"])
@checked
def decide_reviews(
	reviews: list | str, due_date: str | None = None, reason: str | None = None
) -> dict[str, int]:
	"""Answer questions of the review list: see `decisions.decide_reviews`. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": decisions.decide_reviews(arguments.names(reviews), due_date=due_date, reason=reason)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_run(run: str) -> dict[str, Any]:
	"""How far a run of the assigner is. For moderators."""
	permissions.require_moderator()
	return start.progress(run)


@frappe.whitelist(methods=["POST"])
@checked
def abort_run(run: str) -> None:
	"""Stop a run after the chunks it is at. For moderators."""
	permissions.require_moderator()
	start.abort(run)


@frappe.whitelist(methods=["POST"])
@checked
def resume_run(run: str) -> None:
	"""Continue a run that failed or was aborted. For moderators."""
	permissions.require_moderator()
	start.resume(run)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_report_choices() -> dict[str, list[dict[str, str]]]:
	"""For each filter of the reports the values that occur among the people one may see: `value` and `label`.

	For moderators, HR and managers with the role LMS Team Viewer.
	"""
	permissions.require_training_reports()
	return base.choices()


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_completion_card() -> dict[str, Any] | str:
	"""Number Card: the share of courses done among those required, and the way to the report; a dash without any."""
	permissions.require_training_reports()
	rate = completion_rate()
	if rate is None:
		return "–"
	return {
		"value": rate,
		"fieldtype": "Percent",
		"precision": 1,
		"route": ["query-report", "Training Compliance"],
	}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_overdue_by_department() -> dict[str, Any]:
	"""Dashboard Chart: how much is overdue in which department, of the people one may see."""
	permissions.require_training_reports()
	counts = departments().most_common(DEPARTMENTS_SHOWN)
	return {
		"labels": [department or _("No department") for department, _number in counts],
		"datasets": [{"name": _("Overdue"), "values": [number for _department, number in counts]}],
	}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_overdue_mail() -> dict[str, Any]:
	"""On which `day` of the week the signed-in user gets the report of overdue training by mail; None if never."""
	permissions.require_training_reports()
	return {"day": subscriptions.day_of(frappe.session.user)}


@frappe.whitelist(methods=["POST"])
@checked
def set_overdue_mail(day: str = "", filters: dict | str | None = None) -> None:
	"""Get the report of overdue training by mail once a week, or not any more.

	Args:
	        day: Monday to Sunday; empty to stop.
	        filters: those of the report.
	"""
	permissions.require_training_reports()
	subscriptions.subscribe(frappe.session.user, day, arguments.single_values(filters))


@tried_again_on_deadlock
def _assign_for(people: list[str], keys: list[str] | None) -> dict[str, int]:
	counts = assign.assign_for(people, keys)
	return {field: counts[field] for field in assign.COUNTS}


def _known(requirement: str) -> str:
	if requirement != rules.MANDATORY and not frappe.db.exists(
		rules.DOCTYPE, {"name": requirement, "active": 1, "frozen": 0}
	):
		frappe.throw(
			_("There is no active requirement {0}.").format(frappe.utils.escape_html(requirement)),
			frappe.DoesNotExistError,
		)
	return requirement
