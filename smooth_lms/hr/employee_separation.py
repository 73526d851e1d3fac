"""Employee Separation: it does not change the Employee, but access ends on the relieving date."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import events


@never_fails
def on_change(doc, method: str | None = None) -> None:
	"""Submitted or cancelled; drafts do not count."""
	if not doc.docstatus.is_draft():
		events.employee_changed(doc.employee)
