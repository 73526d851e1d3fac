"""What proves what: which courses and quizzes fulfil which Compliance Type."""

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe import _

from smooth_lms.base.periods import Period
from smooth_lms.base.settings import setting
from smooth_lms.courses import versions

DOCTYPE = "Compliance Type"
NAME_LENGTH = 80
EVERY_CERTIFICATE = "Every course with a certificate"
MANDATORY_ONLY = "Mandatory courses and those with a control ID"


@dataclass(frozen=True, slots=True)
class Requirement:
	"""A Compliance Type, as far as records need it."""

	name: str
	category: str | None
	mandatory: bool
	renewal: Period
	compliance_control_id: str | None


def of_courses(courses: Collection[str]) -> dict[str, list[Requirement]]:
	"""What each course proves, by course; another version of a listed course counts as well.

	A course that no type names, disabled types included, gets a type of its own where LMS Settings want that.
	"""
	roots = versions.roots(courses)
	families = versions.families(set(roots.values()))
	members = [version.name for family in families.values() for version in family]
	named = _named("Compliance Type Course", "course", members)
	found = {}
	for course in courses:
		family = families[roots[course]]
		types = {row.parent: row for version in family for row in named.get(version.name, [])}
		if types:
			found[course] = [_requirement(row) for row in types.values() if row.enabled]
		else:
			own = _own_type(roots[course], course)
			found[course] = [own] if own else []
	return found


def of_quizzes(quizzes: Collection[str]) -> dict[str, list[Requirement]]:
	"""What passing each quiz proves, by quiz."""
	named = _named("Compliance Type Quiz", "quiz", {quiz: quiz for quiz in quizzes})
	return {quiz: [_requirement(row) for row in named.get(quiz, []) if row.enabled] for quiz in quizzes}


def courses_of(types: Collection[str]) -> dict[str, set[str]]:
	"""All courses, in every version, that prove each Compliance Type."""
	rows = frappe.get_all(
		"Compliance Type Course",
		filters={"parent": ["in", list(types)], "parenttype": DOCTYPE},
		fields=["parent", "course"],
		limit=0,
	)
	roots = versions.roots({row.course for row in rows})
	families = versions.families(set(roots.values()))
	found: dict[str, set[str]] = {}
	for row in rows:
		versions_of = families[roots[row.course]]
		found.setdefault(row.parent, set()).update(version.name for version in versions_of)
	return found


def _named(child: str, field: str, things: Collection[str]) -> dict[str, list[frappe._dict]]:
	line, kind = frappe.qb.DocType(child), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(line)
		.join(kind)
		.on((kind.name == line.parent) & (line.parenttype == DOCTYPE))
		.select(
			line.parent,
			line[field].as_("thing"),
			kind.enabled,
			kind.category,
			kind.mandatory,
			kind.renewal_days,
			kind.renewal_months,
			kind.compliance_control_id,
		)
		.where(line[field].isin(list(things) or [""]))
	).run(as_dict=True)
	found: dict[str, list[frappe._dict]] = {}
	for row in rows:
		found.setdefault(row.thing, []).append(row)
	return found


def _requirement(row: frappe._dict) -> Requirement:
	renewal = Period(months=row.renewal_months or 0, days=row.renewal_days or 0)
	return Requirement(row.parent, row.category, bool(row.mandatory), renewal, row.compliance_control_id)


def _own_type(root: str, course: str) -> Requirement | None:
	"""Make the type of a course that none names. Returns None where the settings do not want one."""
	row = frappe.db.get_value(
		"LMS Course",
		course,
		["title", "is_mandatory", "compliance_control_id", "certification"],
		as_dict=True,
	)
	wanted = setting("compliance_from_courses")
	if wanted == MANDATORY_ONLY:
		makes = bool(row.is_mandatory or row.compliance_control_id)
	else:
		makes = wanted == EVERY_CERTIFICATE and bool(row.certification)
	if not makes:
		return None
	name = _free_name((row.title or root).strip())
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"compliance_type": name,
			"mandatory": row.is_mandatory,
			"enabled": 1,
			"compliance_control_id": row.compliance_control_id,
			"description": _("Made for the course {0}.").format(row.title),
			"courses": [{"course": root}],
		}
	)
	doc.insert(ignore_permissions=True)
	return Requirement(doc.name, doc.category, bool(doc.mandatory), Period(), doc.compliance_control_id)


def _free_name(title: str) -> str:
	name = title.replace("<", "").replace(">", "")[:NAME_LENGTH].strip()
	if not frappe.db.exists(DOCTYPE, name):
		return name
	number = 2
	while frappe.db.exists(DOCTYPE, f"{name[: NAME_LENGTH - 5]} ({number})"):
		number += 1
	return f"{name[: NAME_LENGTH - 5]} ({number})"
