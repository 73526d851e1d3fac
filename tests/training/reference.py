"""What mandatory training should look like, worked out a second time: day by day, from the documentation, by counting.

Shares no rule with `smooth_lms.training`. Slow and simple on purpose; `test_three_years.py` compares the two.
"""

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

OPEN = ("Pending", "In Progress", "Overdue")
BY_RULE = ("Left the audience", "Archived", "Exempted")
HAND = "by hand"
LONG_LEAVE = 14
HORIZON = 80
"""Rounds to look ahead; more than anybody lives through in a test."""


@dataclass
class Row:
	"""One assignment."""

	rule: str
	person: str
	course: str
	cycle: int
	assigned: date | None
	rule_due: date
	due: date
	status: str = "Pending"
	renews: date | None = None
	completed: date | None = None
	because: str | None = None
	by_person: bool = False
	waits_since: date | None = None

	@property
	def is_open(self) -> bool:
		return self.status in OPEN

	def shown(self) -> tuple:
		"""What a person sees of it."""
		return self.cycle, self.assigned, self.rule_due, self.due, self.status, self.completed, self.because


@dataclass
class Requirement:
	"""One rule for the people inside."""

	name: str
	courses: list[str]
	due_rule: str
	days: int
	fixed: date | None = None
	months: int = 0
	window: int = 0
	from_due_date: bool = False
	grace: int | None = None

	@property
	def by_calendar(self) -> bool:
		return self.due_rule == "Fixed date"


@dataclass
class Somebody:
	"""One employee."""

	joined: date
	inside: bool = True
	status: str = "Active"
	archived: bool = False
	leaves: list[tuple[date, date]] = field(default_factory=list)
	done: dict[str, date] = field(default_factory=dict)
	attempts: dict[str, str] = field(default_factory=dict)
	"""By course: New, Started or Done."""
	licence: str | None = None
	"""Of the latest attempt at the limited course: Assigned, Used or Returned."""

	def gone(self) -> bool:
		return self.status == "Left" or self.archived

	def away(self, today: date) -> bool:
		long = [each for each in self.leaves if (each[1] - each[0]).days + 1 >= LONG_LEAVE]
		return not self.gone() and (
			self.status == "Suspended" or any(first <= today <= last for first, last in long)
		)


class World:
	"""People, rules, and every assignment there ever was."""

	def __init__(self, rules: list[Requirement], limited: str, licences: int) -> None:
		self.rules, self.limited, self.licences = rules, limited, licences
		self.people: dict[str, Somebody] = {}
		self.rows: list[Row] = []
		self.in_use = 0
		self.questions: dict[tuple[str, str, str], tuple[int, date, date | None]] = {}
		self.waiting: set[tuple[str, str, str]] = set()
		"""By rule, person and course: for whom no licence was free."""
		self.given_back = False

	# What the clock does

	def night(self, today: date) -> None:
		"""Everything that happens by itself between two days. Due dates that a rule gave stay."""
		self.close_for_leavers(self.people)
		self.pause(self.people, today)
		self.resume(self.people, today)
		for row in self.open_rows():
			if row.due < today and row.status != "Overdue" and not row.waits_since:
				row.status = "Overdue"
		for rule in self.rules:
			self.look(rule, self.people, today, moves=False)
		self.hand_out(today)

	def event(self, people: Collection[str], today: date) -> None:
		"""HR has changed something about some people."""
		self.close_for_leavers(people)
		self.resume(people, today)
		self.pause(people, today)
		for rule in self.rules:
			self.look(rule, people, today)

	def hand_out(self, today: date) -> None:
		"""Whatever has given licences back: whoever waits for one is looked at again, and nobody else."""
		while self.given_back:
			self.given_back = False
			people = {person for _rule, person, _course in self.waiting}
			if people and self.in_use < self.licences:
				self.event(people, today)

	def pause(self, people, today: date) -> None:
		for row in self.open_rows(people):
			if self.people[row.person].away(today) and row.status != "Overdue" and not row.waits_since:
				row.waits_since = today

	def resume(self, people, today: date) -> None:
		for row in self.open_rows(people):
			somebody = self.people[row.person]
			if row.waits_since and not somebody.away(today) and not somebody.gone():
				row.due += today - row.waits_since
				row.waits_since = None

	def close_for_leavers(self, people) -> None:
		for row in self.open_rows(people):
			if self.people[row.person].gone():
				self.cancel(row, "Archived")
		for key in list(self.questions):
			if key[1] in people and self.people[key[1]].gone():
				del self.questions[key]
		self.waiting = {key for key in self.waiting if key[1] not in people or not self.people[key[1]].gone()}

	# What the rules do

	def look(self, rule: Requirement, people, today: date, moves: bool = True) -> None:
		"""Bring people in line with one rule: first what ends, then what begins, each in order of the people.

		Args: moves, whether the rule may have changed, so that first due dates follow it.
		"""
		begin: list[tuple[str, str, Row]] = []
		pairs = [(person, course) for person in sorted(people) for course in sorted(rule.courses)]
		for person, course in pairs:
			last = self.last(rule.name, person, course)
			if last and last.is_open:
				self.end_or_move(rule, last, today, moves)
				continue
			fresh = self.due_now(rule, person, course, last, today)
			if not (fresh and fresh.is_open) and not self.only_away(person, today):
				self.waiting.discard((rule.name, person, course))
			if fresh:
				begin.append((person, course, fresh))
		for person, course, row in begin:
			if row.is_open:
				self.begin(rule, row)
			else:
				self.rows.append(row)
			if self.last(rule.name, person, course) is row:
				self.questions.pop((rule.name, person, course), None)
				self.waiting.discard((rule.name, person, course))

	def only_away(self, person: str, today: date) -> bool:
		return self.people[person].inside and self.people[person].away(today)

	def end_or_move(self, rule: Requirement, row: Row, today: date, moves: bool) -> None:
		somebody = self.people[row.person]
		done = somebody.done.get(row.course)
		if done and (row.renews is None or done > row.renews):
			if done >= row.assigned or self.still_valid(rule, done, today):
				row.status, row.completed, row.waits_since = "Completed", done, None
				self.release(row)
				return
		if somebody.gone():
			self.cancel(row, "Archived")
		elif not somebody.inside:
			self.cancel(row, "Left the audience")
		elif moves:
			self.move(rule, row, today)

	def move(self, rule: Requirement, row: Row, today: date) -> None:
		"""A first round follows its rule, unless a person has set the date or it would lead into the past."""
		moved = self.moved(rule, row, today)
		if moved:
			row.rule_due, row.due = moved
			if row.status == "Overdue":
				begun = self.people[row.person].attempts.get(row.course) == "Started"
				row.status = "In Progress" if begun else "Pending"

	def moved(self, rule: Requirement, row: Row, today: date) -> tuple[date, date] | None:
		if row.cycle > 1 or row.renews or row.by_person:
			return None
		by_rule = self.first_due(rule, row.assigned, self.people[row.person].joined)
		shifted = by_rule + (row.due - row.rule_due)
		return (by_rule, shifted) if by_rule != row.rule_due and shifted >= today else None

	def due_now(
		self, rule: Requirement, person: str, course: str, last: Row | None, today: date
	) -> Row | None:
		"""The row that has to be written for somebody who has nothing open by this rule."""
		somebody = self.people[person]
		if somebody.gone() or somebody.away(today) or not somebody.inside:
			return None
		done = somebody.done.get(course)
		if last and last.status == "Cancelled" and last.because in BY_RULE:
			if done and (last.renews is None or done > last.renews) and self.still_valid(rule, done, today):
				return self.credit(rule, person, course, last.cycle, done, today)
			first = last.cycle == 1 and not last.renews
			due = self.first_due(rule, today, somebody.joined) if first else last.rule_due
			return self.new(rule, person, course, last.cycle, due, last.renews, today)
		if last is None and not done:
			due = self.first_due(rule, today, somebody.joined)
			return self.new(rule, person, course, 1, due, None, today)
		if last and not rule.months:
			return None  # once is enough
		finished = last.completed if last and last.status == "Completed" else None
		if last is None or (done and done > (finished or last.assigned)):
			cycle = last.cycle + 1 if last else 1
			if self.still_valid(rule, done, today):
				return self.credit(rule, person, course, cycle, done, today)
			due, _opens, _rounds = self.after_earlier(rule, done, today)
			return self.new(rule, person, course, cycle, due, done, today)
		following = self.after(rule, last.rule_due, finished, today)
		if following is None or today < following[1]:
			return None
		due, _opens, rounds = following
		return self.new(rule, person, course, last.cycle + rounds, due, finished, today)

	def credit(self, rule: Requirement, person: str, course: str, cycle: int, done: date, today: date) -> Row:
		return Row(rule.name, person, course, cycle, today, done, done, "Completed", completed=done)

	def new(
		self,
		rule: Requirement,
		person: str,
		course: str,
		cycle: int,
		due: date,
		renews: date | None,
		today: date,
	) -> Row | None:
		if any(row.is_open and row.course == course for row in self.rows if row.person == person):
			return None  # assigned already by another rule or by hand
		if due >= today:
			return Row(rule.name, person, course, cycle, today, due, due, renews=renews)
		if rule.grace is not None:
			return Row(
				rule.name,
				person,
				course,
				cycle,
				today,
				due,
				today + timedelta(days=rule.grace),
				renews=renews,
			)
		self.questions.setdefault((rule.name, person, course), (cycle, due, renews))
		return None

	def begin(self, rule: Requirement, row: Row) -> None:
		"""Open the course for an assignment; without a free licence there is none."""
		somebody = self.people[row.person]
		attempt = somebody.attempts.get(row.course, "Done")
		if row.course == self.limited:
			held = attempt != "Done" and somebody.licence in ("Assigned", "Used")
			if not held:
				if self.in_use >= self.licences:
					# a licence is what is missing now, and nobody has to decide about a due date
					self.questions.pop((rule.name, row.person, row.course), None)
					self.waiting.add((rule.name, row.person, row.course))
					return
				self.in_use += 1
				somebody.licence = "Used" if attempt == "Started" else "Assigned"
		if attempt == "Done":
			somebody.attempts[row.course] = "New"
		row.status = "In Progress" if attempt == "Started" else "Pending"
		self.rows.append(row)

	def cancel(self, row: Row, because: str, status: str = "Cancelled") -> None:
		row.status, row.because, row.waits_since = status, because, None
		self.release(row)

	def release(self, row: Row) -> None:
		"""An assignment has ended: a licence that nobody has used goes back."""
		somebody = self.people[row.person]
		if (
			row.course == self.limited
			and somebody.licence == "Assigned"
			and somebody.attempts.get(row.course) == "New"
		):
			somebody.licence = "Returned"
			self.in_use -= 1
			self.given_back = True

	def complete(self, person: str, course: str, today: date) -> None:
		"""Somebody has done a course; what is open for it is done."""
		self.ask_no_more(person, course)
		somebody = self.people[person]
		somebody.done[course] = max(today, somebody.done.get(course, today))
		somebody.attempts[course] = "Done"
		if course == self.limited and somebody.licence == "Assigned":
			somebody.licence = "Used"
		for row in self.open_rows([person]):
			if row.course == course and (row.renews is None or today > row.renews):
				row.status, row.completed, row.waits_since = "Completed", today, None

	def ask_no_more(self, person: str, course: str) -> None:
		"""A course was completed: whether anything is late is worked out anew."""
		for key in [key for key in self.questions if key[1:] == (person, course)]:
			del self.questions[key]

	# Dates, by counting

	def first_due(self, rule: Requirement, assigned: date, joined: date) -> date:
		if rule.due_rule == "Days after joining":
			return joined + timedelta(days=rule.days)
		if rule.due_rule == "Days after assignment":
			return assigned + timedelta(days=rule.days)
		if not rule.months:
			return rule.fixed
		return next(day for day in self.occurrences(rule) if day >= assigned)

	def occurrences(self, rule: Requirement, start: date | None = None) -> Iterator[date]:
		"""The fixed date and all its repetitions, or the repetitions of `start`."""
		if rule.by_calendar:
			return (add_months(rule.fixed, rule.months * times) for times in range(-HORIZON, HORIZON))
		return (add_months(start, rule.months * times) for times in range(1, HORIZON))

	def after(
		self, rule: Requirement, due: date, finished: date | None, today: date
	) -> tuple[date, date, int] | None:
		"""When the next round is due, the day it opens, and how many rounds later it is."""
		if not rule.months:
			return None
		window, day = timedelta(days=rule.window), timedelta(days=1)
		if not rule.by_calendar and not rule.from_due_date:
			base = finished or due
			following = add_months(base, rule.months)
			return following, max(following - window, base + day), 1
		rounds = [each for each in self.occurrences(rule, due) if each > due]
		counts = [n for n, each in enumerate(rounds) if not (finished and each - window <= finished)]
		opened = [n for n in counts[1:] if max(rounds[n] - window, due + day) <= today]
		chosen = opened[-1] if opened else counts[0]
		return rounds[chosen], max(rounds[chosen] - window, (finished or due) + day), chosen + 1

	def after_earlier(self, rule: Requirement, done: date, today: date) -> tuple[date, date, int] | None:
		if not rule.months or not rule.by_calendar:
			return self.after(rule, done, done, today)
		days = list(self.occurrences(rule))
		index = next(n for n, day in enumerate(days) if day >= done)
		if done < days[index] - timedelta(days=rule.window):
			index -= 1  # too early for that round: it was the one before
		return self.after(rule, days[index], done, today)

	def still_valid(self, rule: Requirement, done: date, today: date) -> bool:
		following = self.after_earlier(rule, done, today)
		return following is None or today < following[1]

	# Looking

	def last(self, rule: str, person: str, course: str) -> Row | None:
		found = [r for r in self.rows if (r.rule, r.person, r.course) == (rule, person, course)]
		return found[-1] if found else None

	def open_rows(self, people=None) -> list[Row]:
		return [r for r in self.rows if r.is_open and (people is None or r.person in people)]


def add_months(day: date, months: int) -> date:
	"""The same day so many months later, or the last of the month where there is none."""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
