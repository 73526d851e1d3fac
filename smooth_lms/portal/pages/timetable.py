"""The person's timetable, joining a live class, and the calendar to subscribe to."""

import frappe
from frappe import _

from smooth_lms.cohorts import calendar as calendars
from smooth_lms.cohorts import live_classes, timetable
from smooth_lms.cohorts.ical import CONTENT_TYPE
from smooth_lms.exceptions import LiveClassClosedError
from smooth_lms.portal.answers import Answer, Download, Page, Redirect
from smooth_lms.portal.visit import Visit

ROOT = "/lms/timetable"


def index(visit: Visit) -> Page:
	"""What comes, by day; or what is over."""
	return _page(visit, notice=_done(visit.query.get("done")))


def join(visit: Visit, live_class: str) -> Answer:
	"""Note that the person came and send them to the class.

	By a page of its own: the content policy lets no form lead to another site.
	"""
	try:
		link = live_classes.join(live_class, visit.user)
		return Page("joined.html", _("You are in"), {"link": link}, section="learning")
	except LiveClassClosedError as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _page(visit, alert=str(refusal), status=refusal.http_status_code)


def subscribe(visit: Visit) -> Redirect:
	"""Make the address of the person's calendar, or another one in its place."""
	if visit.form.get("renew"):
		calendars.renew_feed(visit.user)
		return Redirect(f"{ROOT}?done=renewed#calendar")
	calendars.feed_address(visit.user)
	return Redirect(f"{ROOT}?done=made#calendar")


def feed(visit: Visit, token: str) -> Download:
	"""The calendar itself, for whoever has its address."""
	return Download(calendars.feed(token), "timetable.ics", CONTENT_TYPE)


def _page(visit: Visit, *, notice: str = "", alert: str = "", status: int = 200) -> Page:
	past = visit.query.get("tab") == "past"
	has_feed = frappe.db.exists(calendars.FEED, visit.user)
	context = {
		"days": timetable.agenda(visit.user, past=past),
		"past": past,
		"feed": calendars.feed_address(visit.user) if has_feed else None,
	}
	title = _("Timetable")
	return Page(
		"timetable.html", title, context, section="learning", notice=notice, alert=alert, status=status
	)


def _done(code: str | None) -> str:
	return {
		"made": _("Your calendar has an address. Subscribe to it in your calendar program."),
		"renewed": _("Your calendar has a new address; the old one does not work any more."),
	}.get(code or "", "")
