"""The door: one person, many people, out again."""

import frappe

from smooth_lms.cohorts import enrollment
from tests.factories import make_batch, make_users


def test_seats_then_waitlist_then_promotion():
	batch = make_batch(seat_count=2, enable_waitlist=1)
	first, second, third = make_users(3)
	for user in (first, second):
		assert enrollment.enroll(batch.name, user, source="Desk").status == "Enrolled"
	assert enrollment.enroll(batch.name, third, source="Desk").status == "Waitlisted"
	enrollment.withdraw(batch.name, first, reason="moved")
	assert (
		frappe.db.get_value("LMS Batch Enrollment", {"batch": batch.name, "member": third}, "status")
		== "Enrolled"
	)
	assert frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "waitlist_count"]) == (2, 0)
