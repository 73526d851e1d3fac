"""What people do with learners: profiles, groups, archive and bring back, invite; and what leaving means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from smooth_lms import permissions
from smooth_lms.base.rows import forget_documents, record_changes, select_rows, set_value, update_rows
from smooth_lms.base.settings import setting
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.learners import account_switch, accounts, announce, events, giving, groups
from smooth_lms.learners.reach import closed
from smooth_lms.learners.sync import planner
from smooth_lms.learners.sync.model import ACTIVE, ALWAYS_TAKEN, BY_HAND
from smooth_lms.people.presence import ARCHIVED

LEARNER = "LMS Learner"


def set_profile(employees: Sequence[str], profile: str | None) -> int:
	"""Give many Employees a learning profile, or clear it; their learners follow after the commit.

	Returns how many records were changed. Written without saving each Employee, with their history. Raises
	ProfileRefusedError.
	"""
	if profile and not frappe.db.exists("LMS Learning Profile", profile):
		frappe.throw(_("There is no learning profile {0}.").format(escape_html(profile)))
	rows = frappe.get_all(
		"Employee",
		filters={"name": ["in", list(employees)]},
		fields=["name", "lms_learning_profile", *permissions.NAMING],
		limit=0,
	)
	changed = [row for row in rows if (row.lms_learning_profile or None) != profile]
	giving.check_many(changed, profile)
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
		"disables": account_switch.is_done_here()
		or (bool(setting("disable_leavers")) and closed(learner.name)),
	}


def archive_means(learners: Sequence[str]) -> dict[str, Any]:
	"""What archiving learners takes from them.

	Returns `people` (those who are not archived yet), `cohorts` (title, and people with a place there, the most first),
	`seats` (how many these are together) and `licences`.
	"""
	rows = frappe.get_all(
		LEARNER, {"name": ["in", list(learners)], "status": ["!=", ARCHIVED]}, pluck="name", limit=0
	)
	ahead = leaving.seats_ahead(rows)
	counts = Counter(batch for batches in ahead.values() for batch in batches)
	titles = dict(select_rows("LMS Batch", ("name", "title"), {"name": list(counts)}))
	return {
		"people": len(rows),
		"cohorts": [{"title": titles[batch], "people": number} for batch, number in counts.most_common()],
		"seats": sum(counts.values()),
		"licences": course_enrollment.licences_held(rows),
	}


def archive(learners: Sequence[str], *, keep_seats: bool = False) -> int:
	"""Archive learners for good: the synchronization does not bring them back unless HR hires them anew.

	Args: keep_seats, whether they keep their places in cohorts and their licences, so that bringing them back undoes it.

	Returns how many were archived; those who are archived already stay as they are.
	"""
	permissions.require_others(learners)
	rows = [row for row in _locked(learners) if row.status != ARCHIVED]
	if not rows:
		return 0
	users = [row.name for row in rows]
	values = {
		"status": ARCHIVED,
		"archived_reason": BY_HAND,
		"archived_on": now_datetime(),
		"granted_roles": None,
	}
	_write(rows, values)
	accounts.revoke({user: sorted(ALWAYS_TAKEN) for user in users})
	accounts.end_sessions(users)
	if not keep_seats:
		leaving.free_seats(users, reason=_("Archived by hand"))
		course_enrollment.return_licences(users)
	announce.changed(users)
	return len(users)


def restore(learners: Sequence[str]) -> int:
	"""Bring archived learners back; those whom HR knows then get what HR says, which may be no access.

	Returns how many are back.
	"""
	permissions.require_others(learners)
	rows = [row for row in _locked(learners) if row.status == ARCHIVED]
	if not rows:
		return 0
	users = [row.name for row in rows]
	_write(rows, {"status": ACTIVE, "archived_reason": None, "archived_on": None})
	accounts.grant({user: ["LMS Student"] for user in users})
	planner.follow([row.employee for row in rows if row.employee], users)
	announce.changed(users)
	return frappe.db.count(LEARNER, {"name": ["in", users], "status": ["!=", ARCHIVED]})


def put_in_group(learners: Sequence[str], group: str) -> int:
	"""Put learners into a group that people made. Returns how many were not in it yet.

	Raises ValidationError for a group that follows HR: who is in it, HR says.
	"""
	permissions.require_others(learners)
	_require_own_group(group)
	return _regrouped(groups.add(_present(learners), group))


def take_out_of_group(learners: Sequence[str], group: str) -> int:
	"""Take learners out of a group that people made. Returns how many were in it. Raises as `put_in_group`."""
	permissions.require_others(learners)
	_require_own_group(group)
	return _regrouped(groups.remove(_present(learners), group))


def invite(learners: Sequence[str]) -> dict[str, int]:
	"""Send the welcome mail, with which people choose their password, to those who have never signed in.

	The synchronization never sends it: an administrator decides when people hear of their account. It goes to learners
	only: it makes a new key for a password, and that of a System Manager, or of anybody who has one already, is not
	ours to touch.

	Returns how many were `sent`, and how many were `skipped`.
	"""
	able = _never_signed_in(learners)
	for user in able:
		frappe.get_doc("User", user).send_welcome_mail_to_user()
		set_value("LMS Learner", user, "notified_on", now_datetime())
	return {"sent": len(able), "skipped": len(set(learners)) - len(able)}


def _never_signed_in(learners: Sequence[str]) -> list[str]:
	"""Those of `learners` who may be invited, in their order."""
	learner, user, role = (frappe.qb.DocType(each) for each in (LEARNER, "User", "Has Role"))
	rows = (
		frappe.qb.from_(learner)
		.join(user)
		.on(user.name == learner.name)
		.left_join(role)
		.on((role.parenttype == "User") & (role.parent == user.name) & (role.role == "System Manager"))
		.select(user.name)
		.where(learner.name.isin(list(learners) or [""]) & (learner.status != ARCHIVED))
		.where((user.enabled == 1) & user.last_login.isnull() & user.last_active.isnull())
		.where(role.name.isnull() & user.name.notin(["Administrator", "Guest"]))
	).run(pluck=True)
	able = set(rows)
	return [name for name in dict.fromkeys(learners) if name in able]


def _locked(learners: Sequence[str]) -> list[frappe._dict]:
	table = frappe.qb.DocType(LEARNER)
	query = frappe.qb.from_(table).select(table.name, table.status, table.employee)
	return query.where(table.name.isin(list(learners) or [""])).for_update().run(as_dict=True)


def _present(learners: Sequence[str]) -> list[str]:
	return [row.name for row in _locked(learners)]


def _write(rows: Sequence[frappe._dict], values: Mapping[str, Any]) -> None:
	update_rows(LEARNER, {row.name: values for row in rows})
	status = values["status"]
	record_changes(LEARNER, {row.name: [("status", row.status, status)] for row in rows})
	forget_documents(LEARNER, [row.name for row in rows])
	if employees := [row.employee for row in rows if row.employee]:
		set_value("Employee", {"name": ["in", employees]}, "lms_status", status, update_modified=False)


def _require_own_group(group: str) -> None:
	source = frappe.db.get_value("LMS Group", group, "source")
	if not source:
		frappe.throw(_("There is no group {0}.").format(escape_html(group)), frappe.DoesNotExistError)
	if source == "HR":
		sentence = _("{0} follows HR: people get into it and out of it by their record there.")
		frappe.throw(sentence.format(escape_html(frappe.db.get_value("LMS Group", group, "title"))))


def _regrouped(changed: Sequence[str]) -> int:
	forget_documents(LEARNER, changed)
	announce.changed(changed)
	return len(changed)
