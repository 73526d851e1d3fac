import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSEnrollmentRequest(GuardedDocument):
	"""Somebody asks for a seat in a cohort, or for a course; `cohorts/requests/` writes it."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		approver: DF.Link | None
		asked_on: DF.Datetime | None
		batch: DF.Link | None
		course: DF.Link | None
		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		decision_reason: DF.SmallText | None
		holds_seat: DF.Check
		member: DF.Link
		member_name: DF.Data | None
		next_step_on: DF.Datetime | None
		open_mark: DF.Data | None
		reason: DF.SmallText | None
		requested_by: DF.Link
		runs_out_on: DF.Datetime | None
		status: DF.Literal["Open", "Approved", "Refused", "Expired", "Withdrawn"]
		step: DF.Int
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one open request of a person for each cohort and each course, and what has to be done next."""
	doctype = "LMS Enrollment Request"
	frappe.db.add_unique(doctype, ["batch", "member", "open_mark"], constraint_name="unique_open_seat")
	frappe.db.add_unique(doctype, ["course", "member", "open_mark"], constraint_name="unique_open_course")
	frappe.db.add_index(doctype, ["open_mark", "next_step_on"], "open_steps")
	frappe.db.add_index(doctype, ["member", "open_mark"], "member_open")
