"""What the tests of training share."""

import pytest

import frappe


@pytest.fixture(autouse=True)
def _no_mandatory_courses(site: None) -> None:
	"""Other tests leave mandatory courses behind, which would reach the people of these tests too."""
	frappe.db.set_value("LMS Course", {"is_mandatory": 1}, "is_mandatory", 0)
