"""Background runs (LMS Enrollment Run): enroll very many people, from a list or from a file, a chunk at a time.

The people stand in a private CSV file of the run; `processed` on the run's row is the place reached. A chunk
locks the run's row, enrolls its people, notes who was refused, moves the place on and commits, all at once: a job
that dies midway loses nothing and repeats nothing, and two jobs on one run take turns.
"""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from smooth_lms import permissions
from smooth_lms.bulk import insert_rows
from smooth_lms.cohorts import enrollment_file
from smooth_lms.cohorts.enrollment_file import EnrollmentFile, EnrollmentFileError, Line
from smooth_lms.cohorts.enrollment_lines import Outcome, enroll_lines
from smooth_lms.cohorts.gate import distinct
from smooth_lms.cohorts.outcomes import ALREADY, ENROLLED, REFUSED, WAITLISTED
from smooth_lms.exceptions import OverrideNotAllowedError, UnknownBatchError

DOCTYPE, REFUSED_ROW = "LMS Enrollment Run", "LMS Enrollment Refusal"
QUEUED, RUNNING, COMPLETED, FAILED, ABORTED = "Queued", "Running", "Completed", "Failed", "Aborted"
CHUNK = 500
ATTEMPTS = 5
TIMEOUT_SECONDS = 4 * 60 * 60
ORPHANED_AFTER_MINUTES = 15
"""A chunk takes seconds; a run without a step for so long has no job any more."""
REASONS_SHOWN = 200
COUNTS = {ENROLLED: "enrolled", WAITLISTED: "waitlisted", ALREADY: "already_enrolled", REFUSED: "refused"}
PLACE = (
	"name",
	"batch",
	"status",
	"source",
	"override_reason",
	"abort_requested",
	"processed",
	"log",
	*COUNTS.values(),
)


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
	        content: see `enrollment_file.read`.
	        file_name: the name it was uploaded with.
	        batch: the cohort of every row; without it each row names its own, by name or title.
	        source: what the enrollments say about where they come from.
	        mute: send no confirmation mails.

	Returns the LMS Enrollment Run. Raises PermissionError, UnknownBatchError, EnrollmentFileError.
	"""
	permissions.require_enroller()
	if batch:
		_check_batch(batch)
	file = enrollment_file.read(content, file_name)
	if not batch and not any(line.batch for line in file.lines):
		sentence = _("No row says which cohort it is for: add a column Cohort, or choose one for the file.")
		frappe.throw(sentence, EnrollmentFileError)
	kept = enrollment_file.write(file.headings, (line.cells for line in file.lines), file.delimiter)
	notes = [_("From the file {0}.").format(file_name), *file.notes]
	return _create(kept, len(file.lines), batch=batch, source=source, mute_emails=int(mute), notes=notes)


def perform(run: str) -> None:
	"""The background job: work through a run until it ends, is stopped, or fails. Commits chunk by chunk."""
	user, muted = frappe.session.user, frappe.flags.mute_emails
	try:
		doc = frappe.get_doc(DOCTYPE, run)
		frappe.set_user(doc.requested_by)  # whoever continues a run, it reaches as far as who started it
		frappe.flags.mute_emails = muted or bool(doc.mute_emails)
		file = enrollment_file.read(_content(doc.input_file), "input.csv")
		frappe.db.commit()  # the first chunk reads with fresh eyes
		while _step(run, file):
			pass
	except Exception as error:
		frappe.db.rollback()
		_fail(run, error)
	finally:
		frappe.flags.mute_emails = muted
		frappe.set_user(user)


def abort(run: str) -> None:
	"""Stop a run after the chunk it is at; a run that no job has taken yet stops at once."""
	row = _lock(run)
	if row.status == QUEUED:
		frappe.db.set_value(DOCTYPE, run, {"abort_requested": 1, **_ending(row, ABORTED, _("Aborted."))})
	elif row.status == RUNNING:
		frappe.db.set_value(DOCTYPE, run, "abort_requested", 1)
	else:
		frappe.throw(_("The run has ended already: there is nothing to abort."))


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted, where it stopped."""
	row = _lock(run)
	if row.status not in (FAILED, ABORTED):
		frappe.throw(
			_("Only a run that failed or was aborted can be continued; this one is {0}.").format(row.status)
		)
	doc = frappe.get_doc(DOCTYPE, run)
	doc.db_set(
		{
			"status": QUEUED,
			"abort_requested": 0,
			"finished_on": None,
			"last_step_on": now_datetime(),
			# a number of its own: the queue may still know the job that died
			"attempt": doc.attempt + 1,
			"log": _logged(row.log, _("Continued by {0}.").format(frappe.session.user)),
		}
	)
	_enqueue(run, doc.attempt)


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
		fields=["row_no", "batch", "member", "reason"],
		order_by="row_no asc",
		limit=REASONS_SHOWN,
	)
	return answer


def sweep() -> list[str]:
	"""Scheduler: mark runs whose job died or was lost as failed, so that they can be continued. Returns them."""
	old = add_to_date(now_datetime(), minutes=-ORPHANED_AFTER_MINUTES)
	stale = frappe.get_all(
		DOCTYPE,
		filters={"status": ["in", [QUEUED, RUNNING]], "last_step_on": ["<", old]},
		fields=["name", "status", "attempt"],
		limit=0,
	)
	marked = []
	for run in stale:
		if run.status == QUEUED and is_job_enqueued(_job_id(run.name, run.attempt)):
			continue  # the queue is long
		row = _lock(run.name)
		if row.status == run.status and row.last_step_on < old:
			note = _("The background job ended before the run was finished. Choose Continue.")
			frappe.db.set_value(DOCTYPE, run.name, _ending(row, FAILED, note))
			marked.append(run.name)
	return marked


def forget(run: str) -> None:
	"""Remove what hangs on a run that is being deleted. Raises ValidationError while it is at work."""
	if _lock(run).status == RUNNING:
		frappe.throw(_("The run is at work: abort it first."))
	frappe.db.delete(REFUSED_ROW, {"run": run})


# Working through a run


def _step(run: str, file: EnrollmentFile) -> bool:
	"""One chunk in one transaction, repeated when the database gave way to another. False at the end."""
	for attempt in range(1, ATTEMPTS + 1):
		try:
			goes_on = _chunk(run, file)
			frappe.db.commit()
			return goes_on
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == ATTEMPTS:
				raise
	return False


def _chunk(run: str, file: EnrollmentFile) -> bool:
	row = _lock(run)
	if row.status not in (QUEUED, RUNNING):
		return False  # aborted, or marked as orphaned, while this job waited
	if row.abort_requested:
		_end(row, file, ABORTED, _("Aborted after {0} of {1}.").format(row.processed, len(file.lines)))
		return False
	lines = file.lines[row.processed : row.processed + CHUNK]
	if not lines:
		_end(row, file, COMPLETED, _("Completed."))
		return False
	outcomes = enroll_lines(lines, batch=row.batch, source=row.source, override_reason=row.override_reason)
	_note_refused(row, lines, outcomes)
	values = {"status": RUNNING, "processed": row.processed + len(lines), "last_step_on": now_datetime()}
	if not row.processed:
		values["started_on"] = now_datetime()
	for outcome, field in COUNTS.items():
		values[field] = row[field] + sum(each.outcome == outcome for each in outcomes)
	frappe.db.set_value(DOCTYPE, run, values)
	return True


def _note_refused(row: frappe._dict, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
	insert_rows(
		REFUSED_ROW,
		("run", "row_no", "batch", "member", "reason"),
		(
			(
				row.name,
				row.processed + place + 1,
				(line.batch or row.batch or "")[:140],
				line.member[:140],
				each.reason,
			)
			for place, (line, each) in enumerate(zip(lines, outcomes, strict=True))
			if each.outcome == REFUSED
		),
	)


# The run's document


def _create(content: bytes, total: int, *, notes: Sequence[str] = (), **values):
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"status": QUEUED,
			"requested_by": frappe.session.user,
			"total": total,
			"attempt": 1,
			"last_step_on": now_datetime(),
			"log": _logged(None, *notes) or None,
			**values,
		}
	).insert(ignore_permissions=True)
	doc.db_set("input_file", _attach(doc.name, "input_file", f"{doc.name}.csv", content))
	_enqueue(doc.name, doc.attempt)
	return doc


def _enqueue(run: str, attempt: int) -> None:
	frappe.enqueue(
		"smooth_lms.cohorts.runs.perform",
		queue="long",
		timeout=TIMEOUT_SECONDS,
		job_id=_job_id(run, attempt),
		deduplicate=True,
		enqueue_after_commit=True,
		run=run,
	)


def _job_id(run: str, attempt: int) -> str:
	return f"smooth_lms_run::{run}::{attempt}"


def _lock(run: str) -> frappe._dict:
	row = frappe.db.get_value(DOCTYPE, run, [*PLACE, "last_step_on"], as_dict=True, for_update=True)
	if not row:
		frappe.throw(_("There is no enrollment run {0}.").format(run), frappe.DoesNotExistError)
	return row


def _end(row: frappe._dict, file: EnrollmentFile, status: str, note: str) -> None:
	values = _ending(row, status, note)
	if row.refused:
		reasons = dict(
			frappe.get_all(
				REFUSED_ROW, filters={"run": row.name}, fields=["row_no", "reason"], as_list=True, limit=0
			)
		)
		content = enrollment_file.write_refused(file, {number - 1: why for number, why in reasons.items()})
		values["rejected_file"] = _attach(row.name, "rejected_file", f"{row.name}-rejected.csv", content)
	frappe.db.set_value(DOCTYPE, row.name, values)


def _ending(row: frappe._dict, status: str, note: str) -> dict:
	return {"status": status, "finished_on": now_datetime(), "log": _logged(row.log, note)}


def _fail(run: str, error: Exception) -> None:
	frappe.log_error(_("Enrollment run failed"), reference_doctype=DOCTYPE, reference_name=run)
	note = _("Stopped by an error: {0} Choose Continue once it is put right.")
	row = _lock(run)
	frappe.db.set_value(DOCTYPE, run, _ending(row, FAILED, note.format(str(error)[:500])))
	frappe.db.commit()


def _logged(log: str | None, *notes: str) -> str:
	stamp = now_datetime().strftime("%Y-%m-%d %H:%M:%S")
	return "\n".join([*([log] if log else []), *(f"{stamp}  {note}" for note in notes)])


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
