"""Certificates for a whole cohort, by a background job (LMS Certificate Run), a chunk at a time.

`last_enrollment` on the run's row is the place reached. How a run is worked through, stopped and continued is in
`base/runs.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base import runs as engine
from smooth_lms.base.run_kind import RunKind
from smooth_lms.compliance import certificates
from smooth_lms.exceptions import CertificateRefusedError, UnknownBatchError

DOCTYPE = "LMS Certificate Run"
CHUNK = certificates.CHUNK
COUNTS = (certificates.ISSUED, certificates.ALREADY, certificates.NOT_COMPLETED)


class CertificateRun(RunKind):
	"""Certifies whoever of a cohort has completed a course."""

	doctype = DOCTYPE
	job = "smooth_lms.compliance.certificate_runs.perform"
	fields = ("batch", "course", "reason", "last_enrollment", "total", "processed", *COUNTS)
	alone = ("batch",)

	@contextmanager
	def open(self, row: frappe._dict, **options: Any) -> Iterator[None]:
		"""Who asked for it has to be a moderator still."""
		permissions.require_moderator()
		yield None

	def ask_again(self, row: frappe._dict) -> None:
		"""As `open`."""
		permissions.ask_again(permissions.require_moderator)

	def next_chunk(self, row: frappe._dict, work: None) -> dict[str, Any] | None:
		"""Certify the next enrollments, by name."""
		names = certificates.enrollments_of(row.batch, row.course, row.last_enrollment or "", CHUNK)
		if not names:
			return None
		outcome = certificates.issue_many(names, reason=row.reason, but=row.requested_by)
		values = {"last_enrollment": names[-1], "processed": row.processed + len(names)}
		return values | {field: row[field] + outcome[field] for field in COUNTS}

	def aborted_note(self, row: frappe._dict) -> str:
		"""How many enrollments were looked at."""
		return _("Aborted after {0} of {1}.").format(row.processed, row.total)

	def refuse(self, sentence: str) -> NoReturn:
		"""Raise CertificateRefusedError."""
		frappe.throw(sentence, CertificateRefusedError)


RUN = CertificateRun()


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
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"batch": batch,
			"course": course,
			"reason": reason,
			"total": total,
			"requested_by": frappe.session.user,
			**engine.begin(RUN),
		}
	)
	try:
		doc.insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		sentence = _("Certificates for this cohort are being issued already: wait for that run to end.")
		frappe.throw(sentence, CertificateRefusedError)
	engine.enqueue(RUN, doc.name)
	return doc


def perform(run: str) -> None:
	"""The background job: see `base.runs.perform`."""
	engine.perform(RUN, run)


def abort(run: str) -> None:
	"""Stop a run after the chunk it is at; the certificates it has issued stay."""
	permissions.require_moderator()
	engine.abort(RUN, run)


def resume(run: str) -> None:
	"""Continue a run that failed or was aborted, where it stopped."""
	permissions.require_moderator()
	engine.resume(RUN, run)
