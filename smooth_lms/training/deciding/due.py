"""Due dates by rule: dates in, dates out. A due date is a day; it ends with that day in the requirement's time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from smooth_lms.base.periods import FOR_EVER, Period

AFTER_JOINING = "Days after joining"
AFTER_ASSIGNMENT = "Days after assignment"
AFTER_COMPLETION = "Days after last completion"
"""A period by itself: `Rule` knows it as AFTER_ASSIGNMENT for the first cycle, with a period of so many days."""
FIXED_DATE = "Fixed date"
DUE_RULES = (AFTER_JOINING, AFTER_ASSIGNMENT, AFTER_COMPLETION, FIXED_DATE)

SOON_DAYS = 14
"""What is due within so many days is due soon, for the learner as for the manager; the first reminder comes then."""

FROM_COMPLETION, FROM_DUE_DATE = "Completion", "Due date"


@dataclass(frozen=True, slots=True)
class Rule:
	"""When something is due, how long it is valid and how early it may be renewed."""

	due_rule: str = AFTER_ASSIGNMENT
	"""AFTER_JOINING, AFTER_ASSIGNMENT or FIXED_DATE."""
	due_days: int = 30
	fixed_date: date | None = None
	period: Period = FOR_EVER
	window_days: int = 0
	"""So many days before the next due date the renewal opens."""
	renew_from: str = FROM_COMPLETION
	grace_days: int | None = None
	"""Where the rule gives a day that is past on assignment: due so many days later; None leaves it to a person."""

	@property
	def by_calendar(self) -> bool:
		"""Whether every cycle is due on the same day for everybody."""
		return self.due_rule == FIXED_DATE

	@property
	def moves_on(self) -> bool:
		"""Whether the next round comes by itself, although the one before was never done."""
		return bool(self.period) and (self.by_calendar or self.renew_from == FROM_DUE_DATE)


@dataclass(frozen=True, slots=True)
class Cycle:
	"""One round of a requirement for one person."""

	number: int
	due: date
	opens: date
	renews: date | None = None
	"""The completion that runs out; only a later one counts for this cycle."""


def today_in(zone: tzinfo, now: datetime) -> date:
	"""The date that `now` (aware) is in a time zone."""
	return now.astimezone(zone).date()


def first_due(rule: Rule, assigned: date, joined: date | None = None) -> date:
	"""The due date of somebody's first cycle. It may be past.

	Args:
	        rule: the rule.
	        assigned: the day of assignment.
	        joined: date of joining; somebody without one is treated as joining on the day of assignment.

	A date that repeats means its next occurrence: nobody is late for a round before their time.
	"""
	if rule.due_rule == AFTER_JOINING:
		return (joined or assigned) + timedelta(days=rule.due_days)
	if rule.due_rule == FIXED_DATE and rule.fixed_date:
		return occurrence_from(rule, assigned) if rule.period else rule.fixed_date
	return assigned + timedelta(days=rule.due_days)


def occurrence_from(rule: Rule, day: date) -> date:
	"""The first occurrence of the repeated fixed date on or after `day`."""
	return rule.period.after(rule.fixed_date, _periods_until(rule, rule.fixed_date, day))


def cycle_after(rule: Rule, number: int, due: date, completed: date | None, today: date) -> Cycle | None:
	"""The cycle that follows one that is finished.

	Args:
	        rule: the rule.
	        number: the finished cycle's.
	        due: the finished cycle's due date.
	        completed: the day it was completed; None where it was waived or called off.
	        today: missed cycles before today are passed over, so that only the latest is caught up.

	Returns None when nothing repeats.
	"""
	if not rule.period:
		return None
	if not rule.moves_on:
		base = completed or due
		following = rule.period.after(base)
		return Cycle(number + 1, following, _opens(rule, following, base), completed)
	occurrence = _occurrences(rule, due)
	# done very late, it counts for the round in whose window it was done
	window, first = timedelta(days=rule.window_days), 1
	while completed and occurrence(first) - window <= completed:
		first += 1
	last = first
	while _opens(rule, occurrence(last + 1), due) <= today:
		last += 1
	following = occurrence(last)
	return Cycle(number + last, following, _opens(rule, following, completed or due), completed)


def cycle_after_earlier(rule: Rule, completed: date, today: date) -> Cycle | None:
	"""The cycle that follows a completion from before the requirement concerned the person."""
	if not rule.by_calendar or not rule.period:
		return cycle_after(rule, 1, completed, completed, today)
	due = occurrence_from(rule, completed)
	if completed < due - timedelta(days=rule.window_days):
		due = _occurrence_before(rule, due)  # too early for that round: it was the one before
	return cycle_after(rule, 1, due, completed, today)


def is_reachable(due: date, today: date) -> bool:
	"""Whether something assigned `today` can still be done in time; the due date itself is in time."""
	return due >= today


def _opens(rule: Rule, due: date, not_before: date) -> date:
	# a window as long as the period would open the next cycle at once
	return max(due - timedelta(days=rule.window_days), not_before + timedelta(days=1))


def _occurrences(rule: Rule, due: date) -> Callable[[int], date]:
	"""The due date so many rounds after `due`. A fixed date is counted from itself, so that month ends stay."""
	if not rule.by_calendar:
		return lambda times: rule.period.after(due, times)
	index = _periods_until(rule, rule.fixed_date, due)
	if rule.period.after(rule.fixed_date, index) != due:
		index -= 1  # the date was changed meanwhile: the next round is the next occurrence of the new one
	return lambda times: rule.period.after(rule.fixed_date, index + times)


def _periods_until(rule: Rule, start: date, day: date) -> int:
	days = rule.period.least_days
	times = max((day - start).days // max(days, 1), 0)
	while times and rule.period.after(start, times - 1) >= day:
		times -= 1
	while rule.period.after(start, times) < day:
		times += 1
	# a start after the day: count backwards
	while rule.period.after(start, times - 1) >= day:
		times -= 1
	return times


def _occurrence_before(rule: Rule, due: date) -> date:
	return rule.period.after(rule.fixed_date, _periods_until(rule, rule.fixed_date, due) - 1)
