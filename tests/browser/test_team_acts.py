"""What managers do for their people, pressed in a browser."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.cohorts import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories

expect.set_options(timeout=PATIENCE)
SEAT = "LMS Batch Enrollment"


@pytest.fixture(scope="module")
def team(server) -> frappe._dict:
	"""A manager and the people who report to them."""
	(boss,) = factories.make_workforce(1)
	people = factories.make_workforce(4, reports_to=frappe.db.get_value("Employee", {"user_id": boss}))
	for user, name in zip(people, ("Ada Ahead", "Ben Behind", "Cleo Clear", "Dora Done"), strict=True):
		frappe.db.set_value("User", user, "full_name", name)
	frappe.db.commit()
	return frappe._dict(boss=boss, people=people)


def test_people_are_enrolled_after_a_preview(open_page: OpenPage, violations, team):
	batch = factories.make_batch(title=factories.unique("Safety week"), seat_count=2, enable_waitlist=1)
	enrollment.enroll(batch.name, team.people[3], source="Desk")
	frappe.db.commit()
	page = open_page(team.boss, "/lms/team")
	for name in ("Ada Ahead", "Ben Behind", "Dora Done"):
		page.get_by_role("checkbox", name=f"Choose {name}").check()
	page.get_by_label("With the people ticked").select_option("Enroll in a cohort")
	page.get_by_role("button", name="Go on").click()
	page.get_by_label("Cohort", exact=True).select_option(batch.name)
	expect(page.get_by_role("checkbox", name="Cleo Clear")).not_to_be_checked()
	page.get_by_role("button", name="Show what will happen").click()
	would = page.get_by_role("region", name="What will happen")
	for sentence in (
		"1 person gets a seat.",
		"1 person goes on the waitlist.",
		"1 person is in this cohort already.",
	):
		expect(would).to_contain_text(sentence)
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Enroll 1, waitlist 1").click()
	expect(page.locator("[data-notice]")).to_contain_text("1 person is enrolled.")
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	frappe.db.rollback()
	rows = dict(frappe.get_all(SEAT, {"batch": batch.name}, ["member", "status"], as_list=True))
	ada, ben, _cleo, dora = team.people
	assert rows == {ada: "Enrolled", ben: "Waitlisted", dora: "Enrolled"}


def test_a_course_is_assigned_on_the_page_of_a_person(open_page: OpenPage, violations, team):
	course = factories.make_course()
	frappe.db.commit()
	page = open_page(team.boss, f"/lms/team/people/{team.people[2]}")
	page.get_by_role("link", name="Assign a course").click()
	expect(page.get_by_role("checkbox", name="Cleo Clear")).to_be_checked()
	page.get_by_label("Course", exact=True).select_option(course.name)
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Assign", exact=True).click()
	expect(page.locator("[data-notice]")).to_contain_text("The course is assigned to 1 person.")
	page.get_by_role("link", name="Back to Team").click()
	row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Cleo Clear"))
	expect(row.locator("[data-label=Open]")).to_have_text("1")
