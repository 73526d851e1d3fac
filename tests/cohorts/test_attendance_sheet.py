"""The attendance sheet: live classes and days of the timetable, who may mark, and what it means for completion."""

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import attendance_sheet, completion, enrollment
from smooth_lms.cohorts.live_classes import ATTENDANCE
from tests.support.factories import make_batch, make_course, make_user, unique


def past():
	"""Dates of a cohort that has ended."""
	return {"start_date": add_days(today(), -5), "end_date": add_days(today(), -3)}


def make_cohort(**values):
	day = values.setdefault("start_date", add_days(today(), 3))
	table = [{"date": day, "start_time": "09:00:00", "end_time": "12:00:00", "subject": "Ladders"}]
	return make_batch(timetable=table, allow_self_enrollment=1, **values)


def seated(batch, number=2):
	users = [make_user(last_name=unique("Person")).name for _ in range(number)]
	for user in users:
		enrollment.enroll(batch.name, user, source="Desk", override_reason="Test")
	return users


def the_day(batch):
	return batch.timetable[0].name


class TestMarking:
	def test_a_day_of_the_timetable_is_marked_once_for_each_person(self):
		batch = make_cohort()
		one, two = seated(batch)
		marks = {one: "Late", two: "Absent", make_user().name: "Present"}
		assert attendance_sheet.mark(batch.name, the_day(batch), marks) == 2
		assert attendance_sheet.mark(batch.name, the_day(batch), marks) == 0
		assert attendance_sheet.mark(batch.name, the_day(batch), {one: "Present", two: "Absent"}) == 1
		rows = frappe.get_all(
			ATTENDANCE, filters={"batch": batch.name}, fields=["member", "status", "subject", "day"]
		)
		assert {row.member: row.status for row in rows} == {one: "Present", two: "Absent"}
		assert {(row.subject, str(row.day)) for row in rows} == {("Ladders", str(batch.start_date))}

	def test_the_index_stands_behind_it(self):
		batch = make_cohort()
		(one,) = seated(batch, 1)
		attendance_sheet.mark(batch.name, the_day(batch), {one: "Present"})
		values = (None, the_day(batch), batch.name, "x", today(), one, "x", "Absent", "Administrator")
		assert attendance_sheet.insert_rows(
			ATTENDANCE, attendance_sheet.FIELDS, [values], skip_duplicates=True
		) == [None]

	def test_only_those_who_run_the_cohort_may(self):
		teacher = make_user(roles=("LMS Student", "Batch Evaluator")).name
		batch = make_cohort(instructors=[{"instructor": teacher}])
		(one,) = seated(batch, 1)
		for user in (one, make_user(roles=("Batch Evaluator",)).name, make_user(roles=("HR User",)).name):
			frappe.set_user(user)
			for act in (
				lambda: attendance_sheet.mark(batch.name, the_day(batch), {one: "Present"}),
				lambda: attendance_sheet.sheet(batch.name, the_day(batch)),
				lambda: attendance_sheet.table(batch.name),
			):
				with pytest.raises(frappe.PermissionError):
					act()
		frappe.set_user(teacher)
		assert attendance_sheet.mark(batch.name, the_day(batch), {one: "Present"}) == 1

	def test_nobody_marks_themself(self):
		teacher = make_user(roles=("LMS Student", "Batch Evaluator")).name
		batch = make_cohort(instructors=[{"instructor": teacher}])
		enrollment.enroll(batch.name, teacher, source="Desk")
		frappe.set_user(teacher)
		with pytest.raises(frappe.PermissionError, match="your own attendance"):
			attendance_sheet.mark(batch.name, the_day(batch), {teacher: "Present"})

	def test_a_day_of_another_cohort_is_refused(self):
		batch = make_cohort()
		with pytest.raises(frappe.DoesNotExistError):
			attendance_sheet.mark(batch.name, the_day(make_cohort()), {})


class TestCompletion:
	@pytest.mark.parametrize(("counts", "completed"), [(1, False), (0, True)])
	def test_an_absence_counts_where_the_cohort_says_so(self, counts, completed):
		batch = make_cohort(courses=[make_course().name], attendance_counts=counts, **past())
		(one,) = seated(batch, 1)
		attendance_sheet.mark(batch.name, the_day(batch), {one: "Absent"})
		frappe.db.set_value("LMS Enrollment", {"member": one}, "status", "Completed")
		seats = frappe.get_all(
			"LMS Batch Enrollment", filters={"member": one}, fields=["name", "batch", "member"]
		)
		assert bool(completion.finished(seats)) is completed

	def test_who_came_late_came(self):
		batch = make_cohort(courses=[make_course().name], **past())
		(one,) = seated(batch, 1)
		attendance_sheet.mark(batch.name, the_day(batch), {one: "Late"})
		frappe.db.set_value("LMS Enrollment", {"member": one}, "status", "Completed")
		seats = frappe.get_all(
			"LMS Batch Enrollment", filters={"member": one}, fields=["name", "batch", "member"]
		)
		assert completion.finished(seats)


class TestPages:
	def test_mark_print_and_take_along(self, server):
		teacher = make_user(roles=("LMS Student", "Batch Evaluator")).name
		batch = make_cohort(instructors=[{"instructor": teacher}])
		one, two = seated(batch)
		frappe.db.commit()
		session = server.session(teacher)
		root = f"{server.url}/lms/batches/{batch.name}"
		assert f"/lms/batches/{batch.name}/attendance" in session.get(root).text
		assert "Ladders" in session.get(f"{root}/attendance").text
		address = f"{root}/attendance/{the_day(batch)}"
		form = {
			"csrf_token": session.headers["X-Frappe-CSRF-Token"],
			f"status:{one}": "Late",
			"all": "Present",
		}
		answer = session.post(address, data=form)
		assert "The attendance is saved." in answer.text
		frappe.db.rollback()
		rows = frappe.get_all(
			ATTENDANCE, filters={"batch": batch.name}, fields=["member", "status"], as_list=True
		)
		assert dict(rows) == {one: "Late", two: "Present"}
		paper = session.get(f"{address}/sheet.pdf")
		text = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
		assert "Signature" in text
		for user in (one, two):
			assert frappe.db.get_value("User", user, "last_name") in " ".join(text.split())
		book = load_workbook(io.BytesIO(session.get(f"{root}/attendance.xlsx").content))
		cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
		assert cells[0][2].endswith("Ladders")
		assert {row[1]: row[2] for row in cells[1:]} == {one: "Late", two: "Present"}

	def test_are_not_for_learners(self, server):
		batch = make_cohort()
		(one,) = seated(batch, 1)
		frappe.db.commit()
		session = server.session(one)
		root = f"{server.url}/lms/batches/{batch.name}"
		assert "/attendance" not in session.get(root).text
		for path in ("attendance", f"attendance/{the_day(batch)}", "attendance.xlsx"):
			assert session.get(f"{root}/{path}").status_code == 403
