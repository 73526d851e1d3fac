import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSSCORMRun(GuardedDocument):
	"""What a SCORM package told about one person and part. Written by `courses/scorm/run.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		awaits_end: DF.Check
		bookmark: DF.SmallText | None
		completed_on: DF.Datetime | None
		completion: DF.Data | None
		course: DF.Link | None
		enrollment: DF.Link | None
		exit_mode: DF.Data | None
		has_score: DF.Check
		kept_because: DF.SmallText | None
		lesson: DF.Link | None
		member: DF.Link | None
		package: DF.Link | None
		run_data: DF.LongText | None
		sco: DF.Data | None
		score: DF.Float
		shared_data: DF.LongText | None
		success: DF.Data | None
		total_seconds: DF.Int
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Indexes: one row for each enrollment, lesson, package and part; those that are not decided."""
	frappe.db.add_unique(
		"LMS SCORM Run",
		["enrollment", "lesson", "package", "sco"],
		constraint_name="unique_run_of_package",
	)
	frappe.db.add_index("LMS SCORM Run", ["awaits_end"], "scorm_awaits_end")
