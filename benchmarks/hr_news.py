"""HR's news on their way to training: many employees imported at once, and one saved on an idle site.

Wanted, all of one run:
  hires_s <= 1.2 x users_s + import_s      one_median_s <= 3

`hires_s` is of a Data Import of new Employees, from its start until the last of them is ready: the learner is Active,
the account may open the LMS, and the mandatory course is assigned. The import and all that follows from it are done by
one worker process of the bench, which listens to every queue, as a small bench has it.
`import_s` is of the same Data Import of as many others, in this process, with the app's handlers off.
`users_s` is of as many bare Users with one role, inserted one after the other.
`one_median_s` and `one_worst_s` are of one Employee, saved here and followed by the worker, until they are ready; before
the next one all queues are empty.
`peak_mb` is the most memory that the worker, or a process in which it does a job, has held.

What is measured is committed, as it has to be for another process: the site is made anew before the next run.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import frappe
from frappe.core.doctype.data_import.data_import import start_import
from frappe.utils.background_jobs import get_queues
from frappe.utils.csvutils import to_csv

from benchmarks.measure import report, seconds
from tests.support.factories import (
	company,
	make_course,
	make_employee,
	make_system_manager,
	make_user,
	unique,
)

PEOPLE, ONE_BY_ONE = 500, 30
ROLE = "LMS Student"
WAIT_SECONDS = 1_800
"""So that it ends; far longer than anything here takes."""
COLUMNS = ("First Name", "Gender", "Date of Birth", "Date of Joining", "Company", "Status", "Company Email")


def main(people: str = str(PEOPLE), one_by_one: str = str(ONE_BY_ONE)) -> None:
	"""Print one JSON line. Commits.

	Args: people, how many are imported; one_by_one, how many are saved on an idle site.
	"""
	number, times = int(people), int(one_by_one)
	make_system_manager()
	company()
	course = make_course(is_mandatory=1).name
	frappe.db.commit()
	users_s = seconds(lambda: _insert_users(number))
	import_s = seconds(lambda: _import_alone(number))
	_empty_queues()
	with _one_worker():
		hires_s = _import_until_ready(number, course)
		each = [_one_until_ready(course) for _ in range(times)]
	report(
		{
			"people": number,
			"hires_s": hires_s,
			"import_s": import_s,
			"users_s": users_s,
			"hires_wanted_s": 1.2 * users_s + import_s,
			"one_median_s": median(each),
			"one_worst_s": max(each),
			"peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
		}
	)


def _insert_users(number: int) -> None:
	for _ in range(number):
		make_user(roles=(ROLE,))
		frappe.db.commit()


def _import_alone(number: int) -> None:
	name = _data_import(number)[0]
	frappe.flags.smooth_lms_hr_off = True
	try:
		start_import(name)
		frappe.db.commit()  # as the background job does at its end
	finally:
		frappe.flags.smooth_lms_hr_off = False
	_require_imported(name)
	# nobody shall follow them later
	frappe.db.delete("Employee")
	frappe.db.commit()


def _import_until_ready(number: int, course: str) -> float:
	name, emails = _data_import(number)
	start = time.perf_counter()
	frappe.enqueue(
		"frappe.core.doctype.data_import.data_import.start_import", timeout=10_000, data_import=name
	)
	_wait(lambda: _ready(emails, course) == number, f"{number} employees are ready", pause=0.5)
	spent = time.perf_counter() - start
	_require_imported(name)
	return spent


def _one_until_ready(course: str) -> float:
	_wait(_idle, "all queues are empty")
	email = _email()
	start = time.perf_counter()
	make_employee(company_email=email)
	frappe.db.commit()
	_wait(lambda: _ready([email], course) == 1, f"{email} is ready")
	return time.perf_counter() - start


def _ready(emails: list[str], course: str) -> int:
	"""How many of these people are learners who may open the LMS and have their mandatory training."""
	return frappe.db.sql(
		"""select count(*) from `tabLMS Learner` learner
		join `tabHas Role` role on role.parent = learner.name and role.parenttype = 'User' and role.role = %s
		join `tabLMS Training Assignment` training on training.member = learner.name and training.course = %s
		where learner.status = 'Active' and learner.name in %s""",
		(ROLE, course, emails),
	)[0][0]


def _data_import(number: int) -> tuple[str, list[str]]:
	"""A Data Import of so many Employees, committed, and their e-mail addresses."""
	emails = [_email() for _ in range(number)]
	where = company()
	rows = [
		(f"Hire{index}", "Other", "1990-01-01", "2024-01-01", where, "Active", email)
		for index, email in enumerate(emails)
	]
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{unique('hires')}.csv",
			"content": to_csv([COLUMNS, *rows]),
			"is_private": 1,
		}
	).insert()
	doc = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Employee",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
			"mute_emails": 1,
		}
	).insert()
	frappe.db.commit()
	return doc.name, emails


def _email() -> str:
	return f"{unique('hire').replace(' ', '.')}@example.com".lower()


def _require_imported(name: str) -> None:
	frappe.db.rollback()
	status = frappe.db.get_value("Data Import", name, "status")
	if status != "Success":
		why = frappe.get_all(
			"Data Import Log", {"data_import": name, "success": 0}, pluck="exception", limit=1
		)
		raise RuntimeError(f"The Data Import of Employees ended with {status}: {why}")


def _wait(come_true: Callable[[], bool], what: str, pause: float = 0.05) -> None:
	until = time.monotonic() + WAIT_SECONDS
	while True:
		frappe.db.rollback()  # a new snapshot
		if come_true():
			return
		if time.monotonic() > until:
			raise RuntimeError(f"It took too long until {what}")
		time.sleep(pause)


def _idle() -> bool:
	return not any(queue.count or queue.started_job_registry.count for queue in get_queues())


def _empty_queues() -> None:
	for queue in get_queues():
		queue.empty()


@contextmanager
def _one_worker() -> Iterator[None]:
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker"]
	# a worker of the bench listens to the bench's queue; a site for tests has one of its own
	env = os.environ | {"FRAPPE_REDIS_QUEUE": frappe.conf.redis_queue}
	process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
	try:
		yield
	finally:
		process.terminate()
		process.wait(timeout=60)
