"""Purging training history whose retention period is over (LMS Purge Request).

One person asks, a System Manager who is somebody else approves, a background job removes, and the request keeps
what was removed, by whom it was wanted and approved, as a list with its checksum.
"""

import hashlib
import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import comma_or, escape_html, getdate, now_datetime

from smooth_lms import permissions
from smooth_lms.base import runs as engine
from smooth_lms.base.rows import set_value
from smooth_lms.base.run_kind import ABORTED, FAILED, MARK, RUNNING, RunKind
from smooth_lms.base.spreadsheets import write_rows
from smooth_lms.compliance import retention
from smooth_lms.exceptions import HistoryError
from smooth_lms.training.assignments import kept

DOCTYPE = "LMS Purge Request"
DRAFT, REQUESTED, APPROVED, REJECTED = "Draft", "Requested", "Approved", "Rejected"
CHUNK = 500
DECIDED = (
	"requested_by",
	"requested_on",
	"approved_by",
	"approved_on",
	"rejected_by",
	"rejected_on",
	"approval_note",
	"started_on",
	"finished_on",
	"last_step_on",
	"abort_requested",
	"open_mark",
	"record_file",
	"record_sha256",
	"log",
)
"""What only the functions below write."""


@dataclass(frozen=True, slots=True)
class Step:
	"""A kind of record, in the order in which they are removed: what points to others goes first."""

	doctype: str
	ended: str
	"""The field that says when a record ended."""
	filters: tuple[tuple, ...] = ()
	named_in: tuple[tuple[str, str], ...] = ()
	"""Kept while one of these still names it: (DocType, field)."""
	needed: Callable[[Collection[str]], set[str]] = lambda names: set()
	"""Which of some are kept for another reason."""


STEPS = (
	Step("Employee Compliance", "valid_until", (("is_current", "=", 0),)),
	Step(
		"Employee Compliance",
		"valid_until",
		(("is_current", "=", 1), ("status", "in", ("Expired", "Non-Compliant"))),
	),
	Step("LMS Training Assignment", "completed_on", needed=kept.assignments_in_force),
	Step(
		"LMS Certificate",
		"expiry_date",
		named_in=(("Employee Compliance", "certificate"), ("LMS Training Assignment", "certificate")),
	),
	Step("LMS Quiz Submission", "submitted_on", named_in=(("Employee Compliance", "quiz_submission"),)),
	Step("LMS Live Class Attendance", "creation"),
	Step(
		"LMS Enrollment",
		"completed_on",
		named_in=(("LMS Certificate", "enrollment"), ("LMS Quiz Submission", "enrollment")),
		needed=kept.enrollments_assigned,
	),
)
PARTS = {
	"LMS Enrollment": (
		"LMS Course Progress",
		"LMS SCORM Attempt",
		"LMS SCORM Run",
		"LMS xAPI Document",
		"LMS xAPI Statement",
	)
}
"""Records that belong to another and go with it; they name it in the field `enrollment`."""
CHILDREN = {"LMS Quiz Submission": ("LMS Quiz Result",)}


@dataclass
class Work:
	"""What the chunks of one job share."""

	doc: Any
	steps: list[Step] = field(default_factory=list)
	"""Those at which something may be left to remove."""


class Purge(RunKind):
	"""Removes what an approved request covers. One at a time, so that each record stands on one list only."""

	doctype = DOCTYPE
	job = "smooth_lms.compliance.purge.perform"
	fields = ("ended_before", "approved_by")
	queued = APPROVED
	alone = ()
	as_requester = False

	@contextmanager
	def open(self, row: frappe._dict, **options: Any) -> Iterator[Work]:
		"""The request with its lines. Raises HistoryError when nobody has approved it."""
		if not row.approved_by:
			frappe.throw(_("Only an approved request can be carried out."), HistoryError)
		check_day(row.ended_before)
		yield Work(frappe.get_doc(DOCTYPE, row.name), available_steps())

	def ask_again(self, row: frappe._dict) -> None:
		"""Who approved it has to be a System Manager still."""
		permissions.ask_again(permissions.require_system_manager, row.approved_by)

	def next_chunk(self, row: frappe._dict, work: Work) -> dict[str, Any] | None:
		"""Remove the next records and write them down."""
		while work.steps:
			step = work.steps[0]
			if removed := _remove_chunk(work.doc, step):
				_count_purged(work.doc, step.doctype, len(removed))
				names = "".join(f"{step.doctype}\t{name}\n" for name in removed)
				return {"log": f"{_with_newline(row.log)}{names}"}
			work.steps.pop(0)
		return None

	def finish(self, row: frappe._dict, work: Work) -> dict[str, Any]:
		"""The list of what was removed, as a file with its checksum."""
		return _record(row)

	def refuse(self, sentence: str) -> NoReturn:
		"""Raise HistoryError."""
		frappe.throw(sentence, HistoryError)


RUN = Purge()


def request(doc) -> None:
	"""Ask for a purge: count what it would remove. Args: doc, an LMS Purge Request that is a draft."""
	_require(doc, DRAFT)
	check_day(doc.ended_before)
	_count(doc)
	doc.update({"status": REQUESTED, "requested_by": frappe.session.user, "requested_on": now_datetime()})
	doc.flags.by_module = True
	doc.save(ignore_permissions=True)


def approve(doc, note: str | None) -> None:
	"""Approve a request and start the job. A System Manager only, and neither who drafted it nor who handed it in.

	Raises PermissionError.
	"""
	permissions.require_system_manager()
	_lock(doc, REQUESTED)
	if frappe.session.user in (doc.requested_by, doc.owner):
		frappe.throw(_("Somebody else has to approve what you asked for."), frappe.PermissionError)
	check_day(doc.ended_before)
	if other := frappe.db.get_value(DOCTYPE, {"open_mark": MARK}, "name"):
		frappe.throw(
			_("The purge {0} is at work: wait until it has ended.").format(escape_html(other)), HistoryError
		)
	doc.update(
		{
			**engine.begin(RUN),
			"approved_by": frappe.session.user,
			"approved_on": now_datetime(),
			"approval_note": note,
			"retention_months": retention.retention_months(),
		}
	)
	doc.flags.by_module = True
	doc.save(ignore_permissions=True)
	engine.enqueue(RUN, doc.name)


def abort(doc) -> None:
	"""Stop a request that is carried out; what was removed stays removed, and on the list. A System Manager only."""
	permissions.require_system_manager()
	_lock(doc, APPROVED, RUNNING)
	engine.abort(RUN, doc.name)


def resume(doc) -> None:
	"""Go on with an approved request that failed, was aborted, or whose job was ended. A System Manager only.

	Raises PermissionError, HistoryError.
	"""
	permissions.require_system_manager()
	_lock(doc, ABORTED, APPROVED, RUNNING, FAILED)
	engine.resume(RUN, doc.name)


def reject(doc, note: str | None) -> None:
	"""Turn a request down. A System Manager only."""
	permissions.require_system_manager()
	_lock(doc, REQUESTED)
	doc.update(
		{
			"status": REJECTED,
			"rejected_by": frappe.session.user,
			"rejected_on": now_datetime(),
			"approval_note": note,
		}
	)
	doc.flags.by_module = True
	doc.save(ignore_permissions=True)


def perform(run: str) -> None:
	"""The background job: see `base.runs.perform`. Raises HistoryError for a request that nobody has approved."""
	if frappe.db.get_value(DOCTYPE, run, "status") in (DRAFT, REQUESTED, REJECTED):
		frappe.throw(_("Only an approved request can be carried out."), HistoryError)
	engine.perform(RUN, run)


def check_day(day: date | str) -> None:
	"""Raises ValidationError for a day within the retention period."""
	begins = retention.period_begins()
	if getdate(day) > begins:
		frappe.throw(
			_(
				"Records that ended after {0} are within the retention period: choose {0} or an earlier day."
			).format(frappe.utils.formatdate(begins))
		)


def available_steps() -> list[Step]:
	"""The steps for the DocTypes that this site has."""
	return [step for step in STEPS if frappe.db.table_exists(step.doctype, cached=True)]


def count(ended_before: date | str) -> dict[str, int]:
	"""How many records of each DocType ended before a day, before looking at what still names them."""
	found: dict[str, int] = {}
	for step in available_steps():
		found[step.doctype] = found.get(step.doctype, 0) + frappe.db.count(
			step.doctype, _filters(step, ended_before)
		)
	return found


def _remove_chunk(doc, step: Step) -> list[str]:
	names = next(_removable(step, doc.ended_before), [])
	if not names:
		return []
	for child in CHILDREN.get(step.doctype, ()):
		frappe.db.delete(child, {"parent": ["in", names], "parenttype": step.doctype})
	for part in PARTS.get(step.doctype, ()):
		frappe.db.delete(part, {"enrollment": ["in", names]})
	for file in frappe.get_all(
		"File", filters={"attached_to_doctype": step.doctype, "attached_to_name": ["in", names]}, pluck="name"
	):
		frappe.delete_doc("File", file, ignore_permissions=True, force=True)
	if step.doctype == "Employee Compliance":
		for named in ("replaces", "replaced_by"):
			set_value(step.doctype, {named: ["in", names]}, named, None, update_modified=False)
	for trace in ("Version", "Comment"):
		kind, name = (
			("ref_doctype", "docname") if trace == "Version" else ("reference_doctype", "reference_name")
		)
		frappe.db.delete(trace, {kind: step.doctype, name: ["in", names]})
	frappe.db.delete(step.doctype, {"name": ["in", names]})
	return names


def _removable(step: Step, ended_before: date | str) -> Iterator[list[str]]:
	"""Chunks of names that nothing kept still names."""
	after = ""
	while names := frappe.get_all(
		step.doctype,
		filters=[*_filters(step, ended_before), ["name", ">", after]],
		pluck="name",
		order_by="name asc",
		limit=CHUNK,
	):
		after = names[-1]
		needed = step.needed(names)
		for doctype, named in step.named_in:
			if frappe.db.table_exists(doctype, cached=True):
				needed.update(frappe.get_all(doctype, filters={named: ["in", names]}, pluck=named, limit=0))
		if free := [name for name in names if name not in needed]:
			yield free


def _filters(step: Step, ended_before: date | str) -> list[list]:
	filters = [list(each) for each in step.filters]
	# sql: set, says the filter before
	return [*filters, [step.ended, "is", "set"], [step.ended, "<", getdate(ended_before)]]


def _count(doc) -> None:
	doc.lines = []
	for doctype, found in count(doc.ended_before).items():
		doc.append("lines", {"record_type": doctype, "label": _(doctype), "found": found})


def _count_purged(doc, doctype: str, number: int) -> None:
	line = next((line for line in doc.lines if line.record_type == doctype), None)
	if line:
		line.purged = (frappe.db.get_value("LMS Purge Request Line", line.name, "purged") or 0) + number
		set_value("LMS Purge Request Line", line.name, "purged", line.purged)


def _record(row: frappe._dict) -> dict[str, str]:
	removed = [line.split("\t") for line in (row.log or "").splitlines() if "\t" in line]
	text = io.StringIO()
	write_rows(text, [("record_type", "name"), *removed])
	content = text.getvalue().encode()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{row.name}.csv",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": row.name,
			"attached_to_field": "record_file",
		}
	).insert(ignore_permissions=True)
	return {"record_file": file.file_url, "record_sha256": hashlib.sha256(content).hexdigest()}


def _with_newline(log: str | None) -> str:
	return f"{log.rstrip()}\n" if log else ""


def _lock(doc, *statuses: str) -> None:
	doc.status = engine.lock(RUN, doc.name).status
	_require(doc, *statuses)


def _require(doc, *statuses: str) -> None:
	if doc.status not in statuses:
		wanted = comma_or([_(each) for each in statuses], add_quotes=False)
		frappe.throw(
			_("This needs a request that is {0}; this one is {1}.").format(
				escape_html(wanted), _(doc.status)
			),
			HistoryError,
		)
