"""What an assignment opens and what its end closes: the course enrollment it is done in, and the licence.

Courses with licences are locked before anything about them is read, and what is read then is read under the lock, so
that nothing is counted from a view of the past.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe

from smooth_lms.courses import enrollment, licences
from smooth_lms.training import licence_warnings
from smooth_lms.training.assignments.ledger import Pair
from smooth_lms.training.deciding.plan import COMPLETED
from smooth_lms.training.requirement.rules import Program, Subject


@dataclass(frozen=True, slots=True)
class Attempt:
	"""The course enrollment that an assignment is done in: one that is there already, or a fresh one."""

	course: str
	number: int
	existing: str | None = None
	started: bool = False
	withdrawn: bool = False
	licence: str = licences.NONE


def attempt_for(subject: Subject, earlier: Sequence[frappe._dict]) -> Attempt:
	"""The attempt that is not completed yet goes on, in whatever version it is; else a fresh one."""
	if not earlier:
		return Attempt(subject.course, 1)
	latest = earlier[-1]
	if latest.status != COMPLETED:
		return Attempt(
			latest.course,
			latest.attempt,
			latest.name,
			latest.status != "Not Started",
			bool(latest.withdrawn_on),
			latest.licence_state,
		)
	made = [row.attempt for row in earlier if row.course == subject.course]
	return Attempt(subject.course, max(made, default=0) + 1)


def take_licences(program: Program, attempts: Mapping[Pair, Attempt]) -> tuple[dict[Pair, str], set[Pair]]:
	"""The state of the licence that each pair takes, and those for whom none is free. Locks limited courses."""
	wanted = {
		pair: each for pair, each in attempts.items() if each.course in program.subjects[pair[1]].licensed
	}
	if not wanted:
		return {}, set()
	free = licences.lock({each.course for each in wanted.values()})
	limited = {course for course, left in free.items() if left is not None}
	if not limited:
		return {}, set()
	now = {
		(row.member, row.course, row.attempt): row
		for row in enrollment.attempts({member for member, _root in wanted}, limited, lock=True)
	}
	taken: dict[Pair, str] = {}
	refused: set[Pair] = set()
	for pair, attempt in wanted.items():
		row = now.get((pair[0], attempt.course, attempt.number))
		if attempt.course not in limited or (row and row.licence_state in licences.TAKEN):
			continue
		if not free[attempt.course]:
			refused.add(pair)
			continue
		free[attempt.course] -= 1
		started = bool(row and row.status != "Not Started")
		taken[pair] = licences.USED if started else licences.ASSIGNED
	return taken, refused


def open_courses(
	attempts: Mapping[Pair, Attempt], taken: Mapping[Pair, str], full_names: Mapping[str, str]
) -> None:
	"""Give access to the courses that were assigned, with the licences that were taken for them.

	Args: full_names, by User.
	"""
	fresh = [
		(pair[0], full_names[pair[0]], each.course, each.number, taken.get(pair, licences.NONE))
		for pair, each in attempts.items()
		if not each.existing
	]
	made = enrollment.open_attempts(fresh) if fresh else 0
	enrollment.give_access_again(
		[each.existing for each in attempts.values() if each.existing and each.withdrawn]
	)
	licensed = {pair: state for pair, state in taken.items() if pair in attempts}
	for state in licences.TAKEN:
		names = [attempts[pair].existing for pair, held in licensed.items() if held == state]
		enrollment.set_licences([name for name in names if name], state)
	if licensed and made < len(fresh):
		_cover_self_enrolled(attempts, licensed)
	licences.count(Counter(attempts[pair].course for pair in licensed))
	if warn := {attempts[pair].course for pair in licensed}:
		licence_warnings.check(warn)


def give_back(rows: Iterable[Mapping[str, Any]]) -> int:
	"""End the access that closed assignments gave to courses nobody has started, and return the licences.

	Where the course has no limit any more only the licence goes back, so that it does not count for ever.

	Args: rows with member, course and attempt. Returns how many licences went back.
	"""
	wanted = {(row["member"], row["course"], row["attempt"]) for row in rows if row["attempt"]}
	if not wanted:
		return 0
	stock = licences.lock_stock({course for _member, course, _attempt in wanted})
	counted = {course for course, each in stock.items() if each.in_use}
	if not counted:
		return 0
	# read under the lock: somebody else may have given it back since this transaction began
	held = [
		row
		for row in enrollment.attempts({member for member, _c, _a in wanted}, counted, lock=True)
		if (row.member, row.course, row.attempt) in wanted
		and row.status == "Not Started"
		and row.licence_state == licences.ASSIGNED
	]
	enrollment.take_access([row.name for row in held if stock[row.course].bought])
	enrollment.set_licences([row.name for row in held if not stock[row.course].bought], licences.RETURNED)
	licences.count({course: -number for course, number in Counter(row.course for row in held).items()})
	return len(held)


def _cover_self_enrolled(attempts: Mapping[Pair, Attempt], licensed: Mapping[Pair, str]) -> None:
	"""Somebody enrolled by themselves meanwhile: their row is there, without the licence that was taken for it."""
	rows = {
		(row.member, row.course, row.attempt): row.name
		for row in enrollment.attempts(
			[pair[0] for pair in licensed], [attempts[pair].course for pair in licensed], lock=True
		)
		if row.licence_state not in licences.TAKEN
	}
	found = [rows.get((pair[0], attempts[pair].course, attempts[pair].number)) for pair in licensed]
	enrollment.set_licences([name for name in found if name], licences.ASSIGNED)
