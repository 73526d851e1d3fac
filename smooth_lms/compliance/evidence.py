"""The PDF that proves a row of Employee Compliance: made by a background job, attached as a private file.

A row that waits for its PDF carries `evidence_due`. The job clears it in the transaction that attaches the file,
so a job that is run twice or killed midway makes nothing twice; what it cannot make says why.
"""

from collections.abc import Sequence

import frappe
from frappe import _

DOCTYPE = "Employee Compliance"
JOB_SIZE = 200
PROOFS = {"certificate": "LMS Certificate", "quiz_submission": "LMS Quiz Submission"}
SHIPPED_FORMATS = {"LMS Certificate": "LMS Certificate"}


def queue(names: Sequence[str]) -> None:
	"""Make the evidence of these rows by background jobs, once the present transaction is committed."""
	for start in range(0, len(names), JOB_SIZE):
		frappe.enqueue(
			"smooth_lms.compliance.evidence.make",
			queue="long",
			timeout=60 * 60,
			enqueue_after_commit=True,
			names=list(names[start : start + JOB_SIZE]),
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
	"""Scheduler: make what an ended job left over."""
	names = frappe.get_all(
		DOCTYPE,
		filters={"evidence_due": 1, "evidence_error": ["is", "not set"]},
		pluck="name",
		order_by="creation asc",
		limit=JOB_SIZE,
	)
	if names:
		make(names)


def pdf(doctype: str, name: str) -> bytes:
	"""A certificate or quiz submission as PDF, in the print format of the site's choice."""
	return frappe.get_print(doctype, name, print_format=print_format(doctype), as_pdf=True, no_letterhead=1)


def print_format(doctype: str) -> str:
	"""The print format for a DocType: LMS Settings, else the DocType's default, else the one of the app."""
	chosen = None
	if doctype == "LMS Certificate":
		chosen = frappe.db.get_single_value("LMS Settings", "certificate_print_format", cache=True)
	chosen = chosen or frappe.get_meta(doctype).default_print_format or SHIPPED_FORMATS.get(doctype)
	return chosen if chosen and frappe.db.exists("Print Format", chosen) else "Standard"


def _make_one(name: str) -> str:
	frappe.db.savepoint("evidence")
	try:
		row = frappe.db.get_value(
			DOCTYPE, name, ["name", "evidence_due", "evidence", *PROOFS], as_dict=True, for_update=True
		)
		if not row or not row.evidence_due:
			return "skipped"  # another job was faster
		field = next((field for field in PROOFS if row[field]), None)
		values = {"evidence_due": 0, "evidence_error": None}
		if field and not row.evidence:
			values["evidence"] = _attach(name, pdf(PROOFS[field], row[field]))
		frappe.db.set_value(DOCTYPE, name, values)
		return "made"
	except Exception as error:  # the row stands; the evidence can be made again
		frappe.db.rollback(save_point="evidence")
		frappe.clear_messages()
		frappe.log_error(_("Evidence could not be made"), reference_doctype=DOCTYPE, reference_name=name)
		frappe.db.set_value(DOCTYPE, name, "evidence_error", str(error)[:500] or type(error).__name__)
		return "failed"


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
