"""HR could give themselves any learning profile, and employees with Employee Self Service could leave training."""

import frappe
from frappe.utils import cint

from smooth_lms.base.rows import forget_documents, record_changes, update_rows
from smooth_lms.learners import giving
from smooth_lms.learners.sync import planner

DOCTYPE = "Employee"


def execute() -> None:
	"""Put back, as far as the history of the records tells, what was changed by the person the record is about, and
	profiles that nobody has given who may give them; their learners follow at once.
	"""
	if not frappe.db.table_exists(DOCTYPE) or not frappe.db.has_column(DOCTYPE, giving.PROFILE):
		return
	found_by_field = {giving.PROFILE: _profiles(), **_switches()}
	for field, found in found_by_field.items():
		if found:
			update_rows(DOCTYPE, {name: {field: new} for name, (_old, new) in found.items()}, stamped=False)
			record_changes(DOCTYPE, {name: [(field, old, new)] for name, (old, new) in found.items()})
			forget_documents(DOCTYPE, found)
	people = sorted({name for found in found_by_field.values() for name in found})
	if not people:
		return
	frappe.log_error(
		title="Smooth LMS put back access that people had given themselves",
		message="\n".join(
			f"Employee {name}: {field}, {old} is {new} again"
			for field, found in found_by_field.items()
			for name, (old, new) in sorted(found.items())
		),
	)
	planner.follow(people, [])


def _profiles() -> dict[str, tuple[str, str | None]]:
	"""The value that was and the one that is put back, by Employee."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={giving.PROFILE: ["is", "set"]},
		fields=["name", giving.PROFILE, "user_id", "company_email"],
		limit=0,
	)
	profiles = {row.name: (row[giving.PROFILE], row.user_id, row.company_email) for row in rows}
	refused = giving.not_entitled(profiles)
	given = giving.givers({name: each[0] for name, each in profiles.items()})
	known = giving.history(sorted(profiles), giving.PROFILE)
	for name, (_profile, *own) in profiles.items():
		if name in known and _same(given.get(name), own):
			refused.add(name)
	return {name: (profiles[name][0], _before(known.get(name), profiles[name])) for name in sorted(refused)}


def _before(changes: list[tuple[str, str, str]] | None, mine: tuple) -> str | None:
	"""The last value that somebody else had chosen."""
	_profile, *own = mine
	for user, old, _new in reversed(changes or []):
		if not _same(user, own):
			return None
		if old and frappe.db.exists("LMS Learning Profile", {"name": old, "given_by": "HR"}):
			return old
	return None


def _switches() -> dict[str, dict[str, tuple[int, int]]]:
	found: dict[str, dict[str, tuple[int, int]]] = {}
	for field in giving.SWITCHES:
		if not frappe.db.has_column(DOCTYPE, field):
			continue
		rows = frappe.get_all(
			DOCTYPE, filters={field: 1}, fields=["name", "user_id", "company_email"], limit=0
		)
		known = giving.history([row.name for row in rows], field)
		found[field] = {
			row.name: (1, 0)
			for row in rows
			if row.name in known
			and cint(known[row.name][-1][2])
			and _same(known[row.name][-1][0], [row.user_id, row.company_email])
		}
	return found


def _same(user: str | None, own: list[str | None]) -> bool:
	me = (user or "").casefold()
	return bool(me) and me != "administrator" and me in {(each or "").casefold() for each in own}
