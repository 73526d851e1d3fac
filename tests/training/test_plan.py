"""The plan by itself: single situations, and three years of random life."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smooth_lms.people.presence import Presence
from smooth_lms.training.deciding import plan
from smooth_lms.training.deciding.due import (
	AFTER_ASSIGNMENT,
	AFTER_JOINING,
	FIXED_DATE,
	Period,
	Rule,
	first_due,
)
from smooth_lms.training.deciding.plan import (
	Ask,
	Cancel,
	Complete,
	Credit,
	Last,
	Membership,
	Open,
	Person,
	Redate,
	Rest,
	decide,
)
from tests.training.test_due import repeated_rules

TODAY = date(2026, 11, 22)
YEARLY = Rule(AFTER_ASSIGNMENT, 30, period=Period(12), window_days=60)
ONCE = Rule(AFTER_ASSIGNMENT, 30)
ACTIVE, AWAY, OUTSIDE = Person(), Person(Presence.PAUSED), Person(membership=Membership.OUT)


def last(status="Pending", *, days_ago=10, **values):
	assigned = TODAY - timedelta(days=days_ago)
	due = assigned + timedelta(days=30)
	return Last(status, 1, due, due, assigned, **values)


@pytest.mark.parametrize(
	("rule", "person", "facts", "step"),
	[
		(ONCE, ACTIVE, {}, Open(1, date(2026, 12, 22), date(2026, 12, 22))),
		(ONCE, AWAY, {}, None),
		(ONCE, OUTSIDE, {}, None),
		(ONCE, Person(Presence.GONE), {}, None),
		(ONCE, Person(membership=Membership.EXEMPT), {}, None),
		(ONCE, ACTIVE, {"open_elsewhere": True}, None),
		(ONCE, ACTIVE, {"completed": date(2020, 1, 1)}, Credit(1, date(2020, 1, 1), date(2020, 1, 1), None)),
		(
			YEARLY,
			ACTIVE,
			{"completed": date(2026, 6, 1)},
			Credit(1, date(2026, 6, 1), date(2026, 6, 1), date(2027, 4, 2)),
		),
		(
			YEARLY,
			ACTIVE,
			{"completed": date(2025, 12, 1)},
			Open(1, date(2026, 12, 1), date(2026, 12, 1), date(2025, 12, 1)),
		),
		(YEARLY, ACTIVE, {"completed": date(2023, 1, 1)}, Ask(1, date(2024, 1, 1), date(2023, 1, 1))),
		(
			replace(YEARLY, grace_days=14),
			ACTIVE,
			{"completed": date(2023, 1, 1)},
			Open(1, date(2026, 12, 6), date(2024, 1, 1), date(2023, 1, 1)),
		),
		(Rule(AFTER_JOINING, 30), Person(joined=date(2020, 1, 1)), {}, Ask(1, date(2020, 1, 31))),
		(Rule(AFTER_JOINING, 30), Person(joined=date(2020, 1, 1)), {"asked": True}, None),
		(ONCE, ACTIVE, {"last": last()}, None),
		(ONCE, ACTIVE, {"last": last("Overdue", days_ago=90)}, None),
		(ONCE, Person(Presence.GONE), {"last": last()}, Cancel("Archived")),
		(ONCE, OUTSIDE, {"last": last()}, Cancel("Left the audience")),
		(ONCE, OUTSIDE, {"last": last(), "cancel_on_leaving": False}, None),
		(
			ONCE,
			Person(membership=Membership.EXEMPT),
			{"last": last(), "cancel_on_leaving": False},
			Cancel("Exempted"),
		),
		(ONCE, AWAY, {"last": last()}, None),
		(ONCE, ACTIVE, {"last": last(), "completed": TODAY}, Complete(TODAY, None)),
		(YEARLY, ACTIVE, {"last": last(), "completed": TODAY}, Complete(TODAY, date(2027, 9, 23))),
		# a completion from before the assignment closes it while it is valid, not the one that is to be renewed
		(
			YEARLY,
			ACTIVE,
			{"last": last(), "completed": date(2026, 6, 1)},
			Complete(date(2026, 6, 1), date(2027, 4, 2)),
		),
		(YEARLY, ACTIVE, {"last": last(), "completed": date(2024, 6, 1)}, None),
		(YEARLY, ACTIVE, {"last": last(renews=date(2025, 12, 1)), "completed": date(2025, 12, 1)}, None),
		(
			replace(ONCE, due_days=20),
			ACTIVE,
			{"last": last()},
			Redate(date(2026, 12, 2), date(2026, 12, 2)),
		),
		(replace(ONCE, due_days=5), ACTIVE, {"last": last()}, None),  # never into the past
		(replace(ONCE, due_days=20), ACTIVE, {"last": last(extended=True)}, None),
		(ONCE, ACTIVE, {"last": last("Completed", completed=TODAY)}, Rest(None)),
		(YEARLY, ACTIVE, {"last": last("Completed", completed=TODAY)}, Rest(date(2027, 9, 23), stored=False)),
		(
			YEARLY,
			ACTIVE,
			{"last": last("Completed", days_ago=330, completed=TODAY - timedelta(days=320))},
			Open(2, date(2027, 1, 6), date(2027, 1, 6), TODAY - timedelta(days=320)),
		),
		(ONCE, ACTIVE, {"last": last("Waived", closed_by="By hand")}, Rest(None)),
		(ONCE, ACTIVE, {"last": last("Cancelled", closed_by="By hand")}, Rest(None)),
		(
			ONCE,
			ACTIVE,
			{"last": last("Cancelled", closed_by="Left the audience")},
			Open(1, date(2026, 12, 22), date(2026, 12, 22)),
		),
		(
			YEARLY,
			ACTIVE,
			{"last": last("Cancelled", closed_by="Archived"), "completed": TODAY},
			Credit(1, TODAY, TODAY, date(2027, 9, 23)),
		),
		(
			YEARLY,
			ACTIVE,
			{"last": last("Completed", completed=date(2026, 3, 1)), "completed": TODAY},
			Credit(2, TODAY, TODAY, date(2027, 9, 23)),
		),
	],
)
def test_step(rule, person, facts, step):
	assert decide(rule, person, today=TODAY, **facts) == step


EVENTS = st.sampled_from(
	["wait", "wait", "wait", "complete", "leave", "return", "pause", "go", "waive", "cancel"]
)
ANY_RULE = st.one_of(
	repeated_rules(),
	st.builds(Rule, st.just(AFTER_JOINING), st.integers(0, 90)),
	st.builds(Rule, st.just(AFTER_ASSIGNMENT), st.integers(0, 90)),
	st.builds(Rule, st.just(FIXED_DATE), fixed_date=st.dates(date(2025, 1, 1), date(2028, 1, 1))),
)


class Life:
	"""One person under one rule; takes every step that the plan asks for."""

	def __init__(self, rule: Rule, joined: date) -> None:
		self.rule, self.today, self.joined = rule, joined, joined
		self.person, self.completed = Person(joined=joined), None
		self.rows: list[Last] = []
		self.asked = False

	@property
	def last(self) -> Last | None:
		return self.rows[-1] if self.rows else None

	def decide(self):
		return decide(
			self.rule,
			self.person,
			today=self.today,
			last=self.last,
			completed=self.completed,
			asked=self.asked,
		)

	def happen(self, event: str) -> None:
		if event == "complete" and self.completed != self.today:
			self.completed = self.today
		elif event in ("leave", "return", "pause", "go"):
			self.person = {
				"leave": replace(self.person, membership=Membership.OUT),
				"return": Person(joined=self.joined),
				"pause": replace(self.person, presence=Presence.PAUSED),
				"go": replace(self.person, presence=Presence.GONE),
			}[event]
		elif event in ("waive", "cancel") and self.last and self.last.is_open:
			status = "Waived" if event == "waive" else "Cancelled"
			self.rows[-1] = replace(self.last, status=status, closed_by="By hand")

	def take(self, step) -> None:
		match step:
			case Open():
				assert not (self.last and self.last.is_open), "one open assignment"
				assert self.person.presence is Presence.PRESENT
				assert self.person.membership is Membership.IN
				assert step.due >= self.today, "nobody is late on the day of assignment"
				assert not self.last or step.cycle >= self.last.cycle
				self.rows.append(
					Last("Pending", step.cycle, step.due, step.rule_due, self.today, renews=step.renews)
				)
			case Credit():
				self.rows.append(
					Last(
						"Completed",
						step.cycle,
						step.due,
						step.due,
						self.today,
						step.completed,
						review_on=step.review_on,
					)
				)
			case Complete():
				self.rows[-1] = replace(
					self.last, status="Completed", completed=step.completed, review_on=step.review_on
				)
			case Cancel():
				self.rows[-1] = replace(self.last, status="Cancelled", closed_by=step.reason)
			case Redate():
				self.rows[-1] = replace(self.last, due=step.due, rule_due=step.rule_due)
			case Ask():
				self.asked = True
			case Rest(until=until, stored=False):
				self.rows[-1] = replace(self.last, review_on=until)


@given(
	rule=ANY_RULE,
	grace=st.none() | st.integers(0, 60),
	life=st.lists(st.tuples(st.integers(0, 120), EVENTS), max_size=40),
)
def test_three_years_of_life(rule, grace, life):
	rule = replace(rule, grace_days=grace)
	person = Life(rule, date(2025, 1, 15))
	for days, event in life:
		person.today += timedelta(days=days)
		person.happen(event)
		known = len(person.rows)
		for _ in range(5):
			step = person.decide()
			if step is None or (isinstance(step, Rest) and step.stored):
				break
			person.take(step)
		else:
			raise AssertionError(f"the plan never rests: {step}")
		assert len(person.rows) - known <= 1, "missed cycles are caught up once"
		if person.last and person.last.is_open:
			assert person.person.presence is not Presence.GONE
			assert person.person.membership is Membership.IN
			if not person.last.renews and person.last.cycle == 1 and person.last.due == person.last.rule_due:
				assert person.last.due == first_due(rule, person.last.assigned, person.joined)
		for before, after in zip(person.rows, person.rows[1:], strict=False):
			assert after.cycle > before.cycle or before.closed_by in plan.TAKEN_BACK


def test_a_requirement_that_slept_for_years_opens_one_cycle():
	rule = Rule(FIXED_DATE, fixed_date=date(2020, 3, 31), period=Period(12), window_days=30, grace_days=14)
	person = Life(rule, date(2020, 1, 1))
	person.take(person.decide())
	person.happen("complete")
	person.take(person.decide())
	person.today = TODAY
	person.take(person.decide())
	assert [(row.cycle, row.due) for row in person.rows] == [(1, date(2020, 3, 31)), (7, date(2026, 12, 6))]
	assert person.decide() is None
