"""Training history is kept: what cannot be deleted, for how long, and the one way in which it ends.

A record with history is never deleted by hand. Once its retention period is over it can be purged, by an LMS Purge
Request that a second person approved (see `compliance/purge.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import frappe
from frappe.query_builder import functions as fn
from frappe.utils import add_months, date_diff, escape_html, getdate

from smooth_lms.base.periods import Period
from smooth_lms.exceptions import HistoryError
from smooth_lms.marked import _

DAYS_IN_MONTH = 30.5

Condition = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Kept:
	"""A DocType whose records are history."""

	when: Condition = lambda doc: True
	"""Which of its records are."""
	instead: str = ""
	"""What to do instead of deleting, as an untranslated sentence."""
	named_in: Mapping[str, str] = field(default_factory=dict)
	"""Records that make this one history: the field that names it, by DocType."""


KEPT: dict[str, Kept] = {
	"LMS Certificate": Kept(instead=_("Revoke it instead.")),
	"Employee Compliance": Kept(
		when=lambda doc: bool(doc.certificate or doc.quiz_submission or doc.valid_from or doc.replaces),
		instead=_("It stays as a record of its time."),
	),
	"LMS Quiz Submission": Kept(),
	"LMS Course Progress": Kept(),
	"LMS SCORM Attempt": Kept(),
	"LMS SCORM Run": Kept(),
	"LMS xAPI Document": Kept(),
	"LMS xAPI Statement": Kept(),
	"LMS Enrollment": Kept(
		when=lambda doc: doc.status != "Not Started", instead=_("End the access instead.")
	),
	"LMS Enrollment Request": Kept(instead=_("Refuse it instead.")),
	"LMS Training Assignment": Kept(instead=_("Cancel it instead.")),
	"LMS Training Requirement": Kept(
		when=lambda doc: False,
		instead=_("Stop it instead."),
		named_in={"LMS Training Assignment": "requirement"},
	),
	"LMS Live Class Attendance": Kept(),
	"LMS Purge Request": Kept(when=lambda doc: doc.status not in ("Draft",)),
	"LMS Live Class": Kept(
		when=lambda doc: False,
		instead=_("Cancel it instead."),
		named_in={"LMS Live Class Attendance": "live_class"},
	),
	"LMS Course": Kept(
		when=lambda doc: False,
		instead=_("Unpublish it instead."),
		named_in={
			"LMS Enrollment": "course",
			"LMS Certificate": "course",
			"LMS Training Assignment": "course",
			"LMS Quiz Submission": "course",
		},
	),
	"Course Lesson": Kept(
		when=lambda doc: False,
		instead=_("Make a new version of the course instead."),
		named_in={"LMS Course Progress": "lesson"},
	),
	"LMS Quiz": Kept(when=lambda doc: False, named_in={"LMS Quiz Submission": "quiz"}),
	"LMS SCORM Package": Kept(
		when=lambda doc: False, named_in={"LMS SCORM Run": "package", "LMS xAPI Statement": "package"}
	),
	"LMS Batch": Kept(
		when=lambda doc: False,
		instead=_("Unpublish it instead."),
		named_in={"LMS Batch Enrollment": "batch"},
	),
	"Compliance Type": Kept(
		when=lambda doc: False,
		instead=_("Switch it off instead."),
		named_in={"Employee Compliance": "compliance_type"},
	),
	"LMS Learner": Kept(
		when=lambda doc: False,
		instead=_("Archive the learner instead."),
		named_in={
			"LMS Enrollment": "member",
			"LMS Certificate": "member",
			"LMS Training Assignment": "member",
		},
	),
	"User": Kept(
		when=lambda doc: False,
		instead=_("Disable the account instead, or use a Personal Data Deletion Request."),
		named_in={
			"LMS Enrollment": "member",
			"LMS Certificate": "member",
			"LMS Training Assignment": "member",
		},
	),
}


OF_EMPLOYEES = (
	"Employee Compliance",
	"LMS Batch Enrollment",
	"LMS Certificate",
	"LMS Training Assignment",
)
"""Records that name the member and their Employee."""


def on_trash(doc, method: str | None = None) -> None:
	"""Hook: refuse the deletion of a record with history. Raises HistoryError (409).

	Controllers of the app ask by `GuardedDocument.on_trash`. A seat (LMS Batch Enrollment) asks under its cohort's lock,
	in `cohorts/withdrawal.py → forget`; runs that still work are asked about by `base/runs.py → require_ended`.
	"""
	kept = KEPT.get(doc.doctype)
	if not kept or frappe.flags.in_uninstall:
		return
	if kept.when(doc):
		_refuse(doc, kept)
	for doctype, named in kept.named_in.items():
		if frappe.db.table_exists(doctype, cached=True) and frappe.db.exists(doctype, {named: doc.name}):
			_refuse(doc, kept)


def before_merge(doc, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Hook `before_rename` of User and Employee: two people's histories do not become one. Raises HistoryError.

	Two Employee records of one person may be merged: what was learned stays with their account.
	"""
	if not merge or frappe.flags.in_uninstall:
		return
	if doc.doctype == "User":
		mixed = any(
			frappe.db.exists(doctype, {field: old}) for doctype, field in KEPT["User"].named_in.items()
		)
	else:
		# of another account than the one that stays; rows of employees without an account follow HR
		member = ["not in", ["", frappe.db.get_value("Employee", new, "user_id") or ""]]
		mixed = any(
			frappe.db.exists(doctype, {"employee": old, "member": member}) for doctype in OF_EMPLOYEES
		)
	if mixed:
		sentence = frappe._(
			"{0} has training history, which belongs to one person: it cannot be merged into {1}."
		)
		frappe.throw(
			sentence.format(*(frappe.bold(frappe.utils.escape_html(name)) for name in (old, new))),
			HistoryError,
		)


def period_begins(day: date | None = None, months: int | None = None) -> date:
	"""The first day that is still within the retention period on `day`; what ended before may be purged.

	Args:
	        day: today by default.
	        months: by default as LMS Settings say.
	"""
	months = months if months is not None else retention_months()
	return getdate(add_months(getdate(day), -months))


def retention_months() -> int:
	"""The retention period: as LMS Settings say, or longer where a course or type was made valid for longer since."""
	chosen = frappe.db.get_single_value("LMS Settings", "retention_months", cache=False) or 0
	return max(chosen, shortest_months())


def shortest_months() -> int:
	"""The shortest period that LMS Settings may have: as long as the longest compliance row is valid."""
	return -int(-longest_validity_days() // DAYS_IN_MONTH)


def longest_validity_days() -> int:
	"""The longest time for which a compliance row is, or by its type or course will be, valid."""
	row = frappe.qb.DocType("Employee Compliance")
	spans = (
		frappe.qb.from_(row)
		.select(row.valid_from, row.valid_until)
		.where(row.valid_from.isnotnull() & row.valid_until.isnotnull())
		.distinct()
	).run()
	days = [date_diff(until, begin) for begin, until in spans]
	for doctype, name in (("Compliance Type", "renewal"), ("LMS Course", "validity")):
		row = frappe.qb.DocType(doctype)
		longest = fn.Max(row[f"{name}_months"]), fn.Max(row[f"{name}_days"])
		months, own_days = frappe.qb.from_(row).select(*longest).run()[0]
		days += [Period(months=months or 0).most_days, own_days]
	return max((each for each in days if each), default=0)


def validate_settings(doc, method: str | None = None) -> None:
	"""Hook: LMS Settings are being saved; the retention period must be long enough. Raises ValidationError."""
	if not doc.has_value_changed("retention_months"):
		return
	shortest = max(shortest_months(), 1)
	if (doc.retention_months or 0) < shortest:
		frappe.throw(
			frappe._(
				"Records are needed as long as a compliance row is valid: keep them for {0} months or more."
			).format(escape_html(shortest))
		)


def _refuse(doc, kept: Kept) -> None:
	title = doc.get_title() if doc.meta.get_title_field() != "name" else doc.name
	sentence = frappe._("{0} {1} is part of the training history, which is kept.").format(
		frappe._(doc.doctype), frappe.bold(frappe.utils.escape_html(str(title)))
	)
	# html: the title in it is escaped
	frappe.throw(f"{sentence} {frappe._(kept.instead) if kept.instead else ''}".strip(), HistoryError)
