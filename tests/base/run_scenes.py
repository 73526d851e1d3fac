"""For each kind of background run: one that has several chunks before it, and what it comes to when it is done."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import add_days, add_months, today

from smooth_lms.cohorts.importing import runs as enrollment_runs
from smooth_lms.compliance import certificate_runs, purge
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.training.runs import work
from tests.support.completions import certified_course, many_completed
from tests.support.factories import (
	make_batch,
	make_course,
	make_department,
	make_requirement,
	make_user,
	make_users,
	make_workforce,
)
from tests.support.roster import empty_roster, hire

PEOPLE = 9


@dataclass
class Scene:
	"""A run that is queued."""

	run: str
	result: Callable[[], Any]
	"""What it has come to."""
	expected: Any
	"""What an undisturbed run comes to."""
	again: Callable[[], Any] | None = None
	"""Starts a second one for the same, which is refused while this one is at work."""


@contextmanager
def enrollment() -> Iterator[Scene]:
	people, batch = make_users(PEOPLE - 1), make_batch(courses=1).name
	members = [*people, "nobody@example.com"]
	run = enrollment_runs.start(batch, members, source="Desk").name

	def result():
		fields = ["total", "processed", "enrolled", "waitlisted", "already_enrolled", "refused"]
		found = frappe.get_all("LMS Batch Enrollment", {"batch": batch, "status": "Enrolled"}, pluck="member")
		refused = frappe.get_all("LMS Enrollment Refusal", {"run": run}, pluck="row_no")
		return frappe.db.get_value("LMS Enrollment Run", run, fields), Counter(found), refused

	yield Scene(run, result, ((PEOPLE, PEOPLE, PEOPLE - 1, 0, 0, 1), Counter(people), [PEOPLE]))


@contextmanager
def certificates() -> Iterator[Scene]:
	course = certified_course().name
	people, batch = make_users(PEOPLE), make_batch(courses=[course]).name
	many_completed(people, course, batch)
	run = certificate_runs.start(batch).name

	def result():
		fields = ["total", "processed", "issued", "already", "not_completed"]
		found = frappe.get_all("LMS Certificate", {"course": course}, pluck="member")
		return frappe.db.get_value("LMS Certificate Run", run, fields), Counter(found)

	expected = (PEOPLE, PEOPLE, PEOPLE, 0, 0), Counter(people)
	yield Scene(run, result, expected, again=lambda: certificate_runs.start(batch))


@contextmanager
def audit_export() -> Iterator[Scene]:
	course = make_course().name
	many_completed(make_users(PEOPLE), course)
	values = {"enrollments": 1, "quiz_submissions": 0, "assignments": 0, "certificates": 0, "compliance": 0}

	def new():
		return frappe.get_doc({"doctype": "LMS Audit Export", **values, "course": course}).insert().name

	run = new()

	def result():
		doc = frappe.get_doc("LMS Audit Export", run)
		files = json.loads(doc.manifest)["files"] if doc.manifest else []
		attached = frappe.db.count("File", {"attached_to_name": run})
		return [(file["file"], file["rows"]) for file in files], doc.rows, doc.progress, attached

	expected = [("enrollments.csv", PEOPLE), ("enrollments.xlsx", PEOPLE)], PEOPLE, 100, 1
	yield Scene(run, result, expected)


@contextmanager
def purge_request() -> Iterator[Scene]:
	months = frappe.db.get_single_value("LMS Settings", "retention_months")
	frappe.db.set_single_value("LMS Settings", "retention_months", 84)
	course = make_course().name
	names = many_completed(make_users(PEOPLE), course)
	frappe.db.set_value("LMS Enrollment", {"course": course}, "completed_on", add_days(today(), -365 * 9))

	def asked():
		doc = frappe.get_doc(
			{"doctype": "LMS Purge Request", "ended_before": add_months(today(), -85), "reason": "Test"}
		).insert()
		purge.request(doc)
		return doc

	approver = make_user(roles=("System Manager",)).name
	doc, other = asked(), asked()

	def approve(doc):
		frappe.set_user(approver)
		try:
			purge.approve(doc, None)
		finally:
			frappe.set_user("Administrator")

	approve(doc)

	def result():
		log = frappe.db.get_value("LMS Purge Request", doc.name, "log") or ""
		listed = Counter(line.split("\t")[1] for line in log.splitlines() if "\t" in line)
		left = frappe.db.count("LMS Enrollment", {"course": course})
		files = frappe.db.count("File", {"attached_to_name": doc.name})
		return {name: listed[name] for name in names}, left, files

	try:
		yield Scene(doc.name, result, (dict.fromkeys(names, 1), 0, 1), again=lambda: approve(other))
	finally:
		frappe.db.set_single_value("LMS Settings", "retention_months", months)


@contextmanager
def synchronization() -> Iterator[Scene]:
	empty_roster()
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	people = hire(PEOPLE, word="run")
	run = sync_run.start(trigger="Person")

	def result():
		found = frappe.get_all("LMS Learner", {"status": "Active"}, pluck="employee")
		states = frappe.get_all("LMS Sync Change", {"run": run, "action": "Create"}, pluck="state")
		return (
			Counter(found),
			Counter(states),
			frappe.db.get_value("LMS Sync Run", run, ["created", "processed"]),
		)

	expected = Counter(people), Counter({"Applied": PEOPLE}), (PEOPLE, PEOPLE)
	try:
		yield Scene(run, result, expected, again=lambda: sync_run.start(trigger="Person"))
	finally:
		emails = frappe.get_all("Employee", {"name": ["in", people]}, pluck="company_email")
		for doctype, field in (("Has Role", "parent"), ("User Permission", "user"), ("User", "name")):
			frappe.db.delete(doctype, {field: ["in", emails]})
		frappe.db.set_single_value("LMS Settings", "hold_percent", 10)
		empty_roster()


@contextmanager
def training() -> Iterator[Scene]:
	department = make_department()
	people = make_workforce(PEOPLE, department=department)
	doc = make_requirement(courses=1, audience=[("Include", "Department", department)])
	doc.db_set("active", 1)
	run = work.start(doc.name, everybody=True)

	def result():
		found = frappe.get_all("LMS Training Assignment", {"requirement": doc.name}, pluck="member")
		counts = frappe.db.get_value("LMS Training Run", run, ["candidates", "processed", "opened"])
		return Counter(found), counts

	try:
		yield Scene(
			run,
			result,
			(Counter(people), (PEOPLE,) * 3),
			again=lambda: work.start(doc.name, everybody=True),
		)
	finally:
		frappe.db.set_value("LMS Training Requirement", doc.name, "active", 0)


SCENES = {
	"LMS Audit Export": audit_export,
	"LMS Certificate Run": certificates,
	"LMS Enrollment Run": enrollment,
	"LMS Purge Request": purge_request,
	"LMS Sync Run": synchronization,
	"LMS Training Run": training,
}
