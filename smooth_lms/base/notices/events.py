"""What people can be told about: the events that domains name in the hook `smooth_lms_notices`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import frappe

HOOK = "smooth_lms_notices"
MAIL, BELL, CALENDAR = "mail", "bell", "calendar"
CHANNELS = (MAIL, BELL, CALENDAR)
"""By mail, in the desk (Frappe's Notification Log), as an invitation that calendar programs keep up to date."""
LEARNERS, MANAGERS, INSTRUCTORS, MODERATORS = "learners", "managers", "instructors", "moderators"


@dataclass(frozen=True, slots=True)
class Event:
	"""One thing that people are told about."""

	key: str
	"""The same for ever: settings and choices are kept under it. Lower case, such as `cohort_enrolled`."""
	label: str
	"""What settings and the profile page call it; a marked sentence."""
	group: str
	"""The heading under which it stands there; a marked sentence."""
	readers: tuple[str, ...]
	"""Whom it may concern: LEARNERS, MANAGERS, INSTRUCTORS, MODERATORS."""
	channels: tuple[str, ...] = (MAIL,)
	"""The ways it can take."""
	mandatory: bool = False
	"""Whether people have to hear of it: they cannot switch it off, the site can."""
	compose: str = ""
	"""Dotted path of the function that writes a Letter from a Notice for a Reader, or None where it is true no more."""
	personal: bool = False
	"""Whether its words are others for each reader."""
	still: str = ""
	"""Dotted path of the function that says for whom of many it is still true: it takes the name of the document and
	Users. Empty: for all."""
	invited_by: str = ""
	"""The event by whose choice an invitation goes along; empty for its own."""


def events() -> tuple[Event, ...]:
	"""All events, in the order of the hook. Raises ValueError for a key that two of them have."""
	return _named(tuple(frappe.get_hooks(HOOK)))


def event(key: str) -> Event:
	"""The event with this key. Raises KeyError where there is none."""
	return _by_key(events())[key]


def is_event(key: str) -> bool:
	"""Whether there is an event with this key."""
	return key in _by_key(events())


@lru_cache(maxsize=8)
def _named(paths: tuple[str, ...]) -> tuple[Event, ...]:
	found = tuple(each for path in paths for each in _at(path))
	if len(_by_key(found)) < len(found):
		raise ValueError(f"Two events of {HOOK} have the same key")
	return found


@lru_cache(maxsize=8)
def _by_key(found: tuple[Event, ...]) -> dict[str, Event]:
	return {each.key: each for each in found}


def _at(path: str) -> Iterator[Event]:
	yield from frappe.get_attr(path)
