"""What our handlers add to the save of an Employee: with them and without them, in turns, in one run.

Wanted: with_s <= 1.5 x without_s, for a new record and for a change. Half of the pairs begin with our handlers on, the
other half with them off, so that caches and growing tables favour neither. Off means that Frappe does not know them.
A save counts until HR's transaction could be committed, plus what the hand-over to the queue takes after it
(`handover_s`); the job itself is not HR's time.
"""

from collections.abc import Callable
from statistics import median

import frappe

from benchmarks.measure import report, seconds, undone
from smooth_lms.learners import events
from tests.support.factories import company, make_employee, make_system_manager, unique

PAIRS = 40


def main(pairs: str = str(PAIRS)) -> None:
	"""Print one JSON line. Everything is rolled back. Args: pairs, how many saves of each kind to compare."""
	number = int(pairs)
	make_system_manager()
	company()
	with undone():
		insert_with, insert_without = _compare(_insert, number)
		employee = _insert().name
		change_with, change_without = _compare(lambda: _change(employee), number)
		handover = median(seconds(lambda: _hand_over(employee)) for _ in range(number))
	report(
		{
			"pairs": number,
			"insert_with_s": insert_with,
			"insert_without_s": insert_without,
			"insert_ratio": (insert_with + handover) / insert_without,
			"change_with_s": change_with,
			"change_without_s": change_without,
			"change_ratio": (change_with + handover) / change_without,
			"handover_s": handover,
		}
	)


def _compare(save: Callable, pairs: int) -> tuple[float, float]:
	"""The medians with our handlers and without."""
	for _ in range(3):
		save()
	times: dict[bool, list[float]] = {True: [], False: []}
	handlers = frappe.get_doc_hooks()
	known = {True: handlers, False: _without_ours(handlers)}
	for number in range(pairs):
		first = number % 2 == 0
		for on in (first, not first):
			frappe.local.doc_events_hooks = known[on]
			times[on].append(seconds(save))
			events._forget()
	frappe.local.doc_events_hooks = handlers
	return median(times[True]), median(times[False])


def _without_ours(handlers: dict) -> dict:
	return {
		doctype: {
			event: [path for path in paths if not path.startswith("smooth_lms.")]
			for event, paths in of_doctype.items()
		}
		for doctype, of_doctype in handlers.items()
	}


def _insert():
	return make_employee(company_email=f"{unique('saved').replace(' ', '.')}@example.com")


def _change(name: str) -> None:
	doc = frappe.get_doc("Employee", name)
	doc.last_name = unique("Changed")
	doc.save()


def _hand_over(employee: str) -> None:
	events.employee_changed(employee)
	events._hand_over()
