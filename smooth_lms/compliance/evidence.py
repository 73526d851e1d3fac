"""The PDF that proves a row of Employee Compliance: made by a background job, attached as a private file.

A row that waits for its PDF carries `evidence_due`. The job clears it in the transaction that attaches the file,
so a job that is run twice or killed midway makes nothing twice; what it cannot make says why.
"""

from collections.abc import Sequence

import frappe
from frappe import _

from smooth_lms.base.rows import set_value
from smooth_lms.compliance import pdf

DOCTYPE = "Employee Compliance"
JOB_SIZE = 200
MOST_LEFT_OVER = 10_000
"""Looked at in one hour."""
PROOFS = {"certificate": "LMS Certificate", "quiz_submission": "LMS Quiz Submission"}


def queue(names: Sequence[str]) -> None:
	"""Make the evidence of these rows by background jobs, once the present transaction is committed."""
	for start in range(0, len(names), JOB_SIZE):
		part = list(names[start : start + JOB_SIZE])
		frappe.enqueue(
			"smooth_lms.compliance.evidence.make",
			queue="long",
			timeout=60 * 60,
			# who is waiting already is not queued a second time
			job_id=f"smooth_lms_evidence::{part[0]}::{part[-1]}::{len(part)}",
			deduplicate=True,
			enqueue_after_commit=True,
			names=part,
		)


def make(names: Sequence[str]) -> dict[str, int]:
	"""Attach the evidence of rows that wait for it; commits after each. Returns how many were `made` and `failed`."""
	result = {"made": 0, "failed": 0}
	due = frappe.get_all(
		DOCTYPE, filters={"name": ["in", list(names)], "evidence_due": 1}, pluck="name", limit=0
	)
	for name in due:
		outcome = _make_one(name)
		result[outcome] = result.get(outcome, 0) + 1
		frappe.db.commit()  # a killed job keeps what it has made
	return result


def make_left_over() -> None:
	"""Scheduler: have made what ended jobs left over, however much it is."""
	names = frappe.get_all(
		DOCTYPE,
		filters={"evidence_due": 1, "evidence_error": ["is", "not set"]},
		pluck="name",
		order_by="creation asc, name asc",
		limit=MOST_LEFT_OVER,
	)
	queue(names)


def _make_one(name: str) -> str:
	try:
		row = frappe.db.get_value(DOCTYPE, name, ["evidence", "evidence_due", *PROOFS], as_dict=True)
		if not row or not row.evidence_due:
			return "skipped"  # another job was faster
		field = next((field for field in PROOFS if row[field]), None)
		# printing takes a second and may commit, so it comes before the row is locked
		content = pdf.render(PROOFS[field], row[field]) if field and not row.evidence else None
		return _store(name, content)
	except Exception as error:  # the row stands; the evidence can be made again
		frappe.db.rollback()
		frappe.clear_messages()
		frappe.log_error(_("Evidence could not be made"), reference_doctype=DOCTYPE, reference_name=name)
		set_value(DOCTYPE, name, "evidence_error", str(error)[:500] or type(error).__name__)
		return "failed"


def _store(name: str, content: bytes | None) -> str:
	if not frappe.db.get_value(DOCTYPE, name, "evidence_due", for_update=True):
		return "skipped"  # another job was faster
	values: dict = {"evidence_due": 0, "evidence_error": None}
	if content:
		values["evidence"] = _attach(name, content)
	set_value(DOCTYPE, name, values)
	return "made"


def _attach(name: str, content: bytes) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{name}.pdf",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": name,
			"attached_to_field": "evidence",
		}
	)
	return file.insert(ignore_permissions=True).file_url
