"""What a learner waits for, and a cohort of 5,000, measured against the framework's own page and insert.

Wanted, all of one run:
  lesson_ms, batches_ms, courses_ms <= 1.3 x me_ms       progress_ms <= 1 x floor_ms     quiz_submit_ms <= 2 x floor_ms
  report_s <= 100 x floor_ms                 certificates_per_s >= 20 x floor_per_s

Courses and cohorts have audiences (`OFFERED` courses), and the learner is in some of them: see docs/audiences.md.

Everything but the certificates goes over HTTP, to four real server processes, one request at a time. The requests take
turns, so that a busy moment of the machine meets all of them. `with_compliance_per_s` is the same run for employees,
of whom each gets a row of Employee Compliance besides.
"""

from collections.abc import Callable
from statistics import median

import requests

import frappe
from frappe.utils import add_days, now, today

from benchmarks.measure import WORKERS, floor_per_s, report, seconds
from smooth_lms.base.rows import insert_rows
from smooth_lms.compliance import certificate_runs
from smooth_lms.people import audience
from tests.support.factories import (
	add_lessons,
	make_batch,
	make_course,
	make_department,
	make_employee,
	make_lesson,
	make_quiz,
	make_user,
	make_users,
	make_workforce,
)
from tests.support.server import Server

PEOPLE, COHORTS, QUESTIONS, ROUNDS = 5_000, 200, 20, 40
REPORTS, RUNS = 5, 3
OFFERED = 2_000
"""Courses of the catalogue, each with an audience of three lines."""
WARM_UP = 8
"""Rounds that are not counted: each server process fills its own caches first."""


def main(people: str = str(PEOPLE), rounds: str = str(ROUNDS)) -> None:
	"""Print one JSON line. The site is one that the next run makes anew: what was written stays.

	Args: people, the size of the cohort; rounds, how often each request is sent.
	"""
	school = School(int(people))
	_limit(school)
	with Server(frappe.local.site, workers=WORKERS) as server:
		spent = _take_turns(Requests(server, school).all(), int(rounds))
		moderator = server.session(school.moderator)
		reports = [seconds(lambda: _progress_report(server, moderator, school)) for _ in range(REPORTS)]
	floors = [_floor()]
	certificates, with_records = [], []
	for number in range(RUNS):
		cohort = School(school.people, cohorts=1) if number else school
		certificates.append(_certificates(cohort))
		floors.append(_floor())
		with_records.append(_certificates(School(school.people, make_workforce, cohorts=1), records=True))
		floors.append(_floor())
	report(
		{
			"people": school.people,
			"cohorts": COHORTS,
			"questions": QUESTIONS,
			"offered": OFFERED,
			**{f"{name}_ms": median(each) * 1_000 for name, each in spent.items()},
			"report_s": median(reports),
			"certificates_per_s": median(certificates),
			"with_compliance_per_s": median(with_records),
			"floor_per_s": median(floors),
		}
	)


class School:
	"""A course, the cohort that takes it, further cohorts, and the learner whom the benchmark plays. Committed.

	Everybody but that learner has completed the course.
	"""

	def __init__(
		self, people: int, make: Callable[[int], list[str]] = make_users, *, cohorts: int = COHORTS
	) -> None:
		self.people = people
		self.learner = make_user().name
		self.moderator = make_user(roles=("Moderator",)).name
		self.course = make_course(lessons=0, certification=1).name
		self.lesson = add_lessons(self.course, 12)[5]
		quiz = make_quiz(self.course, QUESTIONS, max_attempts=0)
		self.quiz = make_lesson(self.course, "Quiz", quiz=quiz.name).name
		self.batch = make_batch(courses=[self.course]).name
		for index in range(cohorts - 1):
			make_batch(courses=[self.course], end_date=add_days(today(), 5 + index))
		self._fill(make(people - 1))
		frappe.db.commit()

	def _fill(self, users: list[str]) -> None:
		everybody, stamp = [self.learner, *users], now()
		seats = [(self.batch, user, user, "Employee", "Enrolled", "Desk", stamp) for user in everybody]
		fields = ("batch", "member", "member_name", "member_type", "status", "source", "enrolled_on")
		insert_rows("LMS Batch Enrollment", fields, seats)
		fields = ("member", "member_name", "course", "batch", "attempt", "progress", "status", "completed_on")
		done = [(user, user, self.course, self.batch, 1, 100, "Completed", stamp) for user in users]
		own = (self.learner, self.learner, self.course, self.batch, 1, 0, "Not Started", None)
		insert_rows("LMS Enrollment", fields, [own, *done])


def _limit(school: School) -> None:
	"""Fill the catalogue, and give everything audiences: the learner's department in every second, with an exclusion."""
	own, other, apart = (make_department() for _ in range(3))
	make_employee(school.learner, department=own)
	rows = [(f"Course {number}", 1, "What it is about.") for number in range(OFFERED)]
	courses = insert_rows("LMS Course", ("title", "published", "short_introduction"), rows)
	cohorts = frappe.get_all("LMS Batch", pluck="name", limit=0)
	lines = [
		(frappe.generate_hash(length=12), name, doctype, "audience", effect, "Department", value, place)
		for doctype, names in (("LMS Course", courses), ("LMS Batch", cohorts))
		for number, name in enumerate(names)
		for place, (effect, value) in enumerate(
			(("Include", own if number % 2 else other), ("Include", other), ("Exclude", apart)), start=1
		)
	]
	fields = ["name", "parent", "parenttype", "parentfield", "effect", "kind", "value", "idx"]
	frappe.db.bulk_insert(audience.LINES, fields, lines)
	for doctype in audience.NOTED:
		audience.note_use(doctype)
	frappe.db.commit()


class Requests:
	"""The measured requests, each a function that sends one and fails unless it did its work."""

	def __init__(self, server: Server, school: School) -> None:
		self.server, self.school = server, school
		self.session = server.session(school.learner)

	def all(self) -> dict[str, Callable[[], float]]:
		"""By the name of the number; each answers how many seconds it took."""
		course = f"/lms/courses/{self.school.course}"
		return {
			"lesson": lambda: self._page(f"{course}/{self.school.lesson}", "Lesson 6"),
			"batches": lambda: self._page("/lms/batches", "Cohort"),
			"courses": lambda: self._page("/lms/courses", "Course"),
			"progress": self._progress,
			"quiz_submit": self._quiz_submit,
			"me": lambda: self._page("/me", self.school.learner),
			"floor": self._floor,
		}

	def _page(self, path: str, holds: str) -> float:
		return self._timed("GET", path, holds)

	def _progress(self) -> float:
		values = {"lesson": self.school.lesson, "position": "0.5", "seconds": 30}
		return self._call("courses.save_progress", values, "In Progress")

	def _quiz_submit(self) -> float:
		started = self.server.call(self.session, "quizzes.start", lesson=self.school.quiz)
		started.raise_for_status()
		attempt = started.json()["message"]
		answers = {str(i): each["options"][0]["id"] for i, each in enumerate(attempt["questions"])}
		values = {"submission": attempt["name"], "answers": answers}
		return self._call("quizzes.submit", values, '"score":')

	def _floor(self) -> float:
		todo = {"description": "floor", "assigned_by": self.school.learner}
		return self._timed("POST", "/api/resource/ToDo", "floor", json=todo)

	def _call(self, method: str, values: dict, holds: str) -> float:
		return self._timed("POST", f"/api/method/smooth_lms.api.{method}", holds, json=values)

	def _timed(self, verb: str, path: str, holds: str, **what: object) -> float:
		answers: list[requests.Response] = []
		address = self.server.url + path
		spent = seconds(lambda: answers.append(self.session.request(verb, address, timeout=60, **what)))
		answers[0].raise_for_status()
		if holds not in answers[0].text:
			raise SystemExit(f"{path} did not do its work: {answers[0].text[:500]}")
		return spent


def _take_turns(measured: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
	spent: dict[str, list[float]] = {name: [] for name in measured}
	for number in range(rounds + WARM_UP):
		for name, send in measured.items():
			taken = send()
			if number >= WARM_UP:
				spent[name].append(taken)
	return spent


def _progress_report(server: Server, session: requests.Session, school: School) -> None:
	filters = frappe.as_json({"batch": school.batch})
	answer = session.get(
		f"{server.url}/api/method/frappe.desk.query_report.run",
		params={"report_name": "Cohort Progress", "filters": filters, "ignore_prepared_report": "true"},
		timeout=120,
	)
	answer.raise_for_status()
	rows = len(answer.json()["message"]["result"])
	if rows < school.people:
		raise SystemExit(f"The report has {rows} rows for {school.people} people")


def _certificates(school: School, *, records: bool = False) -> float:
	"""Certificates that the background job for a cohort issues in a second.

	Args: records, whether each makes a row of Employee Compliance.
	"""
	run = certificate_runs.start(school.batch, school.course)
	frappe.db.commit()
	spent = seconds(lambda: certificate_runs.perform(run.name))
	frappe.set_user("Administrator")
	wanted = school.people - 1
	issued = frappe.db.count("LMS Certificate", {"batch": school.batch, "status": "Valid"})
	made = frappe.db.count("Employee Compliance", {"course": school.course, "status": "Complete"})
	if (issued, made) != (wanted, wanted if records else 0):
		raise SystemExit(f"{issued} certificates and {made} compliance rows for {wanted} people")
	return issued / spent


def _floor() -> float:
	frappe.db.commit()
	try:
		return floor_per_s()
	finally:
		frappe.db.rollback()
