"""The day from which onboardings count."""

import frappe
from frappe.utils import add_days, getdate, today


def _finish_wizard() -> None:
	for path in frappe.get_hooks("setup_wizard_complete"):
		if path.startswith("smooth_lms."):
			frappe.get_attr(path)({"timezone": "America/New_York"})


def _since():
	return frappe.db.get_single_value("LMS Settings", "onboarding_from")


def test_the_wizard_s_time_zone_does_not_put_it_into_the_future():
	frappe.db.set_single_value("LMS Settings", "onboarding_from", add_days(today(), 1))
	_finish_wizard()
	assert _since() == getdate(today())


def test_a_day_gone_by_stays():
	frappe.db.set_single_value("LMS Settings", "onboarding_from", add_days(today(), -9))
	_finish_wizard()
	assert _since() == getdate(add_days(today(), -9))
