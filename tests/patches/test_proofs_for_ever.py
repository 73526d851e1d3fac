"""Proofs without an end that the daily job had made Expired are Complete again; others stay."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.patches.v0_2 import proofs_for_ever_are_complete
from tests.support.factories import make_employee, unique

DOCTYPE = "Employee Compliance"


def proof(status: str, valid_until: str | None) -> str:
	kind = frappe.get_doc({"doctype": "Compliance Type", "compliance_type": unique("Type")}).insert().name
	row = {"doctype": DOCTYPE, "employee": make_employee().name, "compliance_type": kind, "status": "Pending"}
	name = frappe.get_doc(row).insert().name
	frappe.db.set_value(DOCTYPE, name, {"status": status, "valid_until": valid_until})
	return name


def test_only_what_has_no_end_comes_back_and_its_history_says_so():
	for_ever, over, void = (
		proof("Expired", None),
		proof("Expired", add_days(today(), -1)),
		proof("Non-Compliant", None),
	)
	for _again in range(2):
		proofs_for_ever_are_complete.execute()
		found = [frappe.db.get_value(DOCTYPE, name, "status") for name in (for_ever, over, void)]
		assert found == ["Complete", "Expired", "Non-Compliant"]
	assert frappe.db.count("Version", {"docname": for_ever, "data": ["like", "%Complete%"]}) == 1
