"""A part of a SCORM package counted as done with the first `completed`, also where it has to be passed and failed."""

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.notices.bell import put_up
from smooth_lms.compliance import scorm_review

REPORT = "Failed SCORM Results"
LONGEST_LIST = 500


def execute() -> None:
	"""Say who has completed a course that way. Nothing is revoked: people decide in the report, with a reason."""
	rows = scorm_review.doubtful()
	if not rows:
		return
	lines = [
		f"{row.member}: {row.course}, {row.lesson}, {row.part}: {row.success or '-'} {row.score:g} %"
		f", certificate {row.certificate or '-'}"
		for row in rows
	]
	if len(lines) > LONGEST_LIST:
		lines[LONGEST_LIST:] = [f"and {len(lines) - LONGEST_LIST} more"]
	frappe.log_error(
		title=f"Smooth LMS found {len(rows)} completions that rest on a failed SCORM part",
		message="\n".join([f"Decide about each in the report {REPORT}.", *lines]),
	)
	subject = _("{0} completions rest on a SCORM part that was not passed: decide about them.").format(
		len(rows)
	)
	text = _("Revoke or keep them, each with a reason, in the report:")
	put_up(permissions.moderators(), subject, text, "Report", REPORT)
