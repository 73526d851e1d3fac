"""Training completed before the first day, by itself and in the report."""

from datetime import date

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.compliance import certificates, readiness
from smooth_lms.compliance.report.compliance_status import compliance_status
from tests.compliance.scenes import certified_course, completed, learner
from tests.factories import make_user


@pytest.mark.parametrize(
	("proof", "joined", "early"),
	[
		(date(2027, 1, 3), date(2027, 1, 4), True),
		(date(2027, 1, 4), date(2027, 1, 4), False),
		(date(2027, 1, 5), date(2027, 1, 4), False),
		(None, date(2027, 1, 4), None),
		(date(2027, 1, 3), None, None),
	],
)
def test_before_start(proof, joined, early):
	assert readiness.before_start(proof, joined) is early


def test_of_an_employee_and_in_the_report():
	user, employee = learner(date_of_joining=add_days(today(), 10))
	late_user, late = learner(date_of_joining=add_days(today(), -10))
	course = certified_course(validity_days=20)
	for each in (user, late_user):
		certificates.issue(completed(each, course.name))
	kind = frappe.db.get_value("Employee Compliance", {"employee": employee}, "compliance_type")
	assert readiness.completed_before_start(employee, kind) is True
	assert readiness.completed_before_start(late, kind) is False
	_columns, rows = compliance_status.execute({"compliance_type": kind})
	assert {row.employee: row.before_start for row in rows} == {employee: "Yes", late: "No"}
	assert {row.days_left for row in rows} == {20}
	assert compliance_status.execute({"compliance_type": kind, "expires_within_days": 5})[1] == []
	frappe.set_user(make_user(roles=("HR User",)).name)
	assert len(compliance_status.execute({"compliance_type": kind})[1]) == 2


def test_of_a_void_proof_does_not_count():
	user, employee = learner(date_of_joining=add_days(today(), 10))
	certificate = certificates.issue(completed(user, certified_course().name))
	kind = frappe.db.get_value("Employee Compliance", {"employee": employee}, "compliance_type")
	certificates.revoke(certificate, "Copied answers")
	assert readiness.completed_before_start(employee, kind) is None
