"""What must run by itself does: every scheduled method has a row of its own."""

from collections import Counter

import frappe
from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs

from smooth_lms.patches.v0_2 import remove_scheduled_jobs_without_a_method

JOB = "Scheduled Job Type"


def methods_of(hooks):
	"""Every scheduled method of some hooks."""
	found = []
	for methods in hooks.values():
		for some in methods.values() if isinstance(methods, dict) else [methods]:
			found += some
	return found


def ours():
	return methods_of(frappe.get_hooks("scheduler_events", app_name="smooth_lms"))


def test_each_scheduled_method_has_its_own_row():
	rows = frappe.get_all(JOB, filters={"method": ["like", "smooth_lms.%"]}, pluck="method", limit=0)
	assert sorted(rows) == sorted(ours())


def test_no_other_method_of_the_site_ends_in_the_same_two_words():
	names = Counter(
		".".join(method.split(".")[-2:]) for method in methods_of(frappe.get_hooks("scheduler_events"))
	)
	shared = {name for name, number in names.items() if number > 1}
	assert not {method for method in ours() if ".".join(method.split(".")[-2:]) in shared}


def test_each_scheduled_method_is_there():
	assert all(callable(frappe.get_attr(method)) for method in ours())


def test_the_patch_removes_the_row_that_two_methods_shared():
	doc = frappe.get_doc(
		{
			"doctype": JOB,
			"method": "smooth_lms.training.runs.sweep",
			"frequency": "Cron",
			"cron_format": "*/15 * * * *",
		}
	).insert()
	frappe.get_doc({"doctype": "Scheduled Job Log", "scheduled_job_type": doc.name}).insert()
	others = frappe.db.count(JOB, {"name": ["!=", doc.name]})
	remove_scheduled_jobs_without_a_method.execute()
	assert not frappe.db.exists(JOB, doc.name)
	assert not frappe.db.exists("Scheduled Job Log", {"scheduled_job_type": doc.name})
	remove_scheduled_jobs_without_a_method.execute()
	assert frappe.db.count(JOB) == others
	sync_jobs()
	assert frappe.db.count(JOB) == others
