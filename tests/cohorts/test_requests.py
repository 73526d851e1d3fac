"""Asking for what needs approval: a seat is held, somebody decides once, or it is given up; and who hears of it."""

from datetime import datetime, timedelta

import pytest

import frappe
from frappe.utils import add_days, now_datetime, today

from smooth_lms.base.notices import ledger
from smooth_lms.cohorts import enrollment, leaving, notices, on_behalf
from smooth_lms.cohorts.requests import asking, deciding, reading, running_out, steps
from smooth_lms.courses import access
from smooth_lms.exceptions import (
	AlreadyRequestedError,
	ApprovalRequiredError,
	CohortFullError,
	CohortNotOpenError,
	CohortStartedError,
	CourseApprovalRequiredError,
	DisabledUserError,
	RequestClosedError,
	SelfEnrollmentClosedError,
)
from tests.support.factories import (
	make_batch,
	make_course,
	make_user,
	make_workforce,
)
from tests.support.hr import make_leave

DOCTYPE, SEAT = "LMS Enrollment Request", "LMS Batch Enrollment"


@pytest.fixture
def people():
	"""A learner with a manager and that one's manager, somebody in L&D, and a colleague without a manager."""
	(top,) = make_workforce(1)
	(boss,) = make_workforce(1, reports_to=employee_of(top))
	(learner,) = make_workforce(1, reports_to=employee_of(boss))
	frappe.db.delete("Has Role", {"role": "Moderator"})
	return frappe._dict(
		top=top,
		boss=boss,
		learner=learner,
		other=make_user().name,
		l_and_d=make_user(roles=("Moderator",)).name,
	)


def employee_of(user):
	return frappe.db.get_value("Employee", {"user_id": user})


def cohort(**values):
	return make_batch(requires_approval=1, **values).name


def by(user, act, *args, **values):
	frappe.set_user(user)
	try:
		return act(*args, **values)
	finally:
		frappe.set_user("Administrator")


def ask(people, batch, who="learner", reason=None):
	return by(people[who], asking.ask_for_seat, batch, reason)


def counts(batch):
	return frappe.db.get_value("LMS Batch", batch, ["seats_taken", "seats_held", "waitlist_count"])


def told(name, event=None):
	"""Who has been told what about a request: (event, User, which time)."""
	filters = {"reference_name": name, **({"event": event.key} if event else {})}
	fields = ["event", "recipient", "`sequence`"]
	return set(frappe.get_all(ledger.DOCTYPE, filters, fields, as_list=True, limit=0))


def state(name):
	return frappe.db.get_value(DOCTYPE, name, "status")


def later(name, **by):
	"""Let time pass for a request, and let the clock look at it."""
	row = frappe.db.get_value(DOCTYPE, name, ["asked_on", "runs_out_on", "next_step_on"], as_dict=True)
	moved = {key: value - timedelta(**by) for key, value in row.items() if value}
	frappe.db.set_value(DOCTYPE, name, moved)
	running_out.take_step(name)


class TestAsking:
	def test_who_enrolls_is_asked_to_ask(self, people):
		batch = cohort()
		with pytest.raises(ApprovalRequiredError, match="needs approval"):
			by(people.learner, enrollment.enroll, batch, people.learner, source="Portal")
		assert enrollment.enroll(batch, people.learner, source="Desk").status == "Enrolled"

	def test_holds_the_seat(self, people):
		batch = cohort(seat_count=1)
		name = ask(people, batch, reason=" I need it. ")
		assert counts(batch) == (0, 1, 0)
		row = frappe.get_doc(DOCTYPE, name)
		assert (row.status, row.reason, row.approver, row.holds_seat) == (
			"Open",
			"I need it.",
			people.boss,
			1,
		)
		with pytest.raises(CohortFullError):
			enrollment.enroll(batch, people.other, source="Desk")
		with pytest.raises(CohortFullError):
			ask(people, batch, "other")

	def test_nobody_asks_twice_but_again_afterwards(self, people):
		batch = cohort(seat_count=3)
		name = ask(people, batch)
		with pytest.raises(AlreadyRequestedError):
			ask(people, batch)
		by(people.learner, deciding.take_back, name)
		assert state(name) == "Withdrawn"
		assert counts(batch) == (0, 0, 0)
		assert ask(people, batch) != name

	def test_what_the_door_refuses_is_not_asked_for(self, people):
		with pytest.raises(SelfEnrollmentClosedError):
			ask(people, cohort(allow_self_enrollment=0))
		with pytest.raises(CohortNotOpenError):
			ask(people, cohort(published=0))
		with pytest.raises(CohortStartedError):
			ask(people, cohort(start_date=add_days(today(), -1)))

	def test_without_a_free_seat_one_asks_for_a_place_on_the_waitlist(self, people):
		batch = cohort(seat_count=1, enable_waitlist=1)
		enrollment.enroll(batch, people.other, source="Desk")
		name = ask(people, batch)
		assert counts(batch) == (1, 0, 0)
		assert by(people.boss, deciding.approve, name) == "Waitlisted"
		assert counts(batch) == (1, 0, 1)

	def test_it_waits_no_longer_than_people_can_be_enrolled(self, people):
		batch = cohort(start_date=add_days(today(), 2), end_date=add_days(today(), 3), approval_days=30)
		end = frappe.db.get_value(DOCTYPE, ask(people, batch), "runs_out_on")
		assert end <= now_datetime() + timedelta(days=3)
		far = cohort(start_date=add_days(today(), 90), end_date=add_days(today(), 91))
		end = frappe.db.get_value(DOCTYPE, ask(people, far), "runs_out_on")
		assert end - now_datetime() > timedelta(days=4, hours=23)

	def test_seats_cannot_be_fewer_than_those_held(self, people):
		batch = cohort(seat_count=2)
		ask(people, batch)
		enrollment.enroll(batch, people.other, source="Desk")
		doc = frappe.get_doc("LMS Batch", batch)
		doc.seat_count = 1
		with pytest.raises(frappe.ValidationError, match="1 seats are held for"):
			doc.save()


class TestWhoDecides:
	@pytest.mark.parametrize("who", ["boss", "top", "l_and_d"])
	def test_managers_and_l_and_d(self, people, who):
		batch = cohort(seat_count=1)
		assert by(people[who], deciding.approve, ask(people, batch)) == "Enrolled"
		assert counts(batch) == (1, 0, 0)

	@pytest.mark.parametrize("who", ["learner", "other"])
	def test_nobody_else_and_nobody_about_themselves(self, people, who):
		name = ask(people, cohort())
		for act in (lambda: deciding.approve(name), lambda: deciding.refuse(name, "x")):
			with pytest.raises(frappe.PermissionError):
				by(people[who], act)
		assert state(name) == "Open"

	def test_not_even_a_moderator_about_themselves(self, people):
		make_user_learner = make_user(roles=("LMS Student", "Moderator")).name
		name = by(make_user_learner, asking.ask_for_seat, cohort())
		with pytest.raises(frappe.PermissionError, match="your own training"):
			by(make_user_learner, deciding.approve, name)
		assert make_user_learner not in {user for _event, user, _time in told(name)}

	def test_without_a_manager_l_and_d_is_asked(self, people):
		name = ask(people, cohort(), "other")
		assert not frappe.db.get_value(DOCTYPE, name, "approver")
		assert told(name) == {("request_to_decide", people.l_and_d, 0)}

	def test_of_a_manager_on_leave_l_and_d_is_asked(self, people):
		frappe.db.set_value("Employee", employee_of(people.boss), "employee_name", "Boss")
		make_leave(employee_of(people.boss), days=2).submit()
		name = ask(people, cohort())
		assert told(name) == {("request_to_decide", people.l_and_d, 0)}

	def test_of_a_manager_who_has_left_l_and_d_is_asked(self, people):
		frappe.db.set_value("User", people.boss, "enabled", 0)
		assert told(ask(people, cohort())) == {("request_to_decide", people.l_and_d, 0)}

	def test_where_managers_see_no_training_l_and_d_decides(self, people):
		frappe.db.set_single_value("LMS Settings", "managers_see_training", 0)
		frappe.clear_document_cache("LMS Settings", "LMS Settings")
		try:
			name = ask(people, cohort())
			assert told(name) == {("request_to_decide", people.l_and_d, 0)}
			with pytest.raises(frappe.PermissionError):
				by(people.boss, deciding.approve, name)
		finally:
			frappe.db.rollback()
			frappe.clear_document_cache("LMS Settings", "LMS Settings")

	def test_each_sees_what_they_can_decide(self, people):
		name = ask(people, cohort(), reason="Why")
		for who, expected in (("boss", [name]), ("top", [name]), ("learner", []), ("other", [])):
			assert [row["name"] for row in reading.to_decide(people[who])] == expected, who
		assert name in [row["name"] for row in reading.to_decide(people.l_and_d)]
		assert reading.one(name, people.boss)["reason"] == "Why"
		with pytest.raises(frappe.DoesNotExistError):
			reading.one(name, people.other)


class TestDeciding:
	def test_approved_is_enrolled_and_the_courses_are_open(self, people):
		batch = cohort(seat_count=1)
		name = ask(people, batch)
		by(people.boss, deciding.approve, name)
		row = frappe.get_doc(DOCTYPE, name)
		assert (row.status, row.decided_by, row.open_mark, row.holds_seat) == (
			"Approved",
			people.boss,
			None,
			0,
		)
		assert frappe.db.exists("LMS Enrollment", {"member": people.learner, "batch": batch})

	def test_refused_gives_the_seat_to_who_waits_and_says_why(self, people):
		batch = cohort(seat_count=1, enable_waitlist=1)
		name = ask(people, batch)
		enrollment.enroll(batch, people.other, source="Desk")
		assert counts(batch) == (0, 1, 1)
		by(people.boss, deciding.refuse, name, "Not now.")
		assert counts(batch) == (1, 0, 0)
		assert (state(name), frappe.db.get_value(DOCTYPE, name, "decision_reason")) == ("Refused", "Not now.")
		assert told(name, notices.REQUEST_REFUSED) == {("request_refused", people.learner, 0)}
		with pytest.raises(frappe.ValidationError, match="Give a reason"):
			by(people.boss, deciding.refuse, ask(people, cohort()), " ")

	def test_a_request_is_decided_once(self, people):
		name = ask(people, cohort())
		by(people.boss, deciding.refuse, name, "x")
		for act in (lambda: deciding.approve(name), lambda: deciding.refuse(name, "y")):
			with pytest.raises(RequestClosedError, match="Refused already"):
				by(people.l_and_d, act)
		with pytest.raises(RequestClosedError):
			by(people.learner, deciding.take_back, name)

	@pytest.mark.parametrize(
		("values", "refusal"),
		[
			({"published": 0}, CohortNotOpenError),
			({"start_date": add_days("2020-01-01", 0)}, CohortStartedError),
		],
	)
	def test_what_the_door_refuses_by_then_stays_open(self, people, values, refusal):
		batch = cohort(seat_count=1)
		name = ask(people, batch)
		frappe.db.set_value("LMS Batch", batch, values)
		with pytest.raises(refusal):
			by(people.boss, deciding.approve, name)
		assert state(name) == "Open"
		by(people.boss, deciding.refuse, name, "It does not take place.")

	def test_a_request_of_somebody_who_is_gone_is_not_approved(self, people):
		name = ask(people, cohort())
		frappe.db.set_value("User", people.learner, "enabled", 0)
		with pytest.raises(DisabledUserError):
			by(people.l_and_d, deciding.approve, name)

	def test_a_held_seat_is_kept_when_the_cohort_is_filled_meanwhile(self, people):
		batch = cohort(seat_count=2, enable_waitlist=1)
		name = ask(people, batch)
		for member in (people.other, make_user().name):
			enrollment.enroll(batch, member, source="Desk")
		assert counts(batch) == (1, 1, 1)
		assert by(people.boss, deciding.approve, name) == "Enrolled"
		assert counts(batch) == (2, 0, 1)

	def test_without_a_held_seat_a_full_cohort_refuses(self, people):
		batch = cohort(seat_count=0)
		name = ask(people, batch)
		frappe.db.set_value("LMS Batch", batch, {"seat_count": 1, "seats_taken": 1})
		with pytest.raises(CohortFullError):
			by(people.boss, deciding.approve, name)

	def test_who_is_enrolled_by_somebody_else_has_no_request_any_more(self, people):
		batch = cohort(seat_count=2)
		name = ask(people, batch)
		enrollment.enroll_many(batch, [people.learner], source="Desk")
		assert state(name) == "Approved"
		assert counts(batch) == (1, 0, 0)
		name = ask(people, batch, "other")
		enrollment.enroll(batch, people.other, source="Desk")
		assert (state(name), counts(batch)) == ("Approved", (2, 0, 0))

	def test_leavers_ask_no_longer(self, people):
		batch, course = cohort(seat_count=1), make_course(requires_approval=1).name
		names = [ask(people, batch), by(people.learner, asking.ask_for_course, course)]
		leaving.free_seats([people.learner], reason="Left")
		assert {state(name) for name in names} == {"Withdrawn"}
		assert counts(batch) == (0, 0, 0)

	def test_the_record_stays(self, people):
		name = ask(people, cohort())
		with pytest.raises(frappe.ValidationError, match="Refuse it instead"):
			frappe.get_doc(DOCTYPE, name).delete()


class TestCourses:
	def test_is_opened_by_approval(self, people):
		course = make_course(requires_approval=1).name
		found = by(people.learner, access.course_access, course)
		assert isinstance(access.join_refusal(found), CourseApprovalRequiredError)
		name = by(people.learner, asking.ask_for_course, course, "Please")
		with pytest.raises(AlreadyRequestedError):
			by(people.learner, asking.ask_for_course, course)
		assert by(people.boss, deciding.approve, name) == "Enrolled"
		assert frappe.db.exists("LMS Enrollment", {"member": people.learner, "course": course})
		assert told(name, notices.REQUEST_APPROVED) == {("request_approved", people.learner, 0)}

	def test_who_has_it_by_then_is_not_given_it_twice(self, people):
		course = make_course(requires_approval=1).name
		name = by(people.learner, asking.ask_for_course, course)
		make_batch_of = make_batch(courses=[course]).name
		enrollment.enroll(make_batch_of, people.learner, source="Desk")
		by(people.boss, deciding.approve, name)
		assert frappe.db.count("LMS Enrollment", {"member": people.learner, "course": course}) == 1

	def test_a_course_that_was_unpublished_meanwhile_is_not_there(self, people):
		course = make_course(requires_approval=1).name
		name = by(people.learner, asking.ask_for_course, course)
		frappe.db.set_value("LMS Course", course, "published", 0)
		with pytest.raises(frappe.DoesNotExistError):
			by(people.boss, deciding.approve, name)
		assert state(name) == "Open"


class TestNominating:
	def test_l_and_d_decides_and_the_manager_does_not(self, people):
		batch = make_batch(allow_self_enrollment=0, seat_count=1).name
		preview = by(people.boss, on_behalf.preview_reports, batch, [people.learner, people.other])
		assert [row["outcome"] for row in preview["rows"]] == ["Nominated", "Refused"]
		assert not frappe.db.exists(DOCTYPE, {"batch": batch})
		done = by(people.boss, on_behalf.enroll_reports, batch, [people.learner], source="API")
		assert done["nominated"] == 1
		name = frappe.db.get_value(DOCTYPE, {"batch": batch})
		assert counts(batch) == (0, 1, 0)
		assert told(name) == {("request_to_decide", people.l_and_d, 0)}
		with pytest.raises(frappe.PermissionError, match="Only a moderator"):
			by(people.boss, deciding.approve, name)
		by(people.l_and_d, deciding.refuse, name, "Full of others.")
		assert {user for _event, user, _time in told(name, notices.REQUEST_REFUSED)} == {
			people.boss,
			people.learner,
		}

	def test_twice_changes_nothing_and_it_can_be_taken_back(self, people):
		batch = make_batch(allow_self_enrollment=0).name
		for outcome in ("Nominated", "Already enrolled"):
			done = by(people.boss, on_behalf.enroll_reports, batch, [people.learner], source="API")
			assert done["rows"][0]["outcome"] == outcome
		name = frappe.db.get_value(DOCTYPE, {"batch": batch})
		by(people.boss, deciding.take_back, name)
		assert state(name) == "Withdrawn"

	def test_in_a_cohort_without_limit_the_request_ends_as_well(self, people):
		batch = make_batch(allow_self_enrollment=0).name
		by(people.boss, on_behalf.enroll_reports, batch, [people.learner], source="API")
		name = frappe.db.get_value(DOCTYPE, {"batch": batch})
		assert by(people.l_and_d, deciding.approve, name) == "Enrolled"
		assert state(name) == "Approved"

	def test_takes_the_same_number_of_queries_for_many(self, people, statements):
		few, many = (make_workforce(number, reports_to=employee_of(people.boss)) for number in (2, 20))
		sent = []
		for members in (few, many):
			batch = make_batch(allow_self_enrollment=0, seat_count=50).name
			with statements() as counted:
				by(people.boss, on_behalf.enroll_reports, batch, members, source="API")
			sent.append(counted.total)
		assert sent[1] <= sent[0] + 1, sent


class TestRunningOut:
	def test_reminds_then_asks_l_and_d_then_gives_up(self, people):
		batch = cohort(seat_count=1, start_date=add_days(today(), 60), end_date=add_days(today(), 61))
		name = ask(people, batch)
		running_out.take_step(name)
		assert told(name) == {("request_to_decide", people.boss, 0)}
		later(name, days=3, minutes=1)
		later(name, minutes=1)
		reminded = {("request_to_decide", people.boss, 0), ("request_to_decide", people.boss, 1)}
		assert told(name) == reminded
		later(name, days=1)
		escalated = {("request_to_decide", user, 2) for user in (people.boss, people.l_and_d)}
		assert told(name) == reminded | escalated
		assert counts(batch) == (0, 1, 0)
		later(name, days=1)
		assert state(name) == "Expired"
		assert counts(batch) == (0, 0, 0)
		assert told(name, notices.REQUEST_EXPIRED) == {("request_expired", people.learner, 0)}
		running_out.take_step(name)
		ask(people, batch)

	def test_a_clock_that_stood_still_says_only_what_is_so_now(self, people):
		name = ask(people, cohort(start_date=add_days(today(), 60), end_date=add_days(today(), 61)))
		later(name, days=9)
		assert state(name) == "Expired"
		assert told(name, notices.REQUESTED) == {("request_to_decide", people.boss, 0)}

	def test_a_manager_who_has_left_meanwhile_is_not_reminded(self, people):
		name = ask(people, cohort(start_date=add_days(today(), 60), end_date=add_days(today(), 61)))
		frappe.db.set_value("User", people.boss, "enabled", 0)
		later(name, days=3, minutes=1)
		assert ("request_to_decide", people.l_and_d, 1) in told(name)
		assert ("request_to_decide", people.boss, 1) not in told(name)

	def test_the_sweep_takes_what_is_due(self, people, monkeypatch):
		monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)
		frappe.db.set_value(DOCTYPE, {"open_mark": "1"}, {"open_mark": None, "status": "Withdrawn"})
		gone, stays = ask(people, cohort(seat_count=1)), ask(people, cohort(seat_count=1), "other")
		frappe.db.set_value(DOCTYPE, gone, {"runs_out_on": "2020-01-02", "next_step_on": "2020-01-01"})
		running_out.sweep_requests()
		assert (state(gone), state(stays)) == ("Expired", "Open")


ASKED = datetime(2026, 12, 1, 9)


@pytest.mark.parametrize(
	("days", "last", "expected"),
	[
		(5, None, ASKED + timedelta(days=5)),
		(0, None, ASKED + timedelta(days=5)),
		(None, None, ASKED + timedelta(days=5)),
		(30, ASKED + timedelta(days=2), ASKED + timedelta(days=2)),
	],
)
def test_when_a_request_is_given_up(days, last, expected):
	assert steps.runs_out(ASKED, days, last) == expected


@pytest.mark.parametrize(
	("hours", "expected"), [(0, 0), (71, 0), (72, 1), (95, 1), (96, 2), (119, 2), (120, None), (999, None)]
)
def test_which_step_is_due(hours, expected):
	end = ASKED + timedelta(days=5)
	assert steps.due_step(steps.ASKED, ASKED, end, ASKED + timedelta(hours=hours)) == expected
