"""What has to happen for one person and one course of a requirement: facts in, one step out. No database.

The steps are such that taking them and planning again with the new facts plans nothing more.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from smooth_lms.people.presence import Presence
from smooth_lms.training.deciding.due import (
	Cycle,
	Rule,
	cycle_after,
	cycle_after_earlier,
	first_due,
	is_reachable,
)

PENDING, IN_PROGRESS, COMPLETED = "Pending", "In Progress", "Completed"
OVERDUE, WAIVED, CANCELLED = "Overdue", "Waived", "Cancelled"
STATUSES = (PENDING, IN_PROGRESS, COMPLETED, OVERDUE, WAIVED, CANCELLED)
OPEN = (PENDING, IN_PROGRESS, OVERDUE)

LEFT_AUDIENCE, ARCHIVED, EXEMPTED, STOPPED = (
	"Left the audience",
	"Archived",
	"Exempted",
	"Requirement stopped",
)
BY_HAND = "By hand"
TAKEN_BACK = (LEFT_AUDIENCE, ARCHIVED, EXEMPTED, STOPPED)
"""Why the rule itself cancelled; when the reason is gone it assigns the same cycle again."""


class Membership(Enum):
	"""Whether a requirement concerns somebody."""

	IN = "In"
	OUT = "Out"
	EXEMPT = "Exempt"


@dataclass(frozen=True, slots=True)
class Person:
	"""What the plan needs to know about somebody."""

	presence: Presence = Presence.PRESENT
	membership: Membership = Membership.IN
	joined: date | None = None


@dataclass(frozen=True, slots=True)
class Last:
	"""The person's latest assignment by this requirement for this course."""

	status: str
	cycle: int
	due: date
	rule_due: date
	"""The due date that the rule gave, before extensions and pauses."""
	assigned: date
	completed: date | None = None
	renews: date | None = None
	closed_by: str | None = None
	extended: bool = False
	review_on: date | None = None

	@property
	def is_open(self) -> bool:
		"""Whether it still has to be done."""
		return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Open:
	"""Assign this cycle."""

	cycle: int
	due: date
	rule_due: date
	renews: date | None = None
	"""The completion that is renewed: the course has to be taken afresh."""


@dataclass(frozen=True, slots=True)
class Credit:
	"""Note a completion from before as this cycle's; look again on the day, or never."""

	cycle: int
	due: date
	completed: date
	review_on: date | None


@dataclass(frozen=True, slots=True)
class Complete:
	"""The open assignment is done; look again on the day, or never."""

	completed: date
	review_on: date | None


@dataclass(frozen=True, slots=True)
class Cancel:
	"""Take the open assignment back."""

	reason: str


@dataclass(frozen=True, slots=True)
class Redate:
	"""The rule gives the open assignment another due date now."""

	due: date
	rule_due: date


@dataclass(frozen=True, slots=True)
class Ask:
	"""The due date is past already: a person decides."""

	cycle: int
	due: date
	renews: date | None = None


@dataclass(frozen=True, slots=True)
class Rest:
	"""Nothing until a day; None is for ever. `stored` says whether the assignment has that day already."""

	until: date | None
	stored: bool = True


Step = Open | Credit | Complete | Cancel | Redate | Ask | Rest
"""None stands for: nothing now, look again next time."""


def decide(
	rule: Rule,
	person: Person,
	*,
	today: date,
	last: Last | None = None,
	completed: date | None = None,
	open_elsewhere: bool = False,
	asked: bool = False,
	cancel_on_leaving: bool = True,
) -> Step | None:
	"""The next step for one person and one course.

	Args:
	        rule: when it is due and how it repeats.
	        person: who it is about.
	        today: the date in the requirement's time zone.
	        last: their latest assignment by this requirement.
	        completed: the day they last completed the course, by whatever way.
	        open_elsewhere: another requirement or a person has assigned the course, and it is open.
	        asked: the review list has an open question about them.
	        cancel_on_leaving: whether leaving the audience takes an open assignment back.
	"""
	if last and last.is_open:
		return _about_open(rule, person, last, completed, today, cancel_on_leaving)
	if person.presence is not Presence.PRESENT or person.membership is not Membership.IN:
		return None
	step = _about_next(rule, person, last, completed, today)
	if isinstance(step, Open | Ask) and open_elsewhere:
		return None
	if isinstance(step, Ask) and asked:
		return None
	return step


def review_after(rule: Rule, cycle: int, rule_due: date, completed: date | None, today: date) -> date | None:
	"""The day on which the cycle after a finished one opens; None if none does."""
	following = cycle_after(rule, cycle, rule_due, completed, today)
	return following.opens if following else None


def is_valid(rule: Rule, completed: date, today: date) -> bool:
	"""Whether a completion from before the requirement still counts, and need not be renewed yet."""
	following = cycle_after_earlier(rule, completed, today)
	return following is None or today < following.opens


def _about_open(
	rule: Rule, person: Person, last: Last, completed: date | None, today: date, cancel_on_leaving: bool
) -> Step | None:
	if completed and (last.renews is None or completed > last.renews):
		if completed >= last.assigned or is_valid(rule, completed, today):
			return Complete(completed, review_after(rule, last.cycle, last.rule_due, completed, today))
	if person.presence is Presence.GONE:
		return Cancel(ARCHIVED)
	if person.membership is Membership.EXEMPT:
		return Cancel(EXEMPTED)
	if person.membership is Membership.OUT:
		return Cancel(LEFT_AUDIENCE) if cancel_on_leaving else None
	return _redate(rule, person, last, today)


def _redate(rule: Rule, person: Person, last: Last, today: date) -> Redate | None:
	"""A first cycle follows its rule: a later day of joining, another number of days, another date."""
	if last.cycle > 1 or last.renews or last.extended:
		return None
	due = first_due(rule, last.assigned, person.joined)
	moved = due + (last.due - last.rule_due)
	return Redate(moved, due) if due != last.rule_due and is_reachable(moved, today) else None


def _about_next(
	rule: Rule, person: Person, last: Last | None, completed: date | None, today: date
) -> Step | None:
	if last and last.status == CANCELLED and last.closed_by in TAKEN_BACK:
		return _again(rule, person, last, completed, today)
	if last and not rule.period:
		return Rest(None, stored=last.review_on is None)  # once is enough
	if last:
		done = last.completed if last.status == COMPLETED else None
		if completed and completed > (done or last.assigned):
			return _credit(rule, last.cycle + 1, completed, today) or _renew(
				rule, cycle_after_earlier(rule, completed, today), last.cycle + 1, today
			)
		following = cycle_after(rule, last.cycle, last.rule_due, done, today)
		if following is None or today < following.opens:
			until = following.opens if following else None
			return Rest(until, stored=until == last.review_on)
		return _open(rule, following, today)
	if completed:
		return _credit(rule, 1, completed, today) or _renew(
			rule, cycle_after_earlier(rule, completed, today), 1, today
		)
	due = first_due(rule, today, person.joined)
	return _open(rule, Cycle(1, due, today), today)


def _again(rule: Rule, person: Person, last: Last, completed: date | None, today: date) -> Step:
	"""The same cycle once more, for somebody who is back."""
	if completed and (last.renews is None or completed > last.renews):
		if credit := _credit(rule, last.cycle, completed, today):
			return credit
	due = first_due(rule, today, person.joined) if last.cycle == 1 and not last.renews else last.rule_due
	return _open(rule, Cycle(last.cycle, due, today, last.renews), today)


def _credit(rule: Rule, cycle: int, completed: date, today: date) -> Credit | None:
	following = cycle_after_earlier(rule, completed, today)
	if following and today >= following.opens:
		return None
	return Credit(cycle, completed, completed, following.opens if following else None)


def _renew(rule: Rule, following: Cycle, number: int, today: date) -> Open | Ask:
	return _open(rule, Cycle(number, following.due, following.opens, following.renews), today)


def _open(rule: Rule, cycle: Cycle, today: date) -> Open | Ask:
	if is_reachable(cycle.due, today):
		return Open(cycle.number, cycle.due, cycle.due, cycle.renews)
	if rule.grace_days is None:
		return Ask(cycle.number, cycle.due, cycle.renews)
	return Open(cycle.number, today + timedelta(days=rule.grace_days), cycle.due, cycle.renews)
