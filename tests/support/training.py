"""Requirements that assign, and what has become of the assignments."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.courses import licences
from smooth_lms.training.assignments import assign, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start
from tests.support.factories import make_requirement

DOCTYPE = "LMS Training Assignment"


def activated(**values):
	"""A requirement in force, which no run has carried out. Args: as `make_requirement`."""
	doc = make_requirement(**values)
	doc.db_set("active", 1)
	return doc


def assign_to(doc, users, everybody=False):
	"""Plan and write for these people, or for all whom the requirement concerns. Returns what it did, counted."""
	program = rules.load(doc.name)
	if everybody:
		users = assign.candidates(program, everybody=True)[0]
	return dict(assign.assign(program, sorted(users)))


def rows_of(users, **filters):
	"""The assignments of one person or several, the oldest first, with all fields."""
	members = [users] if isinstance(users, str) else users
	return frappe.get_all(
		DOCTYPE,
		filters={"member": ["in", members], **filters},
		fields=["*"],
		order_by="creation, cycle",
		limit=0,
	)


def enrollments_of(user, course=None):
	"""Somebody's LMS Enrollments, by attempt, with all fields."""
	filters = {"member": user, **({"course": course} if course else {})}
	return frappe.get_all("LMS Enrollment", filters=filters, fields=["*"], order_by="attempt", limit=0)


def complete(user, course, day=None):
	"""Complete the latest attempt at a course, today or on another day, and tell training."""
	row = enrollments_of(user, course)[-1]
	values = {"status": "Completed", "progress": 100, "completed_on": f"{day or today()} 10:00:00"}
	frappe.db.set_value("LMS Enrollment", row.name, values)
	status.on_course_completed(row.name)


def by_hand(user, course):
	"""An assignment by a person, due in nine days. Returns its name."""
	values = {"member": user, "course": course, "due_date": add_days(today(), 9)}
	return frappe.get_doc({"doctype": DOCTYPE, **values}).insert().name


def buy(course, number):
	"""Give a course so many licences."""
	doc = frappe.get_doc("LMS Course", course)
	doc.licence_count = number
	doc.save()


def in_use(course):
	"""How many are in use; the counter has to agree with the enrollments, and with what was bought."""
	row = frappe.db.get_value("LMS Course", course, ["licence_count", "licences_in_use"], as_dict=True)
	held = frappe.db.count("LMS Enrollment", {"course": course, "licence_state": ["in", licences.TAKEN]})
	assert held == row.licences_in_use
	assert not row.licence_count or held <= row.licence_count
	return held


def remove(doc, users):
	"""Take away what a function that commits has left."""
	frappe.set_user("Administrator")
	for each in (DOCTYPE, "LMS Enrollment"):
		frappe.db.delete(each, {"member": ["in", users]})
	for run in frappe.get_all(start.DOCTYPE, filters={"rule_key": doc.name}, pluck="name"):
		frappe.db.delete(start.CHUNK_DOCTYPE, {"run": run})
		frappe.db.delete(start.DOCTYPE, {"name": run})
	frappe.db.delete("LMS Training Requirement", {"name": doc.name})
	frappe.db.delete("Employee", {"user_id": ["in", users]})
	frappe.db.delete("User", {"name": ["in", users]})
	frappe.db.commit()
