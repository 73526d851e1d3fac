"""Cohorts as entries of a calendar, for people who are in them: one cohort to download, all of them to subscribe to.

A subscription has an address with a token that only its owner knows, as calendar programs cannot sign in. It gives
no more than the timetable: links to live classes are shown in the portal, near their time.
"""

import secrets

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base import links
from smooth_lms.base.rows import set_value
from smooth_lms.cohorts import catalog, timetable
from smooth_lms.cohorts.ical import Event, calendar
from smooth_lms.exceptions import NotEnrolledError

FEED = "LMS Calendar Feed"


def calendar_file(batch: str, user: str) -> bytes:
	"""The cohort as an .ics file: its timetable and live classes, or its days where it has none.

	Raises UnknownBatchError, and NotEnrolledError for people who are not in it.
	"""
	cohort = catalog.cohort(batch, user)
	if not cohort["is_inside"]:
		frappe.throw(NotEnrolledError().text, NotEnrolledError)
	return calendar(cohort["title"], [_event(entry) for entry in timetable.of_batches([batch])])


def feed_address(user: str) -> str:
	"""The address of the person's own calendar, made when they first ask."""
	token = frappe.db.get_value(FEED, user, "token")
	if not token:
		token = secrets.token_urlsafe(32)
		values = {"doctype": FEED, "user": user, "token": token, "renewed_on": now_datetime()}
		frappe.get_doc(values).insert(ignore_permissions=True)
	return links.absolute(f"/lms/timetable/{token}.ics")


def renew_feed(user: str) -> str:
	"""Give the person's calendar another address; the old one stops working at once. Returns the new one."""
	feed_address(user)
	values = {"token": secrets.token_urlsafe(32), "renewed_on": now_datetime()}
	set_value(FEED, user, values)
	return feed_address(user)


def feed(token: str) -> bytes:
	"""The calendar at an address. Raises DoesNotExistError where there is none, or none any more.

	Also for people who left: a disabled account, an archived learner or one without a role in training has no calendar.
	"""
	user = len(token) >= 40 and frappe.db.get_value(FEED, {"token": token}, "user")
	# the database compares without regard to case, the token is exact
	exact = bool(user) and secrets.compare_digest(frappe.db.get_value(FEED, user, "token"), token)
	if not exact or permissions.is_absent(user) or not permissions.may_use_portal(user):
		frappe.throw(_("There is no calendar at this address."), frappe.DoesNotExistError)
	entries = timetable.of_batches(timetable.own_batches(user))
	return calendar(_("My training"), [_event(entry) for entry in entries])


def _event(entry: timetable.Entry) -> Event:
	address = links.absolute(f"/lms/batches/{entry.batch}")
	own = entry.kind == timetable.DAYS
	return Event(
		uid=f"{entry.batch}-{entry.key}@{frappe.local.site}",
		title=entry.title if own else _("{0}: {1}").format(entry.batch_title, entry.title),
		starts=entry.starts,
		ends=entry.ends,
		place=entry.place,
		description=address,
		url=address,
		updated=entry.updated,
		cancelled=bool(entry.live_class and entry.live_class.cancelled),
	)
