"""The list of cohorts, one cohort, and the two things a learner can do there: enroll and withdraw."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api.batches import accept_self, enroll_self, withdraw_self
from smooth_lms.base.links import path_of_form
from smooth_lms.base.settings import setting_number
from smooth_lms.cohorts import catalog
from smooth_lms.cohorts.admission import WAITLISTED
from smooth_lms.cohorts.calendar import calendar_file
from smooth_lms.cohorts.requests import reading
from smooth_lms.exceptions import NotEnrolledError, Refusal
from smooth_lms.portal.answers import Answer, Download, Page, Redirect, as_text
from smooth_lms.portal.pages.lists import other_pages
from smooth_lms.portal.visit import Visit

LIST = "/lms/batches"
FILTERS = {"q": "search", "medium": "medium", "category": "category", "free": "free_seats"}
"""Names in the address, and the catalog's."""


def index(visit: Visit) -> Page:
	"""The list; tab, search, filters and page are in the address."""
	asked = {name: visit.query.get(key) for key, name in FILTERS.items()}
	query = catalog.Query.of(**asked, tab=visit.query.get("tab"), page=visit.query.get("page"))
	found = catalog.cohorts(query, visit.user)
	used = {key: asked[name] for key, name in FILTERS.items() if asdict(query)[name]}

	def address(**changes: Any) -> str:
		return f"{LIST}?{urlencode({'tab': query.tab, **used, **changes})}"

	context = {
		**{name: found[name] for name in ("cohorts", "total", "counts")},
		"query": query,
		"tabs": [
			(tab, label, address(tab=tab), found["counts"][tab])
			for tab, label in (("upcoming", _("Upcoming")), ("mine", _("Mine")), ("past", _("Past")))
		],
		"media": [("Online", _("Online")), ("Offline", _("On site")), ("Hybrid", _("Online and on site"))],
		"categories": catalog.categories(visit.user),
		"is_filtered": bool(used),
		"cleared": f"{LIST}?{urlencode({'tab': query.tab})}",
		**other_pages(found, address),
	}
	return Page("cohorts.html", _("Cohorts"), context, section="cohorts")


def show(visit: Visit, batch: str) -> Page:
	"""One cohort."""
	return _page(visit, batch, notice=_done(visit.query.get("done")))


def enroll(visit: Visit, batch: str) -> Answer:
	"""Enroll the person, or put them on the waitlist; then show the cohort again."""
	try:
		enrolled = enroll_self(batch, source="Portal")
	except Refusal as refusal:
		return refused(visit, batch, refusal)
	return _back(batch, "waitlisted" if enrolled.status == WAITLISTED else "enrolled")


def accept(visit: Visit, batch: str) -> Answer:
	"""Take the seat that is offered; then show the cohort again."""
	try:
		accept_self(batch)
	except Refusal as refusal:
		return refused(visit, batch, refusal)
	return _back(batch, "enrolled")


def confirm_withdrawal(visit: Visit, batch: str) -> Answer:
	"""Ask before somebody gives up a seat."""
	cohort = catalog.cohort(batch, visit.user)
	if not cohort["action"]["can_withdraw"]:
		return _back(batch)
	title = _("Leave the waitlist?") if cohort["status"] == WAITLISTED else _("Withdraw from this cohort?")
	return Page("withdraw.html", title, {"cohort": cohort}, section="cohorts")


def withdraw(visit: Visit, batch: str) -> Answer:
	"""Take the person out of the cohort; then show it again."""
	waited = catalog.cohort(batch, visit.user)["status"] == WAITLISTED
	try:
		withdraw_self(batch, visit.form.get("reason", "").strip()[:500] or None)
	except Refusal as refusal:
		return refused(visit, batch, refusal)
	return _back(batch, "left" if waited else "withdrawn")


def calendar(visit: Visit, batch: str) -> Answer:
	"""The cohort as a calendar file."""
	try:
		return Download(calendar_file(batch, visit.user), f"{batch}.ics", "text/calendar; charset=utf-8")
	except NotEnrolledError as refusal:
		return refused(visit, batch, refusal)


def _page(visit: Visit, batch: str, *, notice: str = "", refusal: Refusal | None = None) -> Page:
	cohort = catalog.cohort(batch, visit.user)
	manages = permissions.lists_cohorts() and frappe.has_permission(
		"LMS Batch", "write", doc=frappe.get_cached_doc("LMS Batch", batch)
	)
	return Page(
		"cohort.html",
		cohort["title"],
		{
			"cohort": cohort,
			"address": address_of(batch),
			"manage": path_of_form("LMS Batch", batch) if manages else None,
			"request": reading.own(visit.user, batch=batch) if cohort["action"]["can_ask"] else None,
			"for_team": cohort["action"]["for_team"] and bool(setting_number("managers_act")),
			"runs": permissions.runs_cohort(batch, visit.user),
		},
		section="cohorts",
		status=refusal.http_status_code if refusal else 200,
		notice=notice,
		alert=as_text(refusal) if refusal else "",
	)


def refused(visit: Visit, batch: str, refusal: Refusal) -> Page:
	"""The page of the cohort with the refusal; what was done for it is undone."""
	frappe.db.rollback()
	frappe.clear_messages()
	return _page(visit, batch, refusal=refusal)


def _back(batch: str, done: str = "") -> Redirect:
	return Redirect(address_of(batch) + (f"?done={done}" if done else ""))


def address_of(batch: str) -> str:
	"""The address of a cohort."""
	return f"{LIST}/{quote(batch, safe='')}"


def _done(code: str | None) -> str:
	return {
		"enrolled": _("You are enrolled. A confirmation is on its way to you by email."),
		"waitlisted": _(
			"You are on the waitlist. When a seat comes free, you are enrolled and get an email."
		),
		"withdrawn": _("You have withdrawn. Your seat is free for somebody else."),
		"asked": _("You have asked for a seat. You are told what is decided."),
		"taken_back": _("Your request is taken back."),
		"left": _("You have left the waitlist."),
	}.get(code or "", "")
