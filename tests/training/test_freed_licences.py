"""A licence that comes free reaches whoever waits for it, whatever freed it and whatever else is asked about them."""

import ast
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment as door
from smooth_lms.courses import enrollment, licences, versions
from smooth_lms.training import decisions, licence_stock, newcomers
from smooth_lms.training.assignments import assign, review_list, status
from smooth_lms.training.requirement import rules
from tests.support.factories import make_batch, make_course, make_department, make_users, make_workforce
from tests.support.training import (
	DOCTYPE,
	activated,
	assign_to,
	buy,
	by_hand,
	complete,
	enrollments_of,
	in_use,
	rows_of,
)
from tests.training.background import Jobs, no_commits


def night(*docs):
	"""What a run does for each requirement in turn: find out whom to look at, and look."""
	for doc in docs:
		program = rules.load(doc.name)
		assign.assign(program, assign.candidates(program)[0])


def waits(user, kind=review_list.NO_LICENCE):
	return frappe.db.count(review_list.DOCTYPE, {"member": user, "kind": kind, "open_mark": "1"})


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
		assert (waits(second, review_list.PAST), waits(second)) == (0, 1)

	def test_one_question_at_a_time(self, team, monkeypatch):
		doc, (_first, second), _limited = team
		later(monkeypatch, 30)
		night(doc)
		assert (waits(second, review_list.PAST), waits(second)) == (1, 0)

	def test_who_has_left_the_audience_waits_no_longer(self, team):
		doc, (_first, second), _limited = team
		frappe.db.set_value("Employee", {"user_id": second}, "department", make_department())
		assign_to(doc, [second])
		assert not waits(second)

	def test_the_night_notices_who_has_left_the_audience_unheard(self, team):
		doc, (_first, second), _limited = team
		frappe.db.set_value("Employee", {"user_id": second}, "department", make_department())
		night(doc)
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


@pytest.fixture
def jobs():
	with Jobs(licence_stock.hand_out).collected() as collected:
		yield collected


def required(course, people=2):
	"""A requirement with one course, and the people it concerns."""
	department = make_department()
	users = make_workforce(people, department=department)
	return activated(courses=[course], audience=[("Include", "Department", department)]), users


def has(user, course):
	return len(rows_of(user, course=course, open_mark="1")) == 1


def moves_away(user, **_):
	frappe.db.set_value("Employee", {"user_id": user}, "department", make_department())
	assign.assign_for([user])


def leaves(user, **_):
	frappe.db.set_value("Employee", {"user_id": user}, "status", "Left")
	with no_commits():
		status.daily()


def is_exempted(user, doc, **_):
	doc.append("exceptions", {"member": user, "effect": "Exempt", "reason": "Knows it"})
	doc.save()
	assign.assign_for([user])


def enter_proof(user, course):
	values = {"member": user, "course": course, "completed_on": add_days(today(), -3)}
	frappe.get_doc({"doctype": DOCTYPE, **values}).insert()


def loses_the_requirement(doc, **_):
	assign.stop(doc.name)
	doc.db_set("active", 0)


WAYS = {
	"cancelled": lambda user, course, **_: give_back(user, course),
	"waived": lambda user, course, **_: decisions.waive([rows_of(user, course=course)[0].name], "Knows it"),
	"revoked": lambda user, course, **_: licence_stock.revoke(rows_of(user, course=course)[0].name, "No"),
	"moved": moves_away,
	"left": leaves,
	"archived by the roster": lambda user, **_: enrollment.return_licences([user]),
	"proven": lambda user, course, **_: enter_proof(user, course),
	"exempted": is_exempted,
	"requirement stopped": loses_the_requirement,
	"bought": lambda course, **_: buy(course, 2),
	"limit removed": lambda course, **_: buy(course, 0),
}


class TestWhateverFreesIt:
	@pytest.mark.parametrize("way", WAYS)
	def test_it_reaches_who_waits_by_another_requirement(self, way, jobs, monkeypatch):
		course = make_course(licence_count=1).name
		(holders, (holder,)), (doc, (waiting,)) = required(course, people=1), required(course, people=1)
		monkeypatch.setattr(rules, "active_keys", lambda: sorted([holders.name, doc.name]))
		night(holders, doc)
		assert (has(holder, course), waits(waiting)) == (True, 1)
		WAYS[way](user=holder, course=course, doc=holders)
		jobs.work()
		assert (has(waiting, course), waits(waiting)) == (True, 0)
		if way != "limit removed":
			in_use(course)

	def test_one_counter_one_place(self):
		"""What moves licences without `licences.count` would tell nobody that one is free."""
		root = Path(licences.__file__).parents[1]
		fields = {"licences_in_use": {"courses/licences.py"}, "licence_state": {"courses/enrollment.py"}}
		for path in sorted(root.rglob("*.py")):
			name = path.relative_to(root).as_posix()
			if name.startswith("patches/"):
				continue
			for node in ast.walk(ast.parse(path.read_text())):
				for field, places in fields.items():
					assert not writes(node, field) or name in places, f"{name}:{node.lineno} writes {field}"


def writes(node, field):
	"""Whether a node of the syntax tree sets a field: by `set`, `set_value` or `db_set`, or by assigning to it."""
	if isinstance(node, ast.Assign):
		return any(isinstance(each, ast.Attribute) and each.attr == field for each in node.targets)
	if not isinstance(node, ast.Call):
		return False
	name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
	if name not in ("set", "set_value", "db_set", "update"):
		return False
	first = node.args[2:3] if name == "set_value" else node.args[:1]
	return any(_names(each, field) for each in first)


def _names(node, field):
	if isinstance(node, ast.Attribute):
		return node.attr == field
	if isinstance(node, ast.Dict):
		return any(_names(key, field) for key in node.keys if key)
	return isinstance(node, ast.Constant) and node.value == field


class TestInOneNight:
	def test_from_a_requirement_that_comes_later(self, jobs, monkeypatch):
		course = make_course(licence_count=1).name
		(first, (waiting,)), (second, (holder,)) = required(course, people=1), required(course, people=1)
		monkeypatch.setattr(rules, "active_keys", lambda: [first.name, second.name])
		night(second, first)
		frappe.db.set_value("Employee", {"user_id": holder}, "department", make_department())
		night(first, second)
		jobs.work()
		assert (has(holder, course), has(waiting, course)) == (False, True)

	def test_from_a_later_chunk_of_the_same_run(self, jobs, monkeypatch):
		course = make_course(licence_count=1).name
		doc, (first, last) = required(course)
		assign_to(doc, [last])
		assign_to(doc, [first])
		monkeypatch.setattr(assign, "CHUNK", 1)
		monkeypatch.setattr(rules, "active_keys", lambda: [doc.name])
		frappe.db.set_value("Employee", {"user_id": last}, "department", make_department())
		night(doc)
		jobs.work()
		assert (has(first, course), has(last, course)) == (True, False)

	def test_whoever_cannot_use_it_is_passed_over(self, jobs, monkeypatch):
		course = make_course(licence_count=1).name
		doc, users = required(course, people=4)
		night(doc)
		monkeypatch.setattr(rules, "active_keys", lambda: [doc.name])
		monkeypatch.setattr(assign, "CHUNK", 1)
		frappe.db.set_value("Employee", {"user_id": users[1]}, "status", "Suspended")
		give_back(users[0], course)
		jobs.work()
		assert [has(user, course) for user in users] == [False, False, True, False]
		assert [waits(user) for user in users] == [0, 1, 0, 1]

	def test_what_many_wait_for_is_work_for_the_long_queue(self, jobs, monkeypatch):
		monkeypatch.setattr(newcomers, "AT_ONCE", 1)
		course = make_course(licence_count=1).name
		doc, users = required(course, people=3)
		monkeypatch.setattr(rules, "active_keys", lambda: [doc.name])
		night(doc)
		buy(course, 3)
		assert [job["queue"] for job in jobs.queued] == ["short"]
		with no_commits():
			licence_stock.hand_out(course, jobs.queued.pop()["most"])
		assert [has(user, course) for user in users] == [True, True, False]
		assert [job["queue"] for job in jobs.queued] == ["long"]
		jobs.work()
		assert has(users[2], course)


class TestOvertaken:
	"""A person assigns the course between the plan of a run and its writing."""

	def test_the_round_before_stays_the_current_one(self):
		course = make_course().name
		doc, (user, _other) = required(course)
		assign_to(doc, [user])
		before = rows_of(user)[0].name
		assign.stop(doc.name)
		program = rules.load(doc.name)
		todo, facts = assign.plan(program, [user])
		assert len(todo.open) == 1
		by_person = by_hand(user, course)
		assert not +assign.write(program, todo, facts)
		assert [row.name for row in rows_of(user, open_mark="1")] == [by_person]
		assert [row.name for row in rows_of(user, current_mark="1")] == [before]

	def test_a_licence_set_aside_for_nothing_goes_to_the_next(self, jobs, monkeypatch):
		course = make_course().name
		newer = versions.new_version(course)
		newer.update({"licence_count": 1, "published": 1})
		newer.save()
		doc, (user, waiting) = required(newer.name)
		monkeypatch.setattr(rules, "active_keys", lambda: [doc.name])
		program = rules.load(doc.name)
		todo, facts = assign.plan(program, [user, waiting])
		by_hand(user, course)
		jobs.queued.clear()
		assign.write(program, todo, facts)
		assert waits(waiting)
		jobs.work()
		assert has(waiting, newer.name)
		assert in_use(newer.name) == 1


def test_the_next_run_looks_again_whichever_day_it_is_where_the_requirement_is_at_home(monkeypatch):
	course = make_course().name
	doc, (user, _other) = required(course)
	doc.db_set("timezone", "Pacific/Honolulu")
	site = rules.today()
	# early in the day at the site, and still the day before in Honolulu
	moment = datetime(site.year, site.month, site.day, tzinfo=rules.ZoneInfo(rules.get_system_timezone()))
	monkeypatch.setattr(rules, "clock", lambda: (moment + timedelta(hours=1)).astimezone(timezone.utc))
	night(doc)
	home = frappe.db.get_value("Employee", {"user_id": user}, "department")
	frappe.db.set_value("Employee", {"user_id": user}, "department", make_department())
	night(doc)
	assert not has(user, course)
	frappe.db.set_value("Employee", {"user_id": user}, "department", home)
	night(doc)
	assert has(user, course)


class TestKeptCount:
	def test_it_goes_back_when_a_proof_ends_what_a_person_has_assigned(self):
		course = make_course(licence_count=1).name
		(user,) = make_users(1)
		by_hand(user, course)
		enter_proof(user, course)
		assert not has(user, course)
		assert in_use(course) == 0

	def test_it_goes_back_although_the_limit_was_removed_meanwhile(self):
		course = make_course(licence_count=2).name
		(user,) = make_users(1)
		name = by_hand(user, course)
		buy(course, 0)
		decisions.cancel([name], "Not needed")
		assert in_use(course) == 0
		row = enrollments_of(user, course)[0]
		assert (row.licence_state, row.withdrawn_on) == ("Returned", None)

	def test_an_attempt_at_an_older_version_takes_one_of_that_version(self):
		course = make_course(licence_count=1)
		doc, (first, second) = required(course.name)
		for user in (first, second):
			enrollment.enroll({user: "Learner"}, [course.name])
		newer = versions.new_version(course.name)
		newer.licence_count = 0
		newer.published = 1
		newer.save()
		night(doc)
		assert [has(user, course.name) for user in (first, second)] == [True, False]
		assert waits(second)
		assert in_use(course.name) == 1

	def test_a_cohort_s_enrollment_that_is_deleted_leaves_what_was_assigned(self):
		course = make_course(licence_count=1).name
		batch = make_batch(courses=[course]).name
		doc, (user, _second) = required(course)
		door.enroll(batch, user, source="Desk")
		night(doc)
		assert has(user, course)
		frappe.delete_doc(
			"LMS Batch Enrollment", frappe.db.get_value("LMS Batch Enrollment", {"batch": batch})
		)
		assert [row.licence_state for row in enrollments_of(user, course)] == ["Assigned"]
		assert in_use(course) == 1
