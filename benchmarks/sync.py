"""The synchronization of 20,000 employees with HR, measured against what the framework itself can do.

Wanted, all of one run:
  unchanged_s <= 200 x floor_s, unchanged_writes = 0     new_s <= 2,000 x 1.2 x user_floor_s
  changed_s, leavers_s <= 200 x floor_s                  peak_mb <= 400

Writes to the run's own record (LMS Sync Run) are not counted: that somebody looked is what it records. One process
does the whole run; on a bench with several workers new people are made by up to four of them at the same time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.utils import today

from benchmarks.measure import Statements, median_seconds, peak_mb, report, seconds, undone
from smooth_lms.learners import sync
from tests.factories import make_system_manager, make_users, unique
from tests.hr_factories import make_department
from tests.learners.records import empty_roster, hire

PEOPLE, PART = 20_000, 2_000
FLOOR_RUNS, USER_FLOOR_RUNS = 100, 40


class OfOthers(Statements):
	"""Counts statements, leaving out writes to the run's own record and the number it takes from the series."""

	def _counted(self, query: Any, *args: Any, **kwargs: Any) -> Any:
		writes = self.writes
		answer = super()._counted(query, *args, **kwargs)
		if "LMS Sync Run" in str(query) or "tabSeries" in str(query):
			self.writes = writes
		return answer


def main(people: str = str(PEOPLE), part: str = str(PART)) -> None:
	"""Print one JSON line. Everything is rolled back.

	Args: people, how many employees; part, how many of them are new, changed or leave.
	"""
	number, some = int(people), int(part)
	make_system_manager()  # as every site has one; Frappe disables nobody on a site without
	with undone():
		floor = median_seconds(_insert_todo, FLOOR_RUNS)
		user_floor = median_seconds(_insert_user, USER_FLOOR_RUNS)
	with undone(), _in_one_transaction():
		numbers = _measure(number, some)
	report({"people": number, "part": some, **numbers, "floor_s": floor, "user_floor_s": user_floor})


def _measure(number: int, part: int) -> dict[str, Any]:
	empty_roster()
	here, elsewhere = make_department(), make_department()
	users = make_users(number - part, roles=())
	known = hire(number - part, department=here, word="known", users=users)
	linked = seconds(sync.run_now)
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	hire(part, department=here, word="new")
	new = seconds(sync.run_now)
	with OfOthers() as sent:
		unchanged = seconds(sync.run_now)
	peak = peak_mb()
	frappe.db.set_value(
		"Employee", {"name": ["in", known[:part]]}, {"department": elsewhere, "designation": "Measured"}
	)
	changed = seconds(sync.run_now)
	frappe.db.set_value(
		"Employee", {"name": ["in", known[part : 2 * part]]}, {"status": "Left", "relieving_date": today()}
	)
	leavers = seconds(sync.run_now)
	_check(number, part)
	return {
		"linked_s": linked,
		"new_s": new,
		"unchanged_s": unchanged,
		"unchanged_queries": sent.total,
		"unchanged_writes": sent.writes,
		"changed_s": changed,
		"leavers_s": leavers,
		"peak_mb": peak,
	}


def _check(number: int, part: int) -> None:
	found = dict(frappe.db.sql("select status, count(*) from `tabLMS Learner` group by status"))
	if found != {"Active": number - part, "Archived": part}:
		raise RuntimeError(f"The measured runs did not do their work: {found}")


def _insert_todo(_number: int) -> None:
	frappe.get_doc({"doctype": "ToDo", "description": "floor"}).insert()


def _insert_user(_number: int) -> None:
	frappe.flags.in_import = True  # the throttle would stop at 60
	try:
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": f"{unique('floor').replace(' ', '.')}@example.com",
				"first_name": "Floor",
				"send_welcome_email": 0,
				"roles": [{"role": "LMS Student"}],
			}
		)
		doc.flags.no_welcome_mail = True
		doc.insert()
	finally:
		frappe.flags.in_import = False


@contextmanager
def _in_one_transaction() -> Iterator[None]:
	"""The runs' commits stay in one transaction, which is rolled back; nobody else helps."""
	commit, frappe.local.db.commit = frappe.local.db.commit, lambda: None
	frappe.flags.smooth_lms_no_helpers = True
	try:
		yield
	finally:
		frappe.local.db.commit = commit
		frappe.flags.smooth_lms_no_helpers = False
