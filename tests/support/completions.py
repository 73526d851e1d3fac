"""People who completed courses, and what is made of it."""

import frappe
from frappe.utils import add_days, now_datetime

from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.courses.scorm import run as scorm_run
from tests.support.factories import make_course, make_employee, make_lesson, make_user
from tests.support.packages.build import make_package


def learner(**employee):
	"""An employee with an account. Returns (user, employee), both names."""
	user = make_user().name
	return user, make_employee(user, **employee).name


def certified_course(**values):
	return make_course(certification=1, **values)


def completed(member, course, *, days_ago=0, attempt=1, batch=None):
	"""A completed LMS Enrollment. Returns its name."""
	course_enrollment.enroll({member: member}, [course], batch=batch)
	name = frappe.db.get_value("LMS Enrollment", {"member": member, "course": course})
	values = {
		"status": "Completed",
		"progress": 100,
		"completed_on": add_days(now_datetime(), -days_ago),
		"attempt": attempt,
	}
	frappe.db.set_value("LMS Enrollment", name, values)
	return name


def many_completed(members, course, batch=None):
	"""Completed enrollments of many people, by two statements. Returns their names."""
	course_enrollment.enroll(dict.fromkeys(members, "Somebody"), [course], batch=batch)
	frappe.db.set_value(
		"LMS Enrollment", {"course": course}, {"status": "Completed", "completed_on": now_datetime()}
	)
	return frappe.get_all("LMS Enrollment", filters={"course": course}, pluck="name", limit=0)


def failed_but_completed(course=None, *, mastery: str = "80", success: str = "failed"):
	"""Somebody whose course was completed by a SCORM part that they had not passed, as before version 0.2.

	Returns (enrollment, lesson, member).
	"""
	course = course or certified_course(lessons=0).name
	item = f"<adlcp:masteryscore>{mastery}</adlcp:masteryscore>" if mastery else ""
	package = make_package(course, item=item)
	lesson = make_lesson(course, "SCORM", scorm_package=package.name).name
	member = make_user().name
	course_enrollment.enroll({member: member}, [course])
	name = frappe.db.get_value("LMS Enrollment", {"member": member, "course": course})
	sent = {"completionStatus": "completed", "successStatus": "passed", "score": {"raw": 90}}
	scorm_run.save(name, lesson, "A", sent | {"runtimeData": {"cmi": {"core": {}}}})
	frappe.db.set_value("LMS SCORM Run", {"enrollment": name}, {"success": success, "score": 13})
	return name, lesson, member
