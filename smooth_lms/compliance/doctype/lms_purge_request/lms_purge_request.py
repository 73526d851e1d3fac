import frappe
from frappe import _

from smooth_lms.base import runs
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.compliance import purge


class LMSPurgeRequest(GuardedDocument):
	"""The request, approval and record of a purge of training history. See `compliance/purge.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.compliance.doctype.lms_purge_request_line.lms_purge_request_line import (
			LMSPurgeRequestLine,
		)

		abort_requested: DF.Check
		approval_note: DF.SmallText | None
		approved_by: DF.Link | None
		approved_on: DF.Datetime | None
		attempt: DF.Int
		ended_before: DF.Date
		finished_on: DF.Datetime | None
		last_step_on: DF.Datetime | None
		lines: DF.Table[LMSPurgeRequestLine]
		log: DF.LongText | None
		open_mark: DF.Data | None
		reason: DF.SmallText
		record_file: DF.Attach | None
		record_sha256: DF.Data | None
		rejected_by: DF.Link | None
		rejected_on: DF.Datetime | None
		requested_by: DF.Link | None
		requested_on: DF.Datetime | None
		retention_months: DF.Int
		started_on: DF.Datetime | None
		status: DF.Literal[
			"Draft", "Requested", "Approved", "Running", "Completed", "Rejected", "Failed", "Aborted"
		]
	# end: auto-generated types

	def validate(self) -> None:
		self.open_mark = self.open_mark or None
		if self.flags.pop("by_module", False):
			return
		before = self.get_doc_before_save()
		if before and before.status != purge.DRAFT:
			frappe.throw(
				_("A request does not change once it is made: make another one."), frappe.PermissionError
			)
		purge.check_day(self.ended_before)
		# what the functions of `purge.py` write; not even a script says it
		self.status = purge.DRAFT
		for field in purge.DECIDED:
			self.set(field, None)
		if not before:
			self.lines = []


def on_doctype_update() -> None:
	"""Indexes: one purge at a time."""
	runs.add_unique(purge.RUN)
