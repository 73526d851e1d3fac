"""Who certainly is as HR says: asked in the database, so that a run need not read everybody.

The rules are those of `plan.py`, and only that file decides. This one is a sieve in front of it: it may let people
through who need nothing, and must never hold back somebody who needs something. The tests compare the two.
"""

import frappe

from smooth_lms.learners.field_map import FIXED, SHORT, FieldMap
from smooth_lms.learners.sync import inputs
from smooth_lms.learners.sync.facts import BY_HR, OURS
from smooth_lms.learners.sync.model import Policy

REMEMBERED = "smooth_lms_settled"
WORTH_REMEMBERING = 1_000
"""People in an answer: of more the next run will have dealt with most."""
A_DAY = 24 * 60 * 60
STANDARD = "u.user_type in ('System User', 'Website User')"


def unsettled(policy: Policy, mapping: FieldMap) -> tuple[list[str], list[str]]:
	"""The Employees and the Users of learners that a run has to look at; everybody else is as they should be.

	A fixed number of queries, whatever the numbers, and no row comes to this process that needs nothing. The answer
	is remembered: while nothing that it rests on has changed, nobody is compared again.
	"""
	latest = inputs.latest()
	known = frappe.cache().get_value(REMEMBERED, expires=True) or {}
	# where somebody was modified there is no need to add everything up
	checksum = inputs.checksum(policy, mapping) if known.get("latest") == latest else None
	if checksum and known["checksum"] == checksum:
		return known["answer"]
	answer = _compare(policy, mapping)
	if sum(map(len, answer)) <= WORTH_REMEMBERING:
		found = {"latest": latest, "checksum": checksum, "answer": answer}
		frappe.cache().set_value(REMEMBERED, found, expires_in_sec=A_DAY)
	return answer


def _compare(policy: Policy, mapping: FieldMap) -> tuple[list[str], list[str]]:
	# nothing in the statements comes from users: columns are checked against the DocTypes, values are parameters
	values: list = []
	role = _only_role(policy, values)
	settled = f"({_here(policy, mapping, values)}) or ({_gone(policy, values)})"
	employees = frappe.db.sql(  # sql: columns are checked against the DocTypes, values are parameters
		f"""
		select e.name
		from `tabEmployee` e
		left join `tabLMS Learner` l on l.employee = e.name and l.name = e.user_id
		left join `tabUser` u on u.name = l.name
		left join `tabEmployee` m on m.name = e.reports_to
		left join `tabUser` mu on mu.name = m.user_id
		left join `tabCompany` c on c.name = e.company
		left join `tabLMS Learner Group` r on r.parent = l.name and r.parenttype = 'LMS Learner' and r.from_hr = 1
		left join `tabLMS Group` g on g.name = r.`group`
		left join `tabHas Role` h on h.parenttype = 'User' and h.parent = l.name and h.role = {role}
		{_address_join(mapping)}
		where not coalesce({settled}, 0)
		""",
		values,
		pluck=True,
	)
	# a statement for each kind of those left behind: together they could not use the index on `employee`
	left_behind = frappe.db.sql(
		"""
		select l.name
		from `tabLMS Learner` l
		left join `tabEmployee` e on e.name = l.employee
		where l.employee > '' and (e.name is null or (l.status != 'Archived' and ifnull(e.user_id, '') != l.name))
		union all
		select l.name
		from `tabLMS Learner` l
		where (l.employee is null or l.employee = '') and l.source = 'HR' and l.status != 'Archived'
		""",
		pluck=True,
	)
	return list(dict.fromkeys(employees)), left_behind


def _here(policy: Policy, mapping: FieldMap, values: list) -> str:
	"""The condition for an active person who has everything."""
	profile = "coalesce(nullif(e.lms_learning_profile, ''), %s)"
	conditions = [
		"e.status = 'Active'",
		"ifnull(e.exclude_from_lms, 0) = 0",
		"e.lms_status = 'Active'",
		"l.status = 'Active'",
		"l.source = 'HR'",
		"l.joined_on is not null",
		"ifnull(l.archived_reason, '') = ''",
		"u.enabled = 1",
		STANDARD,
		# a separation and a start that is still to come are looked at closely
		"(e.relieving_date is null or e.relieving_date > %s)",
	]
	values.append(policy.today)
	conditions.append("(e.date_of_joining is null or e.date_of_joining <= %s)")
	values.append(policy.today)
	if policy.profiles_only:
		conditions.append("ifnull(e.lms_learning_profile, '') != ''")
	conditions.append(f"ifnull(l.learning_profile, '') = ifnull({profile}, '')")
	values.append(policy.default_profile)
	conditions.append(_equal("l.full_name", "e.employee_name"))
	conditions.append(_equal("u.full_name", "e.employee_name"))
	conditions.append(
		"((ifnull(e.reports_to, '') = '' and ifnull(l.approver_from_hr, 0) = 0)"
		" or (mu.name is not null and l.approver = mu.name and l.approver_from_hr = 1))"
	)
	for target, source, field, kind in mapping.rows:
		conditions.append(_equal(f"l.`{target}`", _source(mapping, source, field, kind, values), kind))
	conditions.append("ifnull(a.number, 1) = 1")  # which of several addresses counts, the facts say
	conditions.append(_region(policy, values))
	conditions.append(_in_their_group(mapping, values))
	conditions.append(_granted_as_usual(policy, values))
	conditions.append(_has_roles(policy, values))
	return " and ".join(conditions)


def _gone(policy: Policy, values: list) -> str:
	"""The condition for somebody who has left and is archived, or never was a learner."""
	parts = [
		"e.status = 'Left'",
		"(e.relieving_date is null or e.relieving_date <= %s)",
		"ifnull(e.exclude_from_lms, 0) = 0",
		"ifnull(e.lms_keep_access, 0) = 0",
	]
	values.append(policy.today)
	if policy.profiles_only:
		parts.append("ifnull(e.lms_learning_profile, '') != ''")
	archived = "l.status = 'Archived' and l.archived_reason = 'Left' and e.lms_status = 'Archived'"
	if policy.disable_leavers:
		archived += (
			" and not (u.enabled = 1 and ifnull(l.user_disabled_by_sync, 0) = 0 and exists (select 1 from"
			" `tabHas Role` x where x.parenttype = 'User' and x.parent = l.name and x.role not in %s))"
		)
		values.append(tuple(sorted(BY_HR)))
	stranger = (
		"ifnull(e.lms_status, '') = ''"
		" and not exists (select 1 from `tabLMS Learner` x where x.name = e.user_id)"
		" and not exists (select 1 from `tabLMS Learner` x where x.employee = e.name)"
		" and not exists (select 1 from `tabLMS Learner` x where x.name = e.company_email)"
		" and not exists (select 1 from `tabLMS Learner` x where x.work_email = e.company_email)"
	)
	return " and ".join([*parts, f"(({archived}) or ({stranger}))"])


def _source(mapping: FieldMap, source: str, field: str, kind: str, values: list) -> str:
	"""Where a mapped value comes from, as SQL."""
	if source == FIXED:
		if kind == "Date" and field.partition(" ")[2].startswith("year"):
			years = int(field.partition(" ")[0])
			registered = next((row for row in mapping.rows if row[0] == "registration_date"), None)
			if not registered or registered[1] != "Employee":
				return "'?'"  # not to be told here: the plan decides
			return f"date_add(e.`{registered[2]}`, interval {years} year)"
		values.append(field)
		return "%s"
	if source == "Address":
		stands_in = {"country": "c.country"}.get(field)
		if field == "address_line1" and "current_address" in mapping.columns("Employee"):
			stands_in = "e.current_address"
		return f"if(a.employee is null, {stands_in or 'null'}, a.`{field}`)"
	return f"{ {'Employee': 'e', 'Company': 'c', 'User': 'u'}[source] }.`{field}`"


def _address_join(mapping: FieldMap) -> str:
	columns = mapping.columns("Address")
	of_employees = {"parenttype": "Address", "link_doctype": "Employee"}
	if not columns or not frappe.db.exists("Dynamic Link", of_employees):
		nothing = ", ".join(f"null as `{column}`" for column in ("employee", "number", *columns))
		return f"left join (select {nothing}) a on 1 = 0"
	picked = ", ".join(f"min(t.`{column}`) as `{column}`" for column in columns)
	return f"""
		left join (
			select d.link_name as employee, count(*) as number, {picked}
			from `tabDynamic Link` d
			join `tabAddress` t on t.name = d.parent and t.disabled = 0
			where d.parenttype = 'Address' and d.link_doctype = 'Employee'
			group by d.link_name
		) a on a.employee = e.name
	"""


def _region(policy: Policy, values: list) -> str:
	if not policy.regions:
		return "1 = 1"
	cases = "".join(" when %s then %s" for _country in policy.regions)
	for country, region in policy.regions.items():
		values += [country, region]
	return (
		f"ifnull(l.content_region, '') = coalesce(case l.country{cases} else null end, l.content_region, '')"
	)


def _equal(a: str, b: str, kind: str = "") -> str:
	# byte for byte: the collation takes `cafe` and `Café` for the same, HR does not
	value = f"left(ifnull({b}, ''), {SHORT})" if kind == "Data" else f"ifnull({b}, '')"
	return f"binary ifnull({a}, '') = binary {value}"


def _only_role(policy: Policy, values: list) -> str:
	"""The role of each person's profile, as SQL, where the profile has one only, as nearly everybody's has."""
	single = {name: role for name, roles in policy.profiles.items() if len(roles) == 1 for role in roles}
	values += [each for pair in single.items() for each in pair]
	return f"case l.learning_profile{' when %s then %s' * len(single)} else null end" if single else "null"


def _has_roles(policy: Policy, values: list) -> str:
	"""The condition for somebody who holds the roles of their profile."""
	# a join for one role: a count for each person takes three times as long
	kinds = "case l.learning_profile"
	for name, roles in policy.profiles.items():
		if not roles:
			kinds += " when %s then 1"
			values.append(name)
		elif len(roles) == 1:
			kinds += " when %s then h.name is not null"
			values.append(name)
		else:
			kinds += (
				" when %s then (select count(distinct x.role) from `tabHas Role` x"
				" where x.parenttype = 'User' and x.parent = l.name and x.role in %s) = %s"
			)
			values += [name, tuple(sorted(roles)), len(roles)]
	return f"{kinds} else 1 end" if policy.profiles else "1"


def _granted_as_usual(policy: Policy, values: list) -> str:
	"""The condition for somebody to whom HR has given nothing, one role or all roles of their profile.

	That is nearly everybody. Whoever holds something else may have to lose it: the plan decides.
	"""
	usual = [("", "")]
	for name, roles in policy.profiles.items():
		in_order = sorted(roles)
		usual += [(name, granted) for granted in ("", ", ".join(in_order), *in_order)]
	for pair in usual:
		values += pair
	places = ", ".join(["(%s, %s)"] * len(usual))
	return f"(ifnull(l.learning_profile, ''), ifnull(l.granted_roles, '')) in ({places})"


def _in_their_group(mapping: FieldMap, values: list) -> str:
	"""The condition for somebody whose one group from HR is the one they belong to, or who has none and needs none.

	Of several groups each is a row of its own, and all but one of them fail here.
	"""
	if not mapping.group_field:
		return "r.name is null"
	values.append(mapping.group_doctype)
	wanted = f"e.`{mapping.group_field}`"
	right = f"binary g.followed_record = binary {wanted} and g.follows = %s"
	return f"if(ifnull({wanted}, '') = '', r.name is null, {right})"


def usable() -> bool:
	"""Whether HR's table has what the sieve asks for."""
	meta = frappe.get_meta("Employee")
	return all(meta.has_field(name) for name in OURS)


def managers() -> dict[str, str]:
	"""The manager of everybody who reports to somebody, by Employee."""
	return dict(
		frappe.db.sql(
			"select name, reports_to from `tabEmployee` where reports_to is not null and reports_to != ''"
		)
	)
