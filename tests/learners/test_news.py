"""HR's news wait in one list, and one job takes all of them: as sets, in order, whatever happens to the worker."""

import json

import pytest

import frappe

from smooth_lms.learners import events, news
from tests.support.factories import make_employee, make_user, unique
from tests.training.background import no_commits


@pytest.fixture(autouse=True)
def waiting(site):
	"""An empty list, before and after; what a test has put on it and nobody has taken."""
	empty()
	yield entries
	empty()


def empty() -> None:
	news._redis().delete(news._key(), news._key("called"))


def entries() -> list[list[str]]:
	return [json.loads(entry) for entry in news._redis().lrange(news._key(), 0, -1)]


class Follower:
	"""Notes what it is asked to follow; refuses some names."""

	def __init__(self, *refused: str) -> None:
		self.refused = set(refused)
		self.sets: list[tuple[list[str], ...]] = []
		self.users: list[str] = []

	def __call__(self, employees, onboardings, users) -> None:
		if self.refused.intersection([*employees, *onboardings, *users]):
			raise ValueError("refused")
		self.sets.append((list(employees), list(onboardings), list(users)))
		self.users.append(frappe.session.user)


@pytest.fixture
def queued(monkeypatch):
	"""The methods that are handed to the queue."""
	found: list[str] = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: found.append(method))
	return found


def test_what_several_transactions_change_is_followed_as_one_set_by_one_job(queued, waiting):
	for name in ("one", "two", "one"):
		news.add([(news.EMPLOYEES, [name]), (news.USERS, [])])
	news.add([(news.ONBOARDINGS, ["three"]), (news.USERS, ["four"])])
	assert queued == ["smooth_lms.learners.events.follow_news"]
	follower = Follower()
	news.take_all(follower)
	assert follower.sets == [(["one", "two"], ["three"], ["four"])]
	assert waiting() == []


def test_what_comes_while_a_job_is_at_work_is_taken_too_or_calls_another(queued, waiting):
	news.add([(news.EMPLOYEES, ["first"])])
	follower = Follower()

	def slow(*names) -> None:
		if not follower.sets:
			news.add([(news.EMPLOYEES, ["meanwhile"])])
		follower(*names)

	news.take_all(slow)
	assert [employees for employees, *_others in follower.sets] == [["first"], ["meanwhile"]]
	assert len(queued) == 2
	news.add([(news.EMPLOYEES, ["later"])])
	assert waiting() == [["Administrator", news.EMPLOYEES, "later"]]


def test_only_so_many_are_followed_in_one_transaction(queued, monkeypatch):
	monkeypatch.setattr(news, "AT_ONCE", 2)
	news.add([(news.EMPLOYEES, ["one", "two", "three"])])
	follower = Follower()
	news.take_all(follower)
	assert [employees for employees, *_others in follower.sets] == [["one", "two"], ["three"]]


def test_each_is_followed_as_the_user_who_changed_it(queued):
	clerk = make_user(roles=("HR User",)).name
	news.add([(news.EMPLOYEES, ["one"])])
	frappe.set_user(clerk)
	news.add([(news.EMPLOYEES, ["two"])])
	frappe.set_user("Administrator")
	follower = Follower()
	news.take_all(follower)
	assert follower.users == ["Administrator", clerk]
	assert frappe.session.user == "Administrator"


def test_one_that_cannot_be_followed_is_logged_and_stops_no_other(queued, waiting):
	bad = unique("bad")
	news.add([(news.EMPLOYEES, ["one", bad, "two"])])
	follower = Follower(bad)
	with no_commits():
		news.take_all(follower)
	assert [employees for employees, *_others in follower.sets] == [["one"], ["two"]]
	assert frappe.db.exists("Error Log", {"method": f"Smooth LMS could not follow HR for {bad}"})
	assert waiting() == []


def test_what_a_killed_job_was_at_is_still_there_for_the_next(queued, waiting):
	news.add([(news.EMPLOYEES, ["one", "two"])])

	def killed(*_names) -> None:
		raise SystemExit

	with pytest.raises(SystemExit):
		news.take_all(killed)
	assert [name for _user, _kind, name in waiting()] == ["one", "two"]
	events.sweep_news()
	assert len(queued) == 2
	follower = Follower()
	news.take_all(follower)
	assert follower.sets == [(["one", "two"], [], [])]
	events.sweep_news()
	assert len(queued) == 2


def test_a_job_whose_time_is_up_leaves_the_rest_to_another(queued, waiting, monkeypatch):
	monkeypatch.setattr(news, "SECONDS", -1)
	news.add([(news.EMPLOYEES, ["one"])])
	news.take_all(Follower())
	assert len(waiting()) == 1
	assert len(queued) == 2


def test_a_saved_employee_is_on_the_list_after_the_commit_and_a_learner_after_the_job(queued, waiting):
	employee = make_employee(company_email=f"{unique('news').replace(' ', '.')}@example.com".lower())
	assert waiting() == []
	events._hand_over()
	assert ["Administrator", news.EMPLOYEES, employee.name] in waiting()
	with no_commits():
		events.follow_news()
	assert frappe.db.get_value("LMS Learner", employee.company_email, "status") == "Active"
