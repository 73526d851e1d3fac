"""The table of fields taken from HR gets the city and the second line of the address, once."""

import frappe

from smooth_lms.patches.v0_2 import take_city_and_second_address_line


def taken() -> dict[str, str]:
	rows = frappe.get_all(
		"LMS Field Map", {"parent": "LMS Settings"}, ["learner_field", "source_field"], limit=0
	)
	assert len({row.learner_field for row in rows}) == len(rows)
	return {row.learner_field: row.source_field for row in rows}


def test_what_is_missing_is_added_and_what_an_administrator_chose_stays():
	settings = frappe.get_doc("LMS Settings")
	settings.field_map = [
		row for row in settings.field_map if row.learner_field not in ("address_line_2", "city")
	]
	settings.append("field_map", {"learner_field": "city", "source": "Address", "source_field": "county"})
	settings.save()
	before = taken()
	for _again in range(2):
		take_city_and_second_address_line.execute()
		assert taken() == {**before, "address_line_2": "address_line2", "city": "county"}
