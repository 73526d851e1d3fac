"""Licences: what is bought and given up, moving one to somebody else, and many who want the last."""

from collections import Counter

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.exceptions import AlreadyAssignedError, TrainingRefusedError
from smooth_lms.training import decisions, licence_stock
from smooth_lms.training.assignments import review_list, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start
from tests.support.factories import (
	make_course,
	make_department,
	make_requirement,
	make_user,
	make_users,
	make_workforce,
)
from tests.support.threads import at_once
from tests.support.training import (
	DOCTYPE,
	activated,
	assign_to,
	buy,
	by_hand,
	enrollments_of,
	in_use,
	remove,
	rows_of,
)
from tests.training.background import Jobs
from tests.training.test_runs import fresh, in_process


@pytest.fixture
def limited():
	department = make_department()
	users = make_workforce(4, department=department)
	course = make_course(licence_count=2).name
	return activated(courses=[course], audience=[("Include", "Department", department)]), users, course


class TestBought:
	def test_a_form_that_was_open_for_long_overwrites_no_counter(self, limited):
		doc, users, course = limited
		form = frappe.get_doc("LMS Course", course)
		assign_to(doc, users)
		form.short_introduction = "Something else."
		form.save()
		assert in_use(course) == 2
		assert frappe.db.get_value("LMS Course", course, "licence_warning") == 100

	def test_never_fewer_than_are_in_use(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		with pytest.raises(frappe.ValidationError, match="2 licences are in use"):
			buy(course, 1)

	def test_more_reach_those_who_wait(self, limited, monkeypatch):
		doc, users, course = limited
		assert assign_to(doc, users) == {"opened": 2, "no_licence": 2}
		monkeypatch.setattr(rules, "active_keys", lambda: [doc.name])
		with Jobs(licence_stock.hand_out).collected() as jobs:
			buy(course, 3)
			jobs.work()
		assert [len(rows_of(user)) for user in users] == [1, 1, 1, 0]
		assert in_use(course) == 3

	def test_a_first_limit_covers_what_is_assigned_already(self):
		users, course = make_users(3), make_course().name
		for user in users:
			by_hand(user, course)
		row = enrollments_of(users[0], course)[0]
		frappe.db.set_value("LMS Enrollment", row.name, "status", "In Progress")
		with pytest.raises(TrainingRefusedError, match="enter 3 or more"):
			buy(course, 2)
		frappe.db.set_value("LMS Course", course, "licence_count", 0)
		buy(course, 4)
		assert in_use(course) == 3
		assert [enrollments_of(user, course)[0].licence_state for user in users] == [
			"Used",
			"Assigned",
			"Assigned",
		]
		assert frappe.db.get_value("LMS Course", course, "licence_warning") == 75

	def test_the_warning_comes_again_when_the_level_is_reached_again(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		for user in users[:2]:
			decisions.cancel([rows_of(user)[0].name], "Too early")
		assert frappe.db.get_value("LMS Course", course, "licence_warning") == 0


class TestMoved:
	def test_revoked_it_is_free(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		licence_stock.revoke(rows_of(users[0])[0].name, "Other duties")
		assert (in_use(course), rows_of(users[0])[0].status) == (1, "Cancelled")

	def test_reassigned_it_is_the_others(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		old = rows_of(users[0])[0]
		new = frappe.get_doc(DOCTYPE, licence_stock.reassign(old.name, users[3], "Other duties"))
		assert (new.member, new.status, new.due_date) == (users[3], "Pending", old.due_date)
		assert rows_of(users[0])[0].close_reason == "Other duties"
		assert in_use(course) == 2
		assert enrollments_of(users[3], course)[0].licence_state == "Assigned"

	def test_all_or_nothing(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		old = rows_of(users[0])[0].name
		with pytest.raises(AlreadyAssignedError):
			licence_stock.reassign(old, users[1], "Other duties")
		frappe.db.set_value("User", users[2], "enabled", 0)
		with pytest.raises(TrainingRefusedError, match="disabled"):
			licence_stock.reassign(old, users[2], "Other duties")
		assert (in_use(course), rows_of(users[0])[0].status) == (2, "Pending")

	def test_a_used_one_stays(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		row = enrollments_of(users[0], course)[0]
		frappe.db.set_value("LMS Enrollment", row.name, "status", "In Progress")
		status.on_course_started(row.name)
		with pytest.raises(TrainingRefusedError, match="its licence is used"):
			licence_stock.reassign(rows_of(users[0])[0].name, users[2], "Other duties")

	def test_a_course_without_a_limit_has_none_to_give(self):
		(user,) = make_users(1)
		with pytest.raises(TrainingRefusedError, match="holds no licence"):
			licence_stock.revoke(by_hand(user, make_course().name), "Other duties")


class TestMany:
	def test_one_that_is_given_back_twice_at_once_is_counted_once(self, server):
		"""Somebody archives a person while somebody else, who still sees the licence as held, cancels it."""
		(user,), course = make_users(1), make_course(licence_count=1).name
		learner = {"doctype": "LMS Learner", "user": user, "full_name": "A", "status": "Active"}
		frappe.get_doc(learner).insert()
		name = by_hand(user, course)
		moderator = make_user(roles=["Moderator"]).name
		frappe.db.commit()
		session = server.session(moderator)
		assert in_use(course) == 1  # from here on this transaction sees the past
		assert server.call(session, "learners.archive", learners=[user]).status_code == 200
		decisions.cancel([name], "Other duties")
		frappe.db.commit()
		assert in_use(course) == 0

	def test_people_at_once_for_the_last_licences_by_hand(self, server):
		"""Twelve moderators assign the same course to twelve people at the same moment; five licences are left."""
		course, users = make_course(licence_count=5).name, make_users(12)
		moderator = make_user(roles=["Moderator"]).name
		frappe.db.commit()
		sessions = [server.session(moderator) for _ in users]
		due = add_days(today(), 9)

		def post(session, user):
			body = {"member": user, "course": course, "due_date": due}
			return session.post(f"{server.url}/api/resource/{DOCTYPE}", json=body, timeout=120)

		answers = at_once([lambda s=s, u=u: post(s, u) for s, u in zip(sessions, users, strict=True)])
		fresh()
		assert Counter(answer.status_code for answer in answers) == {200: 5, 409: 7}
		assert in_use(course) == 5
		assert len(rows_of(users)) == 5

	def test_runs_and_people_at_once(self, server):
		"""Two requirements with the same limited course run in two processes while moderators take and give back."""
		course, moderator = make_course(licence_count=200).name, make_user(roles=["Moderator"]).name
		sides = []
		for _ in range(2):
			department = make_department()
			users = make_workforce(180, department=department)
			doc = make_requirement(courses=[course], audience=[("Include", "Department", department)])
			doc.db_set("active", 1)
			sides.append((doc, users))
		guests = make_users(8)
		held = [by_hand(user, course) for user in guests]
		prepared = [start.prepare(doc.name) for doc, _users in sides]
		frappe.db.commit()
		session = server.session(moderator)
		processes = [in_process(run) for run in prepared]
		calls = [
			lambda name=name: server.call(session, "training.revoke_licence", assignment=name, reason="Test")
			for name in held
		]
		assert {answer.status_code for answer in at_once(calls)} == {200}
		for process in processes:
			process.join(timeout=240)
		fresh()
		try:
			assert {start.progress(run)["status"] for run in prepared} == {"Completed"}
			# what was given back after the runs had passed by may still be free; then it is given out
			for doc, _users in sides:
				if run := start.prepare(doc.name):
					frappe.db.commit()
					start.work(run)
			fresh()
			assert in_use(course) == 200
			members = [user for _doc, users in sides for user in users]
			assert frappe.db.count(DOCTYPE, {"member": ["in", members], "open_mark": "1"}) == 200
			waiting = {"course": course, "kind": review_list.NO_LICENCE, "open_mark": "1"}
			assert frappe.db.count(review_list.DOCTYPE, waiting) == 160
		finally:
			frappe.db.delete(review_list.DOCTYPE, {"course": course})
			for doc, users in sides:
				remove(doc, [*users, *guests])
