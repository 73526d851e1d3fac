"""What moderators do with people: those who are ticked in the list, and one on their page. Asked before it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import learners as api
from smooth_lms.api import training
from smooth_lms.base.links import path_of_form
from smooth_lms.base.words import plural
from smooth_lms.learners import editing
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.pages import people_list
from smooth_lms.portal.visit import Visit
from smooth_lms.training.reading import standing

if TYPE_CHECKING:
	from frappe.model.document import Document

ROOT = "/lms/people"
MOST = standing.PAGE_SIZE
REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.OutgoingEmailError)
ON_PERSON = ("assign", "due", "unassign", "password")


@dataclass(frozen=True, slots=True)
class Action:
	"""Something to do with people."""

	label: str
	question: str
	"""About several; {0} is how many."""
	button: str
	fields: tuple[str, ...] = ()
	help: str = ""


def actions() -> dict[str, Action]:
	"""What can be done with people who are ticked, by the name in the address."""
	return {
		"approve": Action(
			_("Approve"),
			_("Approve {0} people?"),
			_("Approve"),
			("notify",),
			_("They get access at once. Those whom HR keeps, or who have access already, stay as they are."),
		),
		"notify": Action(
			_("Notify"),
			_("Send {0} people the welcome mail?"),
			_("Send the mail"),
			(),
			_("With it they choose their password. Whoever has signed in already gets none."),
		),
		"assign": Action(
			_("Assign a course"), _("Assign a course to {0} people?"), _("Assign"), ("course", "due_date")
		),
		"group_in": Action(_("Put in a group"), _("Put {0} people in a group?"), _("Put in"), ("group",)),
		"group_out": Action(
			_("Take out of a group"), _("Take {0} people out of a group?"), _("Take out"), ("group",)
		),
		"archive": Action(
			_("Archive"),
			_("End the access of {0} people?"),
			_("Archive"),
			("keep_seats",),
			_("The training history stays, and they can be brought back."),
		),
		"archive_activity": Action(
			_("Archive activity only"),
			_("Put the open training of {0} people behind them?"),
			_("Archive the activity"),
			(),
			_(
				"They stay active. Courses that they have not finished leave their list, open assignments are cancelled and unused licences go back. What they completed stays on their record, and so do seats in cohorts."
			),
		),
		"restore": Action(
			_("Bring back"),
			_("Give {0} people access again?"),
			_("Bring back"),
			(),
			_("Those whom HR knows get what HR says."),
		),
	}


def choices() -> list[tuple[str, str]]:
	"""What the list offers for those who are ticked."""
	return [(key, action.label) for key, action in actions().items()]


def chosen(visit: Visit, page: Callable[..., Page]) -> Answer:
	"""Go on from the list to the question about those who are ticked. Args: page, shows the list with an alert."""
	members = visit.form.getlist("member")[:MOST]
	if not members:
		return page(visit, alert=_("Tick the people first."))
	if visit.form.get("what") not in actions():
		return page(visit, alert=_("Choose what to do with the people ticked."))
	return Redirect(
		f"{ROOT}/act?{urlencode([('what', visit.form['what']), *(('member', m) for m in members)])}"
	)


def ask(visit: Visit) -> Answer:
	"""Ask before something is done with people; without any, the list is where they are chosen."""
	permissions.require_moderator()
	if not visit.query.get("member"):
		return Redirect(ROOT)
	return _asking(visit, visit.query.get("what"), visit.query.getlist("member")[:MOST])


def act(visit: Visit) -> Answer:
	"""Do it, and say what came of it on the list, or on the page of the one person it was about."""
	permissions.require_moderator()
	key, members = visit.form.get("what"), visit.form.getlist("member")[:MOST]
	if key not in actions() or not members:
		raise frappe.DoesNotExistError
	frappe.db.savepoint("act_on_people")
	try:
		told = _DO[key](members, visit)
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="act_on_people")
		frappe.clear_messages()
		return _asking(visit, key, members, alert=_sentence(refusal))
	back = people_list.address_of(ROOT, members[0]) if len(members) == 1 else ROOT
	return Page("people_done.html", actions()[key].label, {"told": told, "back": back}, section="people")


def of_person(learner: "Document") -> dict[str, Any]:
	"""What the page of one person needs for a moderator."""
	may = permissions.is_moderator() and not permissions.is_self([learner.name])
	if not may:
		return {"may_manage": False}
	offered = {
		"approve": learner.status == "Pending" and not editing.owned_by_hr(learner),
		"notify": learner.status == "Active" and not frappe.db.get_value("User", learner.name, "last_login"),
		"archive": learner.status != "Archived",
		"archive_activity": learner.status != "Archived",
		"restore": learner.status == "Archived",
	}
	here = [("member", learner.name)]
	return {
		"may_manage": True,
		"details": f"{people_list.address_of(ROOT, learner.name)}/details",
		"links": [
			(actions()[key].label, f"{ROOT}/act?{urlencode([('what', key), *here])}")
			for key, offer in offered.items()
			if offer
		],
		"courses": _courses() if learner.status == "Active" else [],
		"in_30_days": frappe.utils.add_days(frappe.utils.today(), 30),
		"notified": learner.notified_on,
	}


def decided(visit: Visit, member: str, address: str, page: Callable[..., Page]) -> Answer:
	"""Assign or unassign a course, move a due date, or send the link to a new password; then show the page again."""
	form = visit.form
	frappe.db.savepoint("decide_about_person")
	try:
		if form["decision"] == "assign":
			done = training.assign_course(form.get("course") or "", [member], form.get("due_date") or "")
			if done["refused"]:
				return page(visit, member, alert=as_text(done["refused"][0]["reason"]))
		elif form["decision"] == "due":
			training.extend([form.get("assignment") or ""], form.get("due_date") or "", form.get("reason"))
		elif form["decision"] == "unassign":
			training.cancel([form.get("assignment") or ""], form.get("reason") or "")
		else:
			api.send_password_mail(member)
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="decide_about_person")
		frappe.clear_messages()
		return page(visit, member, alert=_sentence(refusal))
	return Redirect(f"{address}?done={form['decision']}")


def notices() -> dict[str, str]:
	"""What the address of a person's page says has just been done here."""
	return {
		"assign": _("The course is assigned."),
		"due": _("The due date is changed."),
		"unassign": _("The assignment is cancelled."),
		"password": _("A mail with the link to a new password is on its way."),
		"details": _("The details are saved."),
	}


def details(visit: Visit, member: str) -> Page:
	"""The form for name, e-mail and profile of one person."""
	permissions.require_moderator()
	return _details(visit, member)


def save_details(visit: Visit, member: str) -> Answer:
	"""Save name, e-mail and profile; then show the person."""
	permissions.require_moderator()
	frappe.db.savepoint("details")
	values = {field: visit.form.get(field, "").strip() for field in ("full_name", "email", "profile")}
	try:
		user = api.correct(member, **values)["user"]
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="details")
		frappe.clear_messages()
		return _details(visit, member, values, alert=_sentence(refusal))
	return Redirect(f"{people_list.address_of(ROOT, user)}?done=details")


def _details(visit: Visit, member: str, typed: dict[str, str] | None = None, *, alert: str = "") -> Page:
	learner = permissions.require_learner(member)
	by_hr = editing.owned_by_hr(learner)
	context = {
		"learner": learner,
		"values": typed
		or {
			"full_name": learner.full_name or "",
			"email": learner.name,
			"profile": learner.learning_profile or "",
		},
		"employee": path_of_form("Employee", learner.employee) if by_hr else None,
		"employee_name": learner.employee,
		"profiles": profiles(),
		"address": f"{people_list.address_of(ROOT, member)}/details",
		"back": people_list.address_of(ROOT, member),
	}
	return Page("people_details.html", _("Details"), context, section="people", alert=alert)


def profiles() -> list[str]:
	"""The learning profiles that the reader may give."""
	names = frappe.get_all("LMS Learning Profile", pluck="name", order_by="name", limit=0)
	kept = set() if permissions.gives_everything(frappe.session.user) else permissions.restricted()
	return [name for name in names if name not in kept]


def groups() -> list[tuple[str, str]]:
	"""The groups that people made: name and title."""
	rows = frappe.get_all("LMS Group", {"source": ["!=", "HR"]}, ["name", "title"], order_by="title", limit=0)
	return [(row.name, row.title) for row in rows]


def _courses() -> list[tuple[str, str]]:
	rows = frappe.get_all(
		"LMS Course",
		{"published": 1, "superseded_by": ["is", "not set"]},
		["name", "title"],
		order_by="title",
		limit=0,
	)
	return [(row.name, row.title) for row in rows]


def _asking(visit: Visit, key: str | None, members: Sequence[str], *, alert: str = "") -> Page:
	action = actions().get(key or "")
	rows = frappe.get_all(
		"LMS Learner",
		{"name": ["in", list(members) or [""]]},
		["name", "full_name"],
		order_by="full_name",
		limit=0,
	)
	if not action or not rows:
		raise frappe.DoesNotExistError
	one = rows[0].full_name or rows[0].name
	context = {
		"action": key,
		"asked": action,
		"people": rows,
		"only": one if len(rows) == 1 else None,
		"means": api.get_archive_means([row.name for row in rows]) if key == "archive" else None,
		"courses": _courses() if "course" in action.fields else [],
		"groups": groups() if "group" in action.fields else [],
		"values": visit.form,
		"in_30_days": frappe.utils.add_days(frappe.utils.today(), 30),
		"back": people_list.address_of(ROOT, rows[0].name) if len(rows) == 1 else ROOT,
	}
	title = f"{action.label}: {one}" if len(rows) == 1 else action.question.format(len(rows))
	return Page("people_act.html", title, context, section="people", alert=alert)


def _sentence(refusal: Exception) -> str:
	return as_text(refusal) or _("The mail could not be sent.")


def _people(number: int) -> str:
	return plural(number, _("1 person"), _("{0} people")).format(number)


def _approve(members: list[str], visit: Visit) -> list[str]:
	done = api.approve(members, notify=bool(visit.form.get("notify")))
	told = [_("Approved: {0}.").format(_people(done["approved"]))]
	if done["sent"]:
		told.append(_("Notified: {0}.").format(_people(done["sent"])))
	if done["skipped"]:
		told.append(_("Not waiting for approval, or kept by HR: {0}.").format(_people(done["skipped"])))
	return told


def _notify(members: list[str], visit: Visit) -> list[str]:
	done = api.invite(members)
	told = [_("Notified: {0}.").format(_people(done["sent"]))]
	if done["skipped"]:
		told.append(_("Signed in before, or not to be invited: {0}.").format(_people(done["skipped"])))
	return told


def _assign(members: list[str], visit: Visit) -> list[str]:
	done = training.assign_course(visit.form.get("course") or "", members, visit.form.get("due_date") or "")
	told = [_("Assigned to {0}.").format(_people(len(done["assigned"])))]
	return told + [f"{row['member']}: {as_text(row['reason'])}" for row in done["refused"]]


def _group_in(members: list[str], visit: Visit) -> list[str]:
	done = api.put_in_group(members, visit.form.get("group") or "")
	return [_("New in the group: {0}.").format(_people(done["changed"]))]


def _group_out(members: list[str], visit: Visit) -> list[str]:
	done = api.take_out_of_group(members, visit.form.get("group") or "")
	return [_("Out of the group: {0}.").format(_people(done["changed"]))]


def _archive(members: list[str], visit: Visit) -> list[str]:
	done = api.archive(members, keep_seats=bool(visit.form.get("keep_seats")))
	return [_("Archived: {0}.").format(_people(done["changed"]))]


def _archive_activity(members: list[str], visit: Visit) -> list[str]:
	done = api.archive_activity(members)
	return [
		_("Archived for {0}: {1} open courses and {2} assignments. They stay active.").format(
			_people(done["people"]), done["courses"], done["assignments"]
		)
	]


def _restore(members: list[str], visit: Visit) -> list[str]:
	done = api.restore(members)
	told = [_("Back again: {0}.").format(_people(done["changed"]))]
	if away := len(members) - done["changed"]:
		told.append(_("Not archived, or kept away by HR: {0}.").format(_people(away)))
	return told


_DO: dict[str, Callable[[list[str], Visit], list[str]]] = {
	"approve": _approve,
	"notify": _notify,
	"assign": _assign,
	"group_in": _group_in,
	"group_out": _group_out,
	"archive": _archive,
	"archive_activity": _archive_activity,
	"restore": _restore,
}
