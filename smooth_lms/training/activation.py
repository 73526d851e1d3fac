"""LMS Training Requirement: what it would do, and its life from draft to stopped."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.exceptions import BrokenRequirementError, TrainingRefusedError
from smooth_lms.people import audience
from smooth_lms.people.presence import Presence
from smooth_lms.training.assignments import assign
from smooth_lms.training.deciding.due import cycle_after_earlier
from smooth_lms.training.deciding.plan import Credit
from smooth_lms.training.requirement import rules
from smooth_lms.training.requirement.check import ask_number
from smooth_lms.training.runs import start

DOCTYPE = rules.DOCTYPE


def preview(doc) -> dict[str, Any]:
	"""What activating a requirement, saved or not, would do. Writes nothing.

	Returns `people` (concerned), `everybody` (with an account at all), `assign`, `already_certified` with
	`certified_until` (the latest day), `ask` (due date past already), `keep`, `without_account`, `paused`,
	`first_due`, `last_due`, `licences` (by course: wanted and free), and `problem` where it cannot be carried out.
	"""
	try:
		program = rules.of_requirement(doc)
	except BrokenRequirementError as error:
		return {"problem": str(error)}
	concerned = audience.members(program.audience, program.today)
	count: dict[str, int] = dict.fromkeys(("assign", "already_certified", "ask", "keep"), 0)
	due: list[date] = []
	valid: list[date] = []
	wanted: dict[str, int] = {}
	for part in assign.chunks(sorted(concerned)):
		todo, facts = assign.plan(program, part)
		count["assign"] += len(todo.open)
		count["already_certified"] += len(todo.credit)
		count["ask"] += len(todo.ask)
		count["keep"] += sum(last.is_open for _row, last in facts.last.values())
		due += [step.due for step in todo.open.values()]
		valid += [until for pair, step in todo.credit.items() if (until := _valid_until(program, pair, step))]
		for _user, root in todo.open:
			wanted[root] = wanted.get(root, 0) + 1
	return {
		"people": len(concerned),
		"everybody": sum(
			each.presence is not Presence.GONE for each in audience.everybody(program.today).values()
		),
		"paused": sum(each.presence is Presence.PAUSED for each in concerned.values()),
		"without_account": len(audience.without_account(program.audience)),
		**count,
		"certified_until": max(valid, default=None),
		"first_due": min(due, default=None),
		"last_due": max(due, default=None),
		"licences": _licences(program, wanted),
		"problem": None,
	}


def activate(name: str, confirm: int | None = None):
	"""Put a requirement to work: its people are assigned by a run that starts at once.

	Args:
	        name: LMS Training Requirement.
	        confirm: the number of people, typed by whoever activates a requirement that reaches nobody or nearly
	                everybody.

	Returns the LMS Training Run. Raises ConfirmNumberError, BrokenRequirementError.
	"""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.active and not doc.frozen:
		frappe.throw(_("{0} is active already.").format(escape_html(doc.title)), TrainingRefusedError)
	doc.active, doc.frozen, doc.frozen_reason = 1, 0, None
	program = rules.of_requirement(doc)
	ask_number(program, confirm)
	doc.flags.by_module = doc.flags.by_function = True
	doc.save()
	return start.start(name, everybody=True)


def deactivate(name: str, *, take_back: bool) -> int:
	"""Stop a requirement. Args: take_back, whether its open assignments are cancelled.

	Returns how many were cancelled. What was completed stays.
	"""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.active = 0
	doc.flags.by_module = doc.flags.by_function = True
	doc.save()
	return assign.stop(name) if take_back else 0


def changed(doc) -> None:
	"""An active requirement was saved: its people are looked at again, once the change is committed."""
	if not doc.frozen:
		start.start(doc.name, everybody=True, quiet=True)


def _valid_until(program: rules.Program, pair: tuple[str, str], step: Credit) -> date | None:
	following = cycle_after_earlier(program.subjects[pair[1]].rule, step.completed, program.today)
	return following.due if following else None


def _licences(program: rules.Program, wanted: dict[str, int]) -> list[dict[str, Any]]:
	rows = []
	for root, subject in program.subjects.items():
		if subject.course in subject.licensed:
			count, used = frappe.db.get_value(
				"LMS Course", subject.course, ["licence_count", "licences_in_use"]
			)
			rows.append(
				{"course": subject.title, "wanted": wanted.get(root, 0), "free": max(count - used, 0)}
			)
	return rows
