"""A first guess of somebody's time zone, from the place where HR says they work."""

import pytest

import frappe

from smooth_lms.base import preferences
from smooth_lms.cohorts import display
from smooth_lms.learners import accounts
from smooth_lms.people.places import zone_of
from tests.support.factories import make_user

GERMANY, INDIA = ("Europe/Berlin",), ("Asia/Kolkata",)
CANADA = ("America/Halifax", "America/Montreal", "America/Toronto", "America/Vancouver")
ONE_CLOCK = ("Europe/Berlin", "Europe/Busingen")


@pytest.mark.parametrize(
	("towns", "countries", "site", "expected"),
	[
		((), (GERMANY,), "Asia/Kolkata", "Europe/Berlin"),
		((), (ONE_CLOCK,), "Asia/Kolkata", "Europe/Berlin"),
		((), (CANADA,), "Asia/Kolkata", None),  # which of them, nobody knows
		(("Montréal",), (CANADA,), "Asia/Kolkata", "America/Montreal"),
		(("Plant 2", "vancouver "), (CANADA,), "Asia/Kolkata", "America/Vancouver"),
		(("New York",), (), "Asia/Kolkata", "America/New_York"),
		(("Plant 2",), (CANADA,), "America/Toronto", None),  # the site's is as good as any
		(("Plant 2",), (INDIA, GERMANY), "UTC", "Asia/Kolkata"),
		((), (), "UTC", None),
	],
)
def test_a_place_has_the_zone_named_after_it_or_that_of_its_country(towns, countries, site, expected):
	assert zone_of(towns, countries, site) == expected


def test_a_chosen_zone_counts_before_the_place_even_where_it_is_the_site_s():
	user = make_user().name
	values = {"doctype": "LMS Learner", "user": user, "status": "Active", "branch": "Tokyo"}
	frappe.get_doc(values).insert()
	assert display.chosen_zone(user) is None
	assert display.reader_zone(user) == "Asia/Tokyo"
	site = frappe.utils.get_system_timezone()
	preferences.choose(user, preferences.TIME_ZONE, site)
	assert display.chosen_zone(user) == display.reader_zone(user) == site


def test_choices_follow_an_account_to_its_new_name():
	user, new = make_user().name, f"{frappe.generate_hash(length=8)}@example.com"
	preferences.choose(user, preferences.TIME_ZONE, "Asia/Tokyo")
	accounts.rename(user, new)
	assert (preferences.chosen(user, preferences.TIME_ZONE), display.chosen_zone(new)) == (None, "Asia/Tokyo")
