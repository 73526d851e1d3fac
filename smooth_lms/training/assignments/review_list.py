"""The review list: questions that a rule cannot answer by itself and a person has to decide."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe

from smooth_lms.base.rows import insert_rows, set_value
from smooth_lms.training.assignments.ledger import MARK, NO_LICENCE, PAST, Pair
from smooth_lms.training.deciding.plan import Ask, Open
from smooth_lms.training.requirement import rules

DOCTYPE = "LMS Training Review"
OPEN, DATED, LEFT_OUT, SETTLED = "Open", "Due date set", "Left out", "Settled"
FIELDS = (
	"member",
	"member_name",
	"course",
	"course_root",
	"requirement",
	"rule_key",
	"kind",
	"state",
	"cycle",
	"rule_due",
	"renews",
	"open_mark",
)


def ask(program: rules.Program, people: Mapping[str, Any], asks: Mapping[Pair, Ask]) -> int:
	"""Put due dates that are past already on the list. Returns how many are new.

	Whoever waited for a licence waits for that decision now.
	"""
	settle(program.key, asks, NO_LICENCE)
	return _add(program, people, PAST, {pair: (s.cycle, s.due, s.renews) for pair, s in asks.items()})


def want_licence(program: rules.Program, people: Mapping[str, Any], steps: Mapping[Pair, Open]) -> int:
	"""Put people on the list who wait for a licence. Returns how many are new.

	Nothing has to be decided about a due date that was past: it is not any more.
	"""
	settle(program.key, steps, PAST)
	return _add(
		program, people, NO_LICENCE, {pair: (s.cycle, s.rule_due, s.renews) for pair, s in steps.items()}
	)


def settle(key: str, pairs: Collection[Pair], kind: str | None = None) -> None:
	"""Questions about these people and courses have answered themselves. Args: kind, only such questions."""
	if not pairs:
		return
	filters = {
		"rule_key": key,
		"open_mark": MARK,
		"member": ["in", list({member for member, _root in pairs})],
		"course_root": ["in", list({root for _member, root in pairs})],
	}
	if kind:
		filters["kind"] = kind
	rows = frappe.get_all(DOCTYPE, filters=filters, fields=["name", "member", "course_root"], limit=0)
	wanted = set(pairs)
	names = [row.name for row in rows if (row.member, row.course_root) in wanted]
	_settle({"name": ["in", names]})


def settle_for(members: Collection[str]) -> None:
	"""Nothing has to be decided any more about people who have left."""
	_settle({"member": ["in", list(members)]})


def settle_past(members: Collection[str], roots: Collection[str]) -> None:
	"""These people have completed these courses: whether anything is still late is worked out anew."""
	_settle({"member": ["in", list(members)], "course_root": ["in", list(roots)], "kind": PAST})


def open_about(users: Collection[str] | None = None) -> list[str]:
	"""Everybody about whom a question is open, or those of `users`."""
	filters: dict[str, Any] = {"open_mark": MARK}
	if users is not None:
		filters["member"] = ["in", list(users)]
	return frappe.get_all(DOCTYPE, filters=filters, pluck="member", distinct=True, limit=0)


def _settle(filters: Mapping[str, Any]) -> None:
	# found first, then written by name: a search that writes would lock what it passes by
	names = frappe.get_all(DOCTYPE, filters={**filters, "open_mark": MARK}, pluck="name", limit=0)
	if names:
		set_value(DOCTYPE, {"name": ["in", names]}, {"state": SETTLED, "open_mark": None})


def _add(program: rules.Program, people: Mapping[str, Any], kind: str, steps: Mapping[Pair, tuple]) -> int:
	if not steps:
		return 0
	rows = [
		(
			user,
			people[user].full_name,
			program.subjects[root].course,
			root,
			program.requirement,
			program.key,
			kind,
			OPEN,
			cycle,
			due,
			renews,
			MARK,
		)
		for (user, root), (cycle, due, renews) in steps.items()
	]
	return sum(name is not None for name in insert_rows(DOCTYPE, FIELDS, rows, skip_duplicates=True))
