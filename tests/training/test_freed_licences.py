"""A licence that comes free reaches whoever waits for it, whatever freed it and whatever else is asked about them."""

from datetime import timedelta

import pytest

import frappe

from smooth_lms.training import assign, decisions, reviews, rules
from tests.factories import make_course, make_department, make_workforce
from tests.training.test_assign import activated, assign_to, complete, rows_of


def night(*docs):
	"""What a run does for each requirement in turn: find out whom to look at, and look."""
	for doc in docs:
		program = rules.load(doc.name)
		assign.assign(program, assign.candidates(program)[0])


def waits(user, kind=reviews.NO_LICENCE):
	return frappe.db.count(reviews.DOCTYPE, {"member": user, "kind": kind, "open_mark": "1"})


@pytest.fixture
def team():
	"""A requirement with two courses, of which one has a single licence, for two people who have just joined."""
	department = make_department()
	users = make_workforce(2, department=department, date_of_joining=rules.today())
	course, limited = make_course().name, make_course(licence_count=1).name
	doc = activated(
		courses=[course, limited],
		audience=[("Include", "Department", department)],
		due_rule="Days after joining",
		due_days=20,
		when_unreachable="Ask on the review list",
	)
	night(doc)
	assert waits(users[1])
	return doc, users, limited


def give_back(user, course):
	decisions.cancel([rows_of(user, course=course, open_mark="1")[0].name], "Knows it already")


def later(monkeypatch, days):
	now = rules.clock()
	monkeypatch.setattr(rules, "clock", lambda: now + timedelta(days=days))


class TestTheReviewList:
	def test_a_question_that_a_changed_rule_has_answered_hides_nobody_who_waits(self, team, monkeypatch):
		doc, (first, second), limited = team
		later(monkeypatch, 30)
		night(doc)
		doc.db_set("due_days", 90)
		assign_to(doc, [], everybody=True)
		give_back(first, limited)
		night(doc)
		assert len(rows_of(second, course=limited, open_mark="1")) == 1

	def test_only_a_licence_is_missing_where_the_due_date_is_not_past_any_more(self, team, monkeypatch):
		doc, (_first, second), _limited = team
		later(monkeypatch, 30)
		night(doc)
		doc.db_set("due_days", 90)
		assign_to(doc, [], everybody=True)
		assert (waits(second, reviews.PAST), waits(second)) == (0, 1)

	def test_one_question_at_a_time(self, team, monkeypatch):
		doc, (_first, second), _limited = team
		later(monkeypatch, 30)
		night(doc)
		assert (waits(second, reviews.PAST), waits(second)) == (1, 0)

	def test_who_has_left_the_audience_waits_no_longer(self, team):
		doc, (_first, second), _limited = team
		frappe.db.set_value("Employee", {"user_id": second}, "department", make_department())
		assign_to(doc, [second])
		assert not waits(second)

	def test_who_is_away_goes_on_waiting(self, team):
		doc, (_first, second), _limited = team
		frappe.db.set_value("Employee", {"user_id": second}, "status", "Suspended")
		assign_to(doc, [second])
		assert waits(second)


def test_a_course_that_the_requirement_had_once_hides_nobody_who_waits(team):
	doc, (first, second), limited = team
	other = next(row for row in doc.courses if row.course != limited)
	complete(second, other.course)
	night(doc)
	frappe.db.set_value(other.doctype, other.name, "course", make_course().name)
	assign_to(doc, [], everybody=True)
	give_back(first, limited)
	night(doc)
	assert len(rows_of(second, course=limited, open_mark="1")) == 1
