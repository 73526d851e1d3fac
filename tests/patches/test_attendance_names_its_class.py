"""Attendance from before says what it is about."""

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import enrollment
from smooth_lms.patches.v0_2 import attendance_names_its_class
from tests.support.factories import make_batch, make_user
from tests.support.marking import mark

DOCTYPE = "LMS Live Class Attendance"


def test_it_takes_title_and_day_from_the_class_and_leaves_others():
	batch, user = make_batch(), make_user().name
	enrollment.enroll(batch.name, user, source="Desk")
	values = {"batch": batch.name, "date": batch.start_date, "start_time": "10:00:00", "duration_minutes": 60}
	classes = [
		frappe.get_doc({"doctype": "LMS Live Class", "title": title, **values}).insert().name
		for title in ("Ladders", "Scaffolds")
	]
	for each in classes:
		mark(each, {user: "Present"})
	old, new = (frappe.db.get_value(DOCTYPE, {"live_class": each}) for each in classes)
	frappe.db.set_value(DOCTYPE, old, {"subject": None, "day": None})
	kept = getdate(add_days(today(), -400))
	frappe.db.set_value(DOCTYPE, new, {"subject": "As it was called", "day": kept})
	for _round in range(2):
		attendance_names_its_class.execute()
		read = [frappe.db.get_value(DOCTYPE, name, ["subject", "day"]) for name in (old, new)]
		assert read == [("Ladders", getdate(batch.start_date)), ("As it was called", kept)]
