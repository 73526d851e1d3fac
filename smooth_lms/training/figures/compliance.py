"""People and requirements: what is done, what has time, what is overdue."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pypika import Case
from pypika import functions as fn

from frappe import _
from frappe.utils import formatdate

from smooth_lms.base.numbers import share
from smooth_lms.training.assignments.ledger import MARK
from smooth_lms.training.deciding.plan import CANCELLED, COMPLETED, OVERDUE, WAIVED
from smooth_lms.training.figures import base
from smooth_lms.training.requirement import rules

DONE, WAITING, LATE = "done", "waiting", "overdue"


@dataclass(slots=True)
class Compliance:
	"""The report: one row a person, one column a requirement."""

	rows: list[dict[str, Any]] = field(default_factory=list)
	columns: dict[str, str] = field(default_factory=dict)
	"""Titles by the key of the rule, in order."""
	by_key: dict[str, Counter] = field(default_factory=dict)
	"""For each requirement its people by how far they are."""
	people: Counter = field(default_factory=Counter)
	"""People by how far they are with everything."""
	assignments: Counter = field(default_factory=Counter)


def compliance(filters: Mapping[str, Any]) -> Compliance:
	"""How everybody stands with what is required of them; those the session's user may see.

	Args: filters, any of those of `people.matching`, requirement, course, and state (`overdue`, `waiting`, `done`).

	A renewal that is open while the earlier completion still holds counts as done. Seven statements at most.
	"""
	standing = _standing(filters)
	chosen, by_employee = base.whom(filters)
	titles = base.titles()
	used = {key for member, cells in standing.items() if member in chosen for key in cells}
	report = Compliance(columns={key: title for key, title in titles.items() if key in used})
	report.by_key = {key: Counter() for key in report.columns}
	words = _Words()
	for member, cells in standing.items():
		profile = chosen.get(member)
		if profile is None:
			continue
		state = _worst(_state(cell) for cell in cells.values())
		if filters.get("state") and filters["state"] != state:
			continue
		row = base.place(profile, by_employee)
		total = done = late = 0
		for key, cell in cells.items():
			all_of_it, finished, overdue, _due, _renew = cell
			total, done, late = total + all_of_it, done + finished, late + overdue
			row[column_name(key)] = words.of(cell)
			report.by_key[key][_state(cell)] += 1
		row |= {
			"required": total,
			"done": done,
			"open": total - done - late,
			"overdue": late,
			"rate": share(done, total, 1),
			# how far somebody is with each column, for its colour
			"marks": {column_name(key): _state(cell) for key, cell in cells.items()},
		}
		report.people[state] += 1
		report.assignments.update({"total": total, DONE: done, LATE: late})
		report.rows.append(row)
	report.rows.sort(key=lambda row: (-row["overdue"], row["member_name"].casefold()))
	return report


def completion_rate() -> float | None:
	"""The share of assignments that are done, in percent, among those the session's user may see; None without any."""
	table, query = base.assignments()
	total, done = query.select(fn.Count("*"), fn.Sum(_done(table))).where(_counts(table)).run()[0]
	return share(int(done), total, 1) if total else None


def column_name(key: str) -> str:
	"""The name of a requirement's column."""
	return "rule_" + "".join(char if char.isalnum() else "_" for char in key.lower())


Cell = tuple[int, int, int, date | None, date | None]
"""Of one person and requirement: courses, done, overdue, the next due date, the next renewal."""


def _standing(filters: Mapping[str, Any]) -> dict[str, dict[str, Cell]]:
	table, query = base.assignments()
	open_ = table.open_mark == MARK
	rows = (
		base.required_by(query, table, filters)
		.select(
			table.member,
			Case().when(base.is_single(table), base.SINGLE).else_(table.rule_key),
			fn.Count("*"),
			fn.Sum(_done(table)),
			fn.Sum(Case().when(table.status == OVERDUE, 1).else_(0)),
			fn.Min(Case().when(open_ & _first_time(table), table.due_date)),
			fn.Min(Case().when(open_ & _first_time(table).negate(), table.due_date)),
		)
		.where(_counts(table))
		.groupby(table.member, table.rule_key)
	).run()
	found: dict[str, dict[str, Cell]] = {}
	for member, key, total, done, late, due, renew in rows:
		cells = found.setdefault(member, {})
		cells[key] = (int(total), int(done), int(late), due, renew)
	return found


def _counts(table: Any):
	"""What stands now: the latest round of each rule, and all that was assigned one by one."""
	return (table.status != CANCELLED) & ((table.current_mark == MARK) | base.is_single(table))


def _first_time(table: Any):
	"""Whether nothing done earlier still holds."""
	return table.renews.isnull() | (table.status == OVERDUE)


def _done(table: Any):
	holds = (table.open_mark == MARK) & _first_time(table).negate()
	return Case().when(table.status.isin([COMPLETED, WAIVED]) | holds, 1).else_(0)


def _state(cell: Cell) -> str:
	total, done, late, _due, _renew = cell
	return LATE if late else DONE if done == total else WAITING


def _worst(states) -> str:
	found = set(states)
	return next(state for state in (LATE, WAITING, DONE) if state in found)


class _Words:
	"""Cells in words; dates are put into words once each."""

	def __init__(self) -> None:
		self.known: dict[Cell, str] = {}
		self.today = rules.today()

	def of(self, cell: Cell) -> str:
		"""How one person stands with one requirement."""
		if cell not in self.known:
			self.known[cell] = self._say(cell)
		return self.known[cell]

	def _say(self, cell: Cell) -> str:
		total, done, late, due, renew = cell
		share = _("{0} of {1} done").format(done, total) if total > 1 and done < total else ""
		if late:
			text = _("Overdue since {0}").format(formatdate(due)) if due else _("Overdue")
		elif due:
			text = _("Due {0}").format(formatdate(due))
		elif renew:
			text = _("Done, renew by {0}").format(formatdate(renew))
		else:
			text = _("Done")
		return f"{text} ({share})" if share else text
