"""Carries planned changes out: sets of rows, one transaction, nothing committed here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms.base.rows import forget_documents, insert_rows, record_changes, set_value, update_rows
from smooth_lms.base.transactions import IN_THE_WAY
from smooth_lms.cohorts import leaving
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.learners import accounts, announce, groups, moved
from smooth_lms.learners.sync import alerts, plan
from smooth_lms.learners.sync.model import (
	ARCHIVE,
	ENDED_FOR_GOOD,
	EXCLUDED,
	GONE,
	LEFT,
	NO_PROFILE,
	STAYS_OPEN,
	Change,
)

DOCTYPE = "LMS Learner"
UNTRACKED = ("last_synced_on", "granted_roles", "joined_on")


@dataclass
class Outcome:
	"""What became of a set of changes."""

	done: list[Change] = field(default_factory=list)
	failed: dict[str, str] = field(default_factory=dict)
	"""The error, by User."""
	seats: int = 0
	licences: int = 0


def apply(changes: Sequence[Change]) -> Outcome:
	"""Carry out all of the changes; one that cannot be done is reported and stops no other."""
	outcome = Outcome()
	if not changes:
		return outcome
	frappe.db.savepoint("roster_chunk")
	try:
		_apply_set(list(changes), outcome)
	except IN_THE_WAY:
		raise  # the transaction is gone or goes nowhere; whoever called starts the chunk anew
	except Exception as error:
		frappe.db.rollback(save_point="roster_chunk")
		if len(changes) == 1:
			frappe.log_error(title=f"Smooth LMS could not follow HR for {changes[0].user}"[:140])
			return Outcome(failed={changes[0].user: str(error)[:500] or type(error).__name__})
		parts = [apply([change]) for change in changes]
		return Outcome(
			done=[change for part in parts for change in part.done],
			failed={user: error for part in parts for user, error in part.failed.items()},
			seats=sum(part.seats for part in parts),
			licences=sum(part.licences for part in parts),
		)
	return outcome


def _apply_set(changes: list[Change], outcome: Outcome) -> None:
	changes = _make_accounts(changes, outcome)
	_stamp(changes)
	_write_learners(changes)
	groups.assign({c.user: c.after["groups"] for c in changes if "groups" in c.after})
	_give_and_take_roles(changes)
	accounts.enable([c.user for c in changes if c.after.get("account") == "enable"])
	accounts.link({c.employee: c.user for c in changes if "user_id" in c.after})
	_show_status(changes)
	_end_access(changes, outcome)
	_name_people({c.user: c.after["names"] for c in changes if "names" in c.after})
	_bring_records(changes)
	announce.joined([c.user for c in changes if c.after.get("joins")])
	_rename(changes)
	outcome.done = changes


def _make_accounts(changes: list[Change], outcome: Outcome) -> list[Change]:
	"""Insert the Users that are to be made; a person whose account fails is taken out of the set."""
	able = []
	if any(change.after.get("account") == "create" for change in changes):
		accounts.take_turns()
	for change in changes:
		if change.after.get("account") != "create":
			able.append(change)
			continue
		frappe.db.savepoint("roster_account")
		try:
			values = change.fields
			names = plan.account_names(change.full_name, values.get("last_name"))
			accounts.make(
				change.user,
				first_name=names["first_name"] or "",
				last_name=names["last_name"],
				language=values.get("language"),
			)
			able.append(change)
		except IN_THE_WAY:
			raise
		except Exception as error:
			frappe.db.rollback(save_point="roster_account")
			frappe.log_error(title=f"Smooth LMS could not make the account {change.user}"[:140])
			outcome.failed[change.user] = str(error)[:500] or type(error).__name__
	return able


def _stamp(changes: Iterable[Change]) -> None:
	"""Add the moments, which a plan cannot know."""
	moment = now_datetime()
	for change in changes:
		values = change.after.setdefault("fields", {})
		if change.action == ARCHIVE:
			values["archived_on"] = moment
		if change.after.get("joins"):
			values["joined_on"] = moment
		if values:
			values["last_synced_on"] = moment


def _write_learners(changes: Sequence[Change]) -> None:
	new = [c for c in changes if c.after.get("new")]
	columns = sorted({key for c in new for key in c.fields})
	insert_rows(
		DOCTYPE,
		("user", "notifications_enabled", *(key for key in columns if key != "notifications_enabled")),
		[
			(
				c.user,
				c.fields.get("notifications_enabled", 1),
				*(c.fields.get(key) for key in columns if key != "notifications_enabled"),
			)
			for c in new
		],
		names=[c.user for c in new],
		skip_duplicates=True,
	)
	by_fields: dict[tuple[str, ...], dict[str, Mapping[str, Any]]] = {}
	for change in changes:
		if change.fields and not change.after.get("new"):
			by_fields.setdefault(tuple(sorted(change.fields)), {})[change.user] = change.fields
	for rows in by_fields.values():
		update_rows(DOCTYPE, rows)
		forget_documents(DOCTYPE, rows)
	record_changes(
		DOCTYPE,
		{
			change.user: [
				(key, change.before.get("fields", {}).get(key), value)
				for key, value in change.fields.items()
				if key not in UNTRACKED
			]
			for change in changes
			if change.fields and not change.after.get("new")
		},
	)


def _give_and_take_roles(changes: Sequence[Change]) -> None:
	given = {c.user: set(c.after.get("roles_added", ())) for c in changes}
	for change in changes:
		if "user_id" in change.after:
			given[change.user].add(accounts.EMPLOYEE_ROLE)
	accounts.grant(given)
	accounts.revoke({c.user: c.after["roles_removed"] for c in changes if "roles_removed" in c.after})


def _show_status(changes: Sequence[Change]) -> None:
	"""Tell HR, on the Employee record, without touching when that was last modified."""
	by_status: dict[str | None, list[str]] = {}
	for change in changes:
		if change.employee and "employee_status" in change.after:
			by_status.setdefault(change.after["employee_status"], []).append(change.employee)
	for status, names in by_status.items():
		set_value("Employee", {"name": ["in", names]}, "lms_status", status, update_modified=False)


def _name_people(names: Mapping[str, Mapping[str, Any]]) -> None:
	"""The account has the name that HR says: what is made from now on is made out to it."""
	accounts.name_people(names)
	announce.renamed({user: each["full_name"] for user, each in names.items()})


def _bring_records(changes: Sequence[Change]) -> None:
	"""Records about people whose Employee is another one now go with them; what was before is kept for undo."""
	by_user = {
		c.user: c
		for c in changes
		if c.fields.get("employee") and c.action != ARCHIVE and c.after.get("account") != "create"
	}
	kept = moved.move({user: change.fields["employee"] for user, change in by_user.items()})
	for user, before in kept.items():
		by_user[user].before["records"] = before


def _rename(changes: Sequence[Change]) -> None:
	"""Give accounts the name that HR says; last, because Frappe writes to every table of the site for each."""
	for change in changes:
		if "rename" in change.after:
			accounts.rename(change.user, change.after["rename"])
			change.user = change.after["rename"]


def _end_access(changes: Sequence[Change], outcome: Outcome) -> None:
	gone = [c for c in changes if c.action == ARCHIVE]
	if not gone:
		return
	_close_accounts(gone)
	leavers = [c for c in gone if c.after.get("frees_seats")]
	if leavers:
		_free_places(leavers, outcome)
		announce.left([c.user for c in gone if c.reason in ENDED_FOR_GOOD])


def _close_accounts(gone: Sequence[Change]) -> None:
	off = {c.user for c in gone if c.after.get("account") == "disable"}
	accounts.disable(off)
	accounts.end_sessions([c.user for c in gone if c.user not in off])
	for change in gone:
		if change.after.get("account") == STAYS_OPEN:
			alerts.stays_open(change.employee, change.user)


def _free_places(leavers: Sequence[Change], outcome: Outcome) -> None:
	"""Give seats and licences back, and note them in each change, so that they can be undone."""
	# licences first: freeing a seat gives those of its courses back too, and they have to be counted and undone
	licences = course_enrollment.return_licences([c.user for c in leavers])
	by_reason: dict[str | None, list[str]] = {}
	for change in leavers:
		by_reason.setdefault(change.reason, []).append(change.user)
	seats: dict[str, list[tuple[str, str]]] = {}
	for reason, users in sorted(by_reason.items(), key=str):
		seats |= leaving.free_seats(users, reason=_why_it_ends(reason))
	for change in leavers:
		for kind, given_back in (("seats", seats), ("licences", licences)):
			if change.user in given_back:
				change.before[kind] = given_back[change.user]
	outcome.seats = sum(len(each) for each in seats.values())
	outcome.licences = sum(len(each) for each in licences.values())


def _why_it_ends(reason: str | None) -> str:
	"""What stands on a seat that is given to somebody else."""
	sentences = {
		LEFT: _("The employee has left."),
		GONE: _("The employee is no longer in HR."),
		EXCLUDED: _("The employee is excluded from Smooth LMS."),
		NO_PROFILE: _("The employee has no learning profile any more."),
	}
	return sentences.get(reason) or _("Access ended: {0}").format(_(reason))
