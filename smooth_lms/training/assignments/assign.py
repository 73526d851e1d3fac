"""The assigner: facts, plan and writing for a number of people at once.

People are taken in chunks; each chunk costs a fixed number of statements, and doing it again changes nothing. Whom
a night's run has to look at is found by one statement over the assignments at rest, so that a run that finds
everything as it should be writes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe

from smooth_lms.base.slugs import take_numbers
from smooth_lms.courses import licences
from smooth_lms.people import audience
from smooth_lms.people.audience import Found
from smooth_lms.people.presence import Presence
from smooth_lms.training.assignments import closing, ledger, opening, review_list
from smooth_lms.training.assignments.ledger import MARK, Facts, Pair
from smooth_lms.training.assignments.opening import Attempt, attempt_for
from smooth_lms.training.deciding.plan import (
	COMPLETED,
	IN_PROGRESS,
	OVERDUE,
	PENDING,
	STOPPED,
	Ask,
	Cancel,
	Complete,
	Credit,
	Membership,
	Open,
	Person,
	Redate,
	Rest,
	decide,
)
from smooth_lms.training.requirement import rules
from smooth_lms.training.requirement.rules import Program, Subject

CHUNK = 500
COUNTS = ("opened", "credited", "completed", "cancelled", "redated", "asked", "no_licence")
NOBODY = Person(Presence.GONE, Membership.OUT)


@dataclass(slots=True)
class Todo:
	"""What a plan for many people comes to: the steps that change something, by person and course."""

	people: dict[str, Found] = field(default_factory=dict)
	open: dict[Pair, Open] = field(default_factory=dict)
	credit: dict[Pair, Credit] = field(default_factory=dict)
	ask: dict[Pair, Ask] = field(default_factory=dict)
	complete: dict[str, Complete] = field(default_factory=dict)
	"""This and the following by assignment."""
	cancel: dict[str, Cancel] = field(default_factory=dict)
	redate: dict[str, Redate] = field(default_factory=dict)
	rest: dict[str, Rest] = field(default_factory=dict)
	moot: set[Pair] = field(default_factory=set)
	"""Who waited for a licence and needs none any more."""


def candidates(program: Program, *, everybody: bool = False) -> tuple[list[str], int]:
	"""Who has to be looked at, in order, and how many people the requirement concerns.

	Args:
	        program: the requirement.
	        everybody: look at all of them, as after a change of the requirement.
	"""
	concerned = audience.members(program.audience, program.today)
	resting, waiting = ledger.at_rest(program), ledger.waiting_for_licence(program.key)
	if everybody:
		return sorted(concerned.keys() | resting.keys() | waiting), len(concerned)
	wanted = len(program.subjects)
	asked = ledger.asked_about(program)
	found = {user for user in concerned if resting.get(user, (0, 0))[0] + asked.get(user, 0) < wanted}
	found.update(waiting - concerned.keys())  # they need none any more
	found.update(_past_their_question(program, [user for user in asked if user in concerned.keys() - found]))
	if program.cancel_on_leaving or program.audience.exempt:
		found.update(
			user for user, (_resting, still_open) in resting.items() if still_open and user not in concerned
		)
	else:
		found.update(_open_of_leavers(program, resting, concerned))
	return sorted(found), len(concerned)


def chunks(members: Sequence[str]) -> Iterator[Sequence[str]]:
	"""The people in parts of CHUNK."""
	for start in range(0, len(members), CHUNK):
		yield members[start : start + CHUNK]


def assign(program: Program, members: Sequence[str]) -> Counter:
	"""Plan and write for these people in the present transaction. Returns the counts, by COUNTS."""
	counts = Counter()
	for part in chunks(members):
		todo, facts = plan(program, part)
		counts += write(program, todo, facts)
	return counts


def assign_for(users: Collection[str], keys: Collection[str] | None = None) -> Counter:
	"""Bring the training of a few people in line with every requirement, in the present transaction.

	Args:
	        users: Users; those without an account are passed over.
	        keys: only these requirements.
	"""
	counts = Counter()
	members = sorted(set(users))
	for key in rules.active_keys() if keys is None else keys:
		try:
			program = rules.load(key)
		except rules.BrokenRequirementError:
			frappe.clear_last_message()
			continue  # the nightly run freezes it and tells its owner
		counts += assign(program, members)
	return counts


def stop(program_key: str, roots: Collection[str] = ()) -> int:
	"""Take back the open assignments of a requirement that has ended, or for the courses it has no more.

	Args: roots, the courses that it still has.
	"""
	return take_back(ledger.open_of_other_courses(program_key, roots), STOPPED)


def take_back(rows: Sequence[frappe._dict], reason: str) -> int:
	"""Cancel open assignments and give back what nobody has used of them. Returns how many.

	Args: rows, with name, member, course and attempt; reason, one of `plan.TAKEN_BACK`.
	"""
	return len(closing.cancel(rows, {row.name: reason for row in rows}))


def plan(program: Program, members: Sequence[str]) -> tuple[Todo, Facts]:
	"""What has to be done for these people. Reads only: a fixed number of statements."""
	facts = ledger.facts(program, members)
	concerned = audience.members(program.audience, program.today, members)
	others = audience.everybody(program.today, [user for user in members if user not in concerned])
	todo = Todo(people=concerned)
	for user in members:
		person = _person(program, user, concerned.get(user), others.get(user))
		for root, subject in program.subjects.items():
			_sort(todo, program, subject, (user, root), person, facts)
	return todo, facts


def write(program: Program, todo: Todo, facts: Facts, names: Sequence[str] | None = None) -> Counter:
	"""Carry out a plan.

	Args:
	        names: names of the series taken before, for as many as `needs_names` says; taken here by default.
	"""
	counts = Counter()
	rows = {row.name: row for row, _last in facts.last.values()}
	counts["completed"] = len(_complete(todo.complete, rows))
	because = {name: step.reason for name, step in todo.cancel.items()}
	counts["cancelled"] = len(closing.cancel([rows[name] for name in because], because))
	counts["redated"] = len(_redate(todo.redate, facts))
	ledger.set_review({name: step.until for name, step in todo.rest.items()})
	review_list.settle(program.key, todo.moot, ledger.NO_LICENCE)
	counts["asked"] = review_list.ask(program, todo.people, todo.ask)
	opened, credited, refused = _insert(program, todo, facts, names)
	counts.update(opened=opened, credited=credited, no_licence=refused)
	return counts


def needs_names(todo: Todo) -> int:
	"""How many names of the series a plan needs."""
	return len(todo.open) + len(todo.credit)


def drop(todo: Todo, users: Collection[str]) -> None:
	"""Leave out what would be given to people who have left since the plan was made."""
	for steps in (todo.open, todo.credit, todo.ask):
		for pair in [pair for pair in steps if pair[0] in users]:
			del steps[pair]


def _past_their_question(program: Program, asked: Sequence[str]) -> set[str]:
	"""Whose question nobody has answered while the next round has come: that one can be done in time. Reads only."""
	if not any(subject.rule.moves_on for subject in program.subjects.values()):
		return set()
	found: set[str] = set()
	for part in chunks(sorted(asked)):
		todo, _facts = plan(program, part)
		found.update(user for user, _root in (*todo.open, *todo.credit))
	return found


def _open_of_leavers(program: Program, resting: Mapping, concerned: Mapping) -> set[str]:
	"""People who have left altogether; who has only left the audience keeps the training."""
	suspects = [user for user, (_rest, still_open) in resting.items() if still_open and user not in concerned]
	found = audience.everybody(program.today, suspects)
	return {user for user in suspects if user not in found or found[user].presence is Presence.GONE}


def _person(program: Program, user: str, concerned: Found | None, other: Found | None) -> Person:
	if concerned:
		return _as_planned(concerned, Membership.IN)
	if other is None:
		return NOBODY
	return _as_planned(other, Membership.EXEMPT if user in program.audience.exempt else Membership.OUT)


def _as_planned(found: Found, membership: Membership) -> Person:
	return Person(found.presence, membership, found.joined)


def _sort(todo: Todo, program: Program, subject: Subject, pair: Pair, person: Person, facts: Facts) -> None:
	row, last = facts.last.get(pair, (None, None))
	step = decide(
		subject.rule,
		person,
		today=program.today,
		last=last,
		completed=facts.completed.get(pair),
		open_elsewhere=pair in facts.elsewhere,
		asked=pair in facts.asked,
		cancel_on_leaving=program.cancel_on_leaving,
	)
	if pair in facts.waiting and not isinstance(step, Open) and not _is_paused(person):
		todo.moot.add(pair)
	match step:
		case Open():
			todo.open[pair] = step
		case Credit():
			todo.credit[pair] = step
		case Ask():
			todo.ask[pair] = step
		case Complete():
			todo.complete[row.name] = step
		case Cancel():
			todo.cancel[row.name] = step
		case Redate():
			todo.redate[row.name] = step
		case Rest(stored=False):
			todo.rest[row.name] = step


def _is_paused(person: Person) -> bool:
	return person.presence is Presence.PAUSED and person.membership is Membership.IN


def _complete(steps: Mapping[str, Complete], rows: Mapping[str, frappe._dict]) -> list[str]:
	done = closing.complete(
		{name: step.completed for name, step in steps.items()},
		{name: step.review_on for name, step in steps.items()},
	)
	# done elsewhere or before, as a proof says: the course that was opened for it is not needed
	closing.give_back(rows[name] for name in done)
	return done


def _redate(steps: Mapping[str, Redate], facts: Facts) -> list[str]:
	pairs = {row.name: (pair, row) for pair, (row, _last) in facts.last.items() if row.name in steps}
	values = {}
	for name, step in steps.items():
		pair, row = pairs[name]
		begun = any(each.status == IN_PROGRESS for each in facts.attempts.get(pair, ())[-1:])
		# a step never leads into the past: what was late is in time again
		status = (IN_PROGRESS if begun else PENDING) if row.status == OVERDUE else row.status
		values[name] = {"due_date": step.due, "rule_due": step.rule_due, "status": status}
	return ledger.change(values)


def _insert(program: Program, todo: Todo, facts: Facts, names: Sequence[str] | None) -> tuple[int, int, int]:
	"""Write new assignments and open their courses. Returns how many were opened, credited, without a licence."""
	attempts = {
		pair: attempt_for(program.subjects[pair[1]].course, facts.attempts.get(pair, ()))
		for pair in todo.open
	}
	taken, refused = opening.take_licences(attempts, program.licensed)
	if refused:
		review_list.want_licence(program, todo.people, {pair: todo.open[pair] for pair in refused})
	new = {pair: step for pair, step in todo.open.items() if pair not in refused} | todo.credit
	if not new:
		return 0, 0, len(refused)
	replaced = [facts.last[pair][0].name for pair in new if pair in facts.last]
	if replaced:
		ledger.replace_current(replaced)
	if names is None:
		names = take_names(len(new))
	common = _common(program)
	rows = [
		{**common, **_row(program, pair, step, todo.people[pair[0]], attempts.get(pair))}
		for pair, step in new.items()
	]
	written = ledger.insert_named(rows, names[: len(rows)])
	made = [pair for pair, name in zip(new, written, strict=True) if name]
	opened = [pair for pair in made if pair in todo.open]
	if len(made) < len(new):
		unused = {attempts[pair].course for pair in taken.keys() - set(opened)}
		_leave_to_others(facts, new.keys() - set(made), unused)
	opening.open_many(
		{pair: attempts[pair] for pair in opened},
		taken,
		{user: person.full_name for user, person in todo.people.items()},
	)
	review_list.settle(program.key, made)
	return len(opened), len(made) - len(opened), len(refused)


def _leave_to_others(facts: Facts, pairs: Collection[Pair], courses: Collection[str]) -> None:
	"""Somebody else has assigned these since the plan was made: keep what went before, and give on what they got.

	Args: courses, of which a licence was set aside for nothing; others of this plan may have been refused it.
	"""
	if replaced := [facts.last[pair][0].name for pair in pairs if pair in facts.last]:
		ledger.restore_current(replaced)
	for course in sorted(courses):
		licences.freed(course)


def take_names(number: int) -> list[str]:
	"""Names of the series for so many assignments; the series is locked until the transaction ends."""
	return [f"{ledger.SERIES}{each:05}" for each in take_numbers([ledger.SERIES] * number)]


def _common(program: Program) -> dict[str, Any]:
	return {
		"batch": program.batch,
		"requirement": program.requirement,
		"source": program.source,
		"assigned_on": program.today,
		"assigned_by": frappe.session.user,
		"rule_key": program.key,
		"current_mark": MARK,
	}


def _row(
	program: Program, pair: Pair, step: Open | Credit, person: Found, attempt: Attempt | None
) -> dict[str, Any]:
	row = {
		"member": person.user,
		"member_name": person.full_name,
		"employee": person.employee,
		"course": attempt.course if attempt else program.subjects[pair[1]].course,
		"course_root": pair[1],
		"due_date": step.due,
		"cycle": step.cycle,
		"attempt": attempt.number if attempt else 0,
	}
	if isinstance(step, Credit):
		return row | {
			"status": COMPLETED,
			"completed_on": step.completed,
			"rule_due": step.due,
			"review_on": step.review_on,
		}
	return row | {
		"status": IN_PROGRESS if attempt.started else PENDING,
		"rule_due": step.rule_due,
		"renews": step.renews,
		"open_mark": MARK,
	}
