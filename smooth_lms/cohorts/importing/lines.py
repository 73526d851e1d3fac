"""Lines of a file, each with its own cohort, person and reason, brought to the door in as few calls as possible."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _

from smooth_lms.cohorts import on_behalf
from smooth_lms.cohorts.importing.file import Line
from smooth_lms.cohorts.outcomes import ALREADY, REFUSED
from smooth_lms.exceptions import OverrideNotAllowedError, Refusal, UnknownBatchError


@dataclass(frozen=True, slots=True)
class Outcome:
	"""What became of one line."""

	outcome: str
	reason: str | None = None


def preview_lines(lines: Sequence[Line], *, batch: str | None) -> list[Outcome]:
	"""What `enroll_lines` would answer at this moment; nothing is locked or written."""
	return enroll_lines(lines, batch=batch, source="Data Import", override_reason=None, act=on_behalf.preview)


def enroll_lines(
	lines: Sequence[Line],
	*,
	batch: str | None,
	source: str,
	override_reason: str | None,
	act: Callable[..., dict] | None = None,
) -> list[Outcome]:
	"""Enroll the people of some lines: one call of the door for each cohort and reason among them.

	Args:
	        lines: what the file says.
	        batch: the cohort of every line; without it each line names its own, by name or title.
	        source: see `enrollment.enroll_many`.
	        override_reason: for lines that give none of their own.
	        act: the function of the door that is asked for each group, `on_behalf.enroll_many` by default.

	Returns what became of each, in order. Cohorts are locked in one order, whatever the order of the lines.
	"""
	outcomes: list[Outcome | None] = [None] * len(lines)
	groups: dict[tuple[str, str], list[int]] = {}
	names = _batch_names({line.batch for line in lines if line.batch})
	for place, line in enumerate(lines):
		if reason := _refusal(line, batch, names):
			outcomes[place] = Outcome(REFUSED, reason)
		else:
			target = batch or names[line.batch.lower()][0]
			groups.setdefault((target, line.reason or override_reason or ""), []).append(place)
	for (target, reason), places in sorted(groups.items()):
		found = _enroll_group(
			act or on_behalf.enroll_many, target, [lines[place].member for place in places], source, reason
		)
		seen: set[str] = set()
		for place in places:
			key = lines[place].member.lower()
			repeated = key in seen and found[key].outcome != REFUSED
			outcomes[place] = Outcome(ALREADY) if repeated else found[key]
			seen.add(key)
	return outcomes


def _enroll_group(
	act: Callable[..., dict], batch: str, members: list[str], source: str, reason: str
) -> dict[str, Outcome]:
	try:
		report = act(batch, members, source=source, override_reason=reason or None)
	except (Refusal, OverrideNotAllowedError) as error:  # about all of them: nothing was written
		frappe.clear_last_message()
		return {member.lower(): Outcome(REFUSED, str(error)) for member in members}
	return {row["member"].lower(): Outcome(row["outcome"], row["reason"]) for row in report["rows"]}


def _refusal(line: Line, batch: str | None, names: Mapping[str, list[str]]) -> str | None:
	if not line.member:
		return _("The row names nobody: enter a user's e-mail address or an employee ID.")
	if not line.batch:
		return None if batch else _("The row names no cohort.")
	named = names.get(line.batch.lower())
	if not named:
		return UnknownBatchError(batch=line.batch).text
	if batch:
		return None if batch in named else _("The row names another cohort: {0}.").format(line.batch)
	if len(named) > 1:
		sentence = _("{0} cohorts have the title {1}: write which of them you mean ({2}).")
		return sentence.format(len(named), line.batch, ", ".join(sorted(named)))
	return None


def _batch_names(asked: Collection[str]) -> dict[str, list[str]]:
	"""The cohorts meant by a name or by a title that several may share, by what was asked in lower case."""
	if not asked:
		return {}
	rows = frappe.get_all(
		"LMS Batch",
		or_filters=[["name", "in", list(asked)], ["title", "in", list(asked)]],
		fields=["name", "title"],
		limit=0,
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.title.lower(), []).append(row.name)
	return found | {row.name.lower(): [row.name] for row in rows}
