"""Background runs (LMS Enrollment Run): enroll very many people, from a list or from a file, a chunk at a time.

The people stand in a private CSV file of the run; `processed` on the run's row is the place reached. How a run is
worked through, stopped and continued is in `base/runs.py`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base import runs as engine
from smooth_lms.base.rows import insert_rows, set_on
from smooth_lms.base.run_kind import RUNNING, RunKind
from smooth_lms.cohorts.gate import distinct
from smooth_lms.cohorts.importing import file as enrollment_file
from smooth_lms.cohorts.importing.file import EnrollmentFile, EnrollmentFileError, Line
from smooth_lms.cohorts.importing.lines import Outcome, enroll_lines, preview_lines
from smooth_lms.cohorts.outcomes import ALREADY, ENROLLED, REFUSED, WAITLISTED
from smooth_lms.exceptions import OverrideNotAllowedError, UnknownBatchError

DOCTYPE, REFUSED_ROW = "LMS Enrollment Run", "LMS Enrollment Refusal"
CHUNK = 500
REASONS_SHOWN = 200
MOST_PREVIEWED = 1_000
COUNTS = {ENROLLED: "enrolled", WAITLISTED: "waitlisted", ALREADY: "already_enrolled", REFUSED: "refused"}


class EnrollmentRun(RunKind):
	"""Enrolls the people of the run's file."""

	doctype = DOCTYPE
	job = "smooth_lms.cohorts.importing.runs.perform"
	fields = (
		"batch",
		"source",
		"override_reason",
		"mute_emails",
		"input_file",
		"total",
		"processed",
		*COUNTS.values(),
	)

	@contextmanager
	def open(self, row: frappe._dict, **options: Any) -> Iterator[EnrollmentFile]:
		"""The people, as read from the file once for all chunks."""
		muted = frappe.flags.mute_emails
		frappe.flags.mute_emails = muted or bool(row.mute_emails)
		try:
			yield enrollment_file.read(_content(row.input_file), "input.csv")
		finally:
			frappe.flags.mute_emails = muted

	def ask_again(self, row: frappe._dict) -> None:
		"""Who asked for it has to be one who may enroll others still."""
		permissions.ask_again(permissions.require_enroller)

	def next_chunk(self, row: frappe._dict, work: EnrollmentFile) -> dict[str, Any] | None:
		"""Enroll the next people, and note who was refused."""
		lines = work.lines[row.processed : row.processed + CHUNK]
		if not lines:
			return None
		outcomes = enroll_lines(
			lines, batch=row.batch, source=row.source, override_reason=row.override_reason
		)
		_note_refused(row, lines, outcomes)
		values = {"processed": row.processed + len(lines)}
		for outcome, field in COUNTS.items():
			values[field] = row[field] + sum(each.outcome == outcome for each in outcomes)
		return values

	def ended(self, row: frappe._dict, status: str, work: EnrollmentFile | None) -> dict[str, Any]:
		"""The rows that were refused, as a file."""
		return {"rejected_file": _refused_file(row, work)} if work and row.refused else {}

	def aborted_note(self, row: frappe._dict) -> str:
		"""How many people were looked at."""
		return _("Aborted after {0} of {1}.").format(row.processed, row.total)


RUN = EnrollmentRun()


def start(batch: str, members: Sequence[str], *, source: str, override_reason: str | None = None):
	"""Start a run that enrolls a list of people into one cohort.

	Args: as `enrollment.enroll_many`.

	Returns the LMS Enrollment Run. Raises PermissionError, UnknownBatchError, OverrideNotAllowedError.
	"""
	permissions.require_enroller()
	_check_batch(batch)
	if override_reason and not permissions.may_override():
		_refuse_override()
	wanted = distinct(members)
	if override_reason:
		permissions.require_others(wanted)
	if not wanted:
		frappe.throw(_("Nobody is chosen: choose at least one person."))
	if len(wanted) > enrollment_file.MAX_ROWS:
		sentence = _("{0} people are chosen; one run enrolls at most {1}: choose fewer.")
		frappe.throw(sentence.format(len(wanted), enrollment_file.MAX_ROWS))
	meta = frappe.get_meta("LMS Batch Enrollment")
	headings = (meta.get_label(enrollment_file.BATCH), meta.get_label(enrollment_file.MEMBER))
	content = enrollment_file.write(headings, ((batch, member) for member in wanted))
	return _create(content, len(wanted), batch=batch, source=source, override_reason=override_reason)


def start_from_file(
	content: bytes,
	file_name: str,
	*,
	batch: str | None = None,
	source: str = "Data Import",
	mute: bool = False,
):
	"""Start a run that enrolls the people of an uploaded file.

	Args:
	        content: see `file.read`.
	        file_name: the name it was uploaded with.
	        batch: the cohort of every row; without it each row names its own, by name or title.
	        source: what the enrollments say about where they come from.
	        mute: send no confirmation mails.

	Returns the LMS Enrollment Run. Raises PermissionError, UnknownBatchError, EnrollmentFileError.
	"""
	file = _read(content, file_name, batch)
	kept = enrollment_file.write_kept(file)
	notes = [_("From the file {0}.").format(file_name), *file.notes]
	return _create(kept, len(file.lines), batch=batch, source=source, mute_emails=int(mute), notes=notes)


def preview_file(content: bytes, file_name: str, *, batch: str | None = None) -> dict[str, Any]:
	"""What `start_from_file` would do at this moment, for the first rows of the file; nothing is written.

	Returns `total` (rows of the file), `looked_at`, the number of each outcome as in a report, `notes`, and `rows` with
	`row` (its number in the file), `batch, member, outcome, reason`. Raises as `start_from_file`.
	"""
	file = _read(content, file_name, batch)
	lines = file.lines[:MOST_PREVIEWED]
	outcomes = preview_lines(lines, batch=batch)
	counts = {field: sum(each.outcome == outcome for each in outcomes) for outcome, field in COUNTS.items()}
	rows = [
		{
			"row": line.number,
			"batch": line.batch or batch,
			"member": line.member,
			"outcome": each.outcome,
			"reason": each.reason,
		}
		for line, each in zip(lines, outcomes, strict=True)
	]
	return {"total": len(file.lines), "looked_at": len(lines), **counts, "notes": file.notes, "rows": rows}


def perform(run: str) -> None:
	"""The background job: see `base.runs.perform`."""
	engine.perform(RUN, run)


def abort(run: str) -> None:
	"""Stop a run after the chunk it is at; what was enrolled stays."""
	engine.abort(RUN, run)


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted, where it stopped."""
	engine.resume(RUN, run)


def progress(run: str) -> dict:
	"""How far a run is, for the desk and the API: its fields, the people refused first, and seconds left."""
	doc = frappe.get_doc(DOCTYPE, run)
	fields = ("name", "batch", "status", "source", "total", "processed", "started_on", "finished_on", "log")
	answer = {field: doc.get(field) for field in (*fields, *COUNTS.values(), "rejected_file")}
	answer["abort_requested"] = bool(doc.abort_requested)
	answer["seconds_left"] = _seconds_left(doc)
	answer["refusals"] = frappe.get_all(
		REFUSED_ROW,
		filters={"run": run},
		fields=["row_no", "file_row", "batch", "member", "reason"],
		order_by="row_no asc",
		limit=REASONS_SHOWN,
	)
	return answer


def forget(run: str) -> None:
	"""Remove what hangs on a run that is being deleted. Raises ValidationError while it is at work."""
	engine.require_ended(RUN, run)
	frappe.db.delete(REFUSED_ROW, {"run": run})


# Working through a run


def _note_refused(row: frappe._dict, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
	insert_rows(
		REFUSED_ROW,
		("run", "row_no", "file_row", "batch", "member", "reason"),
		(
			(
				row.name,
				row.processed + place + 1,
				line.number,
				(line.batch or row.batch or "")[:140],
				line.member[:140],
				each.reason,
			)
			for place, (line, each) in enumerate(zip(lines, outcomes, strict=True))
			if each.outcome == REFUSED
		),
	)


# The run's document


def _read(content: bytes, file_name: str, batch: str | None) -> EnrollmentFile:
	permissions.require_enroller()
	if batch:
		_check_batch(batch)
	file = enrollment_file.read(content, file_name)
	if not batch and not any(line.batch for line in file.lines):
		sentence = _("No row says which cohort it is for: add a column Cohort, or choose one for the file.")
		frappe.throw(sentence, EnrollmentFileError)
	return file


def _create(content: bytes, total: int, *, notes: Sequence[str] = (), **values):
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"requested_by": frappe.session.user,
			"total": total,
			**engine.begin(RUN),
			**RUN.logged(frappe._dict(), *notes),
			**values,
		}
	).insert(ignore_permissions=True)
	set_on(doc, {"input_file": _attach(doc.name, "input_file", f"{doc.name}.csv", content)})
	engine.enqueue(RUN, doc.name)
	return doc


def _refused_file(row: frappe._dict, file: EnrollmentFile) -> str:
	reasons = dict(
		frappe.get_all(
			REFUSED_ROW, filters={"run": row.name}, fields=["row_no", "reason"], as_list=True, limit=0
		)
	)
	content = enrollment_file.write_refused(file, {number - 1: why for number, why in reasons.items()})
	return _attach(row.name, "rejected_file", f"{row.name}-rejected.csv", content)


def _attach(run: str, field: str, file_name: str, content: bytes) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": file_name,
			"content": content,
			"is_private": 1,
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": run,
			"attached_to_field": field,
		}
	).insert(ignore_permissions=True)
	return file.file_url


def _content(file_url: str) -> bytes:
	content = frappe.get_doc("File", {"file_url": file_url}).get_content()
	return content.encode() if isinstance(content, str) else content


def _seconds_left(doc) -> int | None:
	if doc.status != RUNNING or not doc.processed or not doc.started_on:
		return None
	passed = (now_datetime() - doc.started_on).total_seconds()
	return round(passed / doc.processed * (doc.total - doc.processed))


def _check_batch(batch: str) -> None:
	if not frappe.db.exists("LMS Batch", batch):
		frappe.throw(UnknownBatchError(batch=batch).text, UnknownBatchError)


def _refuse_override() -> None:
	frappe.throw(
		_("Only a moderator can make an exception: leave the reason empty."), OverrideNotAllowedError
	)
