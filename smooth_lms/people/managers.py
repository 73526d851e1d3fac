"""Who is whose manager: HR's `reports_to`, directly or further up, and the approver of the learner.

People who are away for now still report to their manager, also while their learner is archived for it, and so do those
who leave, until they have left: see `presence.py`.
"""

from collections.abc import Collection

import frappe
from frappe.utils import getdate

from smooth_lms.base.sql import quoted
from smooth_lms.people.employees import has_hr, records_of, unreadable
from smooth_lms.people.presence import at_work

DIRECT = """
	select 1 from `tabEmployee` manager join `tabEmployee` record on record.reports_to = manager.name
	where manager.user_id = %(user)s and manager.status = 'Active'
		and {at_work} limit 1
"""
"""Whether anybody reports to a user directly."""
ABOVE = """
	with recursive chain as (
		select record.reports_to as name from `tabEmployee` record
		where record.user_id = %(member)s and {at_work}
		union
		select above.reports_to from `tabEmployee` above join chain on above.name = chain.name
	)
	select 1 from `tabEmployee` manager join chain on chain.name = manager.name
	where manager.user_id = %(user)s and manager.status = 'Active' limit 1
"""
"""Whether a user is above another one: the way up is shorter than the way down."""
BELOW = """
	with recursive below as (
		select name, 0 as level from `tabEmployee` where user_id = {user} and status = 'Active'
		union
		select record.name, {level} from `tabEmployee` record join below on record.reports_to = below.name
		where {at_work} and {deeper}
	)
	select distinct account.name
	from below
	join `tabEmployee` record on record.name = below.name
	join `tabUser` account on account.name = record.user_id and account.enabled = 1
	where account.name != {user}
"""
"""The accounts of the people below a user. With `level` the same for all, a circle of managers ends."""

APPROVED = """
	select name from `tabLMS Learner`
	where approver = {user} and (status != 'Archived' or archived_reason in ('Suspended', 'Inactive'))
"""
"""The learners whom a user is the approver of."""


def has_team(manager: str) -> bool:
	"""Whether anybody reports to `manager`, a User: in HR directly, or as a learner whose approver they are."""
	if has_reports(manager):
		return True
	return bool(frappe.db.sql(_approved("%(user)s"), {"user": manager}))  # sql: our text, a parameter


def is_manager_of(manager: str, member: str) -> bool:
	"""Whether `member` reports to `manager`: in HR, directly or further down, or as a learner. Args: two Users."""
	approved = _approved("%(user)s") + " and name = %(member)s"
	values = {"user": manager, "member": member}
	return bool(frappe.db.sql(approved, values)) or is_above(manager, member)  # sql: our text, parameters


def managers_of(members: Collection[str]) -> dict[str, str]:
	"""The one manager of each User who is told about them: the learner's approver, else whom they report to in HR.

	Managers without a working account cannot be told, and are left out.
	"""
	employee, boss = frappe.qb.DocType("Employee"), frappe.qb.DocType("Employee").as_("boss")
	user = frappe.qb.DocType("User")
	wanted = list(members) or [""]
	found = dict(
		frappe.qb.from_(employee)
		.join(boss)
		.on(boss.name == employee.reports_to)
		.join(user)
		.on((user.name == boss.user_id) & (user.enabled == 1))
		.select(employee.user_id, boss.user_id)
		.where(employee.user_id.isin(wanted) & at_work(employee, getdate()) & (boss.status == "Active"))
		.run()
		if has_hr()
		else ()
	)
	learner = frappe.qb.DocType("LMS Learner")
	found.update(
		frappe.qb.from_(learner)
		.join(user)
		.on((user.name == learner.approver) & (user.enabled == 1))
		.select(learner.name, learner.approver)
		.where(learner.name.isin(wanted))
		.run()
	)
	return {member: manager for member, manager in found.items() if member != manager}


def has_reports(manager: str) -> bool:
	"""Whether any employee reports directly to `manager`, a User; nobody where HR is absent or its tables fail."""
	if not has_hr():
		return False
	statement = DIRECT.format(at_work=_at_work())
	try:
		return bool(frappe.db.sql(statement, {"user": manager}))  # sql: the statement is our own text
	except unreadable():
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return False


def is_above(manager: str, member: str) -> bool:
	"""Whether `member` reports to `manager` in HR, directly or further down. Args: two Users."""
	if not records_of(manager):
		return False
	statement = ABOVE.format(at_work=_at_work())
	values = {"user": manager, "member": member}
	return bool(frappe.db.sql(statement, values))  # sql: the statement is our own text


def team_of(manager: str, *, whole_tree: bool = False) -> dict[str, str]:
	"""Full names of the people who report to `manager`, by user: in HR, or as their learners' approver.

	Args: whole_tree, also those who report to them in HR, and so on. One statement each for HR and for learners.
	"""
	found = _team_in_hr(manager, whole_tree) if records_of(manager) else {}
	approved = f"select name, full_name from `tabLMS Learner` where name in ({_approved('%(user)s')})"
	found.update(dict(frappe.db.sql(approved, {"user": manager})))  # sql: APPROVED is our text
	found.pop(manager, None)
	return found


def team_query(manager: str) -> str:
	"""The same people, with those further down, as SQL for a condition: a query of Users, for `in (…)`."""
	user = quoted(manager)
	queries = [_approved(user)]
	if records_of(manager):
		queries.append(f"select name from ({_below(user, whole_tree=True)}) team")
	return " union ".join(queries)


def _team_in_hr(manager: str, whole_tree: bool) -> dict[str, str]:
	statement = f"""
		select user.name, coalesce(user.full_name, min(employee.employee_name))
		from ({_below("%(user)s", whole_tree)}) team
		join `tabUser` user on user.name = team.name
		join `tabEmployee` employee on employee.user_id = user.name
		group by user.name
	"""
	return dict(frappe.db.sql(statement, {"user": manager}))  # sql: BELOW is our text, `manager` a parameter


def _below(user: str, whole_tree: bool) -> str:
	"""Args: user, as it stands in the statement."""
	if whole_tree:
		return BELOW.format(user=user, level="0", deeper="1 = 1", at_work=_at_work())
	return BELOW.format(user=user, level="1", deeper="below.level = 0", at_work=_at_work())


def _at_work() -> str:
	"""The condition that the Employee `record` of a statement has not left."""
	record = frappe.qb.DocType("Employee").as_("record")
	return f"({at_work(record, getdate()).get_sql(with_namespace=True, quote_char='`')})"


def _approved(user: str) -> str:
	"""Args: user, as it stands in the statement."""
	return APPROVED.format(user=user)
