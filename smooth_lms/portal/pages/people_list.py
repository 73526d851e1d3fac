"""What the pages with a list of people share: a page of them, reminders for those who are ticked, a file."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import cint

from smooth_lms import permissions
from smooth_lms.api import training as api
from smooth_lms.base.spreadsheets import write_rows
from smooth_lms.base.words import plural
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.portal.answers import Answer, Download, Redirect, as_text
from smooth_lms.portal.pages.lists import other_pages
from smooth_lms.training.reading import standing, wording
from smooth_lms.training.requirement import rules

if TYPE_CHECKING:
	from collections.abc import Callable

	from smooth_lms.portal.answers import Page
	from smooth_lms.portal.visit import Visit

STATES = {
	standing.BEHIND: lambda: _("Behind"),
	standing.DUE: lambda: _("Due soon"),
	standing.ON_TRACK: lambda: _("On track"),
}


def listed(
	root: str, person_root: str, found: Mapping[str, Any], query: standing.ListQuery, used: Mapping[str, Any]
) -> dict[str, Any]:
	"""What the templates of a list need.

	Args:
	        root: the address of the list.
	        person_root: what stands before the person in the address of a person's page.
	        found: see `standing.page_of`.
	        query: what was asked for.
	        used: the parameters of the address that say so besides search, state and sort.
	"""
	today = rules.today()
	state = {
		"q": query.search,
		"state": query.state,
		**used,
		"sort": query.sort if query.sort != standing.SORTS[0] else "",
	}
	state = {key: value for key, value in state.items() if value}

	def address(**changes: Any) -> str:
		values = {key: value for key, value in {**state, **changes}.items() if value}
		return f"{root}?{urlencode(values)}" if values else root

	page, asking = found["page"], found["counts"][standing.ASKING]
	states = [("", _("Everybody"), found["everybody"])]
	states += [(key, label(), found["counts"][key]) for key, label in STATES.items()]
	if asking:
		states.append((standing.ASKING, _("Asking for more time"), asking))
	return {
		"people": [
			{**wording.person(row, today), "address": address_of(person_root, row["member"])}
			for row in found["people"]
		],
		"total": found["total"],
		"query": query,
		"states": states,
		"root": root,
		"address": address,
		"here": address(page=page if page > 1 else None),
		"export": f"{root}/export.csv?{urlencode(state)}",
		"workbook": f"{root}/export.xlsx?{urlencode(state)}",
		**other_pages(found, address),
	}


def address_of(person_root: str, member: str) -> str:
	"""The address of one person's page."""
	return f"{person_root}/{quote(member, safe='@')}"


def notice_of(visit: "Visit") -> str:
	"""What the address says has just been done."""
	reminded = cint(visit.query.get("done"))
	if not reminded:
		return ""
	if reminded == 1:
		name = _name_of(visit.query.get("to") or "")
		return _("A reminder went to {0}.").format(name) if name else _on_their_way(1)
	return _on_their_way(reminded)


def _on_their_way(number: int) -> str:
	return plural(number, _("1 reminder is on its way."), _("{0} reminders are on their way.")).format(number)


def nudge(visit: "Visit", root: str, page: "Callable[..., Page]") -> Answer:
	"""Remind one person or those who are ticked, of one page at most; then show the same page of the list again.

	Args: page, shows it, with a notice or an alert.
	"""
	only = visit.form.get("only")
	members = [only] if only else visit.form.getlist("member")[: standing.PAGE_SIZE]
	if not members:
		return page(visit, alert=_("Tick the people you want to remind."))
	sent, refusals = _remind(members)
	if not sent:
		return page(visit, alert=refusals[0])
	if refusals:
		sentence = plural(
			len(refusals), _("1 person was not reminded: {1}"), _("{0} people were not reminded: {1}")
		)
		told = sentence.format(len(refusals), refusals[0])
		return page(visit, notice=f"{_on_their_way(sent)} {told}")
	told = {"done": sent, "to": members[0]} if sent == 1 else {"done": sent}
	return Redirect(f"{root}?{urlencode({**visit.query.to_dict(), **told})}")


def _name_of(member: str) -> str:
	"""The name of somebody whom the reader may remind, and so knows; empty for others."""
	may = permissions.is_moderator() or permissions.is_manager_of(frappe.session.user, member)
	return (frappe.db.get_value("User", member, "full_name") or "") if member and may else ""


def person_notice_of(visit: "Visit") -> str:
	"""What the address of a person's page says has just been done."""
	notices = {
		"granted": _("More time was given."),
		"refused": _("The due date stays as it was."),
		"nudged": _on_their_way(1),
	}
	return notices.get(visit.query.get("done") or "", "")


def decide(visit: "Visit", member: str, address: str, page: "Callable[..., Page]") -> Answer:
	"""Answer somebody who asks for more time, or remind them; then show their page again.

	Args: page, shows it, with an alert.
	"""
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
		return page(visit, member, alert=as_text(error) or _("The reminder could not be sent."))
	return Redirect(f"{address}?done={done}")


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Any]], filename: str) -> Download:
	"""Rows as a CSV file for a spreadsheet, which takes no cell for a formula."""
	text = io.StringIO()
	write_rows(text, (headings, *rows))
	return Download(("\ufeff" + text.getvalue()).encode(), filename, "text/csv; charset=utf-8")


def _remind(members: Sequence[str]) -> tuple[int, list[str]]:
	"""How many were reminded, and why the others were not."""
	sent, refusals = 0, []
	for member in members:
		frappe.db.savepoint("reminder")
		try:
			api.nudge(member)
			sent += 1
		except (TrainingRefusedError, frappe.OutgoingEmailError) as error:
			frappe.db.rollback(save_point="reminder")
			refusals.append(as_text(error) or _("The reminder could not be sent."))
	frappe.clear_messages()
	return sent, refusals
