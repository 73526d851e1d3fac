"""What is sent to whom: the site's switches in LMS Settings, and what each person has chosen (LMS Notice Choice)."""

from collections.abc import Collection
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from smooth_lms.base.notices.events import CHANNELS, Event, event, events, is_event
from smooth_lms.base.rows import upsert
from smooth_lms.base.settings import setting

CHOICE, SETTING = "LMS Notice Choice", "LMS Notice Setting"


def site_row(key: str) -> Any:
	"""What LMS Settings say about an event; None where they say nothing, and everything is on."""
	return next((row for row in setting("notices") or () if row.event == key), None)


def is_sent(key: str, channel: str) -> bool:
	"""Whether the site tells about an event in this way at all."""
	row = site_row(key)
	return channel in event(key).channels and (row is None or bool(cint(row.get(channel))))


def template(key: str) -> str | None:
	"""The Email Template by which the site has replaced the words of an event."""
	row = site_row(key)
	return (row and row.email_template) or None


def untick_other_ways(rows: Collection[Any]) -> None:
	"""Take ticks out of rows of LMS Settings for ways that the event does not take: they would promise what is not sent."""
	for row in rows:
		if is_event(row.event):
			for channel in set(CHANNELS) - set(event(row.event).channels):
				row.set(channel, 0)


def wanted(key: str, channel: str, users: Collection[str]) -> set[str]:
	"""Those of `users` whom an event reaches in this way: the site sends it, and they have not switched it off.

	One query, whatever the number. Raises KeyError for an unknown event.
	"""
	if not users or not is_sent(key, channel):
		return set()
	return set(users) if event(key).mandatory else set(users) - _switched_off(key, channel, users)


def choices_of(user: str, readers: Collection[str]) -> list[dict[str, Any]]:
	"""What a person can choose, in the order of the catalog.

	Args:
	        user: the person.
	        readers: what they are, of LEARNERS, MANAGERS, INSTRUCTORS, MODERATORS.

	Returns for each event that may concern them and that the site sends: `event, label, group` (translated),
	`mandatory`, and `channels`: whether they hear of it, by `mail`, `bell`, `calendar` as far as it takes these ways.
	"""
	own = {row.event: row for row in _own_rows(user)}
	found = []
	for each in events():
		ways = [channel for channel in each.channels if is_sent(each.key, channel)]
		if ways and set(each.readers) & set(readers):
			row = {} if each.mandatory else own.get(each.key) or {}
			found.append(
				{
					"event": each.key,
					"label": _(each.label),
					"group": _(each.group),
					"mandatory": each.mandatory,
					"channels": {way: bool(row.get(way, 1)) for way in ways},
				}
			)
	return found


def choose(user: str, key: str, channel: str, wants: bool) -> None:
	"""Note whether a person wants to hear of an event in this way. Raises ValidationError where that is no choice."""
	chosen = _chosen_event(key, channel)
	if chosen.mandatory:
		frappe.throw(_("{0}: everybody gets this, so it cannot be switched off.").format(_(chosen.label)))
	others = dict.fromkeys((each for each in CHANNELS if each != channel), 1)
	upsert(CHOICE, {"user": user, "event": key, channel: int(wants), **others}, fixed=tuple(others))


def _chosen_event(key: str, channel: str) -> Event:
	if not is_event(key):
		frappe.throw(_("There is no notice {0}.").format(escape_html(key)), frappe.DoesNotExistError)
	if channel not in event(key).channels:
		sentence = _("{0} does not go by {1}: use one of {2}.")
		label, ways = _(event(key).label), ", ".join(event(key).channels)
		frappe.throw(sentence.format(label, escape_html(channel), escape_html(ways)))
	return event(key)


def _own_rows(user: str) -> list[frappe._dict]:
	return frappe.get_all(CHOICE, filters={"user": user}, fields=["event", *CHANNELS], limit=0)


def _switched_off(key: str, channel: str, users: Collection[str]) -> set[str]:
	filters = {"event": key, channel: 0, "user": ["in", list(users)]}
	return set(frappe.get_all(CHOICE, filters=filters, pluck="user", limit=0))
