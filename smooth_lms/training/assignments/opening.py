"""What an assignment opens, for one person or for many: the course enrollment it is done in, and the licence.

Courses with licences are locked before anything about them is read, and what is read then is read under the lock, so
that nothing is counted from a view of the past.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import frappe

from smooth_lms.courses import enrollment, licences
from smooth_lms.exceptions import LicenceRefusedError
from smooth_lms.training import licence_warnings
from smooth_lms.training.assignments.ledger import Pair
from smooth_lms.training.deciding.plan import COMPLETED


@dataclass(frozen=True, slots=True)
class Attempt:
	"""The course enrollment that an assignment is done in: one that is there already, or a fresh one."""

	course: str
	number: int
	existing: str | None = None
	started: bool = False
	withdrawn: bool = False
	licence: str = licences.NONE


def attempt_for(course: str, earlier: Sequence[frappe._dict]) -> Attempt:
	"""The attempt that is not completed yet goes on, in whatever version it is; else a fresh one at `course`."""
	if not earlier:
		return Attempt(course, 1)
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
	made = [row.attempt for row in earlier if row.course == course]
	return Attempt(course, max(made, default=0) + 1)


def take_licences(
	attempts: Mapping[Pair, Attempt], licensed: Collection[str]
) -> tuple[dict[Pair, str], set[Pair]]:
	"""The state of the licence that each pair takes, and those for whom none is free. Locks limited courses.

	Args: licensed, the courses that may have licences; the others are not asked.
	"""
	wanted = {pair: each for pair, each in attempts.items() if each.course in licensed}
	free = _limited({each.course for each in wanted.values()})
	if not free:
		return {}, set()
	rows = enrollment.attempts({member for member, _root in wanted}, free, lock=True)
	return _share(wanted, free, rows)


def open_one(member: str, full_name: str, course: str) -> Attempt:
	"""Give one person access to a course that was assigned, with a licence where it has any.

	Returns the attempt that it is done in. Raises LicenceRefusedError.
	"""
	free = _limited([course])
	earlier = enrollment.attempts([member], [course], lock=bool(free))
	attempts = {(member, course): attempt_for(course, earlier)}
	taken, refused = _share(attempts, free, earlier)
	if refused:
		row = frappe.db.get_value("LMS Course", course, ["title", "licence_count"], as_dict=True)
		raise LicenceRefusedError(count=row.licence_count, course=row.title)
	open_many(attempts, taken, {member: full_name})
	return attempts[member, course]


def open_many(
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


def _limited(courses: Collection[str]) -> dict[str, int]:
	"""How many licences are free of each course that has a limit; locked."""
	return {course: left for course, left in licences.lock(courses).items() if left is not None}


def _share(
	wanted: Mapping[Pair, Attempt], free: dict[str, int], rows: Iterable[frappe._dict]
) -> tuple[dict[Pair, str], set[Pair]]:
	"""Who takes one of the free licences, in which state, and for whom none is left. Args: rows, read under the lock."""
	now = {(row.member, row.course, row.attempt): row for row in rows}
	taken: dict[Pair, str] = {}
	refused: set[Pair] = set()
	for pair, attempt in wanted.items():
		row = now.get((pair[0], attempt.course, attempt.number))
		if attempt.course not in free or (row and row.licence_state in licences.TAKEN):
			continue
		if not free[attempt.course]:
			refused.add(pair)
			continue
		free[attempt.course] -= 1
		started = bool(row and row.status != "Not Started")
		taken[pair] = licences.USED if started else licences.ASSIGNED
	return taken, refused


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
