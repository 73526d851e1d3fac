"""The training of the people who report to who is signed in: who is behind, a nudge, more time, a file."""

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import cint

from smooth_lms import permissions
from smooth_lms.api import training as api
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.portal.answers import Answer, Download, Page, Redirect
from smooth_lms.training import rules, views, wording

if TYPE_CHECKING:
	from smooth_lms.portal.renderer import Visit

ADDRESS = "/lms/team"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def index(visit: "Visit") -> Page:
	"""One page of the people; filters, order and page are in the address."""
	reminded = cint(visit.query.get("done"))
	notice = ""
	if reminded:
		notice = (
			_("A reminder is on its way.")
			if reminded == 1
			else _("{0} reminders are on their way.").format(reminded)
		)
	return _page(visit, notice=notice)


def nudge(visit: "Visit") -> Answer:
	"""Remind one person or those who are ticked, of this page at most; then show the same page again."""
	only = visit.form.get("only")
	members = [only] if only else visit.form.getlist("member")[: views.PAGE_SIZE]
	if not members:
		return _page(visit, alert=_("Tick the people you want to remind."))
	sent, refusals = _remind(members)
	if not sent:
		return _page(visit, alert=refusals[0])
	if refusals:
		sentence = _("{0} reminders are on their way. {1} people were not reminded: {2}")
		return _page(visit, notice=sentence.format(sent, len(refusals), refusals[0]))
	return Redirect(f"{ADDRESS}?{urlencode({**visit.query.to_dict(), 'done': sent})}")


def person(visit: "Visit", member: str) -> Page:
	"""What one person has to do and has done, with what they ask."""
	notices = {
		"granted": _("More time was given."),
		"refused": _("The due date stays as it was."),
		"nudged": _("A reminder is on its way."),
	}
	return _person(visit, member, notice=notices.get(visit.query.get("done") or "", ""))


def decide(visit: "Visit", member: str) -> Answer:
	"""Answer somebody who asks for more time, or remind them; then show their page again."""
	permissions.require_team_member(member)
	try:
		if visit.form.get("decision") == "remind":
			api.nudge(member)
			done = "nudged"
		else:
			grant = visit.form.get("decision") == "grant"
			api.decide_extension(visit.form.get("assignment") or "", grant)
			done = "granted" if grant else "refused"
	except (TrainingRefusedError, frappe.OutgoingEmailError) as error:
		frappe.clear_messages()
		return _person(visit, member, alert=str(error) or _("The reminder could not be sent."))
	return Redirect(f"{_address_of(member)}?done={done}")


def export(visit: "Visit") -> Download:
	"""Everybody who matches, as a CSV file for a spreadsheet."""
	manager = permissions.require_team()
	rows = views.whole_team(manager, _query(visit))
	text = io.StringIO()
	writer = csv.writer(text)
	writer.writerow([_("Name"), _("User"), _("Open"), _("Overdue"), _("Due soon"), _("Done"), _("Next due")])
	for row in rows:
		cells = (row["name"], row["member"], row["open"], row["overdue"], row["due_soon"], row["done"])
		writer.writerow([*map(_safe, cells), row["next_due"] or ""])
	return Download(("\ufeff" + text.getvalue()).encode(), "team-training.csv", "text/csv; charset=utf-8")


def _remind(members: list[str]) -> tuple[int, list[str]]:
	"""How many were reminded, and why the others were not."""
	sent, refusals = 0, []
	for member in members:
		frappe.db.savepoint("reminder")
		try:
			api.nudge(member)
			sent += 1
		except (TrainingRefusedError, frappe.OutgoingEmailError) as error:
			frappe.db.rollback(save_point="reminder")
			refusals.append(str(error) or _("The reminder could not be sent."))
	frappe.clear_messages()
	return sent, refusals


def _person(visit: "Visit", member: str, *, notice: str = "", alert: str = "") -> Page:
	permissions.require_team_member(member)
	name = frappe.db.get_value("User", member, "full_name") or member
	context = {
		"member": member,
		"name": name,
		"address": _address_of(member),
		"training": wording.grouped(views.everything_of(member)),
		"may_decide": member != visit.user,
	}
	return Page("team_person.html", name, context, section="team", notice=notice, alert=alert)


def _address_of(member: str) -> str:
	return f"{ADDRESS}/people/{quote(member, safe='@')}"


def _page(visit: "Visit", *, notice: str = "", alert: str = "") -> Page:
	manager = permissions.require_team()
	query = _query(visit)
	found = views.team(manager, query)
	today = rules.today()
	used = {
		key: value
		for key, value in (
			("q", query.search),
			("state", query.state),
			("tree", "1" if query.whole_tree else ""),
			("sort", query.sort if query.sort != "overdue" else ""),
		)
		if value
	}

	def address(**changes: Any) -> str:
		values = {key: value for key, value in {**used, **changes}.items() if value}
		return f"{ADDRESS}?{urlencode(values)}" if values else ADDRESS

	context = {
		"people": [
			{**wording.person(row, today), "address": _address_of(row["member"])} for row in found["people"]
		],
		"total": found["total"],
		"everybody": found["everybody"],
		"counts": found["counts"],
		"query": asdict(query),
		"states": [
			("", _("Everybody"), found["everybody"]),
			("behind", _("Behind"), found["counts"]["behind"]),
			("due", _("Due soon"), found["counts"]["due"]),
			("on_track", _("On track"), found["counts"]["on_track"]),
			*(
				[("asking", _("Asking for more time"), asking)]
				if (asking := found["counts"]["asking"])
				else []
			),
		],
		"address": address,
		"here": address(page=found["page"] if found["page"] > 1 else None),
		"export": f"{ADDRESS}/export.csv?{urlencode(used)}",
		"is_filtered": bool(query.search or query.state),
		"page_number": found["page"],
		"pages": found["pages"],
		"before": address(page=found["page"] - 1) if found["page"] > 1 else None,
		"after": address(page=found["page"] + 1) if found["page"] < found["pages"] else None,
	}
	return Page("team.html", _("Team"), context, section="team", notice=notice, alert=alert)


def _query(visit: "Visit") -> views.TeamQuery:
	asked = visit.query
	return views.TeamQuery.of(
		whole_tree=asked.get("tree"),
		search=asked.get("q"),
		state=asked.get("state"),
		sort=asked.get("sort"),
		page=asked.get("page"),
	)


def _safe(value: Any) -> Any:
	# a spreadsheet takes a cell that begins like a formula for one
	return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
