"""What a learner does with cohorts over HTTP: sentences word for word, exception classes, status codes."""

import json

import pytest
import requests

import frappe
from frappe.utils import add_days, today

from smooth_lms.base.transactions import ATTEMPTS, tried_again_on_deadlock
from smooth_lms.cohorts import enrollment
from tests.support import factories
from tests.support.server import Server


def said(response: requests.Response) -> str:
	"""The sentence of an error answer."""
	return json.loads(json.loads(response.json()["_server_messages"])[0])["message"]


def batch(**values) -> str:
	name = factories.make_batch(**values).name
	frappe.db.commit()
	return name


@pytest.fixture
def learner() -> str:
	name = factories.make_user().name
	frappe.db.commit()
	return name


@pytest.fixture
def session(server: Server, learner: str) -> requests.Session:
	return server.session(learner)


def status_of(cohort: str, member: str) -> str | None:
	frappe.db.rollback()  # see what the server has committed
	return frappe.db.get_value("LMS Batch Enrollment", {"batch": cohort, "member": member}, "status")


class TestEnroll:
	def test_enrolls_the_person_who_asks(
		self, server: Server, session: requests.Session, learner: str
	) -> None:
		cohort = batch()
		response = server.call(session, "batches.enroll", batch=cohort)
		assert response.status_code == 200
		answer = response.json()["message"]
		assert (answer["batch"], answer["member"], answer["status"]) == (cohort, learner, "Enrolled")
		assert status_of(cohort, learner) == "Enrolled"
		assert frappe.db.get_value("LMS Batch Enrollment", answer["name"], "source") == "API"

	def test_tells_the_place_on_the_waitlist(self, server: Server, session: requests.Session) -> None:
		cohort = factories.make_batch(seat_count=1, enable_waitlist=1).name
		enrollment.enroll_many(cohort, factories.make_users(2), source="Desk")
		frappe.db.commit()
		answer = server.call(session, "batches.enroll", batch=cohort).json()["message"]
		assert (answer["status"], answer["waitlist_position"]) == ("Waitlisted", 2)

	@pytest.mark.parametrize(
		("values", "status", "error", "sentence"),
		[
			({"published": 0}, 403, "CohortNotOpenError", "This cohort is not open for enrollment."),
			(
				{"allow_self_enrollment": 0},
				403,
				"SelfEnrollmentClosedError",
				"Self enrollment is closed for this cohort.",
			),
			({"start": -1, "end": 2}, 409, "CohortStartedError", "This cohort has already started."),
			({"start": -5, "end": -2}, 409, "CohortEndedError", "This cohort has ended."),
			(
				{"paid_batch": 1, "amount": 10, "currency": "EUR"},
				402,
				"PaymentRequiredError",
				"Payment is required for this cohort.",
			),
		],
	)
	def test_refusals(
		self,
		server: Server,
		session: requests.Session,
		learner: str,
		values: dict,
		status: int,
		error: str,
		sentence: str,
	) -> None:
		dates = {
			f"{key}_date": add_days(today(), values.pop(key)) for key in ("start", "end") if key in values
		}
		cohort = batch(**values, **dates)
		response = server.call(session, "batches.enroll", batch=cohort)
		assert response.status_code == status
		assert response.json()["exc_type"] == error
		assert said(response) == sentence
		assert status_of(cohort, learner) is None

	def test_a_full_cohort(self, server: Server, session: requests.Session, learner: str) -> None:
		cohort = factories.make_batch(seat_count=1).name
		enrollment.enroll_many(cohort, factories.make_users(1), source="Desk")
		frappe.db.commit()
		response = server.call(session, "batches.enroll", batch=cohort)
		assert (response.status_code, response.json()["exc_type"]) == (409, "CohortFullError")
		assert said(response) == "This cohort is full."
		assert status_of(cohort, learner) is None

	def test_twice(self, server: Server, session: requests.Session, learner: str) -> None:
		cohort = batch()
		server.call(session, "batches.enroll", batch=cohort)
		response = server.call(session, "batches.enroll", batch=cohort)
		assert (response.status_code, response.json()["exc_type"]) == (409, "AlreadyEnrolledError")
		assert said(response) == "You are already enrolled for this cohort."

	def test_an_unknown_cohort(self, server: Server, session: requests.Session) -> None:
		response = server.call(session, "batches.enroll", batch="no-such-cohort")
		assert (response.status_code, response.json()["exc_type"]) == (404, "UnknownBatchError")
		assert said(response) == "There is no cohort no-such-cohort."

	def test_a_guest_is_turned_away(self, server: Server) -> None:
		cohort = batch()
		response = server.call(server.session(), "batches.enroll", batch=cohort)
		assert response.status_code == 403
		assert not frappe.db.exists("LMS Batch Enrollment", {"batch": cohort})

	def test_an_account_that_is_no_learners(self, server: Server) -> None:
		stranger = factories.make_user(roles=()).name
		cohort = batch()
		response = server.call(server.session(stranger), "batches.enroll", batch=cohort)
		assert (response.status_code, response.json()["exc_type"]) == (409, "NotALearnerError")

	def test_nobody_can_be_named_but_oneself(
		self, server: Server, session: requests.Session, learner: str
	) -> None:
		other = factories.make_user().name
		cohort = batch()
		response = server.call(session, "batches.enroll", batch=cohort, member=other)
		assert status_of(cohort, other) is None
		assert response.status_code != 200 or status_of(cohort, learner) == "Enrolled"

	def test_a_get_changes_nothing(self, server: Server, session: requests.Session, learner: str) -> None:
		cohort = batch()
		address = f"{server.url}/api/method/smooth_lms.api.batches.enroll"
		response = session.get(address, params={"batch": cohort}, timeout=60)
		assert response.status_code == 403
		assert status_of(cohort, learner) is None

	def test_without_the_token_of_the_session_nothing_happens(
		self, server: Server, session: requests.Session, learner: str
	) -> None:
		cohort = batch()
		del session.headers["X-Frappe-CSRF-Token"]
		assert server.call(session, "batches.enroll", batch=cohort).status_code == 400
		assert status_of(cohort, learner) is None

	@pytest.mark.parametrize("value", [None, ["a"], {"name": "x"}, 7])
	def test_a_cohort_that_is_no_name(self, server: Server, session: requests.Session, value: object) -> None:
		response = server.call(session, "batches.enroll", batch=value)
		assert 400 <= response.status_code < 500


class TestWithdraw:
	def test_takes_the_person_out_and_keeps_the_row(
		self, server: Server, session: requests.Session, learner: str
	) -> None:
		cohort = batch()
		server.call(session, "batches.enroll", batch=cohort)
		response = server.call(session, "batches.withdraw", batch=cohort, reason="Ill <b>today</b>")
		assert response.json()["message"]["status"] == "Withdrawn"
		assert status_of(cohort, learner) == "Withdrawn"

	def test_who_is_not_in(self, server: Server, session: requests.Session) -> None:
		response = server.call(session, "batches.withdraw", batch=batch())
		assert (response.status_code, response.json()["exc_type"]) == (404, "NotEnrolledError")
		assert said(response) == "You are not enrolled for this cohort."


class TestReads:
	def test_the_list(self, server: Server, session: requests.Session) -> None:
		word = factories.unique("listed")
		cohort = batch(title=word, seat_count=15)
		response = server.call(session, "batches.get_batches", search=word)
		(card,) = response.json()["message"]["cohorts"]
		assert card["name"] == cohort
		assert card["seats"]["label"] == "0 of 15 seats"
		assert card["state"]["label"] == "Open"

	def test_one_cohort(self, server: Server, session: requests.Session) -> None:
		answer = server.call(session, "batches.get_batch", batch=batch()).json()["message"]
		assert (answer["action"]["label"], answer["action"]["can_enroll"]) == ("Enroll", True)

	def test_a_draft_is_not_there(self, server: Server, session: requests.Session) -> None:
		response = server.call(session, "batches.get_batch", batch=batch(published=0))
		assert (response.status_code, response.json()["exc_type"]) == (404, "UnknownBatchError")

	@pytest.mark.parametrize("method", ["get_batches", "get_batch"])
	def test_only_for_people_with_a_role_in_training(self, server: Server, method: str) -> None:
		stranger = factories.make_user(roles=()).name
		cohort = batch()
		for session in (server.session(stranger), server.session()):
			asked = {"batch": cohort} if method == "get_batch" else {}
			assert server.call(session, f"batches.{method}", **asked).status_code == 403

	def test_the_list_takes_nonsense_calmly(self, server: Server, session: requests.Session) -> None:
		response = server.call(
			session,
			"batches.get_batches",
			tab="<script>",
			search="%'\"\\",
			medium="'",
			page=-3,
			page_size=9999,
		)
		assert response.status_code == 200
		assert response.json()["message"]["page_size"] == 50


class TestDeadlocks:
	def test_the_victim_tries_three_times_more(self) -> None:
		tries = []

		@tried_again_on_deadlock
		def write() -> str:
			tries.append(1)
			if len(tries) < ATTEMPTS:
				raise frappe.QueryDeadlockError
			return "written"

		assert write() == "written"
		assert len(tries) == ATTEMPTS

	def test_and_then_gives_up(self) -> None:
		tries = []

		@tried_again_on_deadlock
		def write() -> None:
			tries.append(1)
			raise frappe.QueryDeadlockError

		with pytest.raises(frappe.QueryDeadlockError):
			write()
		assert len(tries) == ATTEMPTS

	def test_what_was_written_before_is_undone(self) -> None:
		course = factories.make_course
		seen = []

		@tried_again_on_deadlock
		def write() -> None:
			seen.append(course(title=factories.unique("Deadlock")).name)
			if len(seen) == 1:
				raise frappe.QueryDeadlockError

		write()
		assert not frappe.db.exists("LMS Course", seen[0])
		assert frappe.db.exists("LMS Course", seen[1])
