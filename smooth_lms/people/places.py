"""Where people work, as far as a time zone follows from it: a first guess until they choose one themselves."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

import frappe

LEARNER, FIELDS = "LMS Learner", ["branch", "city", "country", "company"]
NONE, SECONDS = "none", 600
MONTHS = (1, 7)
"""Zones of a country count as one where their clocks agree in winter and in summer."""


def guessed_zone(user: str, site_zone: str) -> str | None:
	"""The time zone (IANA) of where HR says that `user` works; None where nothing follows from it.

	Kept for some minutes: every page asks for it, and it is a guess anyway.

	A branch or city counts that a zone is named after, then the country of the address, then the company's, where all
	its clocks agree. Args: site_zone, kept where the country has it among several.
	"""
	key = f"smooth_lms_zone|{user}|{site_zone}"
	found = frappe.cache().get_value(key, expires=True)
	if found is None:
		found = _guessed(user, site_zone) or NONE
		frappe.cache().set_value(key, found, expires_in_sec=SECONDS)
	return None if found == NONE else found


def _guessed(user: str, site_zone: str) -> str | None:
	learner = frappe.db.get_value(LEARNER, user, FIELDS, as_dict=True)
	if not learner:
		return None
	company = frappe.get_cached_value("Company", learner.company, "country") if learner.company else None
	zones = [_zones_of(country) for country in (learner.country, company) if country]
	towns = tuple(filter(None, (learner.branch, learner.city)))
	return zone_of(towns, tuple(filter(None, zones)), site_zone)


@lru_cache(maxsize=1_000)
def zone_of(towns: Collection[str], countries: Collection[tuple[str, ...]], site_zone: str) -> str | None:
	"""The zone of somebody's place. Args: towns, names, the best first; countries, the zones of each, the best first."""
	for known in (*countries, _everywhere()) if towns else ():
		for town in towns:
			if found := _named_after(town, known):
				return found
	for zones in countries:
		if site_zone in zones:
			return None
		if len({_offsets(zone) for zone in zones}) == 1:
			return zones[0]
	return None


def _named_after(town: str, zones: Collection[str]) -> str | None:
	wanted = _plain(town)
	return next((zone for zone in zones if _plain(zone.rpartition("/")[2]) == wanted), None)


def _plain(name: str) -> str:
	"""A place without accents and case: `Montréal` and `America/Montreal` name the same one."""
	letters = normalize("NFKD", name.replace("_", " ")).casefold()
	return "".join(letter for letter in letters if not combining(letter)).strip()


def _zones_of(country: str) -> tuple[str, ...]:
	text = frappe.get_cached_value("Country", country, "time_zones") or ""
	return tuple(each for each in text.split("\n") if each in available_timezones())


@lru_cache(maxsize=1)
def _everywhere() -> tuple[str, ...]:
	return tuple(
		sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc/"))
	)


@lru_cache(maxsize=1_000)
def _offsets(zone: str) -> tuple:
	year = datetime.now(UTC).year
	return tuple(ZoneInfo(zone).utcoffset(datetime(year, month, 1)) for month in MONTHS)
