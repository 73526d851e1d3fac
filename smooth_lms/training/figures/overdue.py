"""Who is overdue, with what, since when."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pypika import functions as fn

from frappe.utils import cint

from smooth_lms.training.deciding.plan import OVERDUE
from smooth_lms.training.figures import base
from smooth_lms.training.requirement import rules

FIELDS = (
	"name",
	"member",
	"course",
	"rule_key",
	"due_date",
	"reminders",
	"last_reminder_on",
	"extension_state",
)


def overdue(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""Overdue assignments that the session's user may see, the longest overdue first.

	Args: filters, any of those of `people.matching`, requirement, course, and `days_overdue`, at least so many.

	Six statements at most.
	"""
	table, query = base.assignments()
	rows = (
		base.required_by(query, table, filters)
		.select(*(table[each] for each in FIELDS))
		.where(table.status == OVERDUE)
		.orderby(table.due_date)
		.orderby(table.name)
	).run(as_dict=True)
	chosen, by_employee = base.whom(filters)
	titles, courses, today = base.titles(), base.course_titles(), rules.today()
	least = cint(filters.get("days_overdue"))
	found = []
	for row in rows:
		profile = chosen.get(row.member)
		days = (today - row.due_date).days
		if profile is None or days < least:
			continue
		found.append(
			{
				**base.place(profile, by_employee),
				"course": row.course,
				"course_title": courses.get(row.course, row.course),
				"requirement": titles.get(row.rule_key or base.SINGLE),
				"due_date": row.due_date,
				"days_overdue": days,
				"reminders": row.reminders,
				"last_reminder_on": row.last_reminder_on,
				"extension_state": row.extension_state,
				"assignment": row.name,
			}
		)
	return found


def by_department(rows: list[dict[str, Any]]) -> Counter:
	"""How many rows there are of each department."""
	return Counter(row["department"] or "" for row in rows)


def departments() -> Counter:
	"""How many assignments are overdue in each department, among those the session's user may see."""
	table, query = base.assignments()
	rows = (
		query.select(table.member, fn.Count("*")).where(table.status == OVERDUE).groupby(table.member)
	).run()
	chosen, _by_employee = base.whom({})
	counts: Counter = Counter()
	for member, number in rows:
		if profile := chosen.get(member):
			counts[profile.department or ""] += number
	return counts
