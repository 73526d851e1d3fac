"""Tells the people who look after the LMS when the synchronization needs them: a notice on their desk and by mail."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, get_datetime, now_datetime, pretty_date

from smooth_lms.base.notices.bell import ring
from smooth_lms.base.rows import set_single
from smooth_lms.learners import notices
from smooth_lms.learners.sync import problems
from smooth_lms.learners.sync.changes import DOCTYPE

KEEPERS = ("Moderator", "System Manager")


def held(run: str, reason: str) -> None:
	"""A run waits for a decision."""
	_tell(_("The synchronization with HR is held: {0} Approve or discard it.").format(reason), run)


def stays_open(employee: str | None, user: str) -> None:
	"""A leaver is a System Manager, whose account HR's word does not end: another one decides."""
	problem = problems.Problem(problems.STAYS_OPEN, employee or "", user)
	_tell(problem.text, user, doctype="User", roles=("System Manager",))


def check() -> None:
	"""Scheduler: say so, once a day, when no run has succeeded for too long."""
	settings = frappe.get_doc("LMS Settings")
	hours = cint(settings.alert_after_hours)
	if not hours or settings.sync_schedule == "Off":
		return
	moment = now_datetime()
	last = last_success()
	since = last.finished_on if last else _installed_on()
	if since and since > add_to_date(moment, hours=-hours):
		return
	if settings.alerted_on and get_datetime(settings.alerted_on) > add_to_date(moment, hours=-24):
		return
	set_single("LMS Settings", {"alerted_on": moment})
	when = pretty_date(last.finished_on) if last else _("never")
	run = frappe.get_all(DOCTYPE, order_by="creation desc", limit=1, pluck="name")
	_tell(
		_("No synchronization with HR has succeeded for {0} hours; the last one was {1}.").format(
			hours, when
		),
		run[0] if run else None,
	)


def last_success() -> frappe._dict | None:
	"""The last run that was carried out to its end, as a row with `name` and `finished_on`."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"status": "Completed", "dry_run": 0},
		fields=["name", "finished_on"],
		order_by="finished_on desc",
		limit=1,
	)
	return rows[0] if rows else None


def _installed_on():
	return frappe.db.get_value("Role", "LMS Student", "creation")


def _tell(subject: str, name: str | None, doctype: str = DOCTYPE, roles: Sequence[str] = KEEPERS) -> None:
	role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	people = (
		frappe.qb.from_(role)
		.join(user)
		.on(user.name == role.parent)
		.select(user.name)
		.distinct()
		.where((role.parenttype == "User") & role.role.isin(roles) & (user.enabled == 1))
	).run(pluck=True)
	if people:
		ring(notices.SYNC_WAITS.key, people, subject, "", doctype, name)
