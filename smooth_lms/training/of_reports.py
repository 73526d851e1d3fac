"""Managers assign courses to the people who report to them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.courses import audiences
from smooth_lms.exceptions import NotYourReportError, TrainingRefusedError
from smooth_lms.permissions import shown
from smooth_lms.training import decisions

MOST_OFFERED = 500


def assign_course(course: str, members: Sequence[str], due_date: str | date) -> dict[str, Any]:
	"""As `decisions.assign_course`, for those of `members`, Users, who report to the session's user directly.

	Raises PermissionError for somebody who is nobody's manager, TrainingRefusedError for a course that people cannot take
	by themselves.
	"""
	permissions.require_manager()
	is_offered = frappe.db.exists("LMS Course", {"name": course, **_offered()})
	if not (is_offered and shown.is_to(frappe.session.user, shown.COURSE, course)):
		sentence = _("This course cannot be assigned by managers: choose another one, or ask a moderator.")
		raise TrainingRefusedError(reason=sentence)
	outside = permissions.outside_reports(members)
	inside = [member for member in members if member.lower() not in outside]
	not_meant = audiences.outside({shown.COURSE: [course]}, inside)
	inside = [member for member in inside if member not in not_meant]
	done = decisions.assign_course(course, inside, due_date, by_manager=True)
	refused = [
		{"member": member, "reason": NotYourReportError(member=member).text}
		for member in dict.fromkeys(members)
		if member.lower() in outside
	]
	sentence = _("The course is not meant for this person: its audience leaves them out.")
	refused += [{"member": member, "reason": sentence} for member in members if member in not_meant]
	return {"assigned": done["assigned"], "refused": done["refused"] + refused}


def courses_offered() -> list[tuple[str, str]]:
	"""The courses that managers can assign, those that people may take by themselves: name and title, by title."""
	rows = frappe.get_all(
		"LMS Course", _offered(), ["name", "title"], order_by="title, name", limit=MOST_OFFERED
	)
	seen = shown.among(frappe.session.user, shown.COURSE, [row.name for row in rows])
	return [(row.name, row.title) for row in rows if row.name in seen]


def _offered() -> dict[str, Any]:
	return {"published": 1, "upcoming": 0, "disable_self_learning": 0, "superseded_by": ["is", "not set"]}
