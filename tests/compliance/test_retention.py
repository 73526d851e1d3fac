"""History is kept, and ends only by a purge that a second person approved."""

import hashlib
import inspect

import pytest

import frappe
from frappe.model.base_document import get_controller
from frappe.utils import add_days, add_months, getdate, today

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts import enrollment as seats
from smooth_lms.compliance import certificates, purge, records, retention
from smooth_lms.courses import progress
from smooth_lms.exceptions import HistoryError
from tests.support.completions import certified_course, completed, learner
from tests.support.factories import (
	make_batch,
	make_course,
	make_department,
	make_user,
	make_users,
	make_workforce,
)
from tests.support.training import activated, assign_to, complete, rows_of

LONG_AGO = 365 * 9


def certified(**course):
	user, employee = learner()
	course = certified_course(**course)
	enrollment = completed(user, course.name)
	return user, employee, course, enrollment, certificates.issue(enrollment)


class TestDeletion:
	def test_of_history_is_refused_even_by_force(self):
		_user, employee, course, enrollment, certificate = certified()
		row = frappe.db.get_value("Employee Compliance", {"employee": employee})
		for doctype, name in (
			("LMS Certificate", certificate),
			("LMS Enrollment", enrollment),
			("LMS Course", course.name),
			("Employee Compliance", row),
		):
			with pytest.raises(HistoryError, match="kept"):
				frappe.delete_doc(doctype, name, force=True)

	def test_of_a_person_with_history_is_refused(self):
		user, *_ = certified()
		with pytest.raises(frappe.ValidationError):
			frappe.delete_doc("User", user, force=True)

	def test_of_what_has_no_history_is_allowed(self):
		frappe.delete_doc("LMS Course", make_course(published=0).name)
		(user,) = make_users(1)
		enrollment = completed(user, make_course().name)
		frappe.db.set_value("LMS Enrollment", enrollment, "status", "Not Started")
		frappe.delete_doc("LMS Enrollment", enrollment)
		frappe.delete_doc("User", make_user().name)

	def test_says_what_to_do_instead(self):
		*_, certificate = certified()
		with pytest.raises(HistoryError, match="Revoke it instead"):
			frappe.delete_doc("LMS Certificate", certificate)

	def test_covers_every_kind_of_record_about_a_person(self):
		about_people = frappe.get_all(
			"DocField",
			filters={"fieldname": "member", "options": "User", "parent": ["like", "LMS %"]},
			pluck="parent",
		)
		own = {
			"LMS Batch Enrollment",  # has a rule of its own
			"LMS Payment",
			"LMS Training Exception",
			"LMS Training Review",
			"LMS Audit Export",
		}
		assert set(about_people) - own - set(retention.KEPT) == set()

	def test_is_asked_about_for_every_record_of_the_table(self):
		"""Our controllers ask, also where they have something to add; for the rest there is a hook."""
		silent = []
		for doctype in retention.KEPT:
			handlers = frappe.get_doc_hooks().get(doctype, {}).get("on_trash", [])
			own = get_controller(doctype)
			asks = issubclass(own, GuardedDocument) and (
				"on_trash" not in vars(own) or "super().on_trash()" in inspect.getsource(own.on_trash)
			)
			if asks == ("smooth_lms.compliance.retention.on_trash" in handlers):
				silent.append(doctype)
		assert silent == []

	def test_of_an_assignment_is_refused_when_it_is_cancelled_too(self):
		department = make_department()
		(user,) = make_workforce(1, department=department)
		assign_to(activated(audience=[("Include", "Department", department)]), [user])
		(row,) = rows_of(user)
		frappe.db.set_value("LMS Training Assignment", row.name, "status", "Cancelled")
		with pytest.raises(HistoryError, match="Cancel it instead"):
			frappe.delete_doc("LMS Training Assignment", row.name, force=True)
		with pytest.raises(HistoryError, match="Stop it instead"):
			frappe.delete_doc("LMS Training Requirement", row.requirement, force=True)

	def test_of_what_holds_history_says_what_to_do_instead(self):
		user, _employee, course, enrollment, _certificate = certified()
		batch = make_batch(courses=[course.name])
		seats.enroll(batch.name, user, source="Desk")
		lesson = frappe.db.get_value("Course Lesson", {"course": course.name})
		progress.record(enrollment, lesson)
		for doctype, name, instead in (
			("LMS Batch", batch.name, "Unpublish it instead"),
			("Course Lesson", lesson, "Make a new version of the course instead"),
		):
			with pytest.raises(HistoryError, match=instead):
				frappe.delete_doc(doctype, name, force=True)


class TestPeriod:
	def test_is_at_least_as_long_as_compliance_rows(self):
		certified(validity_days=1000)
		settings = frappe.get_single("LMS Settings")
		settings.retention_months = 12
		with pytest.raises(frappe.ValidationError, match="33 months or more"):
			settings.save()
		settings = frappe.get_single("LMS Settings")
		settings.retention_months = max(retention.shortest_months(), 33)
		settings.save()

	def test_grows_with_what_is_made_valid_for_longer_afterwards(self):
		frappe.db.set_single_value("LMS Settings", "retention_months", max(retention.shortest_months(), 12))
		certified(validity_days=36_600)
		assert retention.retention_months() == 1200
		with pytest.raises(frappe.ValidationError, match="retention period"):
			asked(ended_before=add_months(today(), -1100))

	def test_begins_so_many_months_ago(self):
		assert retention.period_begins(getdate("2027-03-31"), 12) == getdate("2026-03-31")


def old_rows():
	"""What somebody did nine years ago, and its proof, run out eight years ago."""
	user, employee, _course, enrollment, certificate = certified(validity_days=365)
	ended = add_days(today(), 365 - LONG_AGO)
	begun = add_days(today(), -LONG_AGO)
	frappe.db.set_value("LMS Enrollment", enrollment, "completed_on", begun)
	frappe.db.set_value("LMS Certificate", certificate, {"issue_date": begun, "expiry_date": ended})
	row = frappe.db.get_value("Employee Compliance", {"employee": employee})
	frappe.db.set_value("Employee Compliance", row, {"valid_from": begun, "valid_until": ended})
	records.update_statuses()
	return user, row, certificate, enrollment


def asked(**values):
	doc = {
		"doctype": "LMS Purge Request",
		"ended_before": add_months(today(), -85),
		"reason": "End of the retention period",
		**values,
	}
	return frappe.get_doc(doc).insert()


class TestPurge:
	@pytest.fixture(autouse=True)
	def _seven_years(self):
		frappe.db.set_single_value("LMS Settings", "retention_months", 84)

	def test_needs_somebody_else_who_is_a_system_manager(self):
		doc = asked()
		purge.request(doc)
		with pytest.raises(frappe.PermissionError, match="Somebody else"):
			purge.approve(doc, None)
		frappe.set_user(make_user(roles=("Moderator",)).name)
		with pytest.raises(frappe.PermissionError, match="System Manager"):
			purge.approve(doc, None)
		drafter, approver = (make_user(roles=("System Manager",)).name for _each in range(2))
		frappe.set_user(drafter)
		handed_in = asked()
		frappe.set_user("Administrator")
		purge.request(handed_in)
		frappe.set_user(drafter)
		with pytest.raises(frappe.PermissionError, match="Somebody else"):
			purge.approve(handed_in, None)
		frappe.set_user(approver)
		purge.approve(doc, "Seen")
		assert (doc.status, doc.approved_by, doc.approval_note) == ("Approved", approver, "Seen")

	def test_does_not_start_without_approval(self):
		doc = asked()
		purge.request(doc)
		with pytest.raises(HistoryError, match="approved"):
			purge.perform(doc.name)

	def test_is_refused_within_the_period(self):
		with pytest.raises(frappe.ValidationError, match="retention period"):
			asked(ended_before=add_months(today(), -10))

	def test_cannot_be_written_as_approved(self):
		doc = asked(status="Approved", approved_by="Administrator")
		assert (doc.status, doc.approved_by) == ("Draft", None)
		purge.request(doc)
		doc.ended_before = "2001-01-01"
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_removes_what_ended_and_keeps_the_rest(self, monkeypatch):
		_user, row, certificate, enrollment = old_rows()
		_u, _e, _c, young_enrollment, young = certified()
		kept_user, kept_row, kept_certificate, kept_enrollment = old_rows()
		# somebody whose old certificate a row that still counts rests on
		frappe.db.set_value("Employee Compliance", kept_row, {"valid_until": None, "status": "Complete"})
		doc = asked()
		purge.request(doc)
		counts = {line.record_type: line.found for line in doc.lines}
		assert counts["LMS Certificate"] >= 2
		approver = make_user(roles=("System Manager",)).name
		frappe.set_user(approver)
		purge.approve(doc, None)
		frappe.set_user("Administrator")
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		purge.perform(doc.name)
		doc.reload()
		assert doc.status == "Completed", doc.log
		for doctype, name in (
			("Employee Compliance", row),
			("LMS Certificate", certificate),
			("LMS Enrollment", enrollment),
		):
			assert not frappe.db.exists(doctype, name), doctype
		for doctype, name in (
			("Employee Compliance", kept_row),
			("LMS Certificate", kept_certificate),
			("LMS Enrollment", kept_enrollment),
			("LMS Certificate", young),
			("LMS Enrollment", young_enrollment),
		):
			assert frappe.db.exists(doctype, name), (doctype, kept_user)
		content = frappe.get_doc("File", {"file_url": doc.record_file}).get_content()
		content = content.encode() if isinstance(content, str) else content
		assert certificate.encode() in content
		assert hashlib.sha256(content).hexdigest() == doc.record_sha256

	def test_that_fails_keeps_its_list_and_can_be_continued(self, monkeypatch):
		_user, row, certificate, _enrollment = old_rows()
		doc = asked()
		purge.request(doc)
		approver = make_user(roles=("System Manager",)).name
		frappe.set_user(approver)
		purge.approve(doc, None)
		frappe.set_user("Administrator")
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		monkeypatch.setattr(frappe.db, "rollback", lambda **_options: None)
		remove, calls = purge._remove_chunk, []

		def fails_at_the_third(doc, step):
			calls.append(step.doctype)
			if step.doctype == "LMS Certificate":
				raise RuntimeError("the disk is full")
			return remove(doc, step)

		with monkeypatch.context() as broken:
			broken.setattr(purge, "_remove_chunk", fails_at_the_third)
			purge.perform(doc.name)
		doc.reload()
		assert doc.status == "Failed"
		assert "the disk is full" in doc.log
		assert row in doc.log
		frappe.set_user(make_user(roles=("Moderator",)).name)
		with pytest.raises(frappe.PermissionError):
			purge.resume(doc)
		frappe.set_user("Administrator")
		purge.resume(doc)
		purge.perform(doc.name)
		doc.reload()
		assert doc.status == "Completed", doc.log
		content = frappe.get_doc("File", {"file_url": doc.record_file}).get_content()
		content = content if isinstance(content, str) else content.decode()
		assert row in content
		assert certificate in content
		assert "disk" not in content
		with pytest.raises(HistoryError, match="Approved, Running or Failed; this one is Completed"):
			purge.resume(doc)

	def test_rejecting_says_who_and_when(self):
		doc = asked()
		purge.request(doc)
		decider = make_user(roles=("System Manager",)).name
		frappe.set_user(decider)
		purge.reject(doc, "Not yet")
		doc.reload()
		assert (doc.status, doc.rejected_by, doc.approval_note) == ("Rejected", decider, "Not yet")
		assert doc.rejected_on
		assert not doc.approved_by

	def test_leaves_what_a_requirement_rests_on_for_people_who_are_here(self):
		(here, gone), assigned, access = make_workforce(2), {}, {}
		pins = [{"member": user, "effect": "Pin", "reason": "Test"} for user in (here, gone)]
		doc = activated(courses=1, exceptions=pins)
		course = doc.courses[0].course
		assign_to(doc, [here, gone])
		for user in (here, gone):
			complete(user, course, add_days(today(), -LONG_AGO))
			assigned[user] = rows_of(user)[0].name
			access[user] = frappe.db.get_value("LMS Enrollment", {"member": user, "course": course})
			frappe.db.set_value("LMS Enrollment", access[user], "completed_on", add_days(today(), -LONG_AGO))
		frappe.db.set_value("User", gone, "enabled", 0)
		day = add_months(today(), -85)
		steps = {step.doctype: step for step in purge.available_steps()}
		found = {
			name
			for doctype in ("LMS Training Assignment", "LMS Enrollment")
			for names in purge._removable(steps[doctype], day)
			for name in names
		}
		assert assigned[gone] in found
		assert not {assigned[here], access[here], access[gone]} & found, (
			"an enrollment goes after its assignment"
		)
		frappe.db.delete("LMS Training Assignment", {"name": assigned[gone]})
		(names,) = purge._removable(steps["LMS Enrollment"], day)
		assert access[gone] in names
		assert access[here] not in names

	def test_request_itself_is_kept(self):
		doc = asked()
		purge.request(doc)
		with pytest.raises(HistoryError):
			frappe.delete_doc("LMS Purge Request", doc.name)


class TestPersonalData:
	def test_names_every_record_that_holds_a_name(self):
		declared = {each["doctype"] for each in frappe.get_hooks("user_data_fields")}
		for doctype in ("LMS Certificate", "LMS Enrollment", "LMS Quiz Submission", "LMS Batch Enrollment"):
			assert doctype in declared

	def test_redacts_fields_that_exist(self):
		for each in frappe.get_hooks("user_data_fields"):
			if each["doctype"].startswith("LMS") or each["doctype"] == "Employee Compliance":
				meta = frappe.get_meta(each["doctype"])
				for name in [each["filter_by"], *each["redact_fields"]]:
					assert meta.has_field(name), (each["doctype"], name)


def test_a_cohort_with_people_is_kept():
	batch = make_batch()
	from smooth_lms.cohorts import enrollment

	enrollment.enroll(batch.name, make_user().name, source="Desk")
	with pytest.raises(HistoryError):
		frappe.delete_doc("LMS Batch", batch.name, force=True)
