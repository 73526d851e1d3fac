"""Mandatory training on an ordinary day: what was done before, two requirements at work, people in every state.

Everything goes through the product's own doors. What happened weeks ago is done by the clock of its day.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.utils import add_days, today

from sandbox.demo.company import ENTITIES, department
from sandbox.demo.people import user_of
from sandbox.demo.records import new
from smooth_lms.api import courses as course_api
from smooth_lms.api import training as api
from smooth_lms.training import activation, decisions
from smooth_lms.training.assignments import status
from smooth_lms.training.requirement import rules

ASSIGNMENT = "LMS Training Assignment"
SECURITY, SAFETY, LASERS, ENGLISH = (
	"Information security basics",
	"Safe at work",
	"Working with lasers",
	"Technical English",
)
LASER_RULE, ENGLISH_RULE = "Laser safety for the laboratories", "Technical English for customer service"
LASER_WORK = ("Laboratory Lead", "Optical Engineer", "Laboratory Technician", "Laser Technician")
FORMER = "Taken over from the former system."
MONTH_AGO = 40
"""Days since mandatory training was assigned for the first time: what was due after 30 days is overdue now."""
DONE_BEFORE = {
	SECURITY: (60, 330, 150, None, 345, 250, None, 90),
	SAFETY: (400, 715, None, 200, 690, 500),
}
"""How many days ago people completed a course in the former system, in turn; None for never."""
OWN = {
	SECURITY: {"1014": None, "1015": 345, "1016": 150, "1017": None},
	SAFETY: {"1014": 200, "1015": None, "1016": 715, "1017": None},
}
"""The same for the team of the manager who can sign in, by employee number."""


def make_training() -> None:
	"""Make what is missing; a second run changes nothing."""
	if frappe.db.exists(rules.DOCTYPE, {"title": LASER_RULE}):
		return
	colleagues = _colleagues()
	_take_over(colleagues)
	users = list(colleagues.values())
	with _days_ago(MONTH_AGO):
		api.assign_mandatory_training(requirement=rules.MANDATORY, members=users)
		lasers = _require(
			LASER_RULE,
			LASERS,
			[("Designation", each) for each in LASER_WORK],
			recurrence_months=24,
			window_days=60,
		)
		api.assign_mandatory_training(requirement=lasers, members=users)
	departments = [
		("Department", name)
		for company in ENTITIES
		if frappe.db.exists("Department", name := department("Customer Service", company))
	]
	_require(ENGLISH_RULE, ENGLISH, departments, due_days=60)
	everybody = frappe.get_all("LMS Learner", filters={"status": "Active"}, pluck="name", limit=0)
	api.assign_mandatory_training(members=everybody)
	_live_through(colleagues)
	status.mark_overdue()


def _colleagues() -> dict[str, str]:
	"""The accounts of those who have worked here for a while, by employee number."""
	rows = frappe.get_all(
		"Employee",
		filters={
			"status": "Active",
			"user_id": ["is", "set"],
			"date_of_joining": ["<", add_days(today(), -MONTH_AGO)],
		},
		fields=["employee_number", "user_id"],
		order_by="employee_number",
		limit=0,
	)
	learners = set(frappe.get_all("LMS Learner", filters={"status": "Active"}, pluck="name", limit=0))
	return {row.employee_number: row.user_id for row in rows if row.user_id in learners}


def _take_over(colleagues: dict[str, str]) -> None:
	"""Enter the completions that the former system knows, and certificates of one course."""
	for course, turns in DONE_BEFORE.items():
		for index, (number, user) in enumerate(colleagues.items()):
			days = OWN[course].get(number, turns[index % len(turns)])
			if days is None:
				continue
			day = add_days(today(), -days)
			new(ASSIGNMENT, member=user, course=_course(course), completed_on=day)
			if course == SECURITY:
				new("LMS Certificate", member=user, course=_course(course), issue_date=day, reason=FORMER)


def _require(title: str, course: str, audience: Sequence[tuple[str, str]], **values: object) -> str:
	"""A requirement at work, with 30 days from the assignment unless `values` say otherwise."""
	lines = [{"effect": "Include", "kind": kind, "value": value} for kind, value in audience]
	values = {"due_rule": "Days after assignment", "due_days": 30, **values}
	doc = new(rules.DOCTYPE, title=title, courses=[{"course": _course(course)}], audience=lines, **values)
	activation.activate(doc.name, activation.preview(doc)["people"])
	return doc.name


def _live_through(colleagues: dict[str, str]) -> None:
	"""What people have done about it since."""
	late = [user for number, user in colleagues.items() if number not in OWN[SAFETY]]
	late = [user for user in late if _open(user, SAFETY)]
	for index, user in enumerate(late):
		if index % 3:
			_learn(user, SAFETY, lessons=1 if index % 3 == 1 else None)
	for user in [user for user in colleagues.values() if _open(user, LASERS)][::3]:
		_learn(user, LASERS)
	asking, learning, waived = (user_of(number) for number in ("1014", "1015", "1017"))
	if learning and _open(learning, SAFETY):
		_learn(learning, SAFETY)
	if learning:
		new(ASSIGNMENT, member=learning, course=_course(LASERS), due_date=add_days(today(), 2))
		_learn(learning, LASERS, lessons=1)
	if waived and (name := _open(waived, SAFETY)):
		decisions.waive([name], "Works from home this year, no workplace in the building.")
	if asking and (name := _open(asking, SECURITY)):
		until = add_days(max(today(), str(frappe.db.get_value(ASSIGNMENT, name, "due_date"))), 14)
		with _as(asking):
			api.request_extension(name, until, "The release of the new firmware goes out next week.")


def _learn(user: str, course: str, lessons: int | None = None) -> None:
	"""Somebody finishes the first lessons of a course, all by default."""
	names = frappe.get_all(
		"Course Lesson",
		filters={"course": _course(course), "lesson_type": "Text"},
		pluck="name",
		order_by="creation",
		limit=lessons or 0,
	)
	with _as(user):
		for name in names:
			course_api.finish_lesson(name)


def _open(user: str, course: str) -> str | None:
	filters = {"member": user, "course": _course(course), "open_mark": ["is", "set"]}
	return frappe.db.get_value(ASSIGNMENT, filters, "name")


def _course(title: str) -> str:
	return frappe.db.get_value("LMS Course", {"title": title}, "name", cache=True)


@contextmanager
def _as(user: str) -> Iterator[None]:
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


@contextmanager
def _days_ago(days: int) -> Iterator[None]:
	clock = rules.clock
	with patch.object(rules, "clock", lambda: clock() - timedelta(days=days)):
		yield
