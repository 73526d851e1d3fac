"""Who is whose manager: by HR's `reports_to`, or as the approver of a learner without an employee record."""

import frappe

from smooth_lms.base.sql import quoted
from smooth_lms.people.employees import has_hr, records_of, unreadable

DIRECT = """
	select 1 from `tabEmployee` manager join `tabEmployee` record on record.reports_to = manager.name
	where manager.user_id = %(user)s and manager.status = 'Active' and record.status = 'Active' limit 1
"""
"""Whether anybody reports to a user directly."""
ABOVE = """
	with recursive chain as (
		select reports_to as name from `tabEmployee`
		where user_id = %(member)s and status in ('Active', 'Suspended')
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
		select under.name, {level} from `tabEmployee` under join below on under.reports_to = below.name
		where under.status in ('Active', 'Suspended') and {deeper}
	)
	select distinct account.name
	from below
	join `tabEmployee` record on record.name = below.name
	join `tabUser` account on account.name = record.user_id and account.enabled = 1
	where account.name != {user}
"""
"""The accounts of the people below a user. With `level` the same for all, a circle of managers ends."""


def has_reports(manager: str) -> bool:
	"""Whether any Active employee reports to `manager`, a User; nobody where HR is absent or its tables fail."""
	if not has_hr():
		return False
	try:
		return bool(frappe.db.sql(DIRECT, {"user": manager}))
	except unreadable():
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return False


def is_above(manager: str, member: str) -> bool:
	"""Whether `member` reports to `manager` in HR, directly or further down. Args: two Users."""
	return bool(records_of(manager) and frappe.db.sql(ABOVE, {"user": manager, "member": member}))


def team_of(manager: str, *, whole_tree: bool = False) -> dict[str, str]:
	"""Full names of the people who report to `manager`, by user: in HR, or as their learners' approver.

	Args: whole_tree, also those who report to them in HR, and so on. One statement each for HR and for learners.
	"""
	found = _team_in_hr(manager, whole_tree) if records_of(manager) else {}
	learners = frappe.get_all(
		"LMS Learner",
		filters={"approver": manager, "status": ["!=", "Archived"]},
		fields=["name", "full_name"],
		limit=0,
	)
	found.update({row.name: row.full_name for row in learners})
	found.pop(manager, None)
	return found


def team_query(manager: str) -> str:
	"""The same people, with those further down, as SQL for a condition: a query of Users, for `in (…)`."""
	user = quoted(manager)
	queries = [f"select name from `tabLMS Learner` where approver = {user} and status != 'Archived'"]
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
		return BELOW.format(user=user, level="0", deeper="1 = 1")
	return BELOW.format(user=user, level="1", deeper="below.level = 0")
