"""Requests for seats and courses: the list of what a reader may decide, one request, and asking."""

from collections.abc import Callable

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import requests as api
from smooth_lms.cohorts.requests import reading
from smooth_lms.exceptions import Refusal
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.pages import cohorts, courses
from smooth_lms.portal.visit import Visit

ROOT = "/lms/requests"


def index(visit: Visit) -> Page:
	"""What the reader may decide about."""
	if not (permissions.is_moderator() or permissions.is_manager(visit.user)):
		frappe.throw(_("Only managers and moderators can see this."), frappe.PermissionError)
	told = {
		"Enrolled": _("Approved: they are enrolled, and are told."),
		"Waitlisted": _("Approved: they are on the waitlist, and are told."),
		"refused": _("Refused. They are told, with your reason."),
	}
	context = {"requests": reading.to_decide(visit.user)}
	notice = told.get(visit.query.get("done") or "", "")
	return Page("requests.html", _("Requests to decide"), context, section="team", notice=notice)


def show(visit: Visit, request: str) -> Page:
	"""One request."""
	return _page(visit, request)


def decide(visit: Visit, request: str) -> Answer:
	"""Approve or refuse a request; then show what is left to decide."""
	try:
		if visit.form.get("decision") == "approve":
			done = api.approve(request)["status"]
		else:
			api.refuse(request, visit.form.get("reason") or "")
			done = "refused"
	except frappe.ValidationError as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _page(visit, request, alert=as_text(refusal))
	return Redirect(f"{ROOT}?done={done}")


def ask_for_seat(visit: Visit, batch: str) -> Answer:
	"""Ask for a seat, or take the request back; then show the cohort again."""
	try:
		done = _asked(visit, lambda reason: api.ask_for_seat(batch, reason))
	except Refusal as refusal:
		return cohorts.refused(visit, batch, refusal)
	return Redirect(f"{cohorts.address_of(batch)}?done={done}")


def ask_for_course(visit: Visit, course: str) -> Answer:
	"""Ask for a course, or take the request back; then show the course again."""
	try:
		done = _asked(visit, lambda reason: api.ask_for_course(course, reason))
	except Refusal as refusal:
		return courses.refused(visit, course, refusal)
	return Redirect(f"{courses.address_of(course)}?done={done}")


def _asked(visit: Visit, ask: Callable[[str], object]) -> str:
	if request := visit.form.get("take_back"):
		api.take_back(request)
		return "taken_back"
	ask(visit.form.get("reason") or "")
	return "asked"


def _page(visit: Visit, request: str, *, alert: str = "") -> Page:
	found = reading.one(request, visit.user)
	context = {"request": found, "typed": visit.form.get("reason") or ""}
	return Page("request.html", found["person"], context, section="team", alert=alert)
