"""The list of all learners in a browser."""

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from tests.browser.conftest import PATIENCE, WIDTHS, OpenPage, every_look
from tests.browser.test_training import LONG, employee_of, fits
from tests.support import factories
from tests.support.training import DOCTYPE, activated, assign_to, rows_of

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
	book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
	assert book.sheetnames == ["People", "Courses"]
	assert book["People"].max_row == 2
	assert [cell.value for cell in book["Courses"][2]][1] == people.late
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
	page.locator("input[name=member]").first.focus()
	page.keyboard.press("Space")
	page.get_by_role("button", name="Remind 1 person").click()
	expect(page.locator("[data-notice]")).to_be_visible()


def test_a_reminder_is_said_in_the_row_it_is_about(open_page: OpenPage, people, outgoing_mail):
	page = open_page(people.moderator, f"{list_of(people)}&state=behind")
	row = page.get_by_role("row").filter(has=page.get_by_role("link", name=LONG))
	row.get_by_role("checkbox").check()
	other = page.get_by_label("Search")
	other.evaluate("field => { field.dataset.stays = 1 }")
	row.get_by_role("button", name="Remind").click()
	expect(page.locator("[data-notice]")).to_contain_text(f"A reminder went to {LONG}")
	expect(row).to_contain_text("Reminded today")
	expect(row.get_by_role("button", name="Remind")).to_have_count(0)
	expect(other).to_have_attribute("data-stays", "1")  # nothing was loaded anew


def test_on_a_phone_the_bar_holds_four_and_the_menu_the_rest(open_page: OpenPage, people):
	page = open_page(people.moderator, "/lms/people", width=390)
	bar = page.get_by_role("navigation", name="Main").get_by_role("link")
	assert len([each for each in bar.all() if each.is_visible()]) <= 4
	expect(page.get_by_role("link", name="People", exact=True)).to_be_visible()


def test_a_moderator_adds_corrects_assigns_and_archives(open_page: OpenPage, violations, people, tmp_path):
	course = factories.make_course(title=factories.unique("First aid"))
	frappe.db.commit()
	page = open_page(people.moderator, "/lms/people")
	email = f"guest.{frappe.generate_hash(length=8)}@example.com"
	page.get_by_role("link", name="Add people").click()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	one = page.locator("form", has=page.get_by_role("heading", name="One person"))
	one.get_by_label("Name").fill("Gina Guest")
	one.get_by_label("E-mail").fill(people.late)
	one.get_by_label("Notify").uncheck()
	one.get_by_label("Approve").uncheck()
	one.get_by_role("button", name="Add this person").click()
	expect(page.locator("[data-notice]")).to_contain_text("is a learner already")
	one.get_by_label("E-mail").fill(email)
	one.get_by_role("button", name="Add this person").click()
	expect(page.locator("[data-notice]")).to_contain_text("1 person was added.")
	# many, from a file
	sheet = tmp_path / "people.csv"
	others = [f"g{number}.{email}" for number in range(2)]
	rows = ["E-mail;Name", "", f"{others[0]};Ann One", f"{others[1]};Bo Two", f"{email};Twice"]
	sheet.write_text("\n".join(rows))
	many = page.locator("form", has=page.get_by_role("heading", name="Many from a file"))
	many.get_by_label("File").set_input_files(sheet)
	many.get_by_label("Notify").uncheck()
	many.get_by_role("button", name="Show a preview").click()
	expect(page.get_by_text("2 people will be added. 1 line is left out.")).to_be_visible()
	expect(page.get_by_text("Line 5")).to_be_visible()
	assert violations(page) == []
	page.get_by_role("button", name="Add 2 people").click()
	expect(page.locator("[data-notice]")).to_contain_text("2 people were added.")
	# approve who waits
	page.goto("/lms/people?status=Pending&q=" + email)
	page.get_by_role("checkbox", name="Choose Gina Guest").check()
	page.get_by_label("With the people ticked").select_option("Approve")
	page.get_by_role("button", name="Go on").click()
	page.get_by_label("Notify them").uncheck()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_role("button", name="Approve").click()
	expect(page.locator("[data-notice]")).to_contain_text("Approved: 1 person.")
	# the person
	page.get_by_role("link", name="Back to the person").click()
	page.get_by_text("Assign a course").click()
	page.get_by_label("Course", exact=True).select_option(course.title)
	page.get_by_role("button", name="Assign", exact=True).click()
	expect(page.locator("[data-notice]")).to_contain_text("The course is assigned.")
	page.get_by_text("Change or unassign").click()
	page.get_by_label("Due date").last.fill(add_days(today(), 60))
	page.get_by_role("button", name="Change due date").click()
	expect(page.locator("[data-notice]")).to_contain_text("The due date is changed.")
	page.get_by_text("Change or unassign").click()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_label("Why it is taken back").fill("Not needed")
	page.get_by_role("button", name="Unassign").click()
	expect(page.locator("[data-notice]")).to_contain_text("The assignment is cancelled.")
	page.get_by_role("link", name="Details").click()
	page.get_by_label("Name").fill("Gina Guest-Miller")
	page.get_by_label("E-mail").fill(f"new.{email}")
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("heading", name="Gina Guest-Miller")).to_be_visible()
	page.get_by_role("link", name="Archive", exact=True).click()
	page.get_by_role("button", name="Archive").click()
	expect(page.locator("[data-notice]")).to_contain_text("Archived: 1 person.")


def test_what_hr_keeps_leads_to_the_employee(open_page: OpenPage, people):
	page = open_page(people.moderator, f"/lms/people/{people.late}/details")
	expect(page.get_by_role("link", name="Open employee")).to_be_visible()
	assert page.get_by_label("E-mail").count() == 0
