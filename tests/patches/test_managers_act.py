"""Managers may act for their people on sites that existed before they could, unless somebody has said no since."""

import pytest

import frappe

from smooth_lms.patches.v0_2 import managers_act_for_their_people


@pytest.mark.parametrize(("stored", "expected"), [(None, 1), (0, 0), (1, 1)])
def test_the_default_is_stored_where_nothing_is(stored, expected):
	try:
		frappe.db.delete("Singles", {"doctype": "LMS Settings", "field": "managers_act"})
		if stored is not None:
			frappe.db.set_single_value("LMS Settings", "managers_act", stored)
		for _again in range(2):
			managers_act_for_their_people.execute()
			found = frappe.db.get_singles_dict("LMS Settings")["managers_act"]
			assert int(found) == expected
	finally:
		frappe.db.rollback()
		frappe.clear_document_cache("LMS Settings", "LMS Settings")
