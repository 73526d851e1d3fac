"""The synchronization of 20,000 employees with HR, measured against what the framework itself can do.

Wanted, all of one run:
  unchanged_s <= 200 x floor_s, unchanged_writes = 0     new_s <= 2,000 x 1.2 x user_floor_s
  changed_s, leavers_s <= 200 x floor_s                  peak_mb <= 400

`unchanged_s` is of a run before which nothing has changed since the last; `compared_s` of one that had to compare
everybody because somebody was modified, although nobody needed anything.
`leavers_s` is of leavers whose accounts stay on (LMS Settings), since the wish is about rows of the LMS;
`leavers_users_s` is of as many whose User is disabled too, with its history, notification settings and sessions.

Writes to the run's own record (LMS Sync Run) are not counted: that somebody looked is what it records. One process
does the whole run; on a bench with several workers up to four share it, and take turns where they make accounts. The
floors are taken before, between and after the runs, so that they meet the same people and the same moods of the
machine.

Everything is one transaction that is rolled back. What Frappe would do after a commit is dropped at each commit of a
run, as a commit would have emptied the queue: kept to the end it would be counted as memory of the synchronization.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import frappe
from frappe.utils import today

from benchmarks.measure import Statements, median_seconds, peak_mb, report, seconds, undone
from smooth_lms.learners.sync import run as sync_run
from tests.support.factories import make_system_manager, make_users, unique
from tests.support.hr import make_department
from tests.support.roster import empty_roster, hire

PEOPLE, PART = 20_000, 2_000
FLOOR_RUNS, USER_FLOOR_RUNS = 20, 25


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
	floors: list[float] = []
	user_floors: list[float] = []
	with undone(), _in_one_transaction():
		numbers = _measure(number, some, floors, user_floors)
	found = {"floor_s": median(floors), "user_floor_s": median(user_floors)}
	report({"people": number, "part": some, **numbers, **found})


def _measure(number: int, part: int, floors: list[float], user_floors: list[float]) -> dict[str, Any]:
	def run() -> float:
		floors.append(median_seconds(_insert_todo, FLOOR_RUNS))
		spent = seconds(sync_run.run_now)
		floors.append(median_seconds(_insert_todo, FLOOR_RUNS))
		return spent

	empty_roster()
	here, elsewhere = make_department(), make_department()
	users = make_users(number - part, roles=())
	known = hire(number - part, department=here, word="known", users=users)
	linked = run()
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	hire(part, department=here, word="new")
	user_floors += _user_floor()
	new = run()
	user_floors += _user_floor()
	compared = run()
	with OfOthers() as sent:
		seconds(sync_run.run_now)
	unchanged = run()
	frappe.db.set_value(
		"Employee", {"name": ["in", known[:part]]}, {"department": elsewhere, "designation": "Measured"}
	)
	changed = run()
	frappe.db.set_single_value("LMS Settings", "disable_leavers", 0)
	_let_go(known[part : 2 * part])
	leavers = run()
	frappe.db.set_single_value("LMS Settings", "disable_leavers", 1)
	_let_go(known[2 * part : 3 * part])
	leavers_users = run()
	_check(number, 2 * part)
	return {
		"linked_s": linked,
		"new_s": new,
		"compared_s": compared,
		"unchanged_s": unchanged,
		"unchanged_queries": sent.total,
		"unchanged_writes": sent.writes,
		"changed_s": changed,
		"leavers_s": leavers,
		"leavers_users_s": leavers_users,
		"peak_mb": peak_mb(),
	}


def _let_go(employees: list[str]) -> None:
	frappe.db.set_value(
		"Employee", {"name": ["in", employees]}, {"status": "Left", "relieving_date": today()}
	)


def _check(number: int, left: int) -> None:
	found = dict(frappe.db.sql("select status, count(*) from `tabLMS Learner` group by status"))
	if found != {"Active": number - left, "Archived": left}:
		raise RuntimeError(f"The measured runs did not do their work: {found}")


def _insert_todo(_number: int) -> None:
	frappe.get_doc({"doctype": "ToDo", "description": "floor"}).insert()


def _user_floor() -> list[float]:
	"""Inserts of bare Users among as many people as the run has, taken back."""
	frappe.db.savepoint("user_floor")
	try:
		return [seconds(lambda number=number: _insert_user(number)) for number in range(USER_FLOOR_RUNS)]
	finally:
		frappe.db.rollback(save_point="user_floor")


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
	database = frappe.local.db
	commit = database.commit

	def forget() -> None:
		database.after_commit.reset()
		database.after_rollback.reset()
		# Frappe looks through all of it before it adds to it, so with every account both it and the floors grow
		if hasattr(frappe.local, "_realtime_log"):
			del frappe.local._realtime_log

	database.commit = forget
	frappe.flags.smooth_lms_no_helpers = True
	try:
		yield
	finally:
		database.commit = commit
		frappe.flags.smooth_lms_no_helpers = False
