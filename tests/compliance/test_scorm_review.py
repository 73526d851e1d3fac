"""Completions that rest on a failed SCORM part: found, revoked with a reason or kept, never by themselves."""

import pytest

import frappe

from smooth_lms.api import certificates as api
from smooth_lms.compliance import scorm_review
from smooth_lms.compliance.report.failed_scorm_results import failed_scorm_results
from smooth_lms.courses.scorm import run as scorm_run
from smooth_lms.exceptions import CertificateRefusedError
from smooth_lms.patches.v0_2 import list_failed_scorm_results
from tests.support.completions import failed_but_completed
from tests.support.factories import make_user


def listed() -> set[str]:
	return {row.enrollment for row in failed_scorm_results.execute()[1]}


def certificate_of(name: str) -> str:
	return frappe.db.get_value("LMS Certificate", {"enrollment": name}, "status")


@pytest.mark.parametrize(
	("mastery", "success", "expected"),
	[
		("80", "failed", True),
		("80", "", True),
		("", "failed", True),
		("", "", False),
		("80", "passed", False),
	],
)
def test_those_that_were_not_passed_are_listed(mastery, success, expected):
	name, _lesson, _member = failed_but_completed(mastery=mastery, success=success)
	assert (name in listed()) is expected
	assert certificate_of(name) == "Valid"


def test_the_patch_lists_and_revokes_nothing():
	name, _lesson, member = failed_but_completed()
	list_failed_scorm_results.execute()
	error = frappe.get_last_doc("Error Log")
	assert "rest on a failed SCORM part" in error.method
	assert member in error.error
	assert certificate_of(name) == "Valid"
	assert frappe.db.get_value("LMS Enrollment", name, "status") == "Completed"


def test_revoking_needs_a_reason_and_takes_everything_back():
	name, lesson, _member = failed_but_completed()
	with pytest.raises(CertificateRefusedError):
		api.revoke_failed(name, " ")
	assert certificate_of(name) == "Valid"
	assert api.revoke_failed(name, "Failed the test") == 1
	row = frappe.db.get_value(
		"LMS Certificate", {"enrollment": name}, ["status", "revoke_reason"], as_dict=True
	)
	assert row == {"status": "Revoked", "revoke_reason": "Failed the test"}
	access = frappe.db.get_value("LMS Enrollment", name, ["status", "completed_on"], as_dict=True)
	assert access == {"status": "In Progress", "completed_on": None}
	assert name not in listed()
	with pytest.raises(CertificateRefusedError):
		api.revoke_failed(name, "again")
	passed = {"completionStatus": "completed", "successStatus": "passed", "score": {"raw": 90}}
	assert scorm_run.save(name, lesson, "A", passed).course_just_completed


def test_keeping_takes_it_off_the_list():
	name, _lesson, _member = failed_but_completed()
	api.keep_failed(name, "Passed on paper")
	assert name not in listed()
	assert certificate_of(name) == "Valid"
	assert frappe.db.get_value("LMS SCORM Run", {"enrollment": name}, "kept_because") == "Passed on paper"


def test_only_moderators_see_and_decide():
	name, _lesson, _member = failed_but_completed()
	frappe.set_user(make_user(roles=("Course Creator", "HR Manager")).name)
	for act in (
		failed_scorm_results.execute,
		lambda: api.revoke_failed(name, "x"),
		lambda: api.keep_failed(name, "x"),
	):
		with pytest.raises(frappe.PermissionError):
			act()
	assert scorm_review.doubtful(name)
