"""The person's timetable as a list, a week or a month; joining a live class; and the calendar to subscribe to."""

import calendar
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from babel.dates import get_day_names

import frappe
from frappe import _

from smooth_lms.base import dates
from smooth_lms.cohorts import calendar as calendars
from smooth_lms.cohorts import live_classes, timetable
from smooth_lms.cohorts.ical import CONTENT_TYPE
from smooth_lms.exceptions import LiveClassClosedError
from smooth_lms.portal.answers import Answer, Download, Page, Redirect, as_text
from smooth_lms.portal.visit import Visit

ROOT, SECTION = "/lms/timetable", "timetable"
WEEK, MONTH = "week", "month"
FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""As System Settings name them, in the order of `date.weekday`."""


def index(visit: Visit) -> Page:
	"""What comes, by day; what is over; or a week or a month of it."""
	return _page(visit, notice=_done(visit.query.get("done")))


def join(visit: Visit, live_class: str) -> Answer:
	"""Note that the person came and send them to the class.

	By a page of its own: the content policy lets no form lead to another site.
	"""
	try:
		link = live_classes.join(live_class, visit.user)
		return Page("joined.html", _("You are in"), {"link": link}, section=SECTION)
	except LiveClassClosedError as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _page(visit, alert=as_text(refusal), status=refusal.http_status_code)


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
	tab = visit.query.get("tab")
	tab = tab if tab in ("past", WEEK, MONTH) else ""
	feed = calendars.feed_address(visit.user) if frappe.db.exists(calendars.FEED, visit.user) else None
	context = {
		"tab": tab,
		"tabs": (
			("", _("Upcoming")),
			(WEEK, _("Week")),
			(MONTH, _("Month")),
			("past", _("Past")),
		),
		"past": tab == "past",
		"days": [] if tab in (WEEK, MONTH) else timetable.agenda(visit.user, past=tab == "past"),
		"grid": _grid(visit, tab) if tab in (WEEK, MONTH) else None,
		"feed": feed,
		"programs": _programs(feed) if feed else [],
	}
	title = _("Timetable")
	return Page("timetable.html", title, context, section=SECTION, notice=notice, alert=alert, status=status)


def _grid(visit: Visit, tab: str) -> dict[str, Any]:
	"""A week or a month: `title, names` (of weekdays)`, days, before, after` (addresses)`, in_month`."""
	today = timetable.today_of(visit.user)
	day = _asked(visit.query.get("on"), today)
	begins = WEEKDAYS.index(frappe.get_system_settings("first_day_of_the_week") or WEEKDAYS[0])
	first = last = day
	if tab == MONTH:
		first = day.replace(day=1)
		last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
	start = first - timedelta(days=(first.weekday() - begins) % 7)
	end = last + timedelta(days=6 - (last.weekday() - begins) % 7)
	before, after = (
		(first - timedelta(days=1), last + timedelta(days=1))
		if tab == MONTH
		else (
			start - timedelta(days=7),
			start + timedelta(days=7),
		)
	)
	language = (frappe.local.lang or "en").replace("-", "_")
	names = get_day_names("abbreviated", locale=language)
	return {
		"title": dates.day(day, "LLLL yyyy") if tab == MONTH else dates.days(start, end),
		"names": [names[(begins + number) % 7] for number in range(7)],
		"days": [
			{**each, "number": each["date"].day, "outside": tab == MONTH and each["date"].month != day.month}
			for each in timetable.days_of(visit.user, start, end)
		],
		"before": f"{ROOT}?tab={tab}&on={before}",
		"after": f"{ROOT}?tab={tab}&on={after}",
		"today": f"{ROOT}?tab={tab}",
	}


def _asked(text: str | None, today: date) -> date:
	"""The day of an address; today for what is none, or too far away to be meant."""
	try:
		found = date.fromisoformat(text or "")
	except ValueError:
		return today
	return found if FIRST_YEAR <= found.year <= LAST_YEAR else today


def _programs(feed: str) -> list[tuple[str, str]]:
	"""Links that let calendar programs subscribe: label and address."""
	anywhere = "webcal://" + feed.partition("://")[2]
	name = quote(_("My training"), safe="")
	return [
		(_("Apple Calendar and others"), anywhere),
		(_("Google Calendar"), f"https://calendar.google.com/calendar/r?cid={quote(anywhere, safe='')}"),
		(
			_("Outlook"),
			f"https://outlook.office.com/calendar/0/addfromweb?url={quote(feed, safe='')}&name={name}",
		),
	]


def _done(code: str | None) -> str:
	return {
		"made": _("Your calendar has an address. Subscribe to it in your calendar program."),
		"renewed": _("Your calendar has a new address; the old one does not work any more."),
	}.get(code or "", "")
