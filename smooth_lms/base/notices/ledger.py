"""What people are told: one row (LMS Notice) for each person and thing, so that nobody is told the same twice."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import now_datetime

from smooth_lms.base.rows import insert_rows, set_value

DOCTYPE = "LMS Notice"
WAITING, HELD, SENT, DROPPED, FAILED = "Waiting", "Held", "Sent", "Dropped", "Failed"
FIELDS = (
	"event",
	"reference_doctype",
	"reference_name",
	"item",
	"recipient",
	"sequence",
	"details",
	"due_on",
	"status",
	"reason",
)


@dataclass(frozen=True, slots=True)
class Notice:
	"""What one person is to be told."""

	event: str
	recipient: str
	doctype: str
	name: str
	"""The document it is about."""
	item: str = ""
	"""A part of that document, such as one class of a cohort."""
	sequence: int = 0
	"""Tells this time from the next: the same event about the same thing with the same number is told once."""
	details: str = "{}"
	"""JSON of what is told, as `as_details` writes it."""

	@property
	def told(self) -> dict[str, Any]:
		return json.loads(self.details)


def as_details(values: Mapping[str, Any]) -> str:
	"""The one way in which details are written: the same values are the same text."""
	return json.dumps(values, sort_keys=True, ensure_ascii=False)


def tell(
	notices: Iterable[Notice], *, due_on: datetime | None = None, status: str = WAITING, reason: str = ""
) -> int:
	"""Note what people are to be told; `delivery.py` sends it after the commit. One statement for thousands.

	Args:
	        notices: one for each person and thing; those that were told before are left out.
	        due_on: not before this moment, by the site's clock; now by default.
	        status: DROPPED for what they know already, with the reason.

	Returns how many are new.
	"""
	due = due_on or now_datetime()
	rows = [
		(
			each.event,
			each.doctype,
			each.name,
			each.item,
			each.recipient,
			each.sequence,
			each.details,
			due,
			status,
			reason,
		)
		for each in notices
	]
	return len([name for name in insert_rows(DOCTYPE, FIELDS, rows, skip_duplicates=True) if name])


def forget(names: Collection[str]) -> None:
	"""Take back what has not been sent yet, because something else is true by now."""
	for start in range(0, len(names), 1_000):
		part = list(names)[start : start + 1_000]
		frappe.db.delete(DOCTYPE, {"name": ["in", part], "status": ["in", [WAITING, HELD]]})


def release(user: str) -> None:
	"""Send what was held for `user`; called when they sign in."""
	held = {"recipient": user, "status": HELD}
	if frappe.db.exists(DOCTYPE, held):
		set_value(DOCTYPE, held, {"status": WAITING, "due_on": now_datetime()})


def on_session_creation() -> None:
	"""Hook: somebody signed in."""
	release(frappe.session.user)
