"""A link that means "all" where it is empty stays empty on a site with defaults."""

import pytest

import frappe
from frappe.model.base_document import get_controller

from tests.support.factories import company, make_batch, make_course

NAMES = {"company", "country", "currency", "fiscal_year", "language"}
"""What ERPNext and Frappe keep defaults under."""
WANTED = {("LMS Batch", "currency")}
"""Where the site's default is what people want."""


@pytest.fixture
def default_company() -> str:
	name = company()
	frappe.defaults.set_global_default("company", name)
	frappe.clear_cache(user=frappe.session.user)
	return name


def optional_links() -> set[tuple[str, str]]:
	found = frappe.get_all(
		"DocField",
		filters={
			"fieldtype": "Link",
			"options": ["!=", "User"],
			"read_only": 0,
			"reqd": 0,
			"parent": [
				"in",
				frappe.get_all(
					"DocType", {"module": ["in", frappe.get_module_list("smooth_lms")]}, pluck="name"
				),
			],
		},
		fields=["parent", "fieldname"],
		limit=0,
	)
	return {(row.parent, row.fieldname) for row in found}


def test_every_link_with_the_name_of_a_default_says_what_empty_means():
	names = NAMES | set(frappe.defaults.get_defaults())
	filled = {(doctype, field) for doctype, field in optional_links() if field in names} - WANTED
	assert filled == {
		(doctype, field)
		for doctype, _ in optional_links()
		for field in getattr(get_controller(doctype), "begins_empty", ())
	}


def test_a_new_cohort_is_for_the_new_hires_of_every_company(default_company):
	assert not make_batch(for_new_hires=1).company
	assert make_batch(for_new_hires=1, company=default_company).company == default_company


def test_an_audit_export_is_of_every_company(default_company):
	export = frappe.get_doc({"doctype": "LMS Audit Export", "course": make_course().name}).insert()
	assert not export.company


def test_a_second_certificate_design_needs_no_company_of_its_own(default_company):
	designs = [frappe.get_doc({"doctype": "LMS Certificate Design", "title": f"Look {n}"}) for n in "12"]
	assert [each.insert().company for each in designs] == [None, None]
