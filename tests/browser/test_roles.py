"""Days of learners and managers, from the page for signing in to the end of the job, by what the pages show."""

import re

import pytest
from playwright.sync_api import Page, expect

import frappe
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from tests.browser.conftest import PATIENCE, OpenPage
from tests.browser.test_training import employee_of
from tests.support import factories
from tests.support.training import DOCTYPE, activated, assign_to, rows_of

expect.set_options(timeout=PATIENCE)
PASSWORD = "Orange-Giraffe-81"


def signed_in(open_page: OpenPage, user: str) -> Page:
	"""The portal after somebody has come by its front door."""
	page = open_page(user, "/lms")
	page.context.clear_cookies()
	page.goto("/lms")
	page.get_by_label("E-mail").fill(user)
	page.get_by_label("Password").fill(PASSWORD)
	page.get_by_role("button", name="Sign in").click()
	expect(page.get_by_role("heading", name="My learning")).to_be_visible()
	return page


def sign_out(page: Page) -> None:
	page.locator(".person__button").click()
	page.get_by_role("button", name="Sign out").click()
	expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def go(page: Page, section: str) -> None:
	page.get_by_role("navigation", name="Main").get_by_role("link", name=section, exact=True).click()


@pytest.fixture
def team(server) -> frappe._dict:
	"""A manager and a new hire with a course that is overdue, and a cohort that is open to everybody."""
	boss = factories.make_workforce(1)[0]
	hire = factories.make_workforce(1, reports_to=employee_of(boss))[0]
	factories.make_learners([boss, hire])
	for user, name in ((boss, "Bodil Berg"), (hire, "Hana Hora")):
		frappe.db.set_value("User", user, "full_name", name)
		update_password(user, PASSWORD)
	assign_to(activated(exceptions=[{"member": hire, "effect": "Pin", "reason": "Test"}]), [hire])
	assignment = rows_of(hire)[0]
	course = frappe.get_doc("LMS Course", assignment.course)
	day = {"date": add_days(today(), 3), "start_time": "09:00:00", "end_time": "10:00:00"}
	batch = factories.make_batch(timetable=[{**day, "subject": "Welcome"}])
	frappe.db.commit()
	return frappe._dict(boss=boss, hire=hire, course=course, assignment=assignment.name, batch=batch)


def test_a_new_hires_first_week(open_page: OpenPage, team) -> None:
	page = signed_in(open_page, team.hire)
	page.get_by_role("listitem").filter(has_text=team.course.title).get_by_role("link", name="Start").click()
	page.get_by_role("link", name="Start", exact=True).click()
	while page.get_by_role("button", name=re.compile("^Done")).count():
		page.get_by_role("button", name=re.compile("^Done")).click()
		page.wait_for_load_state("networkidle")
	expect(page.get_by_text("You have completed this course.")).to_be_visible()
	go(page, "Cohorts")
	page.get_by_label("Search").fill(team.batch.title)
	page.get_by_role("link", name=team.batch.title).click()
	page.get_by_role("button", name="Enroll").click()
	expect(page.locator("#main").get_by_text("You are enrolled")).to_be_visible()
	go(page, "Timetable")
	expect(page.get_by_text("Welcome")).to_be_visible()
	page.locator(".person__button").click()
	page.get_by_role("link", name="Your profile").click()
	page.get_by_label("Time zone").select_option("Asia/Tokyo")
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator("[data-notice]")).to_contain_text("are saved")
	go(page, "Timetable")
	expect(page.get_by_text("Tokyo").first).to_be_visible()
	sign_out(page)
	frappe.db.rollback()
	assert frappe.db.get_value(DOCTYPE, team.assignment, "status") == "Completed"
	seat = {"batch": team.batch.name, "member": team.hire}
	assert frappe.db.get_value("LMS Batch Enrollment", seat, "status") == "Enrolled"


def test_a_managers_monday(open_page: OpenPage, team, outgoing_mail) -> None:
	frappe.db.set_value(DOCTYPE, team.assignment, {"due_date": add_days(today(), -3), "status": "Overdue"})
	frappe.db.commit()
	learner = signed_in(open_page, team.hire)
	learner.get_by_role("link", name=re.compile("more time", re.IGNORECASE)).first.click()
	learner.get_by_label("Until when?").fill(add_days(today(), 9))
	learner.get_by_label("Why?").fill("At sea")
	learner.get_by_role("button", name="Ask for more time").click()
	expect(learner.locator("[data-notice]")).to_be_visible()
	sign_out(learner)
	page = signed_in(open_page, team.boss)
	go(page, "Team")
	page.get_by_role("link", name=re.compile("^Behind")).click()
	row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Hana Hora"))
	expect(row).to_contain_text(team.course.title)
	row.get_by_role("button", name="Remind").click()
	expect(page.locator("[data-notice]")).to_contain_text("A reminder went to Hana Hora")
	expect(row).to_contain_text("Reminded today")
	with page.expect_download() as download:
		page.get_by_role("link", name="Export").click()
	assert download.value.suggested_filename == "team-training.xlsx"
	row.get_by_role("link", name="Hana Hora").click()
	page.get_by_role("link", name="Decide").click()
	expect(page.get_by_text("At sea")).to_be_visible()
	page.get_by_role("button", name="Give more time").click()
	expect(page.locator("[data-notice]")).to_contain_text("More time was given.")
	sign_out(page)
	frappe.db.rollback()
	assert str(frappe.db.get_value(DOCTYPE, team.assignment, "due_date")) == add_days(today(), 9)
