"""The list of all learners in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from tests import factories
from tests.browser.conftest import PATIENCE, WIDTHS, OpenPage, every_look
from tests.browser.test_training import LONG, employee_of, fits
from tests.training.test_assign import DOCTYPE, activated, assign_to, rows_of

expect.set_options(timeout=PATIENCE)

MANY = 120


@pytest.fixture(scope="module")
def people(server) -> frappe._dict:
	"""A moderator, a department with MANY learners, the first of them overdue, in a cohort, with a long name."""
	department = factories.make_department()
	users = factories.make_workforce(MANY, department=department)
	factories.make_learners(users, department=department, company=factories.company())
	late = users[0]
	for doctype in ("User", "LMS Learner"):
		frappe.db.set_value(doctype, late, "full_name", LONG)
	assign_to(activated(exceptions=[{"member": late, "effect": "Pin", "reason": "Test"}]), [late])
	overdue = {"due_date": add_days(today(), -4), "status": "Overdue"}
	frappe.db.set_value(DOCTYPE, rows_of(late)[0].name, overdue)
	enrollment.enroll(factories.make_batch().name, late, source="Desk")
	moderator = factories.make_user(roles=("LMS Student", "Moderator")).name
	frappe.db.set_value("Employee", users[1], "reports_to", employee_of(late), update_modified=False)
	frappe.db.commit()
	return frappe._dict(moderator=moderator, department=department, late=late)


def list_of(people) -> str:
	return f"/lms/people?department={people.department.replace(' ', '+').replace('&', '%26')}"


def pressed(page: Page) -> None:
	expect(page.get_by_role("link", name=re.compile("^Behind"))).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("path", ["list", "person"])
def test_everybody_can_use_it(open_page: OpenPage, violations, people, path):
	address = list_of(people) if path == "list" else f"/lms/people/{people.late}"
	page = open_page(people.moderator, address)
	expect(page.get_by_role("heading", level=1)).to_be_visible()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look


@pytest.mark.parametrize("width", WIDTHS)
def test_filters_pages_and_file_keep_what_was_chosen(open_page: OpenPage, violations, people, width):
	page = open_page(people.moderator, list_of(people), width=width)
	expect(page.locator(".team__name")).to_have_count(50)
	expect(page.get_by_text("Page 1 of 3")).to_be_visible()
	page.get_by_role("link", name="Next").click()
	expect(page.get_by_text("Page 2 of 3")).to_be_visible()
	page.get_by_role("link", name=re.compile("^Behind")).click()
	pressed(page)
	expect(page.locator(".team__name")).to_have_count(1)
	assert "department=" in page.url
	assert "state=behind" in page.url
	page.get_by_label("Approver").select_option("none")
	expect(page).to_have_url(re.compile("approver=none"))
	expect(page.locator(".team__name")).to_have_count(1)
	pressed(page)
	with page.expect_download() as download:
		page.get_by_role("link", name="Export").click()
	assert len(download.value.path().read_text().splitlines()) == 2
	assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_person_opens_in_place_by_keyboard(open_page: OpenPage, violations, people, width):
	page = open_page(people.moderator, f"{list_of(people)}&state=behind", width=width)
	link = page.get_by_role("link", name=LONG)
	link.focus()
	page.keyboard.press("Enter")
	opened = page.locator(".team__opened")
	for words in ("4 days overdue", "Cohorts", "Why?", "HR gives access"):
		expect(opened).to_contain_text(words)
	expect(link).to_have_attribute("aria-expanded", "true")
	expect(link).to_be_focused()
	assert violations(page) == []
	assert fits(page)
	page.keyboard.press("Enter")
	expect(opened).to_have_count(0)


def test_those_who_are_ticked_are_counted(open_page: OpenPage, people):
	page = open_page(people.moderator, f"{list_of(people)}&state=behind")
	expect(page.locator("[data-bar] [type=submit]")).to_be_hidden()
	page.get_by_role("checkbox").first.focus()
	page.keyboard.press("Space")
	page.get_by_role("button", name="Remind 1 person").click()
	expect(page.locator("[data-notice]")).to_be_visible()


def test_on_a_phone_the_bar_holds_four_and_the_menu_the_rest(open_page: OpenPage, people):
	page = open_page(people.moderator, "/lms/people", width=390)
	bar = page.get_by_role("navigation", name="Main").get_by_role("link")
	assert len([each for each in bar.all() if each.is_visible()]) <= 4
	expect(page.get_by_role("link", name="People")).to_be_visible()
