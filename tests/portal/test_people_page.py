"""The list of all learners over HTTP, without script."""

import csv
import io

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from smooth_lms.compliance import certificates
from tests.portal.test_training_pages import words
from tests.support import factories
from tests.support.completions import completed
from tests.support.hr import make_hr_user
from tests.support.portal import ATTACK, Person
from tests.support.server import Server
from tests.support.training import DOCTYPE, activated, assign_to, rows_of


@pytest.fixture
def people(server: Server) -> frappe._dict:
	"""A moderator, and three learners of a department of their own, one of them overdue."""
	department = factories.make_department()
	users = factories.make_workforce(3, department=department)
	factories.make_learners(users, department=department, company=factories.company())
	for user, name in zip(users, ("Lena Late", "Finn Fine", "Ida Idle"), strict=True):
		frappe.db.set_value("User", user, "full_name", name)
		frappe.db.set_value("LMS Learner", user, "full_name", name)
	pins = [{"member": each, "effect": "Pin", "reason": "Test"} for each in users[:2]]
	assign_to(activated(exceptions=pins), users[:2])
	late = rows_of(users[0])[0].name
	frappe.db.set_value(DOCTYPE, late, {"due_date": add_days(today(), -4), "status": "Overdue"})
	moderator = factories.make_user(roles=("Moderator",)).name
	frappe.db.commit()
	found = frappe._dict(department=department, late=users[0], fine=users[1], idle=users[2], overdue=late)
	found.moderator = Person(server, moderator)
	found.path = f"/lms/people?department={department.replace(' ', '+').replace('&', '%26')}"
	return found


def names(page) -> list[str]:
	return [each.text.strip() for each in page.select(".team__name a")]


def test_shows_who_is_behind_first_and_filters_by_the_address(people):
	page = people.moderator.see(people.path)
	assert names(page) == ["Lena Late", "Finn Fine", "Ida Idle"]
	assert page.select_one(".sections a[aria-current]").text.strip() == "People"
	assert "3 people" in words(page)
	assert names(people.moderator.see(f"{people.path}&state=behind")) == ["Lena Late"]
	assert names(people.moderator.see(f"{people.path}&q=finn")) == ["Finn Fine"]
	page = people.moderator.see(f"{people.path}&status=Archived")
	assert "Nobody fits" in words(page)
	assert page.select_one("#status option[selected]")["value"] == "Archived"


def test_one_person_with_cohorts_certificates_and_why(people):
	batch = factories.make_batch()
	enrollment.enroll(batch.name, people.late, source="Desk")
	course = factories.make_course(certification=1)
	certificates.issue(completed(people.late, course.name))
	frappe.db.commit()
	text = words(people.moderator.see(f"/lms/people/{people.late}"))
	for expected in (
		"4 days overdue",
		batch.title,
		course.title,
		"Why?",
		"HR gives access",
		people.department,
	):
		assert expected in text


def test_reminds_those_who_are_ticked(people, outgoing_mail):
	token = people.moderator.see(people.path).select_one("form.team input[name=csrf_token]")["value"]
	assert "Tick the people" in people.moderator.post(people.path, csrf_token=token).text
	answer = people.moderator.post(people.path, csrf_token=token, member=people.late)
	assert "A reminder went to" in words(people.moderator.follow(answer))
	frappe.db.rollback()
	assert frappe.db.get_value(DOCTYPE, people.overdue, "reminders") == 1


def test_gives_more_time(people):
	asked = {"extension_state": "Requested", "extension_until": add_days(today(), 9)}
	frappe.db.set_value(DOCTYPE, people.overdue, asked)
	frappe.db.commit()
	course = frappe.db.get_value(DOCTYPE, people.overdue, "course")
	title = frappe.db.get_value("LMS Course", course, "title")
	answer = people.moderator.press(f"/lms/people/{people.late}", f"Give more time: {title}")
	assert "More time was given." in words(people.moderator.follow(answer))


def test_a_file_of_everybody_has_no_formulas(people):
	for name in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
		frappe.db.set_value("LMS Learner", people.fine, "full_name", name)
		frappe.db.commit()
		answer = people.moderator.get(people.path.replace("?", "/export.csv?"))
		rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
		assert [row["User"] for row in rows] == [people.late, people.fine, people.idle]
		assert rows[1]["Name"] == f"'{name}"
		assert (rows[0]["Standing"], rows[0]["Overdue"]) == ("Behind", "1")


def test_names_are_text(people):
	frappe.db.set_value("LMS Learner", people.fine, "full_name", ATTACK[:100])
	frappe.db.commit()
	assert "<img src=x" not in people.moderator.get(people.path).text
	assert "<img src=x" not in people.moderator.get(f"/lms/people/{people.fine}").text


class TestWhoMay:
	def test_hr_sees_their_employees_and_reminds_nobody(self, people, server):
		other = factories.company("People Page Test Company")
		frappe.db.set_value("Employee", {"user_id": people.fine}, "company", other)
		hr = make_hr_user(other)
		frappe.db.commit()
		visitor = Person(server, hr)
		page = visitor.see(people.path)
		assert names(page) == ["Finn Fine"]
		assert not page.select("input[name=member], button[name=only]")
		assert visitor.get(f"/lms/people/{people.fine}").status_code == 200
		assert visitor.get(f"/lms/people/{people.late}").status_code == 403
		assert people.late not in visitor.get("/lms/people/export.csv").text
		token = page.select_one("input[name=csrf_token]")["value"]
		assert visitor.post(people.path, csrf_token=token, member=people.fine).status_code == 403
		form = {"csrf_token": token, "decision": "remind"}
		assert visitor.post(f"/lms/people/{people.fine}", **form).status_code == 403
		assert visitor.post(f"/lms/people/{people.late}", **form).status_code == 403

	def test_others_are_turned_away_and_not_led_there(self, people, server):
		learner = Person(server, people.fine)
		assert "/lms/people" not in learner.get("/lms").text
		for path in ("/lms/people", "/lms/people/export.csv", f"/lms/people/{people.fine}"):
			assert learner.get(path).status_code == 403
