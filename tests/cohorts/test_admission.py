"""The rules as pure functions: every fact by itself, and what holds for all of them together."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smooth_lms import exceptions as why
from smooth_lms.cohorts import admission
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED, Attempt, Cohort, Member

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
OPEN = Cohort(
	name="open",
	published=True,
	starts_at=NOW + timedelta(days=3),
	ends_at=NOW + timedelta(days=5),
	late_until=None,
	seat_count=10,
	seats_taken=0,
	waitlist_enabled=False,
	waitlist_count=0,
	self_enrollment=True,
	paid=False,
)
STARTED = {"starts_at": NOW - timedelta(days=1)}
ENDED = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW}
LEARNER = Member("learner@example.com")
MODERATED, SELF, OVERRIDE = Attempt(NOW), Attempt(NOW, by_self=True), Attempt(NOW, override=True)
OFF_WAITLIST, BY_MANAGER = Attempt(NOW, off_waitlist=True), Attempt(NOW, by_manager=True)


@pytest.mark.parametrize(
	("cohort", "member", "attempt", "expected"),
	[
		({}, {}, MODERATED, None),
		({}, {}, SELF, None),
		({}, {"exists": False}, MODERATED, why.UnknownUserError),
		({}, {"enabled": False}, MODERATED, why.DisabledUserError),
		({}, {"is_learner": False}, MODERATED, why.NotALearnerError),
		({}, {"status": "Enrolled"}, MODERATED, why.AlreadyEnrolledError),
		({}, {"status": "Completed"}, MODERATED, why.AlreadyEnrolledError),
		({}, {"status": "Waitlisted"}, MODERATED, why.AlreadyWaitlistedError),
		({}, {"status": "Withdrawn"}, MODERATED, None),
		({"published": False}, {}, MODERATED, why.CohortNotOpenError),
		({"unpublished_course": "Draft"}, {}, MODERATED, why.CourseNotPublishedError),
		({"self_enrollment": False}, {}, SELF, why.SelfEnrollmentClosedError),
		({"self_enrollment": False}, {}, MODERATED, None),
		(STARTED, {}, MODERATED, why.CohortStartedError),
		(ENDED, {}, MODERATED, why.CohortEndedError),
		({**STARTED, "late_until": NOW + timedelta(hours=1)}, {}, MODERATED, None),
		({**STARTED, "late_until": NOW}, {}, MODERATED, why.CohortStartedError),
		({**ENDED, "late_until": NOW + timedelta(hours=1)}, {}, MODERATED, why.CohortEndedError),
		({"paid": True}, {}, MODERATED, why.PaymentRequiredError),
		({"paid": True}, {"has_paid": True}, MODERATED, None),
		({"seats_taken": 10}, {}, MODERATED, why.CohortFullError),
		({"seats_taken": 10, "waitlist_enabled": True}, {}, MODERATED, None),
		({"seats_taken": 10, "waitlist_enabled": True}, {}, OFF_WAITLIST, why.CohortFullError),
		({"seats_taken": 9, "waitlist_enabled": True}, {}, OFF_WAITLIST, None),
		({"seats_taken": 10_000, "seat_count": 0}, {}, MODERATED, None),
		({"seats_taken": 9, "seats_held": 1}, {}, MODERATED, why.CohortFullError),
		({"seats_taken": 9, "seats_held": 1}, {"holds_seat": True}, MODERATED, None),
		({"requires_approval": True}, {}, MODERATED, None),
		({"requires_approval": True}, {}, SELF, why.ApprovalRequiredError),
		({"requires_approval": True}, {}, replace(SELF, asks=True), None),
		({"requires_approval": True, "seats_taken": 10}, {}, SELF, why.CohortFullError),
		({"requires_approval": True, "self_enrollment": False}, {}, SELF, why.SelfEnrollmentClosedError),
		({"self_enrollment": False}, {}, BY_MANAGER, why.SelfEnrollmentClosedError),
		({"requires_approval": True}, {}, BY_MANAGER, None),
		(STARTED, {}, OVERRIDE, None),
		(ENDED, {}, OVERRIDE, None),
		({"seats_taken": 10}, {}, OVERRIDE, None),
		({}, {"exists": False}, OVERRIDE, why.UnknownUserError),
		({}, {"status": "Enrolled"}, OVERRIDE, why.AlreadyEnrolledError),
		({"published": False}, {}, OVERRIDE, why.CohortNotOpenError),
		({"unpublished_course": "Draft"}, {}, OVERRIDE, why.CourseNotPublishedError),
		({"paid": True}, {}, OVERRIDE, why.PaymentRequiredError),
	],
)
def test_each_rule(cohort, member, attempt, expected):
	found = admission.refusal(replace(OPEN, **cohort), replace(LEARNER, **member), attempt)
	assert type(found) is (expected or type(None))


@pytest.mark.parametrize(
	("error", "sentence"),
	[
		(why.AlreadyEnrolledError(), "You are already enrolled for this cohort."),
		(why.CohortFullError(), "This cohort is full."),
		(why.CohortStartedError(), "This cohort has already started."),
		(why.CohortEndedError(), "This cohort has ended."),
		(why.CohortNotOpenError(), "This cohort is not open for enrollment."),
		(why.SelfEnrollmentClosedError(), "Self enrollment is closed for this cohort."),
		(why.PaymentRequiredError(), "Payment is required for this cohort."),
		(
			why.NoUserAccountError(employee="HR-EMP-00001"),
			"Employee HR-EMP-00001 has no user account: set Employee.user_id first.",
		),
	],
)
def test_the_sentences_that_others_rely_on(error, sentence):
	assert error.text == sentence


def test_a_moderator_is_told_about_whom():
	assert why.CohortFullError().about("learner@example.com") == "learner@example.com: This cohort is full."


cohorts = st.builds(
	Cohort,
	name=st.just("any"),
	published=st.booleans(),
	starts_at=st.just(NOW) | st.just(NOW + timedelta(days=1)) | st.just(NOW - timedelta(days=1)),
	ends_at=st.just(NOW) | st.just(NOW + timedelta(days=2)) | st.just(NOW - timedelta(hours=1)),
	late_until=st.none() | st.just(NOW) | st.just(NOW + timedelta(hours=2)),
	seat_count=st.integers(0, 3),
	seats_taken=st.integers(0, 4),
	waitlist_enabled=st.booleans(),
	waitlist_count=st.integers(0, 2),
	seats_held=st.integers(0, 2),
	requires_approval=st.booleans(),
	self_enrollment=st.booleans(),
	paid=st.booleans(),
	unpublished_course=st.none() | st.just("Draft"),
)
members = st.builds(
	Member,
	user=st.just("learner@example.com"),
	exists=st.booleans(),
	enabled=st.booleans(),
	is_learner=st.booleans(),
	status=st.sampled_from([None, "Enrolled", "Waitlisted", "Completed", "Withdrawn"]),
	has_paid=st.booleans(),
	holds_seat=st.booleans(),
)
attempts = st.builds(Attempt, now=st.just(NOW), by_self=st.booleans(), override=st.booleans())


@given(cohorts, members, attempts)
def test_an_exception_lifts_time_and_seats_and_nothing_else(cohort, member, attempt):
	usual = admission.refusal(cohort, member, replace(attempt, override=False))
	lifted = admission.refusal(cohort, member, replace(attempt, override=True))
	if usual is None:
		assert lifted is None
	elif not usual.overridable:
		assert type(lifted) is type(usual)
	else:
		others = (why.PaymentRequiredError, why.ApprovalRequiredError)
		assert lifted is None or isinstance(lifted, others)


@given(cohorts, members, attempts)
def test_nobody_without_exception_sits_where_there_is_no_seat(cohort, member, attempt):
	attempt = replace(attempt, override=False)
	if admission.refusal(cohort, member, attempt) is None:
		status = admission.status_for(cohort, member, attempt)
		if status == ENROLLED and cohort.seat_count and not member.holds_seat:
			assert cohort.seats_spoken_for < cohort.seat_count
		if status == WAITLISTED:
			assert cohort.waitlist_enabled


@given(cohorts, members, attempts)
def test_somebody_who_waits_is_not_overtaken(cohort, member, attempt):
	if cohort.waitlist_count and cohort.seat_count and not attempt.override:
		free = cohort.seat_count - cohort.seats_taken - cohort.seats_held
		assert cohort.has_free_seat == (free > cohort.waitlist_count)


@given(cohorts, members, attempts)
def test_a_rule_of_another_app_can_lift_the_calendar_only(cohort, member, attempt):
	usual = admission.refusal(cohort, member, attempt)
	lifted = admission.refusal(cohort, member, attempt, [lambda *_: None])
	calendar = (why.CohortStartedError, why.CohortEndedError)
	if isinstance(usual, calendar):
		assert not isinstance(lifted, calendar)
	else:
		assert type(lifted) is type(usual)


def test_a_rule_of_another_app_can_refuse_with_its_own_words():
	found = admission.refusal(OPEN, LEARNER, MODERATED, [lambda *_: "Only on Mondays."])
	assert isinstance(found, why.RuleRefusedError)
	assert found.text == "Only on Mondays."


def test_what_an_exception_set_aside_is_named():
	full_and_started = replace(OPEN, **STARTED, seats_taken=10)
	named = {type(each) for each in admission.overridden(full_and_started, LEARNER, OVERRIDE)}
	assert named == {why.CohortStartedError, why.CohortFullError}
	assert admission.overridden(OPEN, LEARNER, OVERRIDE) == []
	assert admission.overridden(full_and_started, LEARNER, MODERATED) == []
