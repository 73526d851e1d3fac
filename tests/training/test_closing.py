"""How an assignment ends: whichever way, the same is left behind."""

from datetime import date

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.training import decisions
from smooth_lms.training.assignments import closing
from smooth_lms.training.assignments.ledger import DOCTYPE, NEXT_RUN
from smooth_lms.training.deciding.plan import ARCHIVED
from tests.support.factories import make_course, make_workforce

FIELDS = ["name", "member", "course", "attempt"]
WAYS = {
	"completed": lambda row: closing.complete({row.name: getdate("2026-01-05")}),
	"cancelled by a rule": lambda row: closing.cancel([row], {row.name: ARCHIVED}),
	"cancelled by a person": lambda row: closing.cancel_by_hand([row], " Not needed "),
	"waived": lambda row: closing.waive([row], "Knows it"),
}


@pytest.fixture
def paused():
	"""An open assignment whose clock stands still, of a course with one licence."""
	(user,) = make_workforce(1)
	course = make_course(licence_count=1).name
	(name,) = decisions.assign_course(course, [user], add_days(today(), 30))["assigned"]
	frappe.db.set_value(DOCTYPE, name, "paused_since", today())
	return frappe.db.get_value(DOCTYPE, name, FIELDS, as_dict=True)


@pytest.mark.parametrize("way", WAYS)
def test_however_it_ends_nothing_is_open_or_paused_and_the_next_run_looks_at_it(paused, way):
	assert WAYS[way](paused) == [paused.name]
	row = frappe.db.get_value(DOCTYPE, paused.name, ["open_mark", "paused_since", "review_on"])
	assert row == (None, None, NEXT_RUN)


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_what_has_ended_does_not_end_again(paused, first, second):
	WAYS[first](paused)
	before = frappe.get_doc(DOCTYPE, paused.name).as_dict()
	assert WAYS[second](paused) == []
	assert frappe.get_doc(DOCTYPE, paused.name).as_dict() == before


@pytest.mark.parametrize("way", [way for way in WAYS if way != "completed"])
def test_an_unused_licence_goes_back_with_it(paused, way):
	assert frappe.db.get_value("LMS Course", paused.course, "licences_in_use") == 1
	WAYS[way](paused)
	assert frappe.db.get_value("LMS Course", paused.course, "licences_in_use") == 0


def test_a_person_s_reason_is_kept_and_a_rule_s_is_its_own(paused):
	closing.cancel_by_hand([paused], " Not needed ")
	fields = ["status", "closed_because", "close_reason", "closed_by"]
	row = frappe.db.get_value(DOCTYPE, paused.name, fields)
	assert row == ("Cancelled", "By hand", "Not needed", frappe.session.user)


@pytest.mark.parametrize(
	("renews", "counts"), [(None, True), (date(2026, 1, 4), True), (date(2026, 1, 5), False)]
)
def test_only_a_later_completion_renews_an_earlier_one(renews, counts):
	assert closing.counts(date(2026, 1, 5), renews) is counts
