"""Audit exports: what is in them, for whom, and that they can be checked."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from openpyxl import load_workbook

import frappe
from frappe.utils import add_days, today

from smooth_lms.base import spreadsheets
from smooth_lms.compliance import certificates
from smooth_lms.compliance.audit import export as audit_export
from tests.courses.test_quizzes import Taker
from tests.support.completions import certified_course, completed, learner
from tests.support.factories import make_batch, make_course, make_department, make_user, make_users

DOCTYPE = "LMS Audit Export"


@pytest.fixture(autouse=True)
def _nothing_is_committed(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)


def export(**values):
	chosen = {
		"scorm_attempts": 0,
		"enrollments": 0,
		"quiz_submissions": 0,
		"assignments": 0,
		"certificates": 0,
		"compliance": 0,
	}
	doc = frappe.get_doc({"doctype": DOCTYPE, **chosen, **values}).insert()
	audit_export.perform(doc.name)
	doc.reload()
	assert doc.status == "Completed", doc.log
	file = frappe.get_doc("File", {"file_url": doc.export_file})
	with open(file.get_full_path(), "rb") as stream:
		content = stream.read()
	return doc, file, zipfile.ZipFile(io.BytesIO(content)), content


def table(archive, name):
	return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


class TestContent:
	def test_is_what_was_chosen_with_checksums(self):
		(user,) = make_users(1)
		course = certified_course().name
		certificate = certificates.issue(completed(user, course))
		doc, file, archive, content = export(enrollments=1, certificates=1, course=course)
		assert sorted(archive.namelist()) == [
			"certificates.csv",
			"certificates.xlsx",
			"enrollments.csv",
			"enrollments.xlsx",
			"manifest.json",
		]
		assert hashlib.sha256(content).hexdigest() == doc.sha256
		manifest = json.loads(archive.read("manifest.json"))
		assert manifest["filters"]["course"] == course
		for entry in manifest["files"]:
			assert hashlib.sha256(archive.read(entry["file"])).hexdigest() == entry["sha256"]
			assert entry["rows"] == 1
		assert [row["name"] for row in table(archive, "certificates.csv")] == [certificate]
		sheet = load_workbook(io.BytesIO(archive.read("certificates.xlsx"))).active
		assert sheet.cell(2, 1).value == certificate
		assert (doc.rows, doc.progress, file.is_private) == (2, 100, 1)

	def test_follows_the_filters(self):
		(one, first), (two, _second) = learner(), learner(company=second_company())
		course = make_course().name
		completed(one, course)
		completed(two, course)
		company = frappe.db.get_value("Employee", first, "company")
		_doc, _file, archive, _ = export(enrollments=1, course=course, company=company, file_format="CSV")
		assert [row["member"] for row in table(archive, "enrollments.csv")] == [one]
		_doc, _file, archive, _ = export(enrollments=1, course=course, member=two, file_format="CSV")
		assert [row["member"] for row in table(archive, "enrollments.csv")] == [two]
		_doc, _file, archive, _ = export(
			enrollments=1, course=course, to_date=add_days(today(), -1), file_format="CSV"
		)
		assert table(archive, "enrollments.csv") == []

	def test_follows_cohort_and_department_in_every_kind(self):
		department, batch = make_department(), make_batch(courses=[certified_course().name])
		course = batch.courses[0].course
		(one, employee), (two, _other) = learner(department=department), learner()
		for user in (one, two):
			certificates.issue(completed(user, course, batch=batch.name))
		(elsewhere, _employee) = learner(department=department)
		certificates.issue(completed(elsewhere, course))
		kinds = dict.fromkeys(("enrollments", "certificates", "compliance", "assignments"), 1)
		_doc, _file, archive, _ = export(**kinds, batch=batch.name, department=department, file_format="CSV")
		for kind in ("enrollments", "certificates", "compliance"):
			assert [row["member"] for row in table(archive, f"{kind}.csv")] == [one], kind
		assert table(archive, "compliance.csv")[0]["employee"] == employee
		assert table(archive, "assignments.csv") == []
		manifest = json.loads(archive.read("manifest.json"))
		assert (manifest["filters"]["batch"], manifest["filters"]["department"]) == (batch.name, department)

	def test_has_the_answers_of_quizzes(self):
		taker = Taker()
		taker.submit(taker.start(), {"0": "0", "1": "1"})
		_doc, _file, archive, _ = export(quiz_submissions=1, member=taker.user, file_format="CSV")
		(row,) = table(archive, "quiz_submissions.csv")
		answers = table(archive, "quiz_answers.csv")
		assert (row["percentage"], row["compliance_control_id"]) == ("50.0", "A.7.2")
		assert [each["parent"] for each in answers] == [row["name"]] * len(answers)
		assert [each["is_correct"] for each in answers] == ["1", "0"]

	def test_goes_on_chunk_by_chunk(self, monkeypatch):
		monkeypatch.setattr(audit_export, "CHUNK", 2)
		course = make_course().name
		for user in make_users(5):
			completed(user, course)
		_doc, _file, archive, _ = export(enrollments=1, course=course, file_format="CSV")
		assert len(table(archive, "enrollments.csv")) == 5

	@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1+1", "@SUM(A1)", "\t=1"])
	def test_starts_no_formula(self, text):
		assert spreadsheets.harmless(text) == "'" + text.replace("\x00", "")
		assert spreadsheets.harmless("Ann-Marie") == "Ann-Marie"
		assert spreadsheets.harmless(-3) == -3


class TestWho:
	def test_not_learners_nor_hr_users(self):
		for role in ("LMS Student", "HR User", "Course Creator", "Batch Evaluator"):
			frappe.set_user(make_user(roles=(role,)).name)
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc({"doctype": DOCTYPE, "enrollments": 1}).insert()
			frappe.set_user("Administrator")

	def test_an_hr_manager_gets_the_employees_they_may_see(self):
		(mine, employee), (other, _) = learner(), learner()
		course = certified_course().name
		for user in (mine, other):
			certificates.issue(completed(user, course))
		manager = make_user(roles=("HR Manager",)).name
		frappe.get_doc(
			{"doctype": "User Permission", "user": manager, "allow": "Employee", "for_value": employee}
		).insert()
		frappe.set_user(manager)
		doc, _file, archive, _ = export(certificates=1, enrollments=1, course=course, file_format="CSV")
		assert doc.requested_by == manager
		assert [row["member"] for row in table(archive, "certificates.csv")] == [mine]
		assert [row["member"] for row in table(archive, "enrollments.csv")] == [mine]

	def test_the_file_is_for_who_asked(self):
		manager = make_user(roles=("HR Manager",)).name
		frappe.set_user(manager)
		doc, file, _archive, _ = export(certificates=1, file_format="CSV")
		assert file.has_permission("read")
		for roles in (("HR Manager",), ("Moderator",), ("LMS Student",)):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(roles=roles).name)
			assert not frappe.get_doc("File", file.name).has_permission("read"), roles
			assert not frappe.has_permission(DOCTYPE, "read", doc=doc.name)

	def test_needs_something_chosen(self):
		with pytest.raises(frappe.ValidationError, match="Nothing is chosen"):
			frappe.get_doc(
				{
					"doctype": DOCTYPE,
					"enrollments": 0,
					"quiz_submissions": 0,
					"assignments": 0,
					"certificates": 0,
					"compliance": 0,
				}
			).insert()

	def test_does_not_change(self):
		doc, *_ = export(certificates=1, file_format="CSV")
		doc.sha256 = "0"
		with pytest.raises(frappe.PermissionError):
			doc.save()


def second_company():
	from tests.support.factories import company

	return company("Smooth Second Company")
