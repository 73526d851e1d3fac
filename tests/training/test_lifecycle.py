"""What people and HR do to training between two nights: leaving, leave, zones, requests, rules that are changed."""

from datetime import datetime, timezone

import pytest

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.utils import add_days, getdate, today

from smooth_lms.base.notices import bell
from smooth_lms.cohorts import enrollment as cohorts
from smooth_lms.cohorts import withdrawal
from smooth_lms.exceptions import ConfirmNumberError, TrainingRefusedError
from smooth_lms.learners import by_hand
from smooth_lms.training import activation, decisions, newcomers
from smooth_lms.training.assignments import assign, review_list, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start, work
from tests.support.factories import (
	make_batch,
	make_course,
	make_department,
	make_requirement,
	make_user,
	make_users,
	make_workforce,
)
from tests.support.hr import make_leave
from tests.support.training import DOCTYPE, activated, assign_to, enrollments_of, remove, rows_of


@pytest.fixture
def team():
	"""A department with two people, and a requirement for it with one course."""
	department = make_department()
	users = make_workforce(2, department=department)
	doc = activated(courses=1, audience=[("Include", "Department", department)])
	return doc, users, department


@pytest.fixture
def notified(monkeypatch):
	"""Notifications are made at once instead of by a background job after the commit. Returns who got what."""

	def make(users, notice):
		make_notification_logs(frappe._dict(notice), users)

	monkeypatch.setattr(bell, "enqueue_create_notification", make)

	def who_got_what(name):
		frappe.local.db.after_commit.run()
		filters = {"document_name": name}
		return dict(
			frappe.get_all("Notification Log", filters=filters, fields=["for_user", "subject"], as_list=True)
		)

	return who_got_what


def by_hand_assigned(user, course=None):
	values = {"member": user, "course": course or make_course().name, "due_date": add_days(today(), 9)}
	return frappe.get_doc({"doctype": DOCTYPE, **values}).insert()


class TestLeavers:
	def test_have_nothing_open_whoever_assigned_it(self, team):
		doc, users, _department = team
		limited = make_course(licence_count=1).name
		assign_to(doc, users)
		by_hand_assigned(users[0], limited)
		activation.deactivate(doc.name, take_back=False)
		frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
		assert status.close_for_leavers() >= 2
		assert {(row.status, row.closed_because) for row in rows_of(users[0])} == {("Cancelled", "Archived")}
		assert {row.status for row in rows_of(users[1])} == {"Pending"}
		assert frappe.db.get_value("LMS Course", limited, "licences_in_use") == 0
		assert status.close_for_leavers(users) == 0

	def test_of_a_frozen_requirement_too(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		doc.db_set({"frozen": 1, "frozen_reason": "The course is not published."})
		frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
		newcomers.bring_in_line(users)
		assert [rows_of(user)[0].status for user in users] == ["Cancelled", "Pending"]

	def test_are_asked_about_no_more(self, team):
		doc, users, _department = team
		doc.db_set({"due_rule": "Days after joining", "due_days": 30})
		assert assign_to(doc, users) == {"asked": 2}
		frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
		newcomers.bring_in_line(users)
		states = dict(
			frappe.get_all(
				review_list.DOCTYPE,
				filters={"member": ["in", users]},
				fields=["member", "state"],
				as_list=True,
			)
		)
		assert states == {users[0]: "Settled", users[1]: "Open"}

	def test_without_an_employee_record_end_with_their_account(self):
		(user,) = make_users(1)
		by_hand_assigned(user)
		newcomers.bring_in_line([user])
		assert rows_of(user)[0].status == "Pending"
		frappe.db.set_value("User", user, "enabled", 0)
		newcomers.bring_in_line([user])
		assert rows_of(user)[0].status == "Cancelled"

	def test_archived_by_hand_stay_so_while_suspended(self, team):
		doc, users, _department = team
		employee = frappe.db.get_value("Employee", {"user_id": users[0]})
		frappe.get_doc(
			{
				"doctype": "LMS Learner",
				"user": users[0],
				"full_name": "A",
				"employee": employee,
				"status": "Active",
			}
		).insert()
		assign_to(doc, users)
		by_hand.archive([users[0]])
		frappe.db.set_value("Employee", employee, "status", "Suspended")
		newcomers.bring_in_line(users)
		assert [rows_of(user)[0].status for user in users] == ["Cancelled", "Pending"]

	def test_who_come_back_get_the_same_round_again(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		for state in ("Left", "Active"):
			frappe.db.set_value("Employee", {"user_id": users[0]}, "status", state)
			newcomers.bring_in_line(users)
			assign_to(doc, users)
		assert [(row.status, row.cycle) for row in rows_of(users[0])] == [("Cancelled", 1), ("Pending", 1)]


class TestCohorts:
	def test_leaving_one_keeps_the_course_that_is_assigned(self, team):
		doc, users, _department = team
		course, other = doc.courses[0].course, make_course().name
		batch = make_batch(courses=[course, other]).name
		cohorts.enroll_many(batch, users, source="Desk")
		assign_to(doc, users[:1])
		for user in users:
			withdrawal.withdraw(batch, user, reason="Another time")
		open_courses = {
			user: {row.course for row in enrollments_of(user) if not row.withdrawn_on} for user in users
		}
		assert open_courses == {users[0]: {course}, users[1]: set()}

	def test_leaving_one_returns_a_licence_nobody_uses(self):
		(user,) = make_users(1)
		course = make_course(licence_count=1).name
		batch = make_batch(courses=[course]).name
		cohorts.enroll_many(batch, [user], source="Desk")
		assignment = by_hand_assigned(user, course)
		frappe.db.set_value(DOCTYPE, assignment.name, {"status": "Completed", "open_mark": None})
		withdrawal.withdraw(batch, user, reason="Another time")
		row = enrollments_of(user)[0]
		assert (row.licence_state, bool(row.withdrawn_on)) == ("Returned", True)
		assert frappe.db.get_value("LMS Course", course, "licences_in_use") == 0


class TestDates:
	def test_a_real_leave_waits(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		employee = frappe.db.get_value("Employee", {"user_id": users[0]})
		leave = make_leave(employee)
		newcomers.bring_in_line(users)
		assert not rows_of(users[0])[0].paused_since
		leave.submit()
		newcomers.bring_in_line(users)
		assert rows_of(users[0])[0].paused_since == getdate(today())
		leave.cancel()
		newcomers.bring_in_line(users)
		assert not rows_of(users[0])[0].paused_since

	def test_0_days_are_due_today_and_late_tomorrow(self, team, monkeypatch):
		doc, users, _department = team
		doc.db_set("due_days", 0)
		assign_to(doc, users)
		assert rows_of(users[0])[0].due_date == rules.today()
		status.mark_overdue()
		assert rows_of(users[0])[0].status == "Pending"
		now = rules.clock()
		monkeypatch.setattr(rules, "clock", lambda: frappe.utils.add_days(now, 1))
		status.mark_overdue()
		assert rows_of(users[0])[0].status == "Overdue"

	def test_each_requirement_ends_its_day_by_its_own_clock(self, monkeypatch):
		"""11:00 UTC: the 2nd has begun in Kiritimati (UTC+14) and not yet ended in Honolulu (UTC-10)."""
		(user,) = make_workforce(1)
		found = {}
		monkeypatch.setattr(rules, "clock", lambda: datetime(2027, 3, 1, 11, tzinfo=timezone.utc))
		for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
			pin = [{"member": user, "effect": "Pin", "reason": "Test"}]
			doc = activated(
				timezone=zone,
				due_days=0,
				exceptions=pin,
				audience=[("Include", "Department", make_department())],
			)
			assign_to(doc, [user])
			found[zone] = (doc.name, rows_of(user, requirement=doc.name)[0])
		assert [str(row.due_date) for _name, row in found.values()] == ["2027-03-02", "2027-03-01"]
		monkeypatch.setattr(rules, "clock", lambda: datetime(2027, 3, 2, 9, 30, tzinfo=timezone.utc))
		status.mark_overdue()  # the 2nd still goes on in Kiritimati until 10:00, the 1st in Honolulu too
		assert {rows_of(user, requirement=name)[0].status for name, _row in found.values()} == {"Pending"}
		monkeypatch.setattr(rules, "clock", lambda: datetime(2027, 3, 2, 10, 1, tzinfo=timezone.utc))
		status.mark_overdue()
		assert {rows_of(user, requirement=name)[0].status for name, _row in found.values()} == {"Overdue"}

	def test_a_rule_that_gives_more_time_takes_overdue_back(self, team):
		doc, users, _department = team
		doc.db_set({"due_rule": "Days after joining", "due_days": 30})
		frappe.db.set_value("Employee", {"user_id": ["in", users]}, "date_of_joining", today())
		assign_to(doc, users)
		frappe.db.set_value("Employee", {"user_id": ["in", users]}, "date_of_joining", add_days(today(), -40))
		frappe.db.set_value(
			DOCTYPE,
			{"member": ["in", users]},
			{"due_date": add_days(today(), -10), "rule_due": add_days(today(), -10)},
		)
		frappe.db.set_value("LMS Enrollment", {"member": users[1]}, "status", "In Progress")
		status.mark_overdue()
		doc.db_set("due_days", 60)
		assert assign_to(doc, users, everybody=True) == {"redated": 2}
		assert [(rows_of(user)[0].status, rows_of(user)[0].due_date) for user in users] == [
			("Pending", getdate(add_days(today(), 20))),
			("In Progress", getdate(add_days(today(), 20))),
		]

	def test_an_unanswered_question_does_not_keep_the_next_round_away(self, team, monkeypatch):
		doc, users, _department = team
		doc.db_set({"recurrence_months": 12, "window_days": 30, "renew_from": "Due date"})
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"member": users[0],
				"course": doc.courses[0].course,
				"completed_on": "2024-05-01",
			}
		).insert()
		monkeypatch.setattr(rules, "clock", lambda: datetime(2026, 1, 10, 12, tzinfo=timezone.utc))
		assert assign_to(doc, users) == {"asked": 1, "opened": 1}
		assert assign.candidates(rules.load(doc.name))[0] == []
		monkeypatch.setattr(rules, "clock", lambda: datetime(2026, 4, 10, 12, tzinfo=timezone.utc))
		assert assign.candidates(rules.load(doc.name))[0] == users[:1]
		assert assign_to(doc, users[:1]) == {"opened": 1}
		assert str(rows_of(users[0], requirement=doc.name)[0].due_date) == "2026-05-01"
		question = {"member": users[0], "rule_key": doc.name}
		assert frappe.db.get_value(review_list.DOCTYPE, question, "state") == "Settled"

	def test_a_newer_completion_counts_before_the_old_one_runs_out(self, team):
		doc, users, _department = team
		doc.db_set({"recurrence_months": 12, "window_days": 30})
		course = doc.courses[0].course
		for day in ("2026-01-10", "2026-06-10"):
			frappe.get_doc(
				{"doctype": DOCTYPE, "member": users[0], "course": course, "completed_on": day}
			).insert()
			program = rules.load(doc.name)
			members = assign.candidates(program)[0]
			assert users[0] in members
			assign.assign(program, members)
		found = rows_of(users[0], requirement=doc.name)
		assert [(row.status, str(row.completed_on), row.cycle) for row in found] == [
			("Completed", "2026-01-10", 1),
			("Completed", "2026-06-10", 2),
		]


class TestRequests:
	def test_the_manager_hears_of_a_request_and_the_learner_of_the_answer(self, notified):
		boss = make_workforce(1)[0]
		(user,) = make_workforce(1, reports_to=frappe.db.get_value("Employee", {"user_id": boss}))
		name = by_hand_assigned(user).name
		frappe.set_user(user)
		decisions.request_extension(name, add_days(today(), 30), "Audit season")
		frappe.set_user(boss)
		assert "asks for more time" in notified(name)[boss]
		decisions.decide_extension(name, False)
		assert "No more time" in notified(name)[user]
		row = rows_of(user)[0]
		assert (row.extension_state, row.due_date) == ("Refused", getdate(add_days(today(), 9)))
		with pytest.raises(TrainingRefusedError, match="Nobody has asked"):
			decisions.decide_extension(name, True)

	def test_moderators_hear_of_somebody_without_a_manager(self, notified):
		moderator = make_user(roles=["Moderator"]).name
		(user,) = make_users(1)
		name = by_hand_assigned(user).name
		frappe.set_user(user)
		decisions.request_extension(name, add_days(today(), 30), "Audit season")
		assert moderator in notified(name)

	@pytest.mark.parametrize(
		("until", "reason", "sentence"),
		[
			(5, "Why not", "later than that"),
			("2020-01-01", "Why not", "is past"),
			("soon", "Why not", "is not a date"),
			(50, " ", "Enter why"),
		],
	)
	def test_bad_requests(self, until, reason, sentence):
		(user,) = make_users(1)
		name = by_hand_assigned(user).name
		frappe.set_user(user)
		until = add_days(today(), until) if isinstance(until, int) else until
		with pytest.raises(TrainingRefusedError, match=sentence):
			decisions.request_extension(name, until, reason)


class TestRules:
	def test_are_put_to_work_by_activating_only(self):
		doc = make_requirement(active=1, frozen=1)
		assert (doc.active, doc.frozen) == (0, 0)
		doc.active = 1
		doc.save()
		assert not frappe.db.get_value("LMS Training Requirement", doc.name, "active")

	def test_at_work_that_would_reach_everybody_are_refused(self, team):
		doc, _users, _department = team
		doc.reload()
		doc.description = "Something else"
		doc.save()
		doc.audience = []
		with pytest.raises(ConfirmNumberError, match=r"reach \d+ of \d+ people: stop it"):
			doc.save()

	def test_that_break_tell_who_is_responsible(self, team, notified):
		doc, users, _department = team
		officer = make_user(roles=["Moderator"]).name
		doc.db_set("responsible", officer)
		try:
			frappe.db.set_value("LMS Course", doc.courses[0].course, "published", 0)
			assert start.prepare(doc.name) is None
			assert "Training requirement stopped" in notified(doc.name)[officer]
		finally:
			remove(doc, [*users, officer])

	@pytest.mark.parametrize("field", ["timezone", "audience"])
	def test_that_name_something_gone_freeze(self, team, field):
		doc, users, _department = team
		try:
			if field == "timezone":
				doc.db_set("timezone", "Mars/Olympus")
			else:
				frappe.db.set_value("LMS Training Audience", {"parent": doc.name}, "value", "Gone - X")
			assert start.prepare(doc.name) is None
			assert frappe.db.get_value("LMS Training Requirement", doc.name, "frozen")
		finally:
			remove(doc, users)

	def test_one_that_fails_does_not_hold_up_the_night(self, team, monkeypatch):
		doc, users, _department = team
		other = activated(audience=[("Include", "Department", make_department())])
		members = assign.candidates
		monkeypatch.setattr(rules, "active_keys", lambda: [other.name, doc.name])
		monkeypatch.setattr(work, "enqueue", lambda run: None)

		def candidates(program, **options):
			if program.key == other.name:
				raise RuntimeError("No such table")
			return members(program, **options)

		monkeypatch.setattr(assign, "candidates", candidates)
		frappe.db.commit()
		try:
			(run,) = start.assign_all()
			assert frappe.db.get_value(start.DOCTYPE, run, "rule_key") == doc.name
			assert frappe.db.exists("Error Log", {"reference_name": other.name})
		finally:
			remove(doc, users)
			remove(other, [])
