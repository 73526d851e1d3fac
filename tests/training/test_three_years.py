"""Three years of a small company on a real database: random hires, moves, leaves, completions, rule changes, and the
nightly run in between. After each night the invariants of mandatory training hold."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import frappe
from frappe.utils import get_system_timezone

from smooth_lms.courses import licences
from smooth_lms.training import assign, audience, decisions, rules, status
from smooth_lms.training.plan import OPEN, Standing
from tests.factories import make_course, make_department, make_requirement, make_workforce
from tests.training.test_assign import DOCTYPE, on_leave

START = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
PICK = st.integers(0, 99)


class Company(RuleBasedStateMachine):
	"""Two departments, one of them trained; a yearly requirement with a licensed course and a second that overlaps."""

	@initialize(months=st.sampled_from([0, 6, 12]), by_calendar=st.booleans(), grace=st.booleans())
	def found(self, months, by_calendar, grace):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		self.now = START
		self.clock = rules.clock
		rules.clock = lambda: self.now
		self.inside, self.outside = make_department(), make_department()
		self.course, self.licensed = make_course().name, make_course(licence_count=3).name
		scope = [("Include", "Department", self.inside)]
		due = (
			{"due_rule": "Fixed date", "fixed_date": "2026-03-31"}
			if by_calendar
			else {"due_rule": "Days after joining", "due_days": 20}
		)
		unreachable = "Give days from assignment" if grace else "Ask on the review list"
		self.requirement = make_requirement(
			courses=[self.course, self.licensed],
			audience=scope,
			recurrence_months=months,
			window_days=30,
			when_unreachable=unreachable,
			**due,
		)
		self.second = make_requirement(courses=[self.course], audience=scope, due_days=5)
		for doc in (self.requirement, self.second):
			doc.db_set("active", 1)
		self.people = make_workforce(3, department=self.inside, date_of_joining=self.today())
		self.gone: set[str] = set()
		self.history: dict[str, tuple] = {}

	def teardown(self):
		if hasattr(self, "clock"):
			rules.clock = self.clock
		frappe.db.rollback()

	def today(self):
		return self.now.astimezone(ZoneInfo(get_system_timezone())).date()

	def someone(self, pick):
		return self.people[pick % len(self.people)]

	def night(self):
		"""What the scheduler does, without its commits, which would keep what a test has made."""
		commit, frappe.local.db.commit = frappe.local.db.commit, lambda: None
		try:
			status.daily()
		finally:
			frappe.local.db.commit = commit
		for doc in (self.requirement, self.second):
			program = rules.load(doc.name)
			members, _concerned = assign.candidates(program)
			assign.assign(program, members)

	@rule(days=st.integers(1, 120))
	def time_passes(self, days):
		self.now += timedelta(days=days)
		self.night()

	@rule()
	def hired(self):
		if len(self.people) < 7:
			self.people += make_workforce(1, department=self.inside, date_of_joining=self.today())

	@rule(pick=PICK)
	def moves_away(self, pick):
		self.set_employee(self.someone(pick), department=self.outside)

	@rule(pick=PICK)
	def moves_back(self, pick):
		self.set_employee(self.someone(pick), department=self.inside)

	@rule(pick=PICK, to=st.sampled_from(["Left", "Active", "Suspended"]))
	def status_changes(self, pick, to):
		user = self.someone(pick)
		self.set_employee(user, status=to)
		(self.gone.add if to == "Left" else self.gone.discard)(user)

	@rule(pick=PICK, days=st.integers(5, 60))
	def takes_leave(self, pick, days):
		employee = frappe.db.get_value("Employee", {"user_id": self.someone(pick)})
		on_leave(employee, self.today(), self.today() + timedelta(days=days))

	@rule(pick=PICK, which=st.booleans())
	def completes(self, pick, which):
		user, course = self.someone(pick), self.course if which else self.licensed
		row = frappe.get_all(
			"LMS Enrollment",
			filters={
				"member": user,
				"course": course,
				"status": ["!=", "Completed"],
				"withdrawn_on": ["is", "not set"],
			},
			pluck="name",
		)
		if row:
			values = {"status": "Completed", "progress": 100, "completed_on": f"{self.today()} 11:00:00"}
			status.on_course_started(row[0])
			frappe.db.set_value("LMS Enrollment", row[0], values)
			status.on_course_completed(row[0])

	@rule(pick=PICK)
	def waives(self, pick):
		if rows := self.open_of(self.someone(pick)):
			decisions.waive([rows[0]], "Knows it already")

	@rule(pick=PICK)
	def extends(self, pick):
		if rows := self.open_of(self.someone(pick)):
			due = frappe.db.get_value(DOCTYPE, rows[0], "due_date")
			decisions.extend([rows[0]], max(due, self.today()) + timedelta(days=9), "Audit season")

	@rule(days=st.integers(0, 90))
	def the_rule_changes(self, days):
		self.requirement.db_set("due_days", days)
		assign.assign(
			program := rules.load(self.requirement.name), assign.candidates(program, everybody=True)[0]
		)

	@rule(count=st.integers(0, 6))
	def licences_are_bought_or_run_out(self, count):
		used = frappe.db.get_value("LMS Course", self.licensed, "licences_in_use")
		frappe.db.set_value("LMS Course", self.licensed, "licence_count", max(count, used, 1))

	def set_employee(self, user, **values):
		frappe.db.set_value("Employee", {"user_id": user}, values)

	def open_of(self, user):
		return frappe.get_all(
			DOCTYPE, filters={"member": user, "open_mark": "1"}, pluck="name", order_by="name"
		)

	@invariant()
	def holds(self):
		if not hasattr(self, "people"):
			return
		rows = frappe.get_all(DOCTYPE, filters={"member": ["in", self.people]}, fields=["*"], limit=0)
		still_open = [row for row in rows if row.open_mark]
		assert {row.status for row in still_open} <= set(OPEN)
		assert not [row for row in rows if not row.open_mark and row.status in OPEN]
		assert max(Counter((row.member, row.course_root) for row in still_open).values(), default=1) == 1
		current = Counter((row.rule_key, row.member, row.course_root) for row in rows if row.current_mark)
		assert max(current.values(), default=1) == 1
		assert all(row.due_date >= row.assigned_on for row in still_open)
		for row in rows:  # history only grows
			known = self.history.get(row.name)
			if known:
				assert known == (row.member, row.course, row.cycle, row.assigned_on)
			self.history[row.name] = (row.member, row.course, row.cycle, row.assigned_on)
		assert self.history.keys() == {row.name for row in rows}
		bought, counted = frappe.db.get_value(
			"LMS Course", self.licensed, ["licence_count", "licences_in_use"]
		)
		held = {"course": self.licensed, "licence_state": ["in", licences.TAKEN]}
		assert counted == frappe.db.count("LMS Enrollment", held) <= bought

	@rule()
	def after_a_night(self):
		"""After the nightly run nobody who is gone has training, what is overdue says so, and nothing is left to do."""
		self.night()
		found = audience.everybody(self.today(), self.people)
		rows = frappe.get_all(
			DOCTYPE, filters={"member": ["in", self.people], "open_mark": "1"}, fields=["*"], limit=0
		)
		for row in rows:
			assert found[row.member].standing is not Standing.GONE
			assert row.paused_since or (row.status == "Overdue") == (row.due_date < self.today())
		before = frappe.get_all(
			DOCTYPE, filters={"member": ["in", self.people]}, fields=["*"], order_by="name", limit=0
		)
		self.night()
		assert before == frappe.get_all(
			DOCTYPE, filters={"member": ["in", self.people]}, fields=["*"], order_by="name", limit=0
		)


PLAIN = settings(
	max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
Company.TestCase.settings = PLAIN
TestThreeYears = pytest.mark.full(Company.TestCase)
