"""Employee Compliance: rows from proofs, their status, renewal, and the evidence."""

import threading

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.compliance import certificates, evidence, records
from smooth_lms.courses import versions
from tests.support.completions import certified_course, completed, learner, many_completed
from tests.support.factories import make_course, make_employee, make_user, make_users, unique

DOCTYPE = "Employee Compliance"


def rows_of(employee):
	return frappe.get_all(DOCTYPE, filters={"employee": employee}, fields=["*"], order_by="name asc")


def make_type(*courses, **values):
	doc = {"doctype": "Compliance Type", "compliance_type": unique("Type"), **values}
	return frappe.get_doc({**doc, "courses": [{"course": course} for course in courses]}).insert()


def certify(user, course, **values):
	return certificates.issue(completed(user, course, **values))


class TestRows:
	def test_come_from_certificates(self):
		user, employee = learner()
		course = certified_course(validity_days=365, compliance_control_id="CTRL-9")
		kind = make_type(course.name, category="Safety", mandatory=1)
		certificate = certify(user, course.name)
		(row,) = rows_of(employee)
		assert row.name == f"COMP-{employee}-{kind.name}-0001"
		assert (row.status, row.certificate, row.member) == ("Complete", certificate, user)
		assert (row.category, row.mandatory, row.compliance_control_id) == ("Safety", 1, "CTRL-9")
		assert (row.valid_from, row.valid_until) == (getdate(), getdate(add_days(today(), 365)))

	def test_are_made_once(self):
		user, employee = learner()
		certificate = certify(user, certified_course().name)
		assert records.from_certificates([certificate]) == []
		assert len(rows_of(employee)) == 1

	def test_need_an_employee(self):
		(user,) = make_users(1)
		assert records.from_certificates([certify(user, certified_course().name)]) == []

	def test_end_with_the_type_when_it_is_stricter_than_the_course(self):
		user, employee = learner()
		course = certified_course(validity_days=365)
		make_type(course.name, renewal_days=90)
		certify(user, course.name)
		assert rows_of(employee)[0].valid_until == getdate(add_days(today(), 90))

	def test_go_to_every_type_that_names_the_course(self):
		user, employee = learner()
		course = certified_course()
		kinds = {make_type(course.name).name, make_type(course.name).name}
		certify(user, course.name)
		assert {row.compliance_type for row in rows_of(employee)} == kinds

	def test_count_another_version_of_the_course(self):
		user, employee = learner()
		course = certified_course()
		kind = make_type(course.name)
		newer = versions.new_version(course.name)
		certify(user, newer.name)
		assert rows_of(employee)[0].compliance_type == kind.name

	def test_are_not_made_for_a_type_that_is_switched_off(self):
		user, employee = learner()
		course = certified_course()
		make_type(course.name, enabled=0)
		certify(user, course.name)
		assert rows_of(employee) == []

	def test_fulfil_what_waited(self):
		user, employee = learner()
		course = certified_course()
		kind = make_type(course.name)
		waiting = frappe.get_doc(
			{"doctype": DOCTYPE, "employee": employee, "compliance_type": kind.name}
		).insert()
		assert waiting.status == "Pending"
		certificate = certify(user, course.name)
		(row,) = rows_of(employee)
		assert (row.name, row.status, row.certificate) == (waiting.name, "Complete", certificate)


class TestOwnTypes:
	@pytest.mark.parametrize(
		("wanted", "course", "made"),
		[
			("Every course with a certificate", {}, True),
			("Mandatory courses and those with a control ID", {}, False),
			("Mandatory courses and those with a control ID", {"is_mandatory": 1}, True),
			("Mandatory courses and those with a control ID", {"compliance_control_id": "C"}, True),
			("Only courses named in a Compliance Type", {"is_mandatory": 1}, False),
		],
	)
	def test_follow_the_settings(self, wanted, course, made):
		frappe.db.set_single_value("LMS Settings", "compliance_from_courses", wanted)
		user, employee = learner()
		course = certified_course(**course)
		certify(user, course.name)
		assert [row.compliance_type for row in rows_of(employee)] == ([course.title] if made else [])

	def test_are_made_once_for_all_versions(self):
		frappe.db.set_single_value(
			"LMS Settings", "compliance_from_courses", "Every course with a certificate"
		)
		(one, first), (two, second) = learner(), learner()
		course = certified_course()
		certify(one, course.name)
		certify(two, versions.new_version(course.name).name)
		assert rows_of(first)[0].compliance_type == rows_of(second)[0].compliance_type


class TestRenewal:
	def test_replaces_and_keeps(self):
		user, employee = learner()
		course = certified_course(validity_days=10)
		make_type(course.name)
		certify(user, course.name, days_ago=8)
		frappe.db.set_value("LMS Enrollment", {"member": user}, "attempt", 1)
		certificates.insert_rows(
			"LMS Enrollment",
			("member", "member_name", "course", "attempt", "status", "completed_on"),
			[(user, user, course.name, 2, "Completed", frappe.utils.now())],
		)
		certificates.issue(frappe.db.get_value("LMS Enrollment", {"member": user, "attempt": 2}))
		old, new = rows_of(employee)
		assert (old.is_current, old.replaced_by, old.status) == (0, new.name, "Complete")
		assert (new.is_current, new.replaces, new.name[-4:]) == (1, old.name, "0002")

	def test_of_many_at_once_keeps_their_order(self):
		user, employee = learner()
		course = certified_course()
		kind = make_type(course.name)
		names = []
		for attempt in (1, 2, 3):
			names += certificates.insert_rows(
				"LMS Certificate",
				("member", "employee", "course", "attempt", "status", "issue_date", "verification_code"),
				[
					(
						user,
						employee,
						course.name,
						attempt,
						"Valid",
						add_days(today(), attempt - 9),
						str(attempt) + user,
					)
				],
			)
		records.from_certificates(names)
		rows = rows_of(employee)
		assert [row.certificate for row in rows] == names
		assert [row.is_current for row in rows] == [0, 0, 1]
		assert [row.replaces for row in rows] == [None, rows[0].name, rows[1].name]
		assert kind.name in rows[0].name


class TestVoidCertificates:
	def test_prove_nothing_any_more(self):
		user, employee = learner()
		certificate = certify(user, certified_course().name)
		certificates.revoke(certificate, "Copied answers")
		(row,) = rows_of(employee)
		assert (row.status, row.is_current) == ("Non-Compliant", 1)

	def test_let_the_proof_before_them_count_again(self):
		user, employee = learner()
		course = certified_course()
		make_type(course.name)
		certify(user, course.name)
		frappe.db.set_value("LMS Enrollment", {"member": user}, "attempt", 2)
		again = certificates.issue_many(
			[frappe.db.get_value("LMS Enrollment", {"member": user})], reason="Again"
		)
		assert again["already"] == 1
		doc = {"doctype": "LMS Certificate", "member": user, "course": course.name, "reason": "Classroom"}
		frappe.db.set_value("LMS Enrollment", {"member": user}, "status", "In Progress")
		second = frappe.get_doc(doc).insert()
		certificates.revoke(second.name, "Wrong course")
		old, new = rows_of(employee)
		assert (old.status, old.is_current) == ("Complete", 1)
		assert (new.status, new.is_current) == ("Non-Compliant", 0)

	def test_move_the_proof_to_the_right_person(self):
		(wrong, first), (right, second) = learner(), learner()
		certificates.reissue(certify(wrong, certified_course().name), right, "Shared computer")
		assert [row.status for row in rows_of(first)] == ["Non-Compliant"]
		assert [row.status for row in rows_of(second)] == ["Complete"]


class TestDailyJob:
	def test_lets_proofs_run_out_the_day_after_their_last(self):
		user, employee = learner()
		certify(user, certified_course(validity_days=10).name)
		last = getdate(add_days(today(), 10))
		records.update_statuses(last)
		assert rows_of(employee)[0].status == "Complete"
		records.update_statuses(getdate(add_days(last, 1)))
		assert rows_of(employee)[0].status == "Expired"
		assert frappe.db.exists("Version", {"docname": rows_of(employee)[0].name})

	def test_lets_no_proof_run_out_that_is_for_ever(self):
		user, employee = learner()
		certify(user, certified_course(validity_days=0).name)
		assert rows_of(employee)[0].valid_until is None
		records.update_statuses()
		assert rows_of(employee)[0].status == "Complete"

	def test_changes_nothing_the_second_time(self, statements):
		user, _employee = learner()
		certify(user, certified_course(validity_days=10).name)
		day = getdate(add_days(today(), 11))
		assert records.update_statuses(day)["Expired"] >= 1
		with statements() as sent:
			assert records.update_statuses(day) == {"Expired": 0, "In Progress": 0}
		assert sent.writes == 0

	def test_sees_who_has_begun(self):
		user, employee = learner()
		course = make_course()
		kind = make_type(course.name)
		frappe.get_doc({"doctype": DOCTYPE, "employee": employee, "compliance_type": kind.name}).insert()
		records.update_statuses()
		assert rows_of(employee)[0].status == "Pending"
		frappe.db.set_value("LMS Enrollment", completed(user, course.name), "status", "In Progress")
		records.update_statuses()
		assert rows_of(employee)[0].status == "In Progress"


class TestByHand:
	def test_what_a_proof_says_stays(self):
		user, employee = learner()
		certify(user, certified_course().name)
		doc = frappe.get_doc(DOCTYPE, rows_of(employee)[0].name)
		doc.valid_until = "2099-01-01"
		with pytest.raises(frappe.ValidationError, match="cannot be changed"):
			doc.save()

	def test_complete_needs_a_beginning_and_an_order_of_dates(self):
		_user, employee = learner()
		doc = frappe.get_doc({"doctype": DOCTYPE, "employee": employee, "compliance_type": make_type().name})
		doc.status = "Complete"
		with pytest.raises(frappe.ValidationError, match="Valid from is missing"):
			doc.insert()
		doc.valid_from, doc.valid_until = today(), add_days(today(), -1)
		with pytest.raises(frappe.ValidationError, match="before"):
			doc.insert()

	def test_an_old_proof_is_expired_at_once(self):
		_user, employee = learner()
		values = {"employee": employee, "compliance_type": make_type().name, "status": "Complete"}
		dates = {"valid_from": "2020-01-01", "valid_until": "2021-01-01"}
		assert frappe.get_doc({"doctype": DOCTYPE, **values, **dates}).insert().status == "Expired"

	def test_nobody_changes_what_is_said_about_themselves(self):
		user = make_user(roles=("LMS Student", "HR Manager")).name
		employee = make_employee(user).name
		certify(user, certified_course().name)
		doc = frappe.get_doc(DOCTYPE, rows_of(employee)[0].name)
		frappe.set_user(user)
		assert doc.has_permission("read")
		assert not doc.has_permission("write")

	def test_verification_says_who_and_when(self):
		user, employee = learner()
		certify(user, certified_course().name)
		name = rows_of(employee)[0].name
		assert records.verify([name]) == 1
		assert records.verify([name]) == 0
		row = rows_of(employee)[0]
		assert row.verified_by == "Administrator"
		assert row.verified_on


class TestEvidence:
	def test_is_a_private_pdf_on_the_row(self):
		user, employee = learner()
		certify(user, certified_course().name)
		(row,) = rows_of(employee)
		assert row.evidence_due
		assert evidence._make_one(row.name) == "made"
		(row,) = rows_of(employee)
		file = frappe.get_doc("File", {"file_url": row.evidence})
		assert (file.is_private, file.attached_to_name, row.evidence_due) == (1, row.name, 0)
		assert file.get_content()[:4] in (b"%PDF", "%PDF")
		assert evidence._make_one(row.name) == "skipped"
		frappe.delete_doc("File", file.name)

	def test_that_ended_jobs_have_left_is_queued_again_in_jobs_of_a_size(self, monkeypatch):
		monkeypatch.setattr(evidence, "JOB_SIZE", 2)
		waiting = []
		for _each in range(5):
			user, employee = learner()
			certify(user, certified_course().name)
			waiting.append(rows_of(employee)[0].name)
		others = {"evidence_due": 1, "name": ["not in", waiting]}
		frappe.db.set_value("Employee Compliance", others, "evidence_due", 0)
		jobs = []
		monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append(values))
		evidence.make_left_over()
		assert [name for job in jobs for name in job["names"]] == sorted(
			waiting, key=lambda name: (frappe.db.get_value("Employee Compliance", name, "creation"), name)
		)
		assert [len(job["names"]) for job in jobs] == [2, 2, 1]
		assert len({job["job_id"] for job in jobs}) == 3
		assert all(job["deduplicate"] for job in jobs)

	def test_that_cannot_be_made_says_why_and_leaves_the_row(self, monkeypatch):
		user, employee = learner()
		certify(user, certified_course().name)
		name = rows_of(employee)[0].name
		frappe.db.commit()

		def no_engine(*_args):
			raise OSError("wkhtmltopdf is not there")

		monkeypatch.setattr(evidence.pdf, "render", no_engine)
		assert evidence.make([name]) == {"made": 0, "failed": 1}
		(row,) = rows_of(employee)
		assert (row.status, row.evidence_due) == ("Complete", 1)
		assert row.evidence_error == "wkhtmltopdf is not there"


class TestMany:
	def test_take_a_fixed_number_of_statements(self, statements):
		counts = []
		for number in (2, 8):
			people = [learner() for _ in range(number)]
			course = certified_course()
			make_type(course.name)
			names = many_completed([user for user, _ in people], course.name)
			with statements() as sent:
				certificates.issue_many(names)
			counts.append(sent.total)
		assert counts[0] == counts[1]


@pytest.mark.full
def test_two_proofs_at_the_same_moment_leave_one_latest():
	user, employee = learner()
	course = certified_course()
	make_type(course.name)
	names = [
		name
		for attempt in (1, 2)
		for name in certificates.insert_rows(
			"LMS Certificate",
			("member", "employee", "course", "attempt", "status", "issue_date", "verification_code"),
			[(user, employee, course.name, attempt, "Valid", today(), f"{attempt}{user}")],
		)
	]
	frappe.db.commit()
	site, gate = frappe.local.site, threading.Barrier(2)

	def record(name):
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.db.get_value("Employee", employee, "name")  # an early look fixes what plain reads see
		gate.wait()
		records.from_certificates([name])
		frappe.db.commit()
		frappe.destroy()

	threads = [threading.Thread(target=record, args=(name,)) for name in names]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	assert sorted(row.is_current for row in rows_of(employee)) == [0, 1]
