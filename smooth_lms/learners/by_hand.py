"""What people do with learners: profiles for many employees, archive and bring back, invite, what leaving means."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms.bulk import forget_documents, record_changes, update_rows
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.learners import accounts, events, roster
from smooth_lms.learners.model import ACTIVE, ALWAYS_TAKEN, ARCHIVED, BY_HAND
from smooth_lms.training import newcomers


def set_profile(employees: Sequence[str], profile: str | None) -> int:
	"""Give many Employees a learning profile, or clear it; their learners follow after the commit.

	Returns how many records were changed. Written without saving each Employee, with their history.
	"""
	if profile and not frappe.db.exists("LMS Learning Profile", profile):
		frappe.throw(_("There is no learning profile {0}.").format(profile))
	rows = frappe.get_all(
		"Employee",
		filters={"name": ["in", list(employees)]},
		fields=["name", "lms_learning_profile"],
		limit=0,
	)
	changed = [row for row in rows if (row.lms_learning_profile or None) != profile]
	update_rows("Employee", {row.name: {"lms_learning_profile": profile} for row in changed})
	record_changes(
		"Employee",
		{row.name: [("lms_learning_profile", row.lms_learning_profile, profile)] for row in changed},
	)
	forget_documents("Employee", [row.name for row in changed])
	for row in changed:
		events.employee_changed(row.name)
	return len(changed)


def leaving_means(employee: str) -> dict[str, Any]:
	"""What will happen to an Employee's training when they are set to Left.

	Returns `user, learner, cohorts` (titles), `licences, disables` (the account is closed), or {} without a learner.
	"""
	learner = frappe.db.get_value(
		"LMS Learner", {"employee": employee, "status": ["!=", ARCHIVED]}, ["name", "status"], as_dict=True
	)
	if not learner:
		return {}
	batches = leaving.seats_ahead([learner.name]).get(learner.name, [])
	return {
		"user": learner.name,
		"learner": learner.status,
		"cohorts": [frappe.db.get_value("LMS Batch", batch, "title") for batch in batches],
		"licences": course_enrollment.licences_held([learner.name]),
		"disables": bool(frappe.db.get_single_value("LMS Settings", "disable_leavers")),
	}


def archive(learner: str) -> None:
	"""Archive a learner for good: the synchronization does not bring them back unless HR hires them anew."""
	row = frappe.db.get_value("LMS Learner", learner, ["status", "employee"], as_dict=True, for_update=True)
	if not row or row.status == ARCHIVED:
		return
	values = {
		"status": ARCHIVED,
		"archived_reason": BY_HAND,
		"archived_on": now_datetime(),
		"granted_roles": None,
	}
	_write(learner, row, values, ARCHIVED)
	accounts.revoke({learner: sorted(ALWAYS_TAKEN)})
	accounts.end_sessions([learner])
	leaving.free_seats([learner], reason=_("Archived by hand"))
	course_enrollment.return_licences([learner])
	newcomers.changed([learner])


def restore(learner: str) -> None:
	"""Bring an archived learner back; somebody whom HR knows then gets what HR says."""
	row = frappe.db.get_value("LMS Learner", learner, ["status", "employee"], as_dict=True, for_update=True)
	if not row or row.status != ARCHIVED:
		return
	values = {"status": ACTIVE, "archived_reason": None, "archived_on": None}
	_write(learner, row, values, ACTIVE)
	accounts.grant({learner: ["LMS Student"]})
	roster.follow([row.employee] if row.employee else [], [learner])
	newcomers.changed([learner])


def invite(learners: Sequence[str]) -> int:
	"""Send the welcome mail, with which people choose their password. Returns how many were sent.

	The synchronization never sends it: an administrator decides when people hear of their account.
	"""
	sent = 0
	for user in learners:
		if frappe.db.get_value("LMS Learner", user, "status") == ARCHIVED:
			continue
		frappe.get_doc("User", user).send_welcome_mail_to_user()
		frappe.db.set_value("LMS Learner", user, "notified_on", now_datetime())
		sent += 1
	return sent


def _write(learner: str, row: frappe._dict, values: dict[str, Any], status: str) -> None:
	update_rows("LMS Learner", {learner: values})
	record_changes("LMS Learner", {learner: [("status", row.status, status)]})
	frappe.clear_document_cache("LMS Learner", learner)
	if row.employee:
		frappe.db.set_value("Employee", row.employee, "lms_status", status, update_modified=False)
