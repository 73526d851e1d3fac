"""What is done for several people of a cohort at once, a copy of it, mails to its people, and the preview of a file."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import copying, course_access, enrollment, mailing, on_behalf, roster, withdrawal
from smooth_lms.cohorts.importing import runs
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_employee,
	make_user,
	make_users,
	unique,
)

SEAT = "LMS Batch Enrollment"


def moderator():
	user = make_user(roles=("LMS Student", "Moderator"), last_name=unique("Moderator")).name
	frappe.set_user(user)
	return user


def seat_of(batch, member):
	return frappe.db.get_value(SEAT, {"batch": batch, "member": member}, "status")


class TestWithdrawing:
	def test_says_what_became_of_each_and_fills_the_seats(self):
		batch = make_batch(seat_count=1, enable_waitlist=1).name
		one, two, stranger = make_users(3)
		for user in (one, two):
			enrollment.enroll(batch, user, source="Desk")
		moderator()
		rows = on_behalf.withdraw_many(batch, [one, stranger], reason="Moved away")
		assert [(row["member"], row["outcome"]) for row in rows] == [
			(one, "Withdrawn"),
			(stranger, "Refused"),
		]
		assert "not enrolled" in rows[1]["reason"]
		assert (seat_of(batch, one), seat_of(batch, two)) == ("Withdrawn", "Enrolled")
		assert frappe.db.get_value(SEAT, {"batch": batch, "member": one}, "withdrawal_reason") == "Moved away"

	def test_needs_a_reason(self):
		batch = make_batch().name
		moderator()
		with pytest.raises(frappe.ValidationError, match="Enter a reason for the withdrawal"):
			on_behalf.withdraw_many(batch, [], reason=" ")

	def test_is_for_people_within_reach(self):
		batch = make_batch().name
		user = make_user().name
		enrollment.enroll(batch, user, source="Desk")
		hr = make_user(roles=("HR User",)).name
		frappe.permissions.add_user_permission("Company", company("Another Test Company"), hr)
		frappe.set_user(hr)
		(row,) = on_behalf.withdraw_many(batch, [user], reason="x")
		assert row["outcome"] == "Refused"
		assert seat_of(batch, user) == "Enrolled"
		frappe.set_user(make_user().name)
		with pytest.raises(frappe.PermissionError):
			on_behalf.withdraw_many(batch, [user], reason="x")


class TestMoving:
	def test_who_is_refused_stays_and_the_others_go_on(self):
		there = make_batch(seat_count=1).name
		here = make_batch().name
		one, two, stranger = make_users(3)
		for user in (one, two):
			enrollment.enroll(here, user, source="Desk")
		me = moderator()
		enrollment.enroll(here, me, source="Desk")
		rows = on_behalf.move_many([one, two, stranger, me], from_batch=here, to_batch=there)
		assert [row["outcome"] for row in rows] == ["Enrolled", "Refused", "Refused", "Refused"]
		assert "full" in rows[1]["reason"]
		assert "your own" in rows[3]["reason"]
		assert [seat_of(here, user) for user in (one, two, me)] == ["Withdrawn", "Enrolled", "Enrolled"]
		assert seat_of(there, one) == "Enrolled"
		assert frappe.db.get_value("LMS Batch", here, "seats_taken") == 2


class TestRoster:
	def test_has_everybody_with_their_state(self):
		course = make_course().name
		batch = make_batch(seat_count=1, enable_waitlist=1, courses=[course]).name
		one, two, three = make_users(3)
		for user in (one, two, three):
			enrollment.enroll(batch, user, source="Desk")
		withdrawal.withdraw(batch, three, reason=None)
		moderator()
		rows = course_access.people_in(batch)
		assert [(row.member, row.status) for row in rows] == [
			(one, "Enrolled"),
			(two, "Waitlisted"),
			(three, "Withdrawn"),
		]
		assert (rows[0].courses, rows[0].courses_completed, rows[1].courses) == (1, 0, None)

	def test_people_are_found_by_a_part_of_their_name(self):
		word = unique("Zebra").replace(" ", "")
		found = make_employee(make_user().name, first_name=f"Ann{word}").name
		make_employee(make_user().name)
		moderator()
		assert [row.name for row in roster.find({"search": word.lower()})] == [found]
		assert found in [row.name for row in roster.find({"search": found})]
		assert roster.find({"search": f"{word}%"}) == []


class TestCopy:
	def test_everything_is_as_many_days_later_and_nobody_is_in_it(self):
		start = add_days(today(), 7)
		source = make_batch(
			start_date=start,
			end_date=add_days(start, 2),
			late_enrollment_until=add_days(start, 1),
			published=1,
			seat_count=5,
			courses=[make_course().name],
			timetable=[{"date": add_days(start, 1), "start_time": "09:00:00", "subject": "Ladders"}],
		)
		values = {"batch": source.name, "date": start, "start_time": "10:00:00", "duration_minutes": 60}
		frappe.get_doc(
			{
				"doctype": "LMS Live Class",
				"title": "Kick-off",
				"join_url": "https://meet.example.com/a",
				**values,
			}
		).insert()
		enrollment.enroll(source.name, make_user().name, source="Desk")
		moderator()
		made = copying.copy(source.name, title="Week 13", start_date=add_days(start, 7))
		made.reload()
		assert (made.published, made.seats_taken, made.seat_count) == (0, 0, 5)
		dates = (made.start_date, made.end_date, made.late_enrollment_until, made.timetable[0].date)
		assert [(day - getdate(start)).days for day in dates] == [7, 9, 8, 8]
		assert [row.course for row in made.courses] == [row.course for row in source.courses]
		held = frappe.get_doc("LMS Live Class", {"batch": made.name})
		assert ((held.date - getdate(start)).days, held.title, held.join_url) == (7, "Kick-off", None)
		assert not frappe.db.exists(SEAT, {"batch": made.name})

	def test_is_for_moderators(self):
		source = make_batch().name
		frappe.set_user(make_user(roles=("Batch Evaluator",)).name)
		with pytest.raises(frappe.PermissionError):
			copying.copy(source, title="x", start_date=today())


@pytest.fixture
def mail_account():
	if not frappe.db.exists("Email Account", {"default_outgoing": 1}):
		account = {
			"doctype": "Email Account",
			"email_account_name": unique("Out"),
			"email_id": "o@example.com",
		}
		doc = frappe.get_doc(
			{**account, "enable_outgoing": 1, "default_outgoing": 1, "smtp_server": "127.0.0.1"}
		)
		doc.flags.ignore_validate = True
		doc.insert(ignore_permissions=True)


class TestMail:
	def test_goes_to_each_alone_and_is_kept_without_addresses(self, mail_account):
		batch = make_batch(seat_count=2, enable_waitlist=1).name
		seated, waiting = make_users(2), make_users(1)
		for user in (*seated, *waiting):
			enrollment.enroll(batch, user, source="Desk")
		moderator()
		before = mailing.preview(batch, "Room", "<p>Room <b>4</b></p>")
		assert (before["recipients"], before["without"]) == (2, [])
		assert "<b>4</b>" in before["html"]
		assert not frappe.db.exists("Communication", {"reference_name": batch})
		text = "<p>Room 4</p><script>alert(1)</script><img src=x onerror=alert(1)>"
		assert mailing.send(batch, "Room <b>4</b>", text) == 2
		kept = frappe.get_doc("Communication", {"reference_name": batch})
		assert (kept.subject, kept.recipients or "") == ("Room 4", "")
		assert "Room 4" in kept.content
		for bad in ("<script", "onerror"):
			assert bad not in kept.content
		queued = frappe.get_all("Email Queue", filters={"communication": kept.name}, pluck="name")
		told = frappe.get_all("Email Queue Recipient", filters={"parent": ["in", queued]}, pluck="recipient")
		assert sorted(told) == sorted(seated)

	def test_to_chosen_people_reaches_the_waitlist_and_no_stranger(self):
		batch = make_batch(seat_count=1, enable_waitlist=1).name
		seated, waiting, stranger = make_users(3)
		for user in (seated, waiting):
			enrollment.enroll(batch, user, source="Desk")
		moderator()
		assert mailing.preview(batch, "x", "x", [waiting, stranger])["recipients"] == 1

	@pytest.mark.parametrize(("subject", "text"), [("", "x"), ("<b></b>", "x"), ("x", "<p> </p>")])
	def test_says_something(self, subject, text):
		batch = make_batch().name
		moderator()
		with pytest.raises(frappe.ValidationError):
			mailing.preview(batch, subject, text)

	def test_is_for_those_who_run_the_cohort(self):
		teacher = make_user(roles=("LMS Student", "Batch Evaluator")).name
		batch = make_batch(instructors=[{"instructor": teacher}]).name
		for user in (make_user().name, make_user(roles=("HR Manager",)).name):
			frappe.set_user(user)
			for act in (mailing.preview, mailing.send, mailing.test):
				with pytest.raises(frappe.PermissionError):
					act(batch, "x", "x")
		frappe.set_user(teacher)
		assert mailing.preview(batch, "x", "x")["recipients"] == 0


def test_the_preview_of_a_file_names_its_own_rows_and_writes_nothing():
	batch = make_batch(seat_count=1, enable_waitlist=1).name
	one, two = make_users(2)
	moderator()
	content = f"People to enroll\n\nMember\n{one}\nnobody@example.com\n{two}\n".encode()
	found = runs.preview_file(content, "people.csv", batch=batch)
	assert (found["total"], found["enrolled"], found["waitlisted"], found["refused"]) == (3, 1, 1, 1)
	assert [(row["row"], row["member"], row["outcome"]) for row in found["rows"]] == [
		(4, one, "Enrolled"),
		(5, "nobody@example.com", "Refused"),
		(6, two, "Waitlisted"),
	]
	assert not frappe.db.exists(SEAT, {"batch": batch})
	assert not frappe.db.exists("LMS Enrollment Run", {"batch": batch})
