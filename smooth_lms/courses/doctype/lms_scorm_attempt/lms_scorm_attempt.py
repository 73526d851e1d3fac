import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSSCORMAttempt(GuardedDocument):
	"""One attempt of one person at a part of a SCORM package. Written by `courses/scorm/attempts.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempt: DF.Int
		batch: DF.Link | None
		course: DF.Link | None
		ended_on: DF.Datetime | None
		enrollment: DF.Link | None
		has_risen: DF.Check
		has_score: DF.Check
		interactions: DF.LongText | None
		lesson: DF.Link | None
		member: DF.Link | None
		opened: DF.Data | None
		package: DF.Link | None
		sco: DF.Data | None
		score: DF.Float
		score_before: DF.Float
		seconds: DF.Int
		started_on: DF.Datetime | None
		status: DF.Literal["In Progress", "Completed", "Passed", "Failed"]
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each attempt of an enrollment at a part."""
	frappe.db.add_unique(
		"LMS SCORM Attempt",
		["enrollment", "lesson", "package", "sco", "attempt"],
		constraint_name="unique_attempt_of_package",
	)
