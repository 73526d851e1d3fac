"""Employee Onboarding: a submitted one enrolls the new hire, a cancelled one takes that back."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import events


@never_fails
def before_insert(doc, method: str | None = None) -> None:
	"""An amended copy starts anew; Frappe copies even `no_copy` fields when it amends."""
	doc.lms_state = doc.lms_enrolled_batch = doc.lms_note = None


@never_fails
def on_change(doc, method: str | None = None) -> None:
	"""Submitted, changed after that, cancelled, or given its Employee by HRMS; drafts do not count."""
	if doc.docstatus.is_draft():
		return
	events.onboarding_changed(doc.name)
