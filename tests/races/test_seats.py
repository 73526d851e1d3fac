"""Seats under load: many people, several server processes, one database; real HTTP on every path."""

from collections import Counter

import pytest

import frappe

from smooth_lms.cohorts import enrollment
from tests.support.factories import make_batch, make_user, make_users
from tests.support.threads import at_once

DOCTYPE = "LMS Batch Enrollment"
FULL = "This cohort is full."

crowd = pytest.mark.parametrize(
	("people", "seats"),
	[
		(24, 5),
		(12, 1),
		pytest.param(200, 20, marks=pytest.mark.full),
		pytest.param(200, 1, marks=pytest.mark.full),
	],
)


def rows_of(batch) -> list[frappe._dict]:
	frappe.db.rollback()  # a fresh view of what the servers wrote
	return frappe.get_all(
		DOCTYPE, filters={"batch": batch.name}, fields=["member", "status", "waitlist_position"]
	)


def assert_consistent(batch, *, enrolled: int, waitlisted: int = 0) -> None:
	counts = Counter(row.status for row in rows_of(batch))
	assert counts["Enrolled"] == enrolled
	assert counts["Waitlisted"] == waitlisted
	assert frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "waitlist_count"]) == (
		enrolled,
		waitlisted,
	)
	with_course = {row.member for row in rows_of(batch) if row.status == "Enrolled"}
	assert with_course == set(frappe.get_all("LMS Enrollment", filters={"batch": batch.name}, pluck="member"))


def sentence(response) -> str:
	return response.json().get("exception", "").partition(": ")[2]


@pytest.fixture
def moderator():
	return make_user(roles=["Moderator"]).name


class TestManyLearnersPressEnroll:
	@crowd
	def test_only_as_many_as_there_are_seats(self, server, people, seats):
		batch, users = make_batch(seat_count=seats), make_users(people)
		frappe.db.commit()
		sessions = [server.session(user) for user in users]
		answers = at_once(
			[lambda s=session: server.call(s, "batches.enroll", batch=batch.name) for session in sessions]
		)
		assert_consistent(batch, enrolled=seats)
		assert Counter(answer.status_code for answer in answers) == {200: seats, 409: people - seats}
		assert {sentence(answer) for answer in answers if not answer.ok} == {FULL}

	@crowd
	def test_the_others_wait_in_order(self, server, people, seats):
		batch, users = make_batch(seat_count=seats, enable_waitlist=1), make_users(people)
		frappe.db.commit()
		sessions = [server.session(user) for user in users]
		answers = at_once(
			[lambda s=session: server.call(s, "batches.enroll", batch=batch.name) for session in sessions]
		)
		assert {answer.status_code for answer in answers} == {200}
		assert_consistent(batch, enrolled=seats, waitlisted=people - seats)
		positions = sorted(row.waitlist_position for row in rows_of(batch) if row.status == "Waitlisted")
		assert positions == list(range(1, people - seats + 1))

	def test_one_person_who_presses_ten_times_gets_one_seat(self, server):
		batch, (user,) = make_batch(seat_count=5), make_users(1)
		frappe.db.commit()
		session = server.session(user)
		answers = at_once([lambda: server.call(session, "batches.enroll", batch=batch.name)] * 10)
		assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
		assert_consistent(batch, enrolled=1)

	def test_people_in_two_cohorts_with_the_same_courses(self, server):
		"""Two row locks and one set of unique keys: whoever is in the way of the other is tried again."""
		first = make_batch(courses=3)
		second, users = make_batch(courses=[row.course for row in first.courses]), make_users(10)
		frappe.db.commit()
		sessions = [server.session(user) for user in users]
		jobs = [
			lambda s=session, b=batch: server.call(s, "batches.enroll", batch=b.name)
			for session in sessions
			for batch in (first, second)
		]
		assert {answer.status_code for answer in at_once(jobs)} == {200}
		for batch in (first, second):
			assert frappe.db.get_value("LMS Batch", batch.name, "seats_taken") == 10
		assert frappe.db.count("LMS Enrollment", {"member": ["in", users]}) == 30


class TestOtherWaysIn:
	@crowd
	def test_desk_forms(self, server, moderator, people, seats):
		batch, users = make_batch(seat_count=seats), make_users(people)
		frappe.db.commit()
		session = server.session(moderator)

		def save(user: str):
			doc = {
				"doctype": DOCTYPE,
				"__islocal": 1,
				"name": f"new-{user}",
				"batch": batch.name,
				"member": user,
			}
			url = f"{server.url}/api/method/frappe.desk.form.save.savedocs"
			return session.post(url, json={"doc": frappe.as_json(doc), "action": "Save"}, timeout=120)

		answers = at_once([lambda u=user: save(u) for user in users])
		assert_consistent(batch, enrolled=seats)
		refused = {sentence(answer).split(": ", 1)[1] for answer in answers if not answer.ok}
		assert refused == {FULL}

	def test_rest_inserts(self, server, moderator):
		batch, users = make_batch(seat_count=4), make_users(16)
		frappe.db.commit()
		session = server.session(moderator)
		url = f"{server.url}/api/resource/{DOCTYPE}"
		answers = at_once(
			[
				lambda u=user: session.post(url, json={"batch": batch.name, "member": u}, timeout=120)
				for user in users
			]
		)
		assert Counter(answer.status_code for answer in answers) == {200: 4, 409: 12}
		assert_consistent(batch, enrolled=4)
		assert {row.source for row in frappe.get_all(DOCTYPE, {"batch": batch.name}, ["source"])} == {"API"}

	def test_eight_bulk_calls_that_overlap(self, server, moderator):
		batch, users = make_batch(seat_count=20), make_users(60)
		frappe.db.commit()
		session = server.session(moderator)
		lists = [users[start : start + 40] for start in range(0, 24, 3)]
		answers = at_once(
			[
				lambda part=part: server.call(
					session, "batches.enroll_members", batch=batch.name, members=part
				)
				for part in lists
			]
		)
		assert {answer.status_code for answer in answers} == {200}
		assert_consistent(batch, enrolled=20)
		reports = [answer.json()["message"] for answer in answers]
		assert sum(report["enrolled"] for report in reports) == 20
		reasons = {
			row["reason"] for report in reports for row in report["rows"] if row["outcome"] == "Refused"
		}
		assert reasons == {FULL}


class TestManyLeaveAtOnce:
	@pytest.mark.parametrize("people", [12, pytest.param(50, marks=pytest.mark.full)])
	def test_the_first_who_waited_get_the_seats(self, server, people):
		batch = make_batch(seat_count=people + 5, enable_waitlist=1)
		users = make_users(2 * people + 15)
		enrollment.enroll_many(batch.name, users, source="Desk")
		frappe.db.commit()
		leaving, staying = users[:people], users[people : people + 5]
		waiting = users[people + 5 :]
		sessions = [server.session(user) for user in leaving]
		answers = at_once(
			[lambda s=session: server.call(s, "batches.withdraw", batch=batch.name) for session in sessions]
		)
		assert {answer.status_code for answer in answers} == {200}
		status = {row.member: row.status for row in rows_of(batch)}
		assert [user for user in waiting if status[user] == "Enrolled"] == waiting[:people]
		assert all(status[user] == "Withdrawn" for user in leaving)
		assert all(status[user] == "Enrolled" for user in staying)
		assert frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "waitlist_count"]) == (
			people + 5,
			10,
		)

	def test_while_others_come(self, server):
		batch = make_batch(seat_count=10, enable_waitlist=1)
		inside, coming = make_users(10), make_users(15)
		enrollment.enroll_many(batch.name, inside, source="Desk")
		frappe.db.commit()
		out, into = [server.session(user) for user in inside], [server.session(user) for user in coming]
		jobs = [lambda s=session: server.call(s, "batches.withdraw", batch=batch.name) for session in out]
		jobs += [lambda s=session: server.call(s, "batches.enroll", batch=batch.name) for session in into]
		assert {answer.status_code for answer in at_once(jobs)} == {200}
		counts = Counter(row.status for row in rows_of(batch))
		assert counts == {"Withdrawn": 10, "Enrolled": 10, "Waitlisted": 5}
