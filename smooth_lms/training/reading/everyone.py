"""Everybody who learns, for moderators and HR: who they are, how they stand, and what there is to know about one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pypika import Criterion

import frappe
from frappe.utils import cint

from smooth_lms import permissions
from smooth_lms.base import paging
from smooth_lms.people.departments import departments_above, departments_below
from smooth_lms.training.reading import courses, standing
from smooth_lms.training.reading.standing import ListQuery

LEARNER, GROUP = "LMS Learner", "LMS Learner Group"
ARCHIVED, STATUSES = "Archived", ("Active", "Pending", "Archived")
PLACES = ("company", "department", "branch")
OF_LEARNER = ("employee", "company", "department", "branch", "status", "source", "approver", "notified_on")


@dataclass(frozen=True, slots=True)
class PeopleQuery(ListQuery):
	"""Whom a moderator wants to see."""

	company: str = ""
	department: str = ""
	"""Those below it count as well."""
	branch: str = ""
	group: str = ""
	"""An LMS Group."""
	status: str = ""
	"""Of the learner; whoever is not archived by default."""
	no_approver: bool = False
	role: str = ""
	"""A learning role of their account."""

	@classmethod
	def of(cls, **values: Any) -> "PeopleQuery":
		"""A query from what an address says; what makes no sense is left out."""
		for field in (*PLACES, "group"):
			values[field] = paging.text(values.get(field))
		values["status"] = values["status"] if values.get("status") in STATUSES else ""
		values["role"] = values["role"] if values.get("role") in permissions.LEARNING_ROLES else ""
		values["no_approver"] = bool(cint(values.get("no_approver")))
		return super(PeopleQuery, cls).of(**values)

	@property
	def is_filtered(self) -> bool:
		"""Whether anybody may be left out."""
		places = self.company or self.department or self.branch or self.group
		access = self.status or self.role or self.no_approver
		return bool(self.search or self.state or places or access)


def people(query: PeopleQuery) -> dict[str, Any]:
	"""One page of the learners whom the session's user may see.

	Returns what `standing.page_of` does; rows have employee, company, department, branch, status, approver,
	notified_on and groups (titles) besides. A fixed number of statements, however many people there are.
	"""
	found = standing.page_of(_rows(query), query)
	_add_groups(found["people"])
	return found


def all_people(query: PeopleQuery) -> list[dict[str, Any]]:
	"""Everybody who matches, in order, for a file; the page of the query is left out of account."""
	rows = standing.matching(_rows(query), query)[0]
	standing.add_activity(rows)
	_add_groups(rows)
	return rows


def courses_of(query: PeopleQuery) -> list[tuple]:
	"""The courses of everybody who matches, for a file: see `courses.rows_of`."""
	people = {row["member"]: row["name"] for row in standing.matching(_rows(query), query)[0]}
	learner = frappe.qb.DocType(LEARNER)
	whose = frappe.qb.from_(learner).select(learner.name).where(_condition(query))
	return courses.rows_of(people, lambda member: member.isin(whose))


def groups_of(member: str) -> list[str]:
	"""The titles of the groups that a learner is in."""
	row = {"member": member}
	_add_groups([row])
	return row["groups"]


def _add_groups(rows: list[dict[str, Any]]) -> None:
	"""Add the titles of everybody's groups. One statement."""
	member, group = frappe.qb.DocType(GROUP), frappe.qb.DocType("LMS Group")
	names = [row["member"] for row in rows]
	query = (
		frappe.qb.from_(member)
		.join(group)
		.on(group.name == member.group)
		.select(member.parent, group.title)
		.where((member.parenttype == LEARNER) & member.parent.isin(names or [""]))
		.orderby(group.title)
	)
	titles: dict[str, list[str]] = {}
	for parent, title in query.run():
		titles.setdefault(parent, []).append(title)
	for row in rows:
		row["groups"] = titles.get(row["member"], [])


def choices() -> dict[str, list[tuple[str, str]]]:
	"""What can be filtered by: values and labels that occur among the learners whom the session's user may see."""
	learner = frappe.qb.DocType(LEARNER)
	seen = permissions.rows_seen(LEARNER)
	places = (
		frappe.qb.from_(learner)
		.select(learner.company, learner.department, learner.branch)
		.distinct()
		.where(seen)
	).run()
	companies, lowest, branches = (
		{row[place] for row in places if row[place]} for place in range(len(PLACES))
	)
	member, group = frappe.qb.DocType(GROUP), frappe.qb.DocType("LMS Group")
	groups = (
		frappe.qb.from_(learner)
		.join(member)
		.on((member.parent == learner.name) & (member.parenttype == LEARNER))
		.join(group)
		.on(group.name == member.group)
		.select(group.name, group.title)
		.distinct()
		.where(seen)
	).run()
	departments = departments_above(lowest)
	return {
		"company": _sorted({company: company for company in companies}),
		"department": _sorted({department: department for department in departments}),
		"branch": _sorted({branch: branch for branch in branches}),
		"group": _sorted(dict(groups)),
	}


def _rows(query: PeopleQuery) -> list[dict[str, Any]]:
	learner = frappe.qb.DocType(LEARNER)
	fields = ("name", "full_name", *OF_LEARNER)
	condition = _condition(query)
	found = frappe.qb.from_(learner).select(*(learner[field] for field in fields)).where(condition).run()
	whose = frappe.qb.from_(learner).select(learner.name).where(condition)
	counted = standing.count(lambda member: member.isin(whose))
	rows = standing.rows_of({row[0]: row[1] for row in found}, counted)
	for row, (_name, _full_name, *values) in zip(rows, found, strict=True):
		row.update(zip(OF_LEARNER, values, strict=True))
	return rows


def _condition(query: PeopleQuery) -> Criterion:
	learner = frappe.qb.DocType(LEARNER)
	condition: Criterion = permissions.rows_seen(LEARNER)
	condition &= (learner.status == query.status) if query.status else (learner.status != ARCHIVED)
	if query.company:
		condition &= learner.company == query.company
	if query.department:
		condition &= learner.department.isin(sorted(departments_below([query.department])))
	if query.branch:
		condition &= learner.branch == query.branch
	if query.group:
		member = frappe.qb.DocType(GROUP)
		condition &= learner.name.isin(
			frappe.qb.from_(member)
			.select(member.parent)
			.where((member.parenttype == LEARNER) & (member.group == query.group))
		)
	if query.role:
		role = frappe.qb.DocType("Has Role")
		condition &= learner.name.isin(
			frappe.qb.from_(role)
			.select(role.parent)
			.where((role.parenttype == "User") & (role.role == query.role))
		)
	if query.no_approver:
		condition &= learner.approver.isnull() | (learner.approver == "")
	return condition


def _sorted(labels: Mapping[str, str]) -> list[tuple[str, str]]:
	return sorted(labels.items(), key=lambda pair: str(pair[1]).casefold())
