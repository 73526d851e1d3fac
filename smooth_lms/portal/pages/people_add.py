"""Adding people as a moderator: one by a form, many from a file, with a preview before anybody is made."""

import json
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import learners as api
from smooth_lms.base.links import path_of_form
from smooth_lms.base.words import plural
from smooth_lms.cohorts.importing.file import EnrollmentFileError, read_table
from smooth_lms.learners import adding
from smooth_lms.portal.answers import Answer, Download, Page, as_text
from smooth_lms.portal.pages import people_act, people_list
from smooth_lms.portal.visit import Visit

HEADINGS = {
	"email": ("e-mail", "email", "user", "user id", "work e-mail"),
	"full_name": ("name", "full name"),
	"first_name": ("first name",),
	"last_name": ("last name", "surname"),
	"profile": ("profile", "learning profile"),
	"groups": ("groups", "group"),
}
"""Headings that name a column, besides their translations: lower case."""


def show(visit: Visit) -> Page:
	"""The form for one person, and the one for a file."""
	permissions.require_moderator()
	return _page(visit)


def add(visit: Visit) -> Answer:
	"""Add one person, read a file for a preview, or add those of the preview."""
	permissions.require_moderator()
	if visit.form.get("people"):
		return _carry_out(visit, _kept(visit.form["people"]))
	if visit.form.get("from") == "file":
		return _preview(visit)
	one = {
		"email": visit.form.get("email", ""),
		"full_name": visit.form.get("full_name", ""),
		"profile": visit.form.get("profile", ""),
		"groups": visit.form.getlist("groups"),
	}
	return _carry_out(visit, [one])


def template(visit: Visit) -> Download:
	"""A file to fill in, with the headings that are understood."""
	permissions.require_moderator()
	headings = (_("E-mail"), _("Name"), _("Learning profile"), _("Groups"))
	return people_list.csv_file(headings, [], "people.csv")


def _carry_out(visit: Visit, people: list[dict[str, Any]]) -> Page:
	approve, notify = bool(visit.form.get("approve")), bool(visit.form.get("notify"))
	try:
		done = api.add(people, approve=approve, notify=notify and approve)
	except (frappe.ValidationError, frappe.PermissionError, frappe.OutgoingEmailError) as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		text = as_text(refusal) or _("The mail could not be sent: leave the tick out.")
		return _page(visit, alert=text)
	refused = [row for row in done["outcomes"] if row["state"] == adding.REFUSED]
	if len(people) == 1 and refused:
		return _page(visit, alert=refused[0]["reason"], refused=refused)
	told = [
		plural(done["added"], _("1 person was added."), _("{0} people were added.")).format(done["added"])
	]
	if sent := done["sent"]:
		sentence = plural(sent, _("1 welcome mail is on its way."), _("{0} welcome mails are on their way."))
		told.append(sentence.format(sent))
	if not approve:
		told.append(_("They have no access until they are approved."))
	return _page(visit, notice=" ".join(told), refused=refused, fresh=True)


def _preview(visit: Visit) -> Page:
	upload = frappe.request.files.get("file")
	try:
		people = _read(upload.stream.read() if upload else b"", upload.filename if upload else "")
		outcomes = api.preview_adding(people)
	except (EnrollmentFileError, frappe.ValidationError) as refusal:
		frappe.clear_messages()
		return _page(visit, alert=as_text(refusal))
	fine = {row["line"] for row in outcomes if row["state"] != adding.REFUSED}
	context = {
		"outcomes": [_row(row) for row in outcomes],
		"adding": len(fine),
		"left_out": len(outcomes) - len(fine),
		"people": json.dumps([person for person in people if person["line"] in fine]),
		"notify": bool(visit.form.get("notify")),
		"approve": bool(visit.form.get("approve")),
	}
	return Page("people_preview.html", _("Add people: preview"), context, section="people")


def _read(content: bytes, name: str) -> list[dict[str, Any]]:
	table = read_table(content, name or "x.csv", _fit)
	if table is None:
		frappe.throw(_("The file is empty: choose a file with a heading line and one person a line."))
	places = _columns(table.heading[1])
	if "email" not in places:
		frappe.throw(_("No column is named E-mail: name one so."))
	return [_person(number, row, places) for number, row in table.rows]


def _fit(cells: Sequence[str]) -> int:
	"""How many of the columns a row names; 0 if it does not name the one with the address."""
	places = _columns(cells)
	return len(places) if "email" in places else 0


def _columns(headings: Sequence[str]) -> dict[str, int]:
	plain = [heading.strip(" *:").casefold() for heading in headings]
	labels = {
		"email": _("E-mail"),
		"full_name": _("Name"),
		"first_name": _("First name"),
		"last_name": _("Last name"),
		"profile": _("Learning profile"),
		"groups": _("Groups"),
	}
	found = {}
	for column, names in HEADINGS.items():
		wanted = {*names, labels[column].casefold()}
		place = next((place for place, heading in enumerate(plain) if heading in wanted), None)
		if place is not None:
			found[column] = place
	return found


def _person(number: int, row: list[str], places: dict[str, int]) -> dict[str, Any]:
	cells = {column: row[place] if place < len(row) else "" for column, place in places.items()}
	parts = (cells.get("first_name", ""), cells.get("last_name", ""))
	return {
		"line": number,
		"email": cells.get("email", ""),
		"full_name": cells.get("full_name") or " ".join(filter(None, parts)),
		"profile": cells.get("profile", ""),
		"groups": [
			each.strip() for each in cells.get("groups", "").replace(";", ",").split(",") if each.strip()
		],
	}


def _kept(text: str) -> list[dict[str, Any]]:
	"""The people of a preview, as its form sends them back: they are checked again like everybody."""
	try:
		found = json.loads(text)
	except ValueError:
		found = None
	if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
		frappe.throw(_("This cannot be read: choose the file again."))
	return found


def _row(row: dict[str, Any]) -> dict[str, Any]:
	tone, label = {
		adding.NEW: ("good", _("New account")),
		adding.ACCOUNT: ("good", _("Has an account")),
		adding.REFUSED: ("bad", _("Left out")),
	}[row["state"]]
	link = path_of_form("Employee", row["employee"]) if row["employee"] and row["reason"] else None
	return {**row, "chip": {"tone": tone, "label": label, "code": "state"}, "link": link}


def _page(
	visit: Visit, *, notice: str = "", alert: str = "", refused: list[dict] | None = None, fresh: bool = False
) -> Page:
	context = {
		"profiles": people_act.profiles(),
		"groups": people_act.groups(),
		"values": {} if fresh else visit.form,
		"chosen": [] if fresh else visit.form.getlist("groups"),
		"asked": bool(visit.form) and not fresh,
		"refused": [_row(row) for row in refused or []],
		"most": adding.MOST,
	}
	return Page("people_add.html", _("Add people"), context, section="people", notice=notice, alert=alert)
