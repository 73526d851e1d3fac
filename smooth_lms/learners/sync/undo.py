"""Takes a run back: every field, role, account, group, seat and licence that still is as the run left it."""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base import locks, stored_json
from smooth_lms.base.rows import forget_documents, record_changes, set_single, set_value, update_rows
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import SyncBusyError
from smooth_lms.learners import accounts, announce, groups, moved
from smooth_lms.learners.sync import applier
from smooth_lms.learners.sync.changes import APPLIED, CHANGE, DOCTYPE, LOCK, UNDONE
from smooth_lms.learners.sync.model import UNDONE as TAKEN_BACK
from smooth_lms.people.presence import ARCHIVED

CHUNK = 500
NOT_TAKEN_BACK = frozenset({"last_synced_on", "joined_on"})
"""When HR changed somebody last, and that they have joined: both have happened."""
FINISHED = ("Completed", "Failed", "Aborted", UNDONE)


def check(run: str) -> None:
	"""Raises ValidationError when the run cannot be undone."""
	row = frappe.db.get_value(DOCTYPE, run, ["status", "dry_run"], as_dict=True)
	if not row or row.dry_run or row.status not in FINISHED:
		frappe.throw(_("Only a synchronization that has changed something and has ended can be undone."))


def request(run: str) -> None:
	"""Have a run undone in the background, once the present transaction is committed."""
	check(run)
	set_value(DOCTYPE, run, "undoing", 1)
	_enqueue(run)


def go_on() -> None:
	"""Scheduler: have undone what a killed worker has left half undone."""
	for run in frappe.get_all(DOCTYPE, filters={"undoing": 1}, pluck="name", limit=0):
		if locks.is_free(LOCK):
			_enqueue(run)


def undo(run: str) -> int:
	"""Job: undo a run, in chunks that commit; may be repeated. Returns how many people were put back.

	The next run is held, because it would do the same again: a person decides, or corrects HR first.
	"""
	permissions.ask_again(permissions.require_moderator)
	check(run)
	count = 0
	with locks.hold(LOCK) as taken:
		if not taken:
			frappe.throw(_("A synchronization is at work: wait until it is done."), SyncBusyError)
		frappe.db.commit()
		try:
			while done := in_one_transaction(lambda: _undo_next(run)):
				count += done
		except Exception as error:
			frappe.db.rollback()
			set_value(DOCTYPE, run, {"undoing": 0, "error": str(error)[:500]})
			frappe.db.commit()
			raise
		set_value(DOCTYPE, run, {"status": UNDONE, "undoing": 0})
		set_single("LMS Settings", {"hold_next_run": 1})
		frappe.db.commit()
	return count


def _enqueue(run: str) -> None:
	frappe.enqueue(
		"smooth_lms.learners.sync.undo.undo",
		queue="long",
		timeout=3600,
		job_id=f"smooth_lms_undo::{run}",
		deduplicate=True,
		enqueue_after_commit=True,
		run=run,
	)


def _undo_next(run: str) -> int:
	part = _next(run)
	if part:
		_undo_chunk(run, part)
	return len(part)


def _next(run: str) -> list[frappe._dict]:
	return frappe.get_all(
		CHANGE,
		filters={"run": run, "state": APPLIED},
		fields=["name", "action", "learner", "employee", "before", "after"],
		order_by="creation desc, name desc",
		limit=CHUNK,
	)


def _undo_chunk(run: str, rows: Sequence[frappe._dict]) -> None:
	for row in rows:
		for side in ("before", "after"):
			row[side] = stored_json.read(row[side], {}, doctype=CHANGE, name=row.name)
	_restore_roles(rows)
	_restore_accounts(rows)
	_restore_records(rows)
	_restore_learners(rows)
	groups.assign(
		{
			row.learner: row.before.get("groups", [])
			for row in rows
			if "groups" in row.after and not _linked(row)
		}
	)
	_restore_employees(rows)
	seats = {row.learner: row.before["seats"] for row in rows if row.before.get("seats")}
	refused = leaving.take_back(seats, reason=_("The synchronization {0} was undone.").format(run))
	course_enrollment.hold_licences([name for row in rows for name in row.before.get("licences", [])])
	set_value(CHANGE, {"name": ["in", [row.name for row in rows]]}, "state", UNDONE)
	_restore_account_names(rows)
	_restore_names(rows)
	if refused:
		frappe.log_error(title=f"Seats not given back by undoing {run}"[:140], message="\n".join(refused))


def _linked(row: frappe._dict) -> bool:
	"""Whether the run only made a learner for an account that was there: that learner goes again."""
	return bool(row.after.get("new")) and row.after.get("account") != "create"


def _restore_records(rows: Sequence[frappe._dict]) -> None:
	for row in rows:
		if kept := row.before.get("records"):
			moved.back(kept, row.after["fields"]["employee"])


def _restore_account_names(rows: Sequence[frappe._dict]) -> None:
	named = {row.learner: row for row in rows if "names" in row.after}
	found = frappe.get_all(
		"User", filters={"name": ["in", list(named) or [""]]}, fields=["name", "full_name"], limit=0
	)
	# what somebody has changed since is theirs
	theirs = {each.name for each in found if each.full_name != named[each.name].after["names"]["full_name"]}
	back = {user: row.before["names"] for user, row in named.items() if user not in theirs}
	accounts.name_people(back)
	announce.renamed({user: names["full_name"] for user, names in back.items()})


def _restore_names(rows: Sequence[frappe._dict]) -> None:
	for row in rows:
		old, new = row.before.get("rename"), row.after.get("rename")
		if new and frappe.db.exists("User", new) and not frappe.db.exists("User", old):
			accounts.rename(new, old)


def _restore_roles(rows: Sequence[frappe._dict]) -> None:
	accounts.revoke({row.learner: row.after["roles_added"] for row in rows if row.after.get("roles_added")})
	accounts.grant(
		{row.learner: row.after["roles_removed"] for row in rows if row.after.get("roles_removed")}
	)


def _restore_accounts(rows: Sequence[frappe._dict]) -> None:
	accounts.enable([row.learner for row in rows if row.after.get("account") == "disable"])
	accounts.disable([row.learner for row in rows if row.after.get("account") in ("enable", "create")])


def _restore_learners(rows: Sequence[frappe._dict]) -> None:
	doomed = [row.learner for row in rows if _linked(row)]
	if doomed:
		frappe.db.delete("LMS Learner Group", {"parenttype": applier.DOCTYPE, "parent": ["in", doomed]})
		frappe.db.delete(applier.DOCTYPE, {"name": ["in", doomed]})
	fields = {key for row in rows for key in row.after.get("fields", {})} - NOT_TAKEN_BACK
	fields |= {"status", "archived_reason", "granted_roles", "user_disabled_by_sync"}
	now = {
		each.name: each
		for each in frappe.get_all(
			applier.DOCTYPE,
			filters={"name": ["in", [row.learner for row in rows]]},
			fields=["name", *sorted(fields)],
			limit=0,
		)
	}
	by_fields: dict[tuple[str, ...], dict[str, Mapping[str, Any]]] = {}
	for row in rows:
		if row.learner in now:
			values = _back(row, now[row.learner])
			if values:
				by_fields.setdefault(tuple(sorted(values)), {})[row.learner] = values
	for part in by_fields.values():
		update_rows(applier.DOCTYPE, part)
		record_changes(
			applier.DOCTYPE,
			{
				user: [(key, now[user][key], value) for key, value in values.items()]
				for user, values in part.items()
			},
		)
		forget_documents(applier.DOCTYPE, part)


def _back(row: frappe._dict, now: Mapping[str, Any]) -> dict[str, Any]:
	if row.after.get("account") == "create":
		return {
			"status": ARCHIVED,
			"archived_reason": TAKEN_BACK,
			"granted_roles": None,
			"user_disabled_by_sync": 1,
		}
	before = row.before.get("fields", {})
	return {
		key: before.get(key)
		for key, value in row.after.get("fields", {}).items()
		# what somebody has changed since is theirs
		if key not in NOT_TAKEN_BACK and _same(now.get(key), value)
	}


def _same(a: Any, b: Any) -> bool:
	return str(a or "") == str(b or "")


def _restore_employees(rows: Sequence[frappe._dict]) -> None:
	for field, key in (("user_id", "user_id"), ("lms_status", "employee_status")):
		values = {
			row.employee: {field: row.before.get(key)} for row in rows if row.employee and key in row.after
		}
		update_rows("Employee", values, stamped=False)
		forget_documents("Employee", values)
