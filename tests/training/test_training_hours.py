"""Hours of training by person and year: packages by their attempts, other lessons, live classes; nobody else's."""

from datetime import date

import pytest

import frappe

from smooth_lms.courses import enrollment, progress
from smooth_lms.training.report.training_hours import training_hours
from tests.support import factories
from tests.support.packages.build import make_package

YEAR = date.today().year


class World:
	"""Two people who are employees of a department, and one of them has trained in three ways."""

	def __init__(self) -> None:
		self.department = factories.make_department()
		self.learner, self.other = factories.make_workforce(2, department=self.department)
		course = factories.make_course(lessons=1).name
		package = make_package(course).name
		self.scorm = factories.make_lesson(course, "SCORM", scorm_package=package).name
		self.text = frappe.db.get_value("Course Lesson", {"course": course, "lesson_type": "Text"})
		enrollment.enroll({self.learner: "Learner"}, [course])
		self.enrollment = frappe.db.get_value("LMS Enrollment", {"member": self.learner})
		for attempt, year, seconds in ((1, YEAR - 1, 1800), (2, YEAR, 5400)):
			values = {"enrollment": self.enrollment, "member": self.learner, "course": course}
			values |= {"lesson": self.scorm, "package": package, "sco": "A", "attempt": attempt}
			values |= {"seconds": seconds, "started_on": f"{year}-06-01 10:00:00"}
			frappe.get_doc({"doctype": "LMS SCORM Attempt", **values}).insert(ignore_permissions=True)
		progress.record(self.enrollment, self.text, completed=True, seconds=540)
		batch = factories.make_batch(start_date=f"{YEAR}-03-01", end_date=f"{YEAR}-03-05").name
		for title, cancelled in (("Held", 0), ("Cancelled", 1)):
			values = {"title": title, "batch": batch, "date": f"{YEAR}-03-02", "start_time": "10:00:00"}
			values |= {"duration_minutes": 120, "cancelled": cancelled}
			live = frappe.get_doc({"doctype": "LMS Live Class", **values}).insert(ignore_permissions=True)
			for member, status in ((self.learner, "Present"), (self.other, "Absent")):
				came = {"live_class": live.name, "batch": batch, "member": member, "status": status}
				doc = frappe.get_doc({"doctype": "LMS Live Class Attendance", **came})
				doc.flags.ignore_validate = True
				doc.insert(ignore_permissions=True)

	def rows(self, **filters: object) -> dict[int, dict]:
		found = training_hours.execute({"department": self.department, **filters})[1]
		assert {row["member"] for row in found} <= {self.learner}
		return {row["year"]: row for row in found}


@pytest.fixture
def world() -> World:
	return World()


def test_hours_are_added_up_by_person_and_year(world):
	rows = world.rows()
	kinds = ("hours", "scorm_hours", "lesson_hours", "class_hours")
	assert [rows[YEAR][kind] for kind in kinds] == [3.65, 1.5, 0.15, 2.0]
	assert [rows[YEAR - 1][kind] for kind in kinds] == [0.5, 0.5, 0, 0]
	assert rows[YEAR]["department"] == world.department


def test_one_year_is_chosen(world):
	assert set(world.rows(year=YEAR - 1)) == {YEAR - 1}


def test_hr_sees_the_hours_of_people_they_may_see_and_learners_none(world):
	for role, may in (("HR Manager", True), ("LMS Student", False)):
		frappe.set_user(factories.make_user(roles=(role,)).name)
		if may:
			assert YEAR in world.rows()
		else:
			with pytest.raises(frappe.PermissionError):
				world.rows()
	frappe.set_user("Administrator")
