"""HR at the desk: the state of the synchronization, a dry run, a held run, "Why?", profiles, and the question at leaving."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import frappe

from smooth_lms.cohorts import enrollment
from smooth_lms.learners.sync import planner
from smooth_lms.learners.sync import run as sync_run
from tests.browser.conftest import PATIENCE, WIDTHS, OpenPage
from tests.support import factories
from tests.support.boarding import email
from tests.support.roster import empty_roster, hire

expect.set_options(timeout=PATIENCE)

# a minute: more than its share of the quick suite
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def keeper() -> str:
	roles = ("Moderator", "HR Manager", "System Manager")
	name = factories.make_user(roles=roles, first_name="Mona", last_name="Keeper").name
	frappe.db.commit()
	return name


@pytest.fixture
def staff(site) -> Iterator[list[str]]:
	"""Thirty committed Employees whose learners are in line."""
	empty_roster()
	frappe.flags.smooth_lms_no_helpers = True
	users = factories.make_users(30, roles=())
	names = hire(30, word="desk", users=users, gender="Other", date_of_birth="1990-01-01")
	frappe.db.commit()
	sync_run.run_now()
	yield names
	frappe.db.rollback()
	frappe.flags.smooth_lms_no_helpers = False
	frappe.db.delete("Has Role", {"parent": ["in", users]})
	frappe.db.delete("User", {"name": ["in", users]})
	empty_roster()
	frappe.db.commit()


def picture(page: Page, name: str, width: int) -> None:
	"""Keep what the page looks like, if somebody wants to look: SMOOTH_PICTURES names the folder."""
	if folder := os.environ.get("SMOOTH_PICTURES"):
		page.wait_for_load_state("networkidle")
		page.wait_for_timeout(500)  # until a dialog has opened
		page.screenshot(path=Path(folder, f"{name}-{width}.png"))


def work_off() -> None:
	"""Do what a background worker would."""
	frappe.db.rollback()
	for run in frappe.get_all("LMS Sync Run", {"status": "Queued"}, pluck="name"):
		sync_run.execute(run)
	frappe.db.commit()


@pytest.mark.parametrize("width", WIDTHS)
def test_state_dry_run_and_hold(open_page: OpenPage, keeper: str, staff: list[str], width: int) -> None:
	page = open_page(keeper, "/app/lms-sync-run", width=width)
	status = page.locator("div[role=status]").first
	expect(status).to_contain_text("Completed")
	expect(status).to_contain_text("30 linked")
	expect(status).to_contain_text("Hourly")
	picture(page, "status", width)

	frappe.db.delete("Employee", {"name": ["in", staff[:20]]})
	frappe.db.commit()
	if width > 600:
		page.get_by_role("button", name="Dry run").click()
	else:
		page.evaluate(
			"frappe.xcall('smooth_lms.api.learners.sync_now', {dry_run: 1}).then(r => frappe.set_route('Form', 'LMS Sync Run', r.run))"
		)
	expect(page.locator(".title-area:visible")).to_contain_text("LMS-SYNC-")
	work_off()
	intro = page.locator(".form-message, .form-intro-area, .form-message-container").first
	expect(intro).to_contain_text("Dry run: nothing has been changed.")
	expect(intro).to_contain_text("Planned: 20 archived.")
	picture(page, "dry-run", width)
	assert frappe.db.count("LMS Learner", {"status": "Archived"}) == 0

	run = sync_run.run_now()
	page = open_page(keeper, f"/app/lms-sync-run/{run}", width=width)
	intro = page.locator(".form-message, .form-intro-area, .form-message-container").first
	expect(intro).to_contain_text("Held: 20 of 30 learners would be archived.")
	picture(page, "held", width)
	page = open_page(keeper, "/app/lms-sync-run", width=width)
	status = page.locator("div[role=status]").first
	expect(status).to_contain_text(f"{run} waits for a decision.")
	expect(status).to_contain_text("Nothing. Planned: 20 archived.")
	picture(page, "status-held", width)
	if width < 600:
		return
	page = open_page(keeper, f"/app/lms-sync-run/{run}", width=width)
	page.get_by_role("button", name="Approve").click()
	page.get_by_role("button", name="Yes").click()
	expect(page.locator(".title-area:visible")).to_contain_text("Queued")
	work_off()
	expect(page.locator(".title-area:visible")).to_contain_text("Completed")
	assert frappe.db.count("LMS Learner", {"status": "Archived"}) == 20
	expect(page.get_by_role("button", name="Undo")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_employee_s_form_explains_and_asks(open_page: OpenPage, keeper: str, width: int) -> None:
	address = email("form")
	employee = factories.make_employee(company_email=address, last_name="Form")
	planner.follow([employee.name])
	cohort = factories.make_batch(title=factories.unique("Forklift week"))
	enrollment.enroll(cohort.name, address, source="Desk")
	frappe.db.commit()
	page = open_page(keeper, f"/app/employee/{employee.name}", width=width)
	expect(page.locator(".title-area:visible")).to_contain_text("Form")
	expect(page.locator(".form-dashboard")).to_contain_text("0 courses overdue")
	if width > 600:
		with page.context.expect_page() as opened:
			page.get_by_role("button", name="Access Learning").click()
		expect(opened.value).to_have_url(
			f"{page.context.pages[0].url.partition('/app/')[0]}/lms/people/{address}"
		)
		opened.value.close()
	page.evaluate(
		f"frappe.require('/assets/smooth_lms/js/desk/why.js').then(() => smooth_lms.show_why('{employee.name}'))"
	)
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Has access")
	expect(dialog).to_contain_text(cohort.title)
	expect(dialog).to_contain_text("Nothing: everything is as HR says.")
	picture(page, "why", width)
	# a dialog that is still opening has not got the keyboard yet
	page.wait_for_function("document.activeElement.closest('.modal.show') !== null")
	page.keyboard.press("Escape")
	expect(page.locator(".modal.show")).to_have_count(0)

	page.evaluate("cur_frm.set_value('status', 'Left')")
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Remove access to learning?")
	expect(dialog).to_contain_text(f"The learner {address} is archived; the training history stays.")
	expect(dialog).to_contain_text(f"Seats given to others: {cohort.title}.")
	picture(page, "leaving", width)
	dialog.get_by_role("button", name="Keep access for now").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	assert page.evaluate("cur_frm.doc.lms_keep_access") == 1


def test_profiles_for_many_from_the_list(open_page: OpenPage, keeper: str, staff: list[str]) -> None:
	page = open_page(keeper, "/app/employee?status=Active")
	for clear in (False, True):
		for row in range(5):
			page.locator(".list-row .list-row-checkbox").nth(row).check()
		page.get_by_role("button", name="Actions").click()
		page.get_by_role("link", name="Learning profile").click()
		dialog = page.locator(".modal.show")
		expect(dialog).to_contain_text("Learning profile of 5 people")
		if clear:
			dialog.get_by_role("checkbox", name="Clear the profile").check()
		else:
			field = dialog.locator("[data-fieldname=profile] input")
			field.click()
			field.fill("Author")
			dialog.locator("[role=listbox] > *", has_text="Author").first.click()
			picture(page, "profiles", 1366)
		dialog.get_by_role("button", name="Change 5 people").click()
		alert = page.locator("#alert-container", has_text="5 records are changed.")
		expect(alert).to_be_visible()
		frappe.db.rollback()
		number = frappe.db.count("Employee", {"name": ["in", staff], "lms_learning_profile": "Author"})
		assert number == (0 if clear else 5)
		alert.locator(".close").first.click()
		expect(alert).to_have_count(0)  # the next one is another
		expect(page.locator(".list-row .list-row-checkbox:checked")).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_settings_show_the_switches_and_the_mapping(open_page: OpenPage, keeper: str, width: int) -> None:
	page = open_page(keeper, "/app/lms-settings", width=width)
	page.get_by_role("tab", name="HR", exact=True).click()
	form = page.locator(".form-layout")
	for label in ("Employees see their own training", "Managers see the training of their team"):
		expect(form.get_by_text(label, exact=True)).to_be_visible()
	table = form.locator("[data-fieldname=field_map]")
	expect(table).to_contain_text("Company Email")
	expect(table).to_contain_text("Job title")
	expect(table).not_to_contain_text("job_title")
	picture(page, "settings", width)


def test_a_moderator_is_told_what_is_locked_and_changes_the_rest(open_page: OpenPage) -> None:
	moderator = factories.make_user(roles=("Moderator",)).name
	frappe.db.commit()
	page = open_page(moderator, "/app/lms-settings")
	expect(page.get_by_text("You can change Training and Email.")).to_be_visible()
	page.get_by_role("tab", name="Training", exact=True).click()
	days = page.locator("[data-fieldname=mandatory_days] input")
	expect(days).to_be_editable()
	page.get_by_role("tab", name="HR", exact=True).click()
	expect(page.locator("[data-fieldname=hold_percent] input:visible")).to_have_count(0)
	expect(page.locator("[data-fieldname=hold_percent]")).to_contain_text("%")


def test_employees_find_the_lms_in_their_portal(open_page: OpenPage) -> None:
	address = email("portal")
	employee = factories.make_employee(company_email=address)
	planner.follow([employee.name])
	frappe.db.commit()
	page = open_page(address, "/me")
	page.get_by_role("link", name="Access Learning").click()
	expect(page).to_have_url(f"{page.url.partition('/lms')[0]}/lms")
	expect(page.get_by_role("heading", level=1)).to_contain_text("My learning")
