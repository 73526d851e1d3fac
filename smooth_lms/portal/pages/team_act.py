"""What managers do with the people who report to them directly: enroll them in a cohort, assign them a course."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import team as api
from smooth_lms.base.words import plural
from smooth_lms.cohorts import catalog, outcomes, wording
from smooth_lms.exceptions import Refusal
from smooth_lms.people import managers
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.visit import Visit
from smooth_lms.training import of_reports

ROOT = "/lms/team"
REFUSALS = (frappe.ValidationError, frappe.PermissionError)
CHIPS = {
	outcomes.ENROLLED: ("good", lambda: _("Enroll"), lambda: _("Enrolled")),
	outcomes.WAITLISTED: ("waiting", lambda: _("Waitlist"), lambda: _("On the waitlist")),
	outcomes.NOMINATED: ("waiting", lambda: _("Nominate"), lambda: _("Nominated")),
	outcomes.ALREADY: ("plain", lambda: _("Already in"), lambda: _("Already in")),
	outcomes.REFUSED: ("bad", lambda: _("Refused"), lambda: _("Refused")),
}
"""Tone, and what is said of an outcome before and after."""


def choices() -> list[tuple[str, str]]:
	"""What the list offers for those who are ticked; nothing where managers do not act."""
	if not permissions.acts_for_team(frappe.session.user):
		return []
	return [("enroll", _("Enroll in a cohort")), ("assign", _("Assign a course"))]


def links_for(member: str) -> list[tuple[str, str]]:
	"""What a manager can do with one person: label and address; nothing for people further down."""
	offered = choices()
	if not offered or permissions.outside_reports([member]):
		return []
	return [(label, f"{ROOT}/{key}?{urlencode({'member': member})}") for key, label in offered]


def chosen(visit: Visit, page: Any) -> Answer:
	"""Go on from the list to what is to be done with those who are ticked. Args: page, shows the list with an alert."""
	members, key = visit.form.getlist("member"), visit.form.get("what")
	if not members:
		return page(visit, alert=_("Tick the people first."))
	if key not in dict(choices()):
		return page(visit, alert=_("Choose what to do with the people ticked."))
	return Redirect(f"{ROOT}/{key}?{urlencode([('member', member) for member in members])}")


def ask_enroll(visit: Visit) -> Page:
	"""Choose people and a cohort; then see what would become of each before anything is done."""
	permissions.require_manager()
	batch, members = visit.query.get("batch") or "", visit.query.getlist("member")
	if not (visit.query.get("preview") and members):
		alert = _("Tick the people first.") if visit.query.get("preview") else ""
		return _enrolling(batch, members, alert=alert)
	try:
		report = api.preview_enrollment(batch, members)
	except Refusal as refusal:
		frappe.clear_messages()
		return _enrolling(batch, members, alert=as_text(refusal))
	return _enrolling(batch, members, report=report)


def enroll(visit: Visit) -> Page:
	"""Enroll the people, and say what became of each."""
	permissions.require_manager()
	batch, members = visit.form.get("batch") or "", visit.form.getlist("member")
	try:
		report = api.enroll_reports(batch, members, source="Portal")
	except Refusal as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _enrolling(batch, members, alert=as_text(refusal))
	told, rows = wording.outcome_lines(report, done=True), _rows(report, done=True)
	return _done(_("Enroll in a cohort"), told, rows, good=report["refused"] < report["total"])


def ask_assign(visit: Visit) -> Page:
	"""Choose people, a course and a due date."""
	permissions.require_manager()
	return _assigning(visit.query.getlist("member"), visit.query.get("course"))


def assign(visit: Visit) -> Page:
	"""Assign the course, and say who did not get it and why."""
	permissions.require_manager()
	course, members = visit.form.get("course") or "", visit.form.getlist("member")
	due = visit.form.get("due_date") or ""
	if not members:
		return _assigning(members, course, due, alert=_("Tick the people first."))
	frappe.db.savepoint("assign_as_manager")
	try:
		done = api.assign_course(course, members, due)
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="assign_as_manager")
		frappe.clear_messages()
		return _assigning(members, course, due, alert=as_text(refusal))
	number, names = len(done["assigned"]), managers.team_of(visit.user)
	told = []
	if number:
		sentence = plural(
			number, _("The course is assigned to 1 person."), _("The course is assigned to {0} people.")
		)
		told.append(sentence.format(number))
	rows = [_row(names, row["member"], outcomes.REFUSED, row["reason"], done=True) for row in done["refused"]]
	if rows:
		sentence = plural(len(rows), _("1 person did not get it:"), _("{0} people did not get it:"))
		told.append(sentence.format(len(rows)))
	return _done(_("Assign a course"), told, rows, good=bool(number))


def _enrolling(
	batch: str, members: Sequence[str], *, report: dict[str, Any] | None = None, alert: str = ""
) -> Page:
	context = {
		**_people(members),
		"cohorts": catalog.offered_to_teams(frappe.session.user),
		"batch": batch,
		"report": report,
	}
	if report:
		context |= {
			"told": wording.outcome_lines(report, done=False),
			"rows": _rows(report, done=False),
			"button": wording.enroll_button(report),
		}
	return Page("team_enroll.html", _("Enroll in a cohort"), context, section="team", alert=alert)


def _assigning(members: Sequence[str], course: str | None = "", due: str = "", *, alert: str = "") -> Page:
	context = {
		**_people(members),
		"courses": of_reports.courses_offered(),
		"course": course,
		"due_date": due or frappe.utils.add_days(frappe.utils.today(), 30),
		"today": frappe.utils.today(),
	}
	return Page("team_assign.html", _("Assign a course"), context, section="team", alert=alert)


def _people(members: Collection[str]) -> dict[str, Any]:
	"""The direct reports by name, with who is ticked; and whether others are ticked, further down, who are left out."""
	reports = managers.team_of(frappe.session.user)
	people = [
		{"user": user, "name": name or user, "chosen": user in members} for user, name in reports.items()
	]
	left_out = len([member for member in members if member not in reports])
	return {"people": sorted(people, key=lambda each: each["name"].casefold()), "left_out": left_out}


def _rows(report: dict[str, Any], *, done: bool) -> list[dict[str, Any]]:
	names = managers.team_of(frappe.session.user)
	rows = report["rows"]
	return [_row(names, row["member"], row["outcome"], row["reason"], done=done) for row in rows]


def _row(
	names: dict[str, str], member: str, outcome: str, reason: str | None, *, done: bool
) -> dict[str, Any]:
	tone, before, after = CHIPS[outcome]
	label = after() if done else before()
	return {
		"name": names.get(member) or member,
		"reason": as_text(reason) if reason and outcome == outcomes.REFUSED else "",
		"chip": {"tone": tone, "code": outcome, "label": label},
	}


def _done(title: str, told: list[str], rows: list[dict[str, Any]], *, good: bool) -> Page:
	return Page("team_done.html", title, {"told": told, "rows": rows, "good": good}, section="team")
