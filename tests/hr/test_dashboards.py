"""The connections of HR's forms lead to the records of that one person."""

import pytest

import frappe

from smooth_lms.hr import employee_dashboard, user_dashboard


@pytest.mark.parametrize(
	("module", "data", "fieldname"),
	[
		(employee_dashboard, {}, "employee"),
		(
			employee_dashboard,
			{"fieldname": "employee", "transactions": [{"items": ["Attendance"]}]},
			"employee",
		),
		(user_dashboard, {}, "user"),
	],
)
def test_every_list_is_filtered_by_a_field_that_it_has(module, data, fieldname):
	before = list(data.get("transactions", []))
	found = module.with_learning(data)
	assert found["fieldname"] == fieldname
	assert found["transactions"][: len(before)] == before
	for doctype in found["transactions"][-1]["items"]:
		named = (found.get("non_standard_fieldnames") or {}).get(doctype, fieldname)
		assert frappe.get_meta(doctype).has_field(named), (doctype, named)
