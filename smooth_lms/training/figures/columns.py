"""The columns that the training reports share: whom a row is about, where they work, what is required."""

from typing import Any

from frappe import _

from smooth_lms.base.reports import column


def columns(*wanted: str | dict[str, Any]) -> list[dict[str, Any]]:
	"""Columns in order.

	Args: wanted, names of shared columns (see the rows of `base.place` and of the reports), and a report's own columns.
	"""
	shared = {
		"member_name": column("member_name", _("Name"), width=180),
		"member": column("member", _("User"), width=210),
		"employee": column("employee", _("Employee")),
		"company": column("company", _("Company"), width=150),
		"department": column("department", _("Department"), width=160),
		"manager_name": column("manager_name", _("Manager"), width=160),
		"course_title": column("course_title", _("Course"), width=220),
		"requirement": column("requirement", _("Requirement"), width=180),
		"due_date": column("due_date", _("Due date"), "Date", 110),
		"completed_on": column("completed_on", _("Completed on"), "Date", 120),
		"standing": column("standing", _("Standing"), width=150, tone="tone"),
		"assignment": column("assignment", _("Assignment"), "Link", 120, "LMS Training Assignment"),
	}
	return [shared[each] if isinstance(each, str) else each for each in wanted]
