"""The audience of a course or cohort: what is asked when it is saved, and whom it names at this moment."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, now_datetime

from smooth_lms.base.reads import read_rows
from smooth_lms.people import audience, employees
from smooth_lms.people.presence import Presence

MOST_NAMES = 20
COURSE = "LMS Course"


def check(doc, *, with_company: bool = True) -> None:
	"""Raises ValidationError, with what to do, for an audience that cannot be as it stands; fills in what is noted in it.

	Args:
	        doc: an LMS Course or LMS Batch that is being saved.
	        with_company: whether a new one that names no company takes that of whoever makes it.
	"""
	audience.require_once(doc.audience, doc.exceptions)
	before = doc.get_doc_before_save()
	if lines(doc) != lines(before) and (wrong := audience.problem(doc.audience)):
		frappe.throw(escape_html(wrong))
	for row in doc.exceptions:
		row.added_by = row.added_by or frappe.session.user
		row.added_on = row.added_on or now_datetime()
	if with_company and doc.is_new() and not doc.company:
		doc.company = _company_of(frappe.session.user)


def saved(doc) -> None:
	"""Note that there are audiences; tell whoever has changed one that nobody is in it. Args: doc, as `check`, saved."""
	if lines(doc):
		audience.note_use(doc.doctype)
	if lines(doc) != lines(doc.get_doc_before_save()) and lines(doc) and not _members(doc):
		sentence = _("Nobody matches this audience now: learners do not see {0}.")
		frappe.msgprint(sentence.format(escape_html(doc.title)), title=_("Audience"), indicator="orange")


def lines(doc) -> set[tuple]:
	"""What makes an audience, to compare. Args: doc, as `check`; None has nothing."""
	if not doc:
		return set()
	named = {(row.effect, row.member, str(row.until or "")) for row in doc.exceptions}
	return {(row.effect, row.kind, row.value) for row in doc.audience} | named


def preview(doc, *, with_names: bool) -> dict[str, Any]:
	"""Whom a course or cohort, saved or not, is shown to.

	Args:
	        doc: with `doctype`, `audience`, `exceptions`, `company`, and a cohort's `courses`.
	        with_names: say the first names, too.

	Returns `people` and `everybody` (counts), `names` (the first, by name), `more` (how many others), `without_account`
	(employees who match and have no account), `courses` (of a cohort, those that leave people out) and `problem`.
	"""
	if wrong := audience.problem(doc.audience):
		return {"problem": wrong}
	found = _members(doc)
	named = sorted((person.full_name for person in found.values()), key=str.casefold)[:MOST_NAMES]
	everybody = audience.everybody(getdate()).values()
	return {
		"people": len(found),
		"everybody": sum(each.presence is not Presence.GONE for each in everybody),
		"names": named if with_names else [],
		"more": len(found) - len(named) if with_names else 0,
		"without_account": len(audience.without_account(audience.of_shown(doc, getdate()))),
		"courses": [
			frappe.get_cached_value(COURSE, name, "title") or name for _doctype, name in _of_courses(doc)
		],
		"problem": None,
	}


def outside(wanted: Mapping[str, Collection[str]], users: Collection[str]) -> set[str]:
	"""Those of `users` for whom one of some courses and cohorts is not meant. A fixed number of queries for any number.

	Whoever is enrolled in such a course already may take it again. The twin of `permissions/shown.py`.

	Args: wanted, names by DocType.
	"""
	today, found = getdate(), set()
	for (doctype, name), each in audience.of_documents(wanted, today).items():
		left_out = audience.left_out(each, today, users)
		if left_out and doctype == COURSE:
			taking = {"course": name, "member": tuple(left_out), "withdrawn_on": None}
			left_out -= {row.member for row in read_rows("LMS Enrollment", ("member",), taking)}
		found |= left_out
	return found


def _members(doc) -> dict[str, audience.Found]:
	today = getdate()
	found = audience.members(audience.of_shown(doc, today), today)
	for each in _of_courses(doc).values():
		found = {user: found[user] for user in audience.members(each, today, list(found))}
	return found


def _of_courses(doc) -> dict[tuple[str, str], audience.Audience]:
	"""The audiences of a cohort's courses that leave anybody out."""
	courses = [row.course for row in doc.get("courses") or () if row.course]
	return audience.of_documents({COURSE: courses}, getdate())


def _company_of(user: str) -> str | None:
	person = employees.people_by_user([user], optional=True).get(user.lower())
	return person.company if person else None
