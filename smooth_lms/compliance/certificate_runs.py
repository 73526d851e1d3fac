"""Certificates for a whole cohort, by a background job (LMS Certificate Run), a chunk at a time.

`last_enrollment` on the run's row is the place reached. A chunk locks the row, issues, moves the place on and
commits, all at once: a job that dies midway loses nothing and repeats nothing, and two jobs take turns.
"""

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.compliance import certificates
from smooth_lms.exceptions import CertificateRefusedError, UnknownBatchError

DOCTYPE = "LMS Certificate Run"
QUEUED, RUNNING, COMPLETED, FAILED = "Queued", "Running", "Completed", "Failed"
CHUNK = certificates.CHUNK
COUNTS = (certificates.ISSUED, certificates.ALREADY, certificates.NOT_COMPLETED)
ATTEMPTS = 5


def start(batch: str, course: str | None = None, *, reason: str | None = None):
	"""Start a run that gives a certificate to everybody of a cohort who has completed a course of it.

	Args:
	        batch: LMS Batch.
	        course: one course of it, also one that issues no certificates by itself; by default all that do.
	        reason: see `certificates.issue`.

	Returns the LMS Certificate Run. Raises PermissionError, UnknownBatchError, CertificateRefusedError.
	"""
	permissions.require_moderator()
	if not frappe.db.exists("LMS Batch", batch):
		frappe.throw(UnknownBatchError(batch=batch).text, UnknownBatchError)
	total = frappe.db.count("LMS Enrollment", {"batch": batch, **({"course": course} if course else {})})
	if not total:
		sentence = _("Nobody in this cohort is enrolled in a course that could be certified.")
		frappe.throw(sentence, CertificateRefusedError)
	if frappe.db.exists(DOCTYPE, {"batch": batch, "status": ["in", [QUEUED, RUNNING]]}):
		sentence = _("Certificates for this cohort are being issued already: wait for that run to end.")
		frappe.throw(sentence, CertificateRefusedError)
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"batch": batch,
			"course": course,
			"reason": reason,
			"status": QUEUED,
			"total": total,
			"requested_by": frappe.session.user,
		}
	).insert(ignore_permissions=True)
	_enqueue(doc.name)
	return doc


def perform(run: str) -> None:
	"""The background job: work through a run until it ends or fails. Commits chunk by chunk."""
	try:
		frappe.set_user(frappe.db.get_value(DOCTYPE, run, "requested_by"))
		frappe.db.commit()  # the first chunk reads with fresh eyes
		while _step(run):
			pass
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(_("Certificate run failed"), reference_doctype=DOCTYPE, reference_name=run)
		note = _("Stopped by an error: {0} Choose Continue once it is put right.").format(str(error)[:500])
		frappe.db.set_value(DOCTYPE, run, {"status": FAILED, "finished_on": now_datetime(), "log": note})
		frappe.db.commit()


def resume(run: str) -> None:
	"""Continue a run that failed, where it stopped."""
	permissions.require_moderator()
	row = _lock(run)
	if row.status != FAILED:
		frappe.throw(_("Only a run that failed can be continued."), CertificateRefusedError)
	frappe.db.set_value(DOCTYPE, run, {"status": QUEUED, "finished_on": None})
	_enqueue(run)


def _step(run: str) -> bool:
	for attempt in range(1, ATTEMPTS + 1):
		try:
			goes_on = _chunk(run)
			frappe.db.commit()
			return goes_on
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt == ATTEMPTS:
				raise
	return False


def _chunk(run: str) -> bool:
	row = _lock(run)
	if row.status not in (QUEUED, RUNNING):
		return False
	names = certificates.enrollments_of(row.batch, row.course, row.last_enrollment or "", CHUNK)
	if not names:
		values = {"status": COMPLETED, "finished_on": now_datetime(), "log": _("Completed.")}
		frappe.db.set_value(DOCTYPE, run, values)
		return False
	outcome = certificates.issue_many(names, reason=row.reason)
	values = {
		"status": RUNNING,
		"last_enrollment": names[-1],
		"processed": row.processed + len(names),
		"started_on": row.started_on or now_datetime(),
	}
	frappe.db.set_value(DOCTYPE, run, values | {field: row[field] + outcome[field] for field in COUNTS})
	return True


def _lock(run: str) -> frappe._dict:
	fields = [
		"name",
		"batch",
		"course",
		"reason",
		"status",
		"last_enrollment",
		"processed",
		"started_on",
		*COUNTS,
	]
	row = frappe.db.get_value(DOCTYPE, run, fields, as_dict=True, for_update=True)
	if not row:
		frappe.throw(_("There is no certificate run {0}.").format(run), frappe.DoesNotExistError)
	return row


def _enqueue(run: str) -> None:
	frappe.enqueue(
		"smooth_lms.compliance.certificate_runs.perform",
		queue="long",
		timeout=4 * 60 * 60,
		enqueue_after_commit=True,
		run=run,
	)
