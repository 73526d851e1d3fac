"""Whether people had completed their training before their first day at work."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pypika import Case
from pypika import functions as fn

import frappe
from frappe.utils import getdate

from smooth_lms.people import first_day
from smooth_lms.training.assignments.ledger import MARK
from smooth_lms.training.deciding.plan import CANCELLED, COMPLETED
from smooth_lms.training.figures import base
from smooth_lms.training.requirement import rules

ONBOARDING = "Employee Onboarding"
BEFORE, AFTER, MISSING, TIME_LEFT = "before", "after", "missing", "time_left"
STATES = (BEFORE, TIME_LEFT, AFTER, MISSING)


def before_start(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""For each person and course the first completion, held against the date of joining.

	Args: filters, any of those of `people.matching`, requirement, course, joined_from, joined_to, and state, one of
	        STATES: `before` the first day, `after` it began, `missing`, or not done with `time_left` until then.

	People without a date of joining are left out. Eight statements at most.
	"""
	chosen, by_employee = base.whom(filters)
	first, last = (
		getdate(filters[each]) if filters.get(each) else None for each in ("joined_from", "joined_to")
	)
	chosen = {
		user: profile
		for user, profile in chosen.items()
		if profile.joined and (not first or profile.joined >= first) and (not last or profile.joined <= last)
	}
	courses, today = base.course_titles(), rules.today()
	onboardings = _onboardings()
	found = []
	for member, root, course, done, due in _rows(filters):
		profile = chosen.get(member)
		if profile is None:
			continue
		state = state_of(done, profile.joined, today)
		if filters.get("state") and filters["state"] != state:
			continue
		found.append(
			{
				**base.place(profile, by_employee),
				"course": course,
				"course_title": courses.get(root, root),
				"date_of_joining": profile.joined,
				"completed_on": done,
				"due_date": due,
				"days_before": (profile.joined - done).days if done else None,
				"state": state,
				"onboarding": onboardings.get(profile.employee),
			}
		)
	found.sort(key=lambda row: (-row["date_of_joining"].toordinal(), row["member_name"].casefold()))
	return found


def state_of(done: date | None, joined: date, today: date) -> str:
	"""One of STATES. The first day itself is not before it."""
	if done:
		return BEFORE if first_day.before_start(done, joined) else AFTER
	return TIME_LEFT if today < joined else MISSING


def _rows(filters: Mapping[str, Any]) -> list[tuple]:
	table, query = base.assignments()
	return (
		base.required_by(query, table, filters)
		.select(
			table.member,
			table.course_root,
			fn.Max(table.course),
			fn.Min(Case().when(table.status == COMPLETED, table.completed_on)),
			fn.Min(Case().when(table.open_mark == MARK, table.due_date)),
		)
		.where(table.status != CANCELLED)
		.groupby(table.member, table.course_root)
	).run()


def _onboardings() -> dict[str, str]:
	"""How far HR's onboarding of each employee is."""
	if not frappe.db.table_exists(ONBOARDING, cached=True):
		return {}
	rows = frappe.get_all(
		ONBOARDING,
		filters={"docstatus": 1, "employee": ["is", "set"]},
		fields=["employee", "boarding_status"],
		order_by="creation asc",
		limit=0,
	)
	return {row.employee: row.boarding_status for row in rows}
