"""Assigning 10 courses to 5,000 employees by one requirement, measured against what the framework itself can do.

Wanted:
  rows_per_s >= 0.5 x raw_rows_per_s            unchanged_per_s >= 500 x floor_per_s, unchanged_writes = 0
  scaling: 25,000 people at most 6 x 5,000      peak_mb <= 400 at 25,000 people
  four workers at once finish, duplicates = 0
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from benchmarks.measure import Statements, floor_per_s, peak_mb, raw_rows_per_s, report, seconds, undone
from smooth_lms.training.assignments import assign
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start as run_start
from tests.support.factories import make_course, make_department, make_requirement, make_workforce, unique

PEOPLE, COURSES = 5_000, 10
SIZES, COURSES_OF_SIZES = (1_000, 5_000, 25_000), 3
TABLES_BY_MEMBER = ("LMS Training Assignment", "LMS Enrollment")


def main(people: str = str(PEOPLE)) -> None:
	"""Print one JSON line. What was written is removed again.

	Args: people, how many to assign to.
	"""
	number = int(people)
	with undone():
		floor = floor_per_s()
	numbers = _first_again_and_changed(number)
	scaling = {size: _scaling(size) for size in SIZES}
	peak = peak_mb()
	with undone():
		raw = raw_rows_per_s("LMS Training Assignment", _raw_rows(20_000))
	report(
		{
			"people": number,
			"courses": COURSES,
			**numbers,
			"scaling": {str(size): round(spent, 3) for size, spent in scaling.items()},
			"peak_mb": peak,
			"floor_per_s": floor,
			"raw_rows_per_s": raw,
			"duplicates": _four_workers(number),
		}
	)


def _first_again_and_changed(number: int) -> dict:
	with _company_of(number, COURSES) as (key, _department, users):
		first = seconds(lambda: _run(key))
		assigned = frappe.db.count("LMS Training Assignment", {"requirement": key})
		rows = assigned + frappe.db.count("LMS Enrollment", {"member": ["in", users]})
		with Statements() as again:
			unchanged = min(seconds(lambda: run_start.prepare(key)) for _ in range(3))
		frappe.db.commit()
		other = make_department()
		frappe.db.set_value("Employee", {"user_id": ["in", users[: number // 100]]}, "department", other)
		frappe.db.commit()
		changed = seconds(lambda: _run(key))
		cancelled = frappe.db.count("LMS Training Assignment", {"requirement": key, "status": "Cancelled"})
		if (assigned, cancelled) != (number * COURSES, number // 100 * COURSES):
			raise SystemExit(f"{assigned} assigned, {cancelled} taken back: not what the rule says")
	return {
		"first_per_s": assigned / first,
		"rows_per_s": rows / first,
		"unchanged_per_s": assigned / unchanged,
		"unchanged_writes": again.writes,
		"changed_s": changed,
	}


def _scaling(size: int) -> float:
	with _company_of(size, COURSES_OF_SIZES) as (key, _department, _users):
		return seconds(lambda: _run(key))


def _four_workers(number: int) -> int:
	"""How many people four workers on one run have assigned a course twice, or not at all."""
	with _company_of(number, COURSES_OF_SIZES) as (key, _department, _users):
		run = run_start.prepare(key)
		frappe.db.commit()
		context = multiprocessing.get_context("spawn")
		workers = [context.Process(target=_work, args=(frappe.local.site, run)) for _ in range(4)]
		for worker in workers:
			worker.start()
		for worker in workers:
			worker.join()
		frappe.db.rollback()
		pairs = frappe.get_all(
			"LMS Training Assignment",
			filters={"requirement": key},
			fields=["member", "course"],
			as_list=True,
			limit=0,
		)
		missing = number * COURSES_OF_SIZES - len(set(pairs))
		status = frappe.db.get_value("LMS Training Run", run, "status")
		return len(pairs) - len(set(pairs)) + missing + (status != "Completed")


def _work(site: str, run: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	run_start.work(run)
	frappe.destroy()


def _run(key: str) -> None:
	run = run_start.prepare(key)
	frappe.db.commit()
	run_start.work(run)


@contextmanager
def _company_of(number: int, courses: int) -> Iterator[tuple[str, str, list[str]]]:
	"""People in a department and an active requirement for it; removed at the end with all that hangs on them."""
	department = make_department(unique("Bench"))
	users = make_workforce(number, department=department)
	names = [make_course().name for _ in range(courses)]
	audience = [("Include", "Department", department)]
	key = make_requirement(courses=names, audience=audience).name
	frappe.db.set_value(rules.DOCTYPE, key, "active", 1)
	frappe.db.commit()
	try:
		yield key, department, users
	finally:
		frappe.db.rollback()
		_remove(key, users, names)


def _remove(key: str, users: list[str], courses: list[str]) -> None:
	for start in range(0, len(users), assign.CHUNK):
		part = ["in", users[start : start + assign.CHUNK]]
		names = frappe.get_all(TABLES_BY_MEMBER[0], filters={"member": part}, pluck="name", limit=0)
		frappe.db.delete("Version", {"ref_doctype": TABLES_BY_MEMBER[0], "docname": ["in", names]})
		for doctype in TABLES_BY_MEMBER:
			frappe.db.delete(doctype, {"member": part})
		frappe.db.delete("Employee", {"user_id": part})
		frappe.db.delete("Has Role", {"parent": part})
		frappe.db.delete("User", {"name": part})
		frappe.db.commit()
	for run in frappe.get_all(run_start.DOCTYPE, filters={"rule_key": key}, pluck="name"):
		frappe.db.delete(run_start.CHUNK_DOCTYPE, {"run": run})
		frappe.db.delete(run_start.DOCTYPE, {"name": run})
	frappe.db.delete(rules.DOCTYPE, {"name": key})
	for doctype in ("LMS Training Requirement Course", "LMS Training Audience"):
		frappe.db.delete(doctype, {"parent": key})
	for doctype in ("Course Lesson", "Course Chapter"):
		frappe.db.delete(doctype, {"course": ["in", courses]})
	frappe.db.delete("LMS Course", {"name": ["in", courses]})
	frappe.db.commit()


def _raw_rows(number: int) -> list[dict]:
	# as wide as the assignments that the assigner writes
	day = rules.today()
	return [
		{
			"member": f"raw.{index:05}@example.com",
			"member_name": f"Learner {index}",
			"employee": f"E-raw.{index:05}@example.com",
			"course": "raw-course",
			"batch": None,
			"status": "Pending",
			"due_date": day,
			"completed_on": None,
			"requirement": "TR-0000",
			"cycle": 1,
			"source": "Requirement",
			"assigned_on": day,
			"assigned_by": "Administrator",
			"attempt": 1,
			"rule_key": "TR-0000",
			"course_root": "raw-course",
			"rule_due": day,
			"renews": None,
			"review_on": None,
			"open_mark": "1",
			"current_mark": "1",
		}
		for index in range(number)
	]
