"""Cohorts that were completed before they had ended are open again."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from smooth_lms.patches.v0_2 import cohorts_complete_when_they_end as patch
from tests.support.factories import make_batch, make_user

DOCTYPE = "LMS Batch Enrollment"


def seat(batch: str) -> str:
	name = enrollment.enroll(batch, make_user().name, source="Desk").name
	frappe.db.set_value(DOCTYPE, name, "status", "Completed")
	return name


def test_only_what_has_not_ended_is_opened_and_its_history_says_so():
	ahead, over = make_batch(), make_batch()
	early, done = seat(ahead.name), seat(over.name)
	days = {"start_date": add_days(today(), -5), "end_date": add_days(today(), -1)}
	frappe.db.set_value("LMS Batch", over.name, days)
	patch.execute()
	patch.execute()
	assert [frappe.db.get_value(DOCTYPE, name, "status") for name in (early, done)] == [
		"Enrolled",
		"Completed",
	]
	history = frappe.get_all("Version", {"docname": early}, pluck="data")
	assert sum('["status", "Completed", "Enrolled"]' in row for row in history) == 1
	assert frappe.db.get_value("LMS Batch", ahead.name, "seats_taken") == 1
