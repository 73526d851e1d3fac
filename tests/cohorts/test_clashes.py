"""What is at the same time is said before somebody enrolls, and when a class takes a room or an instructor twice."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import catalog, clashes, enrollment
from tests.support.factories import make_batch, make_employee, make_user, unique
from tests.support.hr import make_leave


@pytest.fixture
def user():
	return make_user().name


def held(batch, **values):
	"""A live class of a cohort, on its first day from 10 to 11."""
	doc = {
		"doctype": "LMS Live Class",
		"title": unique("Class"),
		"batch": batch.name,
		"date": batch.start_date,
		"start_time": "10:00:00",
		"duration_minutes": 60,
		**values,
	}
	return frappe.get_doc(doc).insert(ignore_permissions=True)


class TestBeforeEnrolling:
	def test_another_class_at_that_time_is_named(self, user):
		own, wanted = make_batch(), make_batch()
		other = held(own)
		enrollment.enroll(own.name, user, source="Desk")
		held(wanted, start_time="10:30:00")
		(sentence,) = clashes.of_person(wanted.name, user)
		assert sentence.startswith(f"At the same time as {other.title}, ")
		assert catalog.cohort(wanted.name, user)["clashes"] == [sentence]

	@pytest.mark.parametrize(
		"values", [{"start_time": "11:00:00"}, {"start_time": "09:00:00"}, {"cancelled": 1}]
	)
	def test_what_only_follows_or_is_cancelled_is_not(self, user, values):
		own, wanted = make_batch(), make_batch()
		held(own)
		enrollment.enroll(own.name, user, source="Desk")
		held(wanted, **values)
		held(wanted, start_time="15:00:00")
		assert clashes.of_person(wanted.name, user) == []

	def test_the_clocks_of_both_count(self, user):
		own, wanted = make_batch(timezone="Asia/Tokyo"), make_batch(timezone="Europe/Berlin")
		held(own, start_time="18:00:00")
		enrollment.enroll(own.name, user, source="Desk")
		held(wanted, start_time="10:00:00")
		assert len(clashes.of_person(wanted.name, user)) == 1

	def test_what_one_does_not_sit_in_is_not_named(self, user):
		own, wanted = make_batch(seat_count=1, enable_waitlist=1), make_batch()
		held(own)
		for each in (make_user().name, user):
			enrollment.enroll(own.name, each, source="Desk")
		held(wanted)
		assert clashes.of_person(wanted.name, user) == []

	def test_an_approved_leave_is_named(self, user):
		wanted, later = (
			make_batch(),
			make_batch(start_date=add_days(today(), 9), end_date=add_days(today(), 9)),
		)
		leave = make_leave(make_employee(user).name, days=5)
		assert clashes.of_person(wanted.name, user) == []
		leave.submit()
		(sentence,) = clashes.of_person(wanted.name, user)
		assert sentence.startswith("You are on leave then: ")
		assert clashes.of_person(later.name, user) == []

	def test_whoever_is_in_is_told_no_more(self, user):
		own, wanted = make_batch(), make_batch()
		held(own), held(wanted)
		for batch in (own, wanted):
			enrollment.enroll(batch.name, user, source="Desk")
		assert catalog.cohort(wanted.name, user)["clashes"] == []


class TestOfAClass:
	@pytest.fixture
	def teacher(self):
		return make_user(roles=("Batch Evaluator",), first_name="Tea", last_name="Cher").name

	def said(self, batch, **values):
		frappe.clear_messages()
		frappe.flags.mute_messages = False
		try:
			made = held(batch, **values)
		finally:
			frappe.flags.mute_messages = True
		return made, " ".join(str(each) for each in frappe.local.message_log)

	def test_an_instructor_who_teaches_elsewhere_is_named_and_the_class_is_saved(self, teacher):
		first = held(make_batch(), instructor=teacher)
		made, words = self.said(make_batch(), instructor=teacher, start_time="10:59:00")
		assert f"Tea Cher teaches {first.title} at that time." in words
		assert frappe.db.exists("LMS Live Class", made.name)

	def test_a_room_that_is_taken_is_named(self):
		place = unique("Room 4")
		first = held(make_batch(), place=place)
		_made, words = self.said(make_batch(), place=f" {place.upper()}  ")
		assert f"{first.title} is at the same place at that time." in words

	def test_nothing_is_said_of_other_times_rooms_and_people(self, teacher):
		held(make_batch(), place=unique("Room"), instructor=teacher)
		batch = make_batch()
		for values in (
			{"start_time": "11:00:00", "instructor": teacher},
			{"instructor": make_user(roles=("Batch Evaluator",)).name, "place": unique("Room")},
			{"instructor": teacher, "cancelled": 1},
			{"instructor": teacher, "date": add_days(getdate(batch.start_date), 1)},
		):
			assert self.said(batch, **values)[1] == "", values

	def test_saving_it_again_is_no_clash_with_itself(self, teacher):
		made = held(make_batch(), instructor=teacher, place=unique("Room"))
		assert clashes.of_class(made) == []
