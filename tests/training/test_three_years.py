"""Three years of a small company on a real database: random hires, moves, leaves, completions, rule changes, leavers
who come back, and the nightly run in between. `reference.py` works out from the same events what there has to be."""

import os
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from functools import wraps
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import frappe
from frappe.utils import get_system_timezone, getdate

from smooth_lms.courses import licences
from smooth_lms.people import audience
from smooth_lms.people.presence import Presence
from smooth_lms.training import decisions, licence_stock, newcomers
from smooth_lms.training.assignments import assign, status
from smooth_lms.training.deciding.plan import OPEN
from smooth_lms.training.requirement import rules
from tests.support.factories import make_course, make_department, make_requirement, make_workforce
from tests.support.training import DOCTYPE
from tests.training.background import Jobs, no_commits
from tests.training.reference import HAND, Requirement, Row, Somebody, World
from tests.training.test_assign import on_leave

START = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
YEARS = 3
GAPS = st.sampled_from([0, 0, 1, 7, 20, 30, 45, 90])
PICK, YES = st.integers(0, 99), st.booleans()
GRACE = 10
KINDS = ["Days after joining", "Days after assignment", "Days after last completion", "Fixed date"]
REVIEW = "LMS Training Review"
EXAMPLES = int(os.environ.get("SMOOTH_EXAMPLES") or 15)


def happens(**strategies):
	"""A rule that comes after some time has passed, so that 40 of them make about three years."""

	def decorate(function):
		@rule(gap=GAPS, **strategies)
		@wraps(function)
		def after_some_time(self, gap, **drawn):
			self.time_passes(gap)
			function(self, **drawn)
			self.hand_out()

		return after_some_time

	return decorate


class Company(RuleBasedStateMachine):
	"""Two departments, one of them trained; a requirement with a licensed course and a second that overlaps."""

	@initialize(
		kind=st.sampled_from(KINDS),
		months=st.sampled_from([0, 6, 12]),
		from_due_date=YES,
		grace=YES,
		bought=st.integers(1, 3),
		share=YES,
	)
	def found(self, kind, months, from_due_date, grace, bought, share):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		self.now = START
		self.clock = rules.clock
		rules.clock = lambda: self.now
		self.inside, self.outside = make_department(), make_department()
		self.course, self.licensed = make_course().name, make_course(licence_count=bought).name
		scope = [("Include", "Department", self.inside)]
		by_completion = kind == "Days after last completion"
		self.requirement = make_requirement(
			courses=[self.course, self.licensed],
			audience=scope,
			due_rule=kind,
			due_days=20,
			fixed_date="2026-03-31" if kind == "Fixed date" else None,
			recurrence_months=6 if by_completion else months,
			window_days=30 if months or by_completion else 0,
			renew_from="Due date" if from_due_date else "Completion",
			when_unreachable="Give days from assignment" if grace else "Ask on the review list",
			grace_days=GRACE,
		)
		courses = [self.course, self.licensed] if share else [self.course]
		self.second = make_requirement(courses=courses, audience=scope, due_days=5)
		for doc in (self.requirement, self.second):
			doc.db_set("active", 1)
		self.model = World(
			[
				Requirement(
					self.requirement.name,
					[self.course, self.licensed],
					"Days after assignment" if by_completion else kind,
					30 if by_completion else 20,
					fixed=getdate("2026-03-31"),
					months=6 if by_completion else months,
					window=30 if months or by_completion else 0,
					from_due_date=from_due_date and not by_completion,
					grace=GRACE if grace else None,
				),
				Requirement(self.second.name, courses, "Days after assignment", 5),
			],
			limited=self.licensed,
			licences=bought,
		)
		self.collecting = ExitStack()
		self.jobs = self.collecting.enter_context(Jobs(licence_stock.hand_out).collected())
		keys = [self.requirement.name, self.second.name]
		self.collecting.enter_context(patch.object(rules, "active_keys", lambda: keys))
		self.changes_days = kind in KINDS[:2]
		self.closed: dict[str, dict] = {}
		self.told: dict[str, tuple[int, tuple]] = {}
		self.hire(3)

	def teardown(self):
		if hasattr(self, "clock"):
			rules.clock = self.clock
		if hasattr(self, "collecting"):
			self.collecting.close()
		frappe.db.rollback()

	@property
	def people(self) -> list[str]:
		return list(self.model.people)

	def today(self):
		return self.now.astimezone(ZoneInfo(get_system_timezone())).date()

	def someone(self, pick) -> tuple[str, Somebody]:
		user = self.people[pick % len(self.people)]
		return user, self.model.people[user]

	def hire(self, number):
		for user in make_workforce(number, department=self.inside, date_of_joining=self.today()):
			self.model.people[user] = Somebody(self.today())

	def night(self):
		"""What the scheduler does, without its commits, which would keep what a test has made."""
		with no_commits():
			status.daily()
		for doc in (self.requirement, self.second):
			program = rules.load(doc.name)
			members, _concerned = assign.candidates(program)
			assign.assign(program, members)
		self.jobs.work()

	def hand_out(self):
		"""What comes after the commit of whatever has just happened."""
		self.jobs.work()
		self.model.hand_out(self.today())

	def hear(self, user, at_once):
		"""HR's change is followed at once, or by the next night."""
		if at_once:
			newcomers.bring_in_line([user])
			self.model.event([user], self.today())

	# What happens

	def time_passes(self, days):
		if not days or self.now + timedelta(days=days) > START + timedelta(days=365 * YEARS):
			return
		self.now += timedelta(days=days)
		self.night()
		self.model.night(self.today())

	@happens(at_once=YES)
	def hired(self, at_once):
		if len(self.people) < 7:
			self.hire(1)
			self.hear(self.people[-1], at_once)

	@happens(pick=PICK, inside=YES, at_once=YES)
	def moves(self, pick, inside, at_once):
		user, somebody = self.someone(pick)
		self.set_employee(user, department=self.inside if inside else self.outside)
		somebody.inside = inside
		self.hear(user, at_once)

	@happens(pick=PICK, to=st.sampled_from(["Left", "Active", "Suspended"]), at_once=YES)
	def status_changes(self, pick, to, at_once):
		user, somebody = self.someone(pick)
		self.set_employee(user, status=to)
		somebody.status = to
		self.hear(user, at_once)

	@happens(pick=PICK)
	def rehired(self, pick):
		user, somebody = self.someone(pick)
		if somebody.status == "Left":
			self.set_employee(user, status="Active", date_of_joining=self.today())
			somebody.status, somebody.joined = "Active", self.today()
			self.hear(user, True)

	@happens(pick=PICK, archived=YES, at_once=YES)
	def archived_by_hand(self, pick, archived, at_once):
		user, somebody = self.someone(pick)
		employee = frappe.db.get_value("Employee", {"user_id": user})
		frappe.db.delete("LMS Learner", {"name": user})
		columns = [
			"name",
			"user",
			"full_name",
			"employee",
			"status",
			"archived_reason",
			"creation",
			"modified",
		]
		state, why = ("Archived", "By hand") if archived else ("Active", None)
		stamp = frappe.utils.now()
		frappe.db.bulk_insert(
			"LMS Learner", columns, [(user, user, user, employee, state, why, stamp, stamp)]
		)
		somebody.archived = archived
		self.hear(user, at_once)

	@happens(pick=PICK, days=st.integers(5, 60))
	def takes_leave(self, pick, days):
		user, somebody = self.someone(pick)
		last = self.today() + timedelta(days=days)
		on_leave(frappe.db.get_value("Employee", {"user_id": user}), self.today(), last)
		somebody.leaves.append((self.today(), last))

	def access(self, user, which) -> tuple[str, str | None]:
		course = self.course if which else self.licensed
		filters = {"member": user, "course": course, "status": ["!=", "Completed"]}
		filters["withdrawn_on"] = ["is", "not set"]
		return course, frappe.db.get_value("LMS Enrollment", filters)

	@happens(pick=PICK, which=YES)
	def starts(self, pick, which):
		user, somebody = self.someone(pick)
		course, name = self.access(user, which)
		if not name:
			return
		frappe.db.set_value("LMS Enrollment", name, {"status": "In Progress", "progress": 20})
		status.on_course_started(name)
		somebody.attempts[course] = "Started"
		if course == self.licensed and somebody.licence == "Assigned":
			somebody.licence = "Used"
		for row in self.model.open_rows([user]):
			if row.course == course and row.status == "Pending":
				row.status = "In Progress"

	@happens(pick=PICK, which=YES)
	def completes(self, pick, which):
		user, _somebody = self.someone(pick)
		course, name = self.access(user, which)
		if not name:
			return
		values = {"status": "Completed", "progress": 100, "completed_on": f"{self.today()} 11:00:00"}
		status.on_course_started(name)
		frappe.db.set_value("LMS Enrollment", name, values)
		status.on_course_completed(name)
		self.model.complete(user, course, self.today())

	@happens(pick=PICK, which=YES, days=st.integers(1, 500))
	def proof_from_before_is_entered(self, pick, which, days):
		user, somebody = self.someone(pick)
		course, day = self.course if which else self.licensed, self.today() - timedelta(days=days)
		if any(r.completed == day for r in self.model.rows if (r.person, r.course) == (user, course)):
			return
		values = {"member": user, "course": course, "completed_on": day}
		frappe.get_doc({"doctype": DOCTYPE, **values}).insert()
		self.model.rows.append(Row(HAND, user, course, 1, day, day, day, status="Completed", completed=day))
		somebody.done[course] = max(day, somebody.done.get(course, day))
		self.model.ask_no_more(user, course)
		for row in self.model.open_rows([user]):
			if row.course == course:
				found = next(each for each in self.model.rules if each.name == row.rule)
				self.model.look(found, [user], self.today())

	def pick_open(self, pick) -> tuple[str, Row] | None:
		user, _somebody = self.someone(pick)
		rows = sorted(self.model.open_rows([user]), key=lambda row: row.course)
		if not rows:
			return None
		filters = {"member": user, "course_root": rows[0].course, "open_mark": "1"}
		return frappe.db.get_value(DOCTYPE, filters), rows[0]

	@happens(pick=PICK, cancels=YES)
	def waived_or_cancelled(self, pick, cancels):
		if found := self.pick_open(pick):
			(decisions.cancel if cancels else decisions.waive)([found[0]], "Knows it already")
			self.model.cancel(found[1], "By hand", "Cancelled" if cancels else "Waived")

	@happens(pick=PICK)
	def extended(self, pick):
		if found := self.pick_open(pick):
			name, row = found
			day = max(row.due, self.today()) + timedelta(days=9)
			decisions.extend([name], day, "Audit season")
			row.due, row.by_person = day, True
			if row.status == "Overdue":
				begun = self.model.people[row.person].attempts.get(row.course) == "Started"
				row.status = "In Progress" if begun else "Pending"

	@happens(pick=PICK, days=st.none() | st.integers(0, 40))
	def question_is_answered(self, pick, days):
		"""Somebody decides about a due date that was past already: another one, or not this time."""
		asked = sorted(self.model.questions)
		if not asked:
			return
		key = rule_name, user, course = asked[pick % len(asked)]
		today = self.today()
		open_already = any(row.course == course for row in self.model.open_rows([user]))
		no_licence = course == self.licensed and self.model.in_use >= self.model.licences
		if days is not None and (open_already or no_licence):
			return
		filters = {"rule_key": rule_name, "member": user, "course_root": course, "open_mark": "1"}
		name = frappe.db.get_value(REVIEW, {**filters, "kind": "The due date is past"})
		cycle, due, renews = self.model.questions.pop(key)
		row = Row(rule_name, user, course, cycle, today, due, due, renews=renews, by_person=True)
		if days is None:
			decisions.decide_reviews([name], reason="Did it in the army")
			row.status, row.because = "Waived", "By hand"
			self.model.rows.append(row)
		else:
			row.due = today + timedelta(days=days)
			decisions.decide_reviews([name], due_date=str(row.due))
			self.model.begin(self.model.rules[0], row)

	@happens(days=st.integers(0, 90) | st.integers(91, 900))
	def the_rule_changes(self, days):
		self.requirement.db_set("due_days", days)
		if self.changes_days:
			self.model.rules[0].days = days
		program = rules.load(self.requirement.name)
		assign.assign(program, assign.candidates(program, everybody=True)[0])
		self.model.look(self.model.rules[0], self.people, self.today())

	@happens(count=st.integers(0, 6))
	def licences_are_bought_or_run_out(self, count):
		doc = frappe.get_doc("LMS Course", self.licensed)
		before = doc.licence_count
		doc.licence_count = self.model.licences = max(count, self.model.in_use, 1)
		doc.save()
		self.model.given_back |= doc.licence_count != before

	def set_employee(self, user, **values):
		frappe.db.set_value("Employee", {"user_id": user}, values)

	# What has to hold

	@invariant()
	def all_is_as_worked_out(self):
		"""Every assignment, its round, due date and status, and every open question: no more and no fewer."""
		if not hasattr(self, "model"):
			return
		rows = self.rows()
		for key in {*self.by_person(rows), *((r.rule, r.person, r.course) for r in self.model.rows)}:
			found = self.by_person(rows).get(key, [])
			expected = [r for r in self.model.rows if (r.rule, r.person, r.course) == key]
			self.adopt(expected, found)
			assert [row.shown for row in found] == [row.shown() for row in expected], (key, self.today())
		asked = frappe.get_all(
			REVIEW,
			filters={"member": ["in", self.people], "open_mark": "1", "kind": "The due date is past"},
			fields=["rule_key", "member", "course_root", "cycle", "rule_due", "renews"],
			limit=0,
		)
		assert {
			(row.rule_key, row.member, row.course_root): (row.cycle, row.rule_due, row.renews)
			for row in asked
		} == self.model.questions

	def rows(self):
		found = frappe.get_all(
			DOCTYPE, filters={"member": ["in", self.people]}, fields=["*"], order_by="name", limit=0
		)
		for row in found:
			row.shown = (
				*(row.cycle, row.assigned_on, row.rule_due, row.due_date),
				*(row.status, row.completed_on, row.closed_because or None),
			)
		return sorted(found, key=lambda row: int(row.name.split("-")[1]))

	@staticmethod
	def by_person(rows):
		found: dict[tuple, list] = {}
		for row in rows:
			found.setdefault((row.rule_key or HAND, row.member, row.course_root), []).append(row)
		return found

	def adopt(self, expected, found):
		"""A night may notice late that a changed rule gives a later day, once a pause has made it reachable."""
		for row, real in zip(expected, found, strict=False):
			if row.is_open and row.rule != HAND and real.rule_due != row.rule_due:
				requirement = next(each for each in self.model.rules if each.name == row.rule)
				if self.model.moved(requirement, row, self.today()) == (real.rule_due, real.due_date):
					self.model.move(requirement, row, self.today())

	@invariant()
	def one_open_assignment(self):
		"""For each person, requirement and cycle; and for each person and course, whoever assigned it."""
		if not hasattr(self, "model"):
			return
		rows = self.rows()
		still_open = [row for row in rows if row.status in OPEN]
		assert {row.name for row in still_open} == {row.name for row in rows if row.open_mark}
		for fields in (("member", "rule_key", "course_root", "cycle"), ("member", "course_root")):
			counted = Counter(tuple(row[each] for each in fields) for row in still_open)
			assert max(counted.values(), default=1) == 1
		current = Counter((row.rule_key, row.member, row.course_root) for row in rows if row.current_mark)
		assert max(current.values(), default=1) == 1

	@invariant()
	def history_only_grows(self):
		"""No assignment disappears, a finished one stays as it is, and every change is told."""
		if not hasattr(self, "model"):
			return
		rows = {row.name: row for row in self.rows()}
		ignored = ("review_on", "current_mark", "modified", "modified_by", "shown")
		for name, known in self.closed.items():
			assert {k: v for k, v in rows[name].items() if k not in ignored} == known
		self.closed |= {
			name: {k: v for k, v in row.items() if k not in ignored}
			for name, row in rows.items()
			if row.status not in OPEN
		}
		filters = {"ref_doctype": DOCTYPE, "docname": ["in", list(rows) or [""]]}
		versions = Counter(frappe.get_all("Version", filters=filters, pluck="docname", limit=0))
		for name, row in rows.items():
			told, was = self.told.get(name, (0, row.shown))
			assert versions[name] >= told
			assert versions[name] > told or row.shown == was, "a change that the history does not tell"
		self.told = {name: (versions[name], row.shown) for name, row in rows.items()}

	@invariant()
	def nobody_waits_while_a_licence_lies_free(self):
		"""Who could take one now has it; the review list knows who waits, and asks one thing at a time."""
		if not hasattr(self, "model"):
			return
		rows = frappe.get_all(
			REVIEW,
			filters={"member": ["in", self.people], "open_mark": "1"},
			fields=["rule_key", "member", "course_root", "kind"],
			limit=0,
		)
		keys = Counter((row.rule_key, row.member, row.course_root) for row in rows)
		assert max(keys.values(), default=1) == 1
		waiting = {
			(row.rule_key, row.member, row.course_root) for row in rows if row.kind == "No licence is free"
		}
		assert waiting == self.model.waiting

	@invariant()
	def licences_hold(self):
		"""Never more in use than bought, the counter is true, and who has the course assigned holds one."""
		if not hasattr(self, "model"):
			return
		course = frappe.db.get_value(
			"LMS Course", self.licensed, ["licence_count", "licences_in_use"], as_dict=True
		)
		held = {"course": self.licensed, "licence_state": ["in", licences.TAKEN]}
		counted = frappe.db.count("LMS Enrollment", held)
		assert counted == course.licences_in_use == self.model.in_use <= course.licence_count
		for row in self.rows():
			if row.open_mark and row.course == self.licensed:
				key = {"member": row.member, "course": row.course, "attempt": row.attempt}
				assert frappe.db.get_value("LMS Enrollment", key, "licence_state") in licences.TAKEN

	@happens()
	def after_a_night(self):
		"""Nobody who has left has training, what is overdue says so, and a second night changes nothing."""
		self.night()
		self.model.night(self.today())
		found = audience.everybody(self.today(), self.people)
		before = self.rows()
		for row in before:
			if row.open_mark:
				assert found[row.member].presence is not Presence.GONE
				assert row.paused_since or (row.status == "Overdue") == (row.due_date < self.today())
		self.night()
		assert self.rows() == before


Company.TestCase.settings = settings(
	max_examples=EXAMPLES,
	stateful_step_count=40,
	deadline=None,
	suppress_health_check=list(HealthCheck),
	# making a failure shorter takes longer than reading it: each step is a night on a real database
	phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
TestThreeYears = pytest.mark.full(Company.TestCase)
