"""Courses and cohorts get the company of whoever made them, once, where nobody has named one."""

import frappe

from smooth_lms.patches.v0_2 import courses_and_cohorts_have_companies
from tests.support.factories import company, make_batch, make_course, make_employee, make_user


def test_what_names_no_company_gets_that_of_its_maker():
	ours, theirs = company(), company("Smooth Made Company")
	maker = make_user(roles=("Moderator",)).name
	make_employee(maker, company=theirs)
	made = {"owned": make_course(), "named": make_course(company=ours), "without": make_course()}
	cohorts = {"cohort": make_batch(), "new hires": make_batch(for_new_hires=1)}
	for key, doc in {**made, **cohorts}.items():
		if key != "without":
			frappe.db.set_value(doc.doctype, doc.name, "owner", maker)
	for _again in range(2):
		courses_and_cohorts_have_companies.execute()
		found = {
			key: frappe.db.get_value(doc.doctype, doc.name, "company")
			for key, doc in {**made, **cohorts}.items()
		}
		assert found == {
			"owned": theirs,
			"named": ours,
			"without": None,
			"cohort": theirs,
			"new hires": None,
		}
