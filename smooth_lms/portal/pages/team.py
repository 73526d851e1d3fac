"""The training of the people who report to who is signed in: who is behind, a nudge, a file."""

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import frappe
from frappe import _

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
	done = _("A reminder is on its way.") if visit.query.get("done") == "nudged" else ""
	return _page(visit, notice=done)


def nudge(visit: "Visit") -> Answer:
	"""Remind one person; then show the same page again."""
	try:
		api.nudge(visit.form.get("member") or "")
	except (TrainingRefusedError, frappe.OutgoingEmailError) as error:
		frappe.clear_messages()
		return _page(visit, alert=str(error) or _("The reminder could not be sent."))
	return Redirect(f"{ADDRESS}?{urlencode({**visit.query.to_dict(), 'done': 'nudged'})}")


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
		"people": [wording.person(row, today) for row in found["people"]],
		"total": found["total"],
		"everybody": found["everybody"],
		"counts": found["counts"],
		"query": asdict(query),
		"states": [
			("", _("Everybody"), found["everybody"]),
			("behind", _("Behind"), found["counts"]["behind"]),
			("due", _("Due soon"), found["counts"]["due"]),
			("on_track", _("On track"), found["counts"]["on_track"]),
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
