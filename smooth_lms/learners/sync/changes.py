"""Changes as they are kept: rows of LMS Sync Change, with before and after."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from frappe.utils import now_datetime

from smooth_lms.learners.sync.model import Change

DOCTYPE, CHANGE = "LMS Sync Run", "LMS Sync Change"
PLANNED, APPLIED, FAILED = "Planned", "Applied", "Failed"
DISCARDED, UNDONE = "Discarded", "Undone"
LOCK = "sync"
"""Held by whoever carries out or takes back a run, of which there is one at a time."""

_encode = json.JSONEncoder(ensure_ascii=False, default=str, sort_keys=True).encode

FIELDS = (
	"run",
	"action",
	"state",
	"reason",
	"full_name",
	"learner",
	"employee",
	"department",
	"applied_on",
	"error",
	"batch_no",
	"before",
	"after",
)


def rows(
	changes: Sequence[Change],
	states: Sequence[str],
	errors: Mapping[str, str],
	run: str | None,
	batch_no: int = 0,
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
	"""The columns and rows to insert. Args: the state of each change, and the error by User where one failed."""
	moment = now_datetime()
	return FIELDS, [
		(
			run,
			change.action,
			state,
			change.reason,
			change.full_name[:140],
			change.user,
			change.employee,
			change.department,
			moment if state == APPLIED else None,
			errors.get(change.user),
			batch_no,
			dump(change.before),
			dump(change.after),
		)
		for change, state in zip(changes, states, strict=True)
	]


def dump(values: Mapping[str, Any]) -> str:
	"""Before or after as JSON that people can read: a line for each part, and for each field.

	With `indent` Python's encoder works in Python instead of C, which counts in a run that changes thousands.
	"""
	parts = []
	for key in sorted(values):
		value = values[key]
		if isinstance(value, dict) and value:
			fields = ",\n".join(f"  {_encode(name)}: {_encode(value[name])}" for name in sorted(value))
			parts.append(f" {_encode(key)}: {{\n{fields}\n }}")
		else:
			parts.append(f" {_encode(key)}: {_encode(value)}")
	return "{\n" + ",\n".join(parts) + "\n}" if parts else "{}"
