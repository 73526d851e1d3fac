"""What the tests of training share."""

import pytest

import frappe


@pytest.fixture(autouse=True)
def _no_rules_of_others(site: None) -> None:
	"""Other tests leave mandatory courses and requirements behind, which would reach the people of these tests too."""
	frappe.db.set_value("LMS Course", {"is_mandatory": 1}, "is_mandatory", 0)
	frappe.db.set_value("LMS Training Requirement", {"active": 1}, "active", 0)
