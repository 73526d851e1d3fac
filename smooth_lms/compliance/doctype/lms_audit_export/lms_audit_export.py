import frappe
from frappe import _

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance.audit import export


class LMSAuditExport(GuardedDocument):
	"""A request for training records, and the file made of them. See `compliance/audit/export.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		abort_requested: DF.Check
		assignments: DF.Check
		attempt: DF.Int
		batch: DF.Link | None
		certificates: DF.Check
		company: DF.Link | None
		compliance: DF.Check
		course: DF.Link | None
		department: DF.Link | None
		enrollments: DF.Check
		export_file: DF.Attach | None
		file_format: DF.Literal["CSV", "XLSX", "CSV and XLSX"]
		finished_on: DF.Datetime | None
		from_date: DF.Date | None
		last_step_on: DF.Datetime | None
		log: DF.LongText | None
		manifest: DF.Code | None
		member: DF.Link | None
		progress: DF.Percent
		quiz_submissions: DF.Check
		requested_by: DF.Link | None
		rows: DF.Int
		scorm_attempts: DF.Check
		sha256: DF.Data | None
		started_on: DF.Datetime | None
		status: DF.Literal["Queued", "Running", "Completed", "Failed", "Aborted"]
		to_date: DF.Date | None
		xapi_statements: DF.Check
	# end: auto-generated types

	begins_empty = ("company",)

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(_("An export does not change: make another one."), frappe.PermissionError)
		export.start(self)

	def after_insert(self) -> None:
		export.enqueue(self.name)
