"""A seat that comes free is offered to the next on the waitlist, who accepts it; what nobody accepts goes on."""

from datetime import timedelta

import pytest

import frappe
from frappe.utils import add_days, now_datetime, today

from smooth_lms.base.notices import ledger
from smooth_lms.cohorts import catalog, enrollment, offers, on_behalf, withdrawal
from smooth_lms.exceptions import (
	CohortFullError,
	CohortNotOpenError,
	DisabledUserError,
	NotALearnerError,
	OfferGoneError,
)
from tests.support.factories import make_batch, make_learners, make_user, make_users

SEAT = "LMS Batch Enrollment"


def by(user, act, *args, **values):
	frappe.set_user(user)
	try:
		return act(*args, **values)
	finally:
		frappe.set_user("Administrator")


@pytest.fixture
def stage():
	"""A full cohort with one seat, and two who wait."""
	batch = make_batch(seat_count=1, enable_waitlist=1, confirm_offers=1).name
	seated, first, second = make_users(3)
	for user in (seated, first, second):
		enrollment.enroll(batch, user, source="Desk")
	withdrawal.withdraw(batch, seated, reason="x")
	return frappe._dict(batch=batch, seated=seated, first=first, second=second)


def counts(batch):
	return frappe.db.get_value("LMS Batch", batch, ["seats_taken", "seats_held", "waitlist_count"])


def seat(stage, who):
	key = {"batch": stage.batch, "member": stage[who]}
	return frappe.db.get_value(SEAT, key, ["status", "offered_until"], as_dict=True)


def run_out(stage, who):
	key = {"batch": stage.batch, "member": stage[who]}
	frappe.db.set_value(SEAT, key, "offered_until", now_datetime() - timedelta(minutes=1))


def told(stage, event):
	filters = {"reference_name": stage.batch, "event": event}
	return frappe.get_all(ledger.DOCTYPE, filters, pluck="recipient", limit=0)


def test_a_freed_seat_is_offered_and_held(stage):
	assert counts(stage.batch) == (0, 1, 1)
	assert seat(stage, "first").status == "Waitlisted"
	hours = (seat(stage, "first").offered_until - now_datetime()) / timedelta(hours=1)
	assert 47.9 < hours < 48.1
	assert not seat(stage, "second").offered_until
	assert told(stage, "seat_offered") == [stage.first]
	assert enrollment.enroll(stage.batch, make_user().name, source="Desk").status == "Waitlisted"


def test_accepting_it_takes_the_seat_and_opens_the_courses(stage):
	assert by(stage.first, catalog.cohort, stage.batch, stage.first)["offered_until"]
	assert by(stage.first, offers.accept, stage.batch).status == "Enrolled"
	assert counts(stage.batch) == (1, 0, 1)
	assert frappe.db.exists("LMS Enrollment", {"member": stage.first, "batch": stage.batch})
	assert not seat(stage, "first").offered_until
	with pytest.raises(OfferGoneError):
		by(stage.first, offers.accept, stage.batch)


def test_nobody_accepts_what_is_not_offered_to_them(stage):
	for user in (stage.second, stage.seated, make_user().name):
		with pytest.raises(OfferGoneError, match="No seat is offered to you"):
			by(user, offers.accept, stage.batch)
	run_out(stage, "first")
	with pytest.raises(OfferGoneError):
		by(stage.first, offers.accept, stage.batch)


def test_what_is_not_accepted_in_time_goes_to_the_next(stage):
	assert offers.pass_on_in(stage.batch) == []
	run_out(stage, "first")
	assert offers.pass_on_in(stage.batch) == [stage.first]
	assert seat(stage, "first").status == "Withdrawn"
	assert seat(stage, "second").offered_until
	assert counts(stage.batch) == (0, 1, 0)
	assert told(stage, "seat_offer_expired") == [stage.first]
	assert told(stage, "cohort_withdrawn") == [stage.seated]
	assert by(stage.second, offers.accept, stage.batch).status == "Enrolled"
	assert enrollment.enroll(stage.batch, stage.first, source="Desk").status == "Waitlisted"


def test_the_sweep_passes_on_everywhere_what_is_due(stage, monkeypatch):
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
	run_out(stage, "first")
	offers.pass_on()
	assert seat(stage, "second").offered_until


@pytest.mark.parametrize("way", ["one", "many"])
def test_who_leaves_the_waitlist_gives_the_offer_to_the_next(stage, way):
	if way == "one":
		withdrawal.withdraw(stage.batch, stage.first, reason="x")
	else:
		withdrawal.withdraw_many(stage.batch, [stage.first], reason="x")
	assert counts(stage.batch) == (0, 1, 0)
	assert seat(stage, "second").offered_until


def test_a_moderator_gives_the_offered_seat_at_once(stage):
	on_behalf.take_off_waitlist(stage.batch, stage.first)
	assert counts(stage.batch) == (1, 0, 1)
	with pytest.raises(frappe.ValidationError, match=CohortFullError().text):
		on_behalf.take_off_waitlist(stage.batch, stage.second)


def test_an_offer_holds_no_longer_than_people_can_be_enrolled():
	batch = make_batch(
		seat_count=1,
		enable_waitlist=1,
		confirm_offers=1,
		offer_hours=500,
		start_date=add_days(today(), 2),
		end_date=add_days(today(), 3),
	).name
	users = make_users(2)
	for user in users:
		enrollment.enroll(batch, user, source="Desk")
	withdrawal.withdraw(batch, users[0], reason="x")
	until = frappe.db.get_value(SEAT, {"batch": batch, "member": users[1]}, "offered_until")
	assert until < now_datetime() + timedelta(days=3)


def test_what_the_door_refuses_by_then_is_refused(stage):
	frappe.db.set_value("LMS Batch", stage.batch, "published", 0)
	with pytest.raises(CohortNotOpenError):
		by(stage.first, offers.accept, stage.batch)
	assert seat(stage, "first").offered_until


@pytest.mark.parametrize("ending", ["disabled", "archived"])
def test_whose_access_has_ended_accepts_nothing(stage, ending):
	if ending == "disabled":
		frappe.db.set_value("User", stage.first, "enabled", 0)
	else:
		make_learners([stage.first], status="Archived")
	with pytest.raises((DisabledUserError, NotALearnerError)):
		by(stage.first, offers.accept, stage.batch)
	assert counts(stage.batch) == (0, 1, 1)


def test_self_enrollment_and_approval_are_not_asked_again(stage):
	frappe.db.set_value("LMS Batch", stage.batch, {"allow_self_enrollment": 0, "requires_approval": 1})
	frappe.db.set_value(SEAT, {"batch": stage.batch}, "source", "Portal")
	assert by(stage.first, offers.accept, stage.batch).status == "Enrolled"


def test_more_seats_are_offered_to_as_many(stage):
	doc = frappe.get_doc("LMS Batch", stage.batch)
	doc.seat_count = 3
	doc.save()
	assert counts(stage.batch) == (0, 2, 0)
	# nobody waits for the third, so it is free
	assert enrollment.enroll(stage.batch, make_user().name, source="Desk").status == "Enrolled"
	assert counts(stage.batch) == (1, 2, 0)


def test_without_the_setting_the_next_gets_the_seat_as_before():
	batch = make_batch(seat_count=1, enable_waitlist=1).name
	users = make_users(2)
	for user in users:
		enrollment.enroll(batch, user, source="Desk")
	withdrawal.withdraw(batch, users[0], reason="x")
	assert counts(batch) == (1, 0, 0)
