"""Certificates: issued once for each attempt, never changed, revoked and corrected with a trace."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.compliance import certificate_runs, certificates, codes
from smooth_lms.exceptions import CertificateRefusedError
from tests.support.completions import certified_course, completed, learner, many_completed
from tests.support.factories import make_batch, make_course, make_user, make_users

DOCTYPE = "LMS Certificate"


def the_one(member):
	(row,) = frappe.get_all(DOCTYPE, filters={"member": member}, fields=["*"])
	return row


class TestCompletion:
	def test_gives_a_certificate(self):
		user, employee = learner()
		course = certified_course(validity_days=365, compliance_control_id="CTRL-7")
		enrollment = completed(user, course.name)
		certificates.on_course_completed(enrollment)
		row = the_one(user)
		assert (row.employee, row.course, row.attempt, row.status) == (employee, course.name, 1, "Valid")
		assert (row.issue_date, row.expiry_date) == (getdate(), getdate(add_days(today(), 365)))
		assert (row.compliance_control_id, row.enrollment) == ("CTRL-7", enrollment)

	def test_gives_none_where_the_course_issues_none(self):
		(user,) = make_users(1)
		certificates.on_course_completed(completed(user, make_course(certification=0).name))
		assert not frappe.db.exists(DOCTYPE, {"member": user})

	def test_gives_one_however_often_it_is_told(self):
		(user,) = make_users(1)
		enrollment = completed(user, certified_course().name)
		certificates.on_course_completed(enrollment)
		certificates.on_course_completed(enrollment)
		the_one(user)

	def test_without_an_end_lasts_for_ever(self):
		(user,) = make_users(1)
		certificates.on_course_completed(completed(user, certified_course(validity_days=0).name))
		assert the_one(user).expiry_date is None

	def test_counts_the_validity_from_completion_however_late_the_certificate_is(self):
		(user,) = make_users(1)
		certificates.issue(completed(user, certified_course(validity_days=100).name, days_ago=40))
		assert the_one(user).expiry_date == getdate(add_days(today(), 60))


class TestOnceForEachAttempt:
	def test_by_index(self):
		(user,) = make_users(1)
		course = certified_course().name
		certificates.issue(completed(user, course))
		values = the_one(user)
		row = tuple(values[field] for field in certificates.FIELDS)
		at = certificates.FIELDS.index("verification_code")
		row = (*row[:at], *codes.new_codes(1), *row[at + 1 :])
		with pytest.raises(Exception) as caught:  # noqa: PT011 — the driver's own class
			certificates.insert_rows(DOCTYPE, certificates.FIELDS, [row])
		assert frappe.db.is_unique_key_violation(caught.value)

	def test_an_attempt_more_gives_one_more(self):
		(user,) = make_users(1)
		course = certified_course().name
		certificates.issue(completed(user, course))
		certificates.insert_rows(
			"LMS Enrollment",
			("member", "member_name", "course", "attempt", "status"),
			[(user, user, course, 2, "Completed")],
		)
		second = frappe.db.get_value("LMS Enrollment", {"member": user, "attempt": 2})
		certificates.issue(second)
		assert frappe.db.count(DOCTYPE, {"member": user}) == 2

	def test_an_unfinished_course_gives_none(self):
		(user,) = make_users(1)
		enrollment = completed(user, certified_course().name)
		frappe.db.set_value("LMS Enrollment", enrollment, "status", "In Progress")
		with pytest.raises(CertificateRefusedError, match="not completed"):
			certificates.issue(enrollment)


class TestByHand:
	def test_needs_a_reason_where_the_course_was_not_completed_here(self):
		(user,) = make_users(1)
		doc = {"doctype": DOCTYPE, "member": user, "course": certified_course(validity_days=10).name}
		with pytest.raises(CertificateRefusedError, match="say why"):
			frappe.get_doc(doc).insert()
		made = frappe.get_doc(
			{**doc, "reason": "Classroom, 2 May", "issue_date": add_days(today(), -3)}
		).insert()
		assert made.verification_code
		assert getdate(made.expiry_date) == getdate(add_days(today(), 7))

	def test_reaches_compliance(self):
		user, employee = learner()
		doc = {"doctype": DOCTYPE, "member": user, "course": certified_course().name, "reason": "Classroom"}
		made = frappe.get_doc(doc).insert()
		assert frappe.db.get_value("Employee Compliance", {"certificate": made.name}, "employee") == employee

	def test_is_refused_twice_for_one_attempt(self):
		(user,) = make_users(1)
		course = certified_course().name
		completed(user, course)
		frappe.get_doc({"doctype": DOCTYPE, "member": user, "course": course}).insert()
		with pytest.raises(CertificateRefusedError, match="already"):
			frappe.get_doc({"doctype": DOCTYPE, "member": user, "course": course}).insert()

	def test_is_refused_for_oneself(self):
		user = make_user(roles=("LMS Student", "Moderator")).name
		frappe.set_user(user)
		course = certified_course().name
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": DOCTYPE, "member": user, "course": course, "reason": "x"}).insert()


class TestNobodyChangesIt:
	@pytest.mark.parametrize(
		"roles", [("LMS Student",), ("Moderator",), ("System Manager",), ("HR Manager",)]
	)
	def test_not_the_holder_whatever_they_are(self, roles):
		user = make_user(roles=("LMS Student", *roles)).name
		name = certificates.issue(completed(user, certified_course().name))
		frappe.set_user(user)
		doc = frappe.get_doc(DOCTYPE, name)
		assert doc.has_permission("read")
		for action in ("write", "delete"):
			assert not doc.has_permission(action)
		doc.expiry_date = "2099-01-01"
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_not_even_the_administrator(self):
		(user,) = make_users(1)
		doc = frappe.get_doc(DOCTYPE, certificates.issue(completed(user, certified_course().name)))
		doc.expiry_date = "2099-01-01"
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_others_do_not_see_it(self):
		(user,) = make_users(1)
		name = certificates.issue(completed(user, certified_course().name))
		frappe.set_user(make_user().name)
		assert not frappe.get_doc(DOCTYPE, name).has_permission("read")
		assert not frappe.get_list(DOCTYPE)


class TestVoid:
	def test_revoking_keeps_row_and_reason(self):
		(user,) = make_users(1)
		name = certificates.issue(completed(user, certified_course().name))
		certificates.revoke(name, "Copied answers")
		row = the_one(user)
		assert (row.status, row.revoke_reason, row.revoked_by) == (
			"Revoked",
			"Copied answers",
			"Administrator",
		)
		assert frappe.db.exists("Version", {"ref_doctype": DOCTYPE, "docname": name})

	def test_revoking_needs_a_reason_and_a_valid_one(self):
		(user,) = make_users(1)
		name = certificates.issue(completed(user, certified_course().name))
		with pytest.raises(CertificateRefusedError, match="Enter a reason"):
			certificates.revoke(name, "  ")
		certificates.revoke(name, "Mistake")
		with pytest.raises(CertificateRefusedError, match="void already"):
			certificates.revoke(name, "Again")

	def test_a_revoked_one_comes_back_only_by_hand(self):
		(user,) = make_users(1)
		enrollment = completed(user, certified_course().name)
		certificates.revoke(certificates.issue(enrollment), "Mistake")
		assert certificates.issue_many([enrollment])["issued"] == 0
		again = certificates.issue(enrollment, reason="The revocation was a mistake")
		row = frappe.get_doc(DOCTYPE, again)
		assert (row.status, row.attempt, row.enrollment) == ("Valid", 2, enrollment)

	def test_correction_links_both(self):
		wrong, right = make_users(2)
		course = certified_course(validity_days=30).name
		enrollment = completed(wrong, course, days_ago=5)
		old = certificates.issue(enrollment)
		new = certificates.reissue(old, right, "Shared computer")
		old, new = frappe.get_doc(DOCTYPE, old), frappe.get_doc(DOCTYPE, new)
		assert (old.status, old.replaced_by, new.replaces, new.member) == (
			"Replaced",
			new.name,
			old.name,
			right,
		)
		assert (new.issue_date, new.expiry_date) == (old.issue_date, old.expiry_date)
		assert new.verification_code != old.verification_code

	def test_after_a_correction_the_wrong_person_can_still_earn_their_own(self):
		wrong, right = make_users(2)
		enrollment = completed(wrong, certified_course().name)
		certificates.reissue(certificates.issue(enrollment), right, "Shared computer")
		own = certificates.issue(enrollment)
		assert frappe.db.get_value(DOCTYPE, own, ["member", "status", "attempt"]) == (wrong, "Valid", 2)

	def test_correction_is_refused_to_who_has_one(self):
		wrong, right = make_users(2)
		course = certified_course().name
		certificates.issue(completed(right, course))
		old = certificates.issue(completed(wrong, course))
		with pytest.raises(CertificateRefusedError, match="already"):
			certificates.reissue(old, right, "Shared computer")


class TestCohort:
	def test_gets_certificates_by_a_job_and_a_second_run_changes_nothing(self, monkeypatch):
		course = certified_course().name
		batch = make_batch(courses=[course]).name
		users = make_users(7)
		names = many_completed(users, course, batch)
		frappe.db.set_value("LMS Enrollment", names[0], "status", "In Progress")
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		run = certificate_runs.start(batch)
		monkeypatch.setattr(certificate_runs, "CHUNK", 3)
		certificate_runs.perform(run.name)
		run.reload()
		assert (run.status, run.issued, run.not_completed, run.processed) == ("Completed", 6, 1, 7)
		again = certificate_runs.start(batch)
		certificate_runs.perform(again.name)
		again.reload()
		assert (again.issued, again.already) == (0, 6)

	def test_takes_a_fixed_number_of_statements(self, statements):
		counts = []
		for number in (5, 50):
			course = certified_course().name
			names = many_completed(make_users(number), course)
			with statements() as sent:
				assert certificates.issue_many(names)["issued"] == number
			counts.append(sent.total)
		assert counts[0] == counts[1] <= 20

	def test_is_for_moderators(self):
		frappe.set_user(make_user().name)
		with pytest.raises(frappe.PermissionError):
			certificate_runs.start("any")


class TestCodes:
	def test_are_long_and_unlike(self):
		made = set(codes.new_codes(500))
		assert len(made) == 500
		assert all(codes.cleaned(code) == code for code in made)

	@pytest.mark.parametrize(
		("typed", "meant"),
		[
			("7k3qm 0v9tx abcde fghjk", "7K3QM-0V9TX-ABCDE-FGHJK"),
			("7K3QMOV9TXABCDEFGHJK", "7K3QM-0V9TX-ABCDE-FGHJK"),
			("7K3QM-0V9TX-ABCDE-FGHJ", None),
			("7K3QM-0V9TX-ABCDE-FGHJ'", None),
			("x" * 500, None),
			("", None),
		],
	)
	def test_are_understood_as_typed(self, typed, meant):
		assert codes.cleaned(typed) == meant
