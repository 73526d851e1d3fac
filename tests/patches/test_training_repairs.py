"""The repair of licences that stayed taken, and of rounds that lost their place."""

import frappe

from smooth_lms.patches.v0_2 import mark_current_training_assignments, return_unused_training_licences
from smooth_lms.training.assignments import assign, ledger
from tests.support.factories import make_course, make_department, make_users, make_workforce
from tests.support.training import DOCTYPE, activated, assign_to, by_hand, enrollments_of, in_use, rows_of


def test_a_licence_whose_assignment_has_ended_goes_back():
	ended, open_still, started = make_users(3)
	course = make_course(licence_count=3).name
	names = [by_hand(user, course) for user in (ended, open_still, started)]
	frappe.db.set_value("LMS Enrollment", {"member": started, "course": course}, "status", "In Progress")
	closed = {"status": "Completed", "open_mark": None}
	frappe.db.set_value(DOCTYPE, {"name": ["in", [names[0], names[2]]]}, closed)
	for _twice in range(2):
		return_unused_training_licences.execute()
		states = [enrollments_of(user, course)[0].licence_state for user in (ended, open_still, started)]
		assert states == ["Returned", "Assigned", "Assigned"]
		assert in_use(course) == 2


def test_the_latest_round_is_the_current_one_again():
	department = make_department()
	lost, kept = make_workforce(2, department=department)
	doc = activated(audience=[("Include", "Department", department)])
	assign_to(doc, [lost, kept])
	assign.stop(doc.name)
	assign_to(doc, [lost, kept])
	before = {user: [row.current_mark for row in rows_of(user)] for user in (lost, kept)}
	assert sorted(map(str, before[lost])) == ["1", "None"]
	ledger.replace_current([row.name for row in rows_of(lost)])
	latest = max(rows_of(lost), key=lambda row: (row.cycle, row.creation, row.name)).name
	for _twice in range(2):
		mark_current_training_assignments.execute()
		assert [row.name for row in rows_of(lost, current_mark="1")] == [latest]
		assert [row.current_mark for row in rows_of(kept)] == before[kept]
