"""Whom an audience names: HR's records and the learners' profiles and groups, read in sets.

Requirements, courses and cohorts have one, kept in two child tables: lines (LMS Training Audience) and single people
(LMS Training Exception). Which rows one reader matches, in SQL, says `permissions/shown.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from pypika import Criterion

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import set_single
from smooth_lms.base.settings import setting_number
from smooth_lms.base.sql import containing
from smooth_lms.people import departments, employees, presence
from smooth_lms.people.presence import Presence

EMPLOYEE_FIELDS = {
	"Company": "company",
	"Department": "department",
	"Designation": "designation",
	"Branch": "branch",
	"Employee Grade": "grade",
	"Employment Type": "employment_type",
}
LEARNER_FIELDS = {
	"Company": "company",
	"Department": "department",
	"Designation": "job_title",
	"Branch": "branch",
}
"""What is known about learners without an employee record; they match no other kind of HR's filters."""
LEARNER_ONLY = ("employee", "status", "learning_profile")
PROFILE, GROUP = "LMS Learning Profile", "LMS Group"
KINDS = (*EMPLOYEE_FIELDS, PROFILE, GROUP)
INCLUDE, EXCLUDE, PIN, EXEMPT = "Include", "Exclude", "Pin", "Exempt"
LINES, SINGLE = "LMS Training Audience", "LMS Training Exception"
"""The child tables."""
OWN_COMPANY = "own_company_only"
"""The field of LMS Settings that keeps the companies of a group apart."""
NOTED = {"LMS Course": "courses_have_audiences", "LMS Batch": "cohorts_have_audiences"}
"""The fields of LMS Settings that say whether any record has an audience: pages of other sites ask nothing then."""
ROWS = f"""
	select parenttype, parent, effect, kind, value, null as member, null as until from `tab{LINES}`
	where parenttype in %(doctypes)s and parent in %(names)s
	union all
	select parenttype, parent, effect, null, null, member, until from `tab{SINGLE}`
	where parenttype in %(doctypes)s and parent in %(names)s
"""
"""The rows of some records; lines are those with a kind."""

Filters = Mapping[str, Collection[str]]
"""Values by kind: alternatives within a kind."""


@dataclass(frozen=True, slots=True)
class Audience:
	"""The filters of a requirement, a course or a cohort; none at all means everybody."""

	include: Filters = field(default_factory=dict)
	"""Each kind has to match."""
	exclude: Filters = field(default_factory=dict)
	"""One match is enough to leave somebody out."""
	pinned: frozenset[str] = frozenset()
	exempt: frozenset[str] = frozenset()
	by_name: bool = False
	"""Nobody but the pinned: people are named, and no line includes others."""


class Found(NamedTuple):
	"""Somebody whom an audience may name."""

	user: str
	full_name: str
	employee: str | None
	joined: date | None
	presence: Presence


def members(audience: Audience, today: date, users: Collection[str] | None = None) -> dict[str, Found]:
	"""The people whom the audience names and who are there, by user; people on leave are among them.

	Args:
	        audience: the filters.
	        today: the day, for leaves.
	        users: only these; everybody by default.
	"""
	if users is not None and not users:
		return {}
	found = {} if audience.by_name else _read(today, users, audience)
	if missing := audience.pinned - audience.exempt - found.keys():
		wanted = missing if users is None else missing & set(users)
		found.update(_read(today, wanted, None) if wanted else {})
	return {
		user: person
		for user, person in found.items()
		if person.presence is not Presence.GONE and user not in audience.exempt
	}


def left_out(audience: Audience, today: date, users: Collection[str]) -> set[str]:
	"""Those of `users` whom the audience leaves out.

	Somebody of whom neither HR nor a learner record knows anything can be named, and is in an audience without lines.
	"""
	if not (audience.include or audience.exclude or audience.by_name):
		return set(users) & audience.exempt
	return set(users) - members(audience, today, users).keys() - (audience.pinned - audience.exempt)


def everybody(today: date, users: Collection[str] | None = None) -> dict[str, Found]:
	"""All people with an account, leavers among them, or those of `users`."""
	return _read(today, users, None) if users is None or users else {}


def without_account(audience: Audience) -> list[str]:
	"""Active Employees that match but have no enabled user account, so that nothing can be assigned to them."""
	if not employees.has_hr() or PROFILE in audience.include or GROUP in audience.include:
		return []
	employee, query = employees.without_accounts()
	for condition in _conditions(audience, employee, EMPLOYEE_FIELDS, None):
		query = query.where(condition)
	return query.run(pluck=True)


def records_of(user: str, today: date) -> list[dict[str, frozenset[str]]]:
	"""What audiences may ask of one person: for each of their records the values that match, by kind.

	The twin of `members` for somebody with an account. Somebody has several records with two employments; an audience
	names them if one of these fits. Departments are those of the record and all above. Three statements at most; no
	records where HR is absent or its tables fail: the portal goes on then.
	"""
	try:
		return _records_of(user, today)
	except employees.unreadable():
		frappe.logger("smooth_lms").exception("HR's records cannot be read")
		return []


def _records_of(user: str, today: date) -> list[dict[str, frozenset[str]]]:
	learner = read_row("LMS Learner", (*LEARNER_ONLY, *LEARNER_FIELDS.values()), {"name": user})
	rows: list[Mapping[str, str | None]] = []
	if employees.has_hr():
		table = frappe.qb.DocType("Employee")
		meta = frappe.get_meta("Employee")
		columns = {kind: column for kind, column in EMPLOYEE_FIELDS.items() if meta.has_field(column)}
		query = frappe.qb.from_(table).select(*(table[column].as_(kind) for kind, column in columns.items()))
		rows = query.where((table.user_id == user) & presence.at_work(table, today)).run(as_dict=True)
	if learner and not learner.employee and learner.status != presence.ARCHIVED:
		rows = [*rows, {kind: learner[column] for kind, column in LEARNER_FIELDS.items()}]
	if not rows:
		return []
	common = {PROFILE: {learner.learning_profile}, GROUP: _groups_of(user)} if learner else {}
	above = {
		row["Department"]: departments.departments_above([row["Department"]])
		for row in rows
		if row.get("Department")
	}
	return [
		{
			kind: frozenset(filter(None, values))
			for kind, values in {
				**{kind: {value} for kind, value in row.items()},
				"Department": above.get(row.get("Department"), ()),
				**common,
			}.items()
		}
		for row in rows
	]


def _groups_of(user: str) -> set[str]:
	own = {"parenttype": "LMS Learner", "parent": user}
	return {row.group for row in read_rows("LMS Learner Group", ("group",), own)}


def of_rows(lines: Iterable, single: Iterable, today: date) -> Audience:
	"""The audience that rows of the two child tables make.

	Args:
	        lines: with `effect`, `kind` and `value`.
	        single: with `effect`, `member` and `until`.
	        today: the day, for exceptions that end.
	"""
	lines, single = list(lines), list(single)
	return Audience(
		include=_by_kind(row for row in lines if row.effect == INCLUDE),
		exclude=_by_kind(row for row in lines if row.effect == EXCLUDE),
		pinned=_holding(single, PIN, today),
		exempt=_holding(single, EXEMPT, today),
	)


def note_use(doctype: str) -> None:
	"""Note in LMS Settings that courses or cohorts, as `doctype` says, have audiences. Call when one is saved."""
	if not setting_number(NOTED[doctype]):
		set_single("LMS Settings", {NOTED[doctype]: 1}, update_modified=False)


def uses() -> dict[str, int]:
	"""What `NOTED` has to say, from the rows themselves."""
	found = set()
	for table in (LINES, SINGLE):
		found |= set(
			frappe.get_all(table, {"parenttype": ["in", list(NOTED)]}, pluck="parenttype", distinct=True)
		)
	return {field: int(doctype in found) for doctype, field in NOTED.items()}


def of_shown(doc, today: date) -> Audience:
	"""To whom a course or cohort is shown; those who are in it already see it anyway.

	As `of_rows`, but people named alone are the only ones; and with the companies kept apart the company of the
	document stands for a line, unless its lines name companies.

	Args: doc, with `audience`, `exceptions` and `company`.
	"""
	found = of_rows(doc.audience, doc.exceptions, today)
	if not found.include and any(row.effect == PIN for row in doc.exceptions):
		return replace(found, by_name=True)
	if doc.company and "Company" not in found.include and setting_number(OWN_COMPANY):
		return replace(found, include={**found.include, "Company": [doc.company]})
	return found


def of_documents(wanted: Mapping[str, Collection[str]], today: date) -> dict[tuple[str, str], Audience]:
	"""To whom courses and cohorts are shown, by DocType and name; those that are shown to everybody are left out.

	One statement, and with the companies kept apart one more for each DocType. Args: wanted, names by DocType.
	"""
	names = [name for each in wanted.values() for name in each]
	docs: dict[tuple[str, str], frappe._dict] = {}

	def doc_of(key: tuple[str, str]) -> frappe._dict:
		return docs.setdefault(key, frappe._dict(audience=[], exceptions=[], company=None))

	of_these = {"doctypes": tuple(wanted), "names": tuple(names)}
	for row in frappe.db.sql(ROWS, of_these, as_dict=True) if names else ():
		if row.parent in wanted[row.parenttype]:
			doc_of((row.parenttype, row.parent))["audience" if row.kind else "exceptions"].append(row)
	if setting_number(OWN_COMPANY):
		for doctype, each in wanted.items():
			for row in read_rows(doctype, ("name", "company"), {"name": tuple(each)}) if each else ():
				if row.company:
					doc_of((doctype, row.name)).company = row.company
	return {key: of_shown(doc, today) for key, doc in docs.items()}


def problem(rows: Iterable) -> str | None:
	"""What is wrong with the lines of an audience: they name something that is not there; None if nothing.

	Args: rows, with `kind` and `value`.
	"""
	for row in rows:
		if row.kind not in KINDS:
			return _("The audience names {0}, which is not a filter.").format(row.kind)
		if not frappe.db.table_exists(row.kind, cached=True) or not frappe.db.exists(row.kind, row.value):
			sentence = _("The audience names {0} {1}, which does not exist any more.")
			return sentence.format(_(row.kind), row.value)
	return None


def values(kind: str, word: str, *, start: int, limit: int) -> list[tuple[str, ...]]:
	"""What lines of a kind may name, by a word in the name or title: names, with the title where there is one.

	Raises ValidationError for what is no kind.
	"""
	if kind not in KINDS:
		frappe.throw(_("The audience names {0}, which is not a filter.").format(escape_html(kind)))
	title = frappe.get_meta(kind).title_field
	fields = ["name", title] if title and title != "name" else ["name"]
	return frappe.get_all(
		kind,
		or_filters=[[field, "like", containing(word)] for field in fields],
		fields=fields,
		order_by="name asc",
		limit_start=start,
		limit=limit,
		as_list=True,
	)


def require_once(lines: Iterable, single: Iterable) -> None:
	"""What is wrong with the rows of an audience as somebody has typed them. Raises ValidationError.

	Args: lines, single, rows of the two child tables.
	"""
	seen = set()
	for row in lines:
		key = (row.kind, row.value)
		if key in seen:
			sentence = _("Line {0}: {1} {2} is named twice: remove one.")
			frappe.throw(sentence.format(row.idx, _(row.kind), escape_html(row.value)))
		seen.add(key)
	members = [row.member for row in single]
	for row in single:
		if members.count(row.member) > 1:
			frappe.throw(
				_("{0} is named twice among single people: remove one line.").format(escape_html(row.member))
			)
		if not (row.reason or "").strip():
			frappe.throw(_("Line {0}: give a reason for the exception; it is kept.").format(row.idx))


def _by_kind(rows: Iterable) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.kind, []).append(row.value)
	return found


def _holding(rows: Iterable, effect: str, day: date) -> frozenset[str]:
	return frozenset(
		row.member for row in rows if row.effect == effect and (not row.until or getdate(row.until) >= day)
	)


def _read(today: date, users: Collection[str] | None, audience: Audience | None) -> dict[str, Found]:
	found: dict[str, Found] = {}
	if employees.has_hr():
		found = _employees(today, users, audience)
	wanted = None if users is None else set(users) - found.keys()
	if wanted is None or wanted:
		for person in _learners(wanted, audience):
			found.setdefault(person.user, person)
	return found


def _employees(today: date, users: Collection[str] | None, audience: Audience | None) -> dict[str, Found]:
	learner = frappe.qb.DocType("LMS Learner")
	employee, user, query = employees.accounts()
	query = (
		query.left_join(learner)
		.on(learner.name == employee.user_id)
		.select(
			user.name, user.full_name, employee.date_of_joining, *presence.fields(employee, user, learner)
		)
	)
	if users is not None:
		query = query.where(employee.user_id.isin(list(users)))
	if audience:
		query = query.where(presence.at_work(employee, today))
		for condition in _conditions(audience, employee, EMPLOYEE_FIELDS, learner):
			query = query.where(condition)
	rows = query.run()
	state_of = presence.reader(today, None if users is None else [row[3] for row in rows])
	records = employees.speaking(rows, lambda row: (row[0], row[4]))
	return {
		name: Found(name, full_name or name, state[0], joined, state_of(state).presence)
		for name, full_name, joined, *state in records.values()
	}


def _learners(users: Collection[str] | None, audience: Audience | None) -> list[Found]:
	"""Learners without an employee record."""
	learner, user = frappe.qb.DocType("LMS Learner"), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(learner)
		.join(user)
		.on(user.name == learner.name)
		.select(user.name, user.full_name, learner.registration_date, learner.status, user.enabled)
		.where(learner.employee.isnull() | (learner.employee == ""))
	)
	if users is not None:
		query = query.where(learner.name.isin(list(users)))
	if audience:
		query = query.where(learner.status != presence.ARCHIVED)
		for condition in _conditions(audience, learner, LEARNER_FIELDS, learner):
			query = query.where(condition)
	return [
		Found(
			name,
			full_name or name,
			None,
			getdate(joined) if joined else None,
			presence.state(None, enabled=bool(enabled), archived=status == presence.ARCHIVED).presence,
		)
		for name, full_name, joined, status, enabled in query.run()
	]


def _conditions(audience: Audience, table, fields: Mapping[str, str], learner) -> list[Criterion]:
	conditions = [_matches(kind, values, table, fields, learner) for kind, values in audience.include.items()]
	excluded = [
		_matches(kind, values, table, fields, learner)
		for kind, values in audience.exclude.items()
		if learner is not None or kind not in (PROFILE, GROUP)
	]
	if excluded:
		conditions.append(reduce(or_, excluded).negate())
	return conditions


def _matches(kind: str, values: Collection[str], table, fields: Mapping[str, str], learner) -> Criterion:
	if kind == GROUP:
		group = frappe.qb.DocType("LMS Learner Group")
		in_group = (
			frappe.qb.from_(group)
			.select(group.parent)
			.where((group.parenttype == "LMS Learner") & group.group.isin(list(values)))
		)
		return learner.name.isnotnull() & learner.name.isin(in_group)
	if kind == PROFILE:
		return learner.learning_profile.isnotnull() & learner.learning_profile.isin(list(values))
	if kind not in fields:
		return table.name.isnull()
	if kind == "Department":
		values = departments.departments_below(values)
	column = table[fields[kind]]
	return column.isnotnull() & column.isin(list(values))
