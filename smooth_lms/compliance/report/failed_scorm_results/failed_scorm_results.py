"""Completed courses that rest on a SCORM part which was not passed."""

from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reports import column
from smooth_lms.compliance import scorm_review


def execute(filters: dict | None = None) -> tuple[list[dict[str, Any]], list[frappe._dict], str | None]:
	"""Columns, rows, and what it means that there are none. Moderators only."""
	permissions.require_moderator()
	rows = scorm_review.doubtful()
	return columns(), rows, None if rows else _("No completed course rests on a part that was not passed.")


def columns() -> list[dict[str, Any]]:
	"""The columns of the report."""
	return [
		column("member_name", _("Name"), width=170),
		column("member", _("Member"), "Link", 200, "User"),
		column("course", _("Course"), "Link", 180, "LMS Course"),
		column("lesson", _("Lesson"), "Link", 180, "Course Lesson"),
		column("part", _("Part"), width=140),
		column("mastery_score", _("Mastery score"), width=110),
		column("success", _("Reported"), width=100),
		column("score", _("Score in percent"), "Float", 110),
		column("completed_on", _("Course completed on"), "Datetime", 160),
		column("certificate", _("Certificate"), "Link", 120, "LMS Certificate"),
		column("enrollment", _("Enrollment"), "Link", 120, "LMS Enrollment"),
	]
