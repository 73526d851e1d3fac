"""Employee: whatever changes in HR is looked at again, right after the commit."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import events


@never_fails
def on_change(doc, method: str | None = None) -> None:
	"""Inserted, saved, or written to by another document, as HRMS does when it transfers somebody."""
	events.employee_changed(doc.name)


@never_fails
def after_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""A new employee id, or two records merged into one. Frappe has moved the links to it already."""
	events.employee_changed(new)


@never_fails
def on_trash(doc, method: str | None = None) -> None:
	"""Deleted: the learner is archived, the history stays."""
	events.employee_deleted(doc.name)
