"""Requests as pages show them: what somebody has to decide, one request, and one's own."""

from datetime import datetime
from typing import Any

import frappe
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base import dates
from smooth_lms.base.reads import read_row
from smooth_lms.base.words import _, plural
from smooth_lms.cohorts.holds import DOCTYPE, OPEN, REFUSED
from smooth_lms.people import managers

MOST = 200
WAITING = """
	select request.name, request.batch, request.course, request.member, request.member_name, request.requested_by,
		request.reason, request.status, request.holds_seat, request.asked_on, request.runs_out_on, request.approver,
		request.decided_by, request.decided_on, request.decision_reason,
		cohort.title as cohort_title, cohort.start_date, cohort.end_date, course.title as course_title
	from `tabLMS Enrollment Request` request
	left join `tabLMS Batch` cohort on cohort.name = request.batch
	left join `tabLMS Course` course on course.name = request.course
	where {wanted}
	order by request.runs_out_on, request.name limit %(most)s
"""


def to_decide(user: str) -> list[dict[str, Any]]:
	"""The open requests that `user` may decide about, what runs out first at the top; see `shown`.

	Moderators see all but their own, managers those of the people who report to them, directly or further down.
	"""
	wanted = "request.open_mark = '1' and request.member != %(user)s"
	if not permissions.is_moderator(user):
		if not permissions.sees_team(user):
			return []
		wanted += (
			f" and request.requested_by = request.member and request.member in ({managers.team_query(user)})"
		)
	return [shown(row) for row in _rows(wanted, {"user": user})]


def one(name: str, user: str) -> dict[str, Any]:
	"""One request for those who may decide about it, with `open`. Raises DoesNotExistError for everybody else."""
	found = _rows("request.name = %(name)s", {"name": name})
	row = found[0] if found else None
	may = row and permissions.may_decide_request(user, row.member, nominated=row.requested_by != row.member)
	if not may:
		sentence = _("There is no request {0}.").format(frappe.utils.escape_html(name))
		frappe.throw(sentence, frappe.DoesNotExistError)
	decider = frappe.get_cached_value("User", row.decided_by, "full_name") if row.decided_by else None
	return {**shown(row), "decided_by": decider, "decision_reason": row.decision_reason}


def own(user: str, *, batch: str | None = None, course: str | None = None) -> dict[str, Any] | None:
	"""The last request of `user` for a cohort or a course: `name, open, refused, reason, who, until`; None without one."""
	subject = {"batch": batch} if batch else {"course": course}
	fields = ("name", "status", "approver", "runs_out_on", "decision_reason")
	row = read_row(DOCTYPE, fields, {**subject, "member": user}, order="asked_on desc, creation desc")
	if not row:
		return None
	who = frappe.get_cached_value("User", row.approver, "full_name") if row.approver else None
	return {
		"name": row.name,
		"open": row.status == OPEN,
		"refused": row.status == REFUSED,
		"reason": row.decision_reason,
		"who": who,
		"until": dates.day(row.runs_out_on.date()),
	}


def shown(row: frappe._dict) -> dict[str, Any]:
	"""A request as a page shows it: `name, person, title, kind, days, reason, nominated_by, until, open, status`."""
	nominated = row.requested_by != row.member
	return {
		"name": row.name,
		"address": f"/lms/requests/{row.name}",
		"member": row.member,
		"person": row.member_name or row.member,
		"title": row.cohort_title or row.course_title or row.batch or row.course,
		"subject": f"/lms/batches/{row.batch}" if row.batch else f"/lms/courses/{row.course}",
		"is_course": bool(row.course),
		"days": dates.days(row.start_date, row.end_date) if row.start_date else None,
		"reason": row.reason,
		"nominated_by": frappe.get_cached_value("User", row.requested_by, "full_name") if nominated else None,
		"holds_seat": bool(row.holds_seat),
		"until": dates.day(row.runs_out_on.date()),
		"left": _left(row.runs_out_on),
		"open": row.status == OPEN,
		"status": row.status,
	}


def _left(end: datetime) -> str:
	days = (end.date() - now_datetime().date()).days
	if days <= 0:
		return _("Decide today.")
	return plural(days, _("1 day left."), _("{0} days left.")).format(days)


def _rows(wanted: str, values: dict[str, Any]) -> list[frappe._dict]:
	# sql: texts of our code, values are parameters
	return frappe.db.sql(WAITING.format(wanted=wanted), {**values, "most": MOST}, as_dict=True)
