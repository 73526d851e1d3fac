"""Whose training runs out, and when it has to be renewed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from frappe.utils import cint

from smooth_lms.training.assignments.ledger import MARK
from smooth_lms.training.deciding.due import cycle_after
from smooth_lms.training.deciding.plan import COMPLETED, OVERDUE, WAIVED
from smooth_lms.training.figures import base
from smooth_lms.training.requirement import rules

FIELDS = (
	"name",
	"member",
	"course",
	"course_root",
	"rule_key",
	"status",
	"cycle",
	"due_date",
	"rule_due",
	"completed_on",
	"renews",
	"review_on",
	"certificate",
)
LATE, OPEN, LATER = "overdue", "open", "later"
STATES = (LATE, OPEN, LATER)


def recertification(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""The next renewal of each completed course, the nearest first; of those the session's user may see.

	Args: filters, any of those of `people.matching`, requirement, course, `due_to` (a date) or `within_days`, and
	        state: `overdue`, `open` (may be renewed now) or `later`.

	Seven statements at most, whatever the number of people.
	"""
	table, query = base.assignments()
	rows = (
		base.required_by(query, table, filters)
		.select(*(table[each] for each in FIELDS))
		.where(table.current_mark == MARK)
		.where(
			(table.status.isin([COMPLETED, WAIVED]) & table.review_on.notnull())
			| ((table.open_mark == MARK) & table.renews.notnull())
		)
	).run(as_dict=True)
	chosen, by_employee = base.whom(filters)
	titles, courses, today = base.titles(), base.course_titles(), rules.today()
	known = rules.rules_in_force()
	days = cint(filters.get("within_days"))
	latest = today + timedelta(days=days) if days else None
	found = []
	for row in rows:
		profile = chosen.get(row.member)
		due, opens = _next(row, known, today) if profile else (None, None)
		if due is None or (latest and due > latest):
			continue
		state = LATE if row.status == OVERDUE else OPEN if row.open_mark_set else LATER
		if filters.get("state") and filters["state"] != state:
			continue
		found.append(
			{
				**base.place(profile, by_employee),
				"course": row.course,
				"course_title": courses.get(row.course_root, row.course),
				"requirement": titles.get(row.rule_key),
				"completed_on": row.renews if row.open_mark_set else row.completed_on,
				"opens_on": opens,
				"due_date": due,
				"days_left": (due - today).days,
				"state": state,
				"certificate": row.certificate,
				"assignment": row.name,
			}
		)
	found.sort(key=lambda row: (row["due_date"], row["member_name"].casefold()))
	return found


def _next(row: Any, known: Mapping[tuple[str, str | None], rules.Rule], today: date) -> tuple:
	"""When the next round is due and when it opens; (None, None) where the rule does not repeat any more."""
	row.open_mark_set = row.status not in (COMPLETED, WAIVED)
	if row.open_mark_set:
		return row.due_date, None
	rule = known.get((row.rule_key, None)) or known.get((row.rule_key, row.course_root))
	done = row.completed_on if row.status == COMPLETED else None
	following = cycle_after(rule, row.cycle, row.rule_due or row.due_date, done, today) if rule else None
	return (following.due, following.opens) if following else (None, None)
