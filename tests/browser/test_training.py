"""My learning, the team, the Learning workspace and the training reports in a browser."""

import io
import re
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.base.rows import insert_rows
from tests.browser.conftest import PATIENCE, WIDTHS, OpenPage, every_look
from tests.support import factories
from tests.support.hr import make_hr_user
from tests.support.training import DOCTYPE, activated, assign_to, complete, rows_of

expect.set_options(timeout=PATIENCE)

LONG = "Wolfeschlegelsteinhausenbergerdorff-Schillingsfürst von und zu Ahlefeldt-Lauruiz"
MANY = 5_000


def employee_of(user: str) -> str:
	return frappe.db.get_value("Employee", {"user_id": user})


@pytest.fixture(scope="module")
def team(server) -> frappe._dict:
	"""A manager with an overdue, a waiting and a finished report, one with a name as long as it gets."""
	(boss,) = factories.make_workforce(1)
	late, waiting, done = factories.make_workforce(3, reports_to=employee_of(boss))
	for user, name in ((late, LONG), (waiting, "Wanda Waiting"), (done, "Dana Done")):
		frappe.db.set_value("User", user, "full_name", name)
	people = [boss, late, waiting, done]
	pins = [{"member": each, "effect": "Pin", "reason": "Test"} for each in people]
	doc = activated(courses=2, exceptions=pins)
	assign_to(doc, people)
	for row in rows_of(done):
		complete(done, row.course)
	for user in (late, boss):
		row = rows_of(user)[0]
		frappe.db.set_value(DOCTYPE, row.name, {"due_date": add_days(today(), -4), "status": "Overdue"})
	complete(boss, rows_of(boss)[1].course)
	asks = {
		"extension_state": "Requested",
		"extension_until": add_days(today(), 9),
		"extension_reason": "Fair",
	}
	frappe.db.set_value(DOCTYPE, rows_of(late)[0].name, asks)
	frappe.db.commit()
	return frappe._dict(boss=boss, late=late, waiting=waiting, done=done, doc=doc)


@pytest.fixture(scope="module")
def large_team(server) -> Iterator[str]:
	"""A manager with MANY direct reports, every fifth of them overdue."""
	(boss,) = factories.make_workforce(1)
	users = factories.make_workforce(MANY, reports_to=employee_of(boss))
	course, day = factories.make_course().name, getdate(today())
	fields = (
		"member",
		"member_name",
		"course",
		"course_root",
		"status",
		"due_date",
		"rule_due",
		"assigned_on",
		"open_mark",
		"source",
	)
	rows = [
		(
			user,
			user,
			course,
			course,
			*(("Overdue", add_days(day, -3)) if index % 5 == 0 else ("Pending", add_days(day, 40))),
			day,
			day,
			"1",
			"Desk",
		)
		for index, user in enumerate(users)
	]
	insert_rows(DOCTYPE, fields, rows)
	frappe.db.commit()
	yield boss
	# the mornings of other tests would write to everybody
	frappe.db.delete(DOCTYPE, {"member": ["in", users]})
	frappe.db.commit()


def fits(page: Page) -> bool:
	return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class TestPortal:
	@pytest.mark.parametrize("path", ["/lms", "/lms/team", "/lms/team/people/{late}", "/lms/more-time/{own}"])
	def test_everybody_can_use_it(self, open_page: OpenPage, violations, team, path):
		own = rows_of(team.boss, status="Overdue")[0].name
		page = open_page(team.boss, path.format(late=team.late, own=own))
		expect(page.get_by_role("heading", level=1)).to_be_visible()
		for look in every_look(page):
			assert violations(page) == [], look
			assert fits(page), look

	def test_empty_pages_say_what_will_be_there(self, open_page: OpenPage, violations):
		user = factories.make_user().name
		frappe.db.commit()
		page = open_page(user, "/lms")
		expect(page.get_by_text("Nothing is planned for you yet")).to_be_visible()
		for look in every_look(page):
			assert violations(page) == [], look
		page.goto("/lms/team")
		expect(page.get_by_text("Nobody reports to you")).to_be_visible()
		for look in every_look(page):
			assert violations(page) == [], look

	@pytest.mark.parametrize("width", WIDTHS)
	def test_a_person_opens_in_place_by_keyboard(self, open_page: OpenPage, violations, team, width):
		page = open_page(team.boss, "/lms/team", width=width)
		link = page.get_by_role("link", name="Wanda Waiting")
		link.focus()
		page.keyboard.press("Enter")
		opened = page.locator(".team__opened")
		expect(opened).to_contain_text("due ")
		expect(link).to_have_attribute("aria-expanded", "true")
		expect(link).to_be_focused()
		expect(opened).to_be_visible()
		assert violations(page) == []
		assert fits(page)
		page.keyboard.press("Enter")
		expect(opened).to_have_count(0)

	def test_what_is_ticked_is_counted_and_reminded(self, open_page: OpenPage, team):
		page = open_page(team.boss, "/lms/team")
		expect(page.locator("[data-bar] [type=submit]")).to_be_hidden()
		page.get_by_role("checkbox").first.focus()
		page.keyboard.press("Space")
		expect(page.get_by_role("button", name="Remind 1 person")).to_be_visible()
		page.get_by_role("button", name="Tick all on this page").click()
		number = page.get_by_role("checkbox").count()
		words = "Remind 1 person" if number == 1 else f"Remind {number} people"
		page.get_by_role("button", name=words).click()
		expect(page.locator("[data-notice]")).to_be_visible()

	@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
	def test_more_time_is_asked_for_and_decided(self, open_page: OpenPage, script):
		(boss,) = factories.make_workforce(1)
		(user,) = factories.make_workforce(1, reports_to=employee_of(boss))
		frappe.db.set_value("User", user, "full_name", "Tim Time")
		doc = activated(exceptions=[{"member": user, "effect": "Pin", "reason": "Test"}])
		assign_to(doc, [user])
		name = rows_of(user)[0].name
		frappe.db.commit()
		page = open_page(user, "/lms", java_script_enabled=script)
		page.get_by_role("link", name="Ask for more time").click()
		until = add_days(today(), 60)
		page.get_by_label("Until when?").fill(until)
		page.get_by_label("Why?").fill("At sea until then")
		page.get_by_role("button", name="Ask for more time").click()
		expect(page.get_by_text("You asked for time until")).to_be_visible()
		page = open_page(boss, "/lms/team?state=asking", java_script_enabled=script)
		page.get_by_role("link", name="Tim Time").click()
		if script:
			page.get_by_role("link", name="Decide").click()
		page.get_by_role("button", name="Give more time").click()
		expect(page.locator("#main").get_by_text("More time was given.")).to_be_visible()
		frappe.db.rollback()
		assert frappe.db.get_value(DOCTYPE, name, "due_date") == getdate(until)

	@pytest.mark.parametrize("width", WIDTHS)
	@pytest.mark.full
	def test_five_thousand_reports_come_fifty_at_a_time(
		self, open_page: OpenPage, violations, large_team, width
	):
		page = open_page(large_team, "/lms/team", width=width)
		expect(page.locator(".team__name")).to_have_count(50)
		expect(page.get_by_text("Page 1 of 100")).to_be_visible()
		assert violations(page) == []
		assert fits(page)
		page.get_by_role("link", name=re.compile("^Behind")).click()
		expect(page.get_by_text("Page 1 of 20")).to_be_visible()
		page.get_by_role("link", name="Next").click()
		expect(page.get_by_text("Page 2 of 20")).to_be_visible()
		assert "state=behind" in page.url
		with page.expect_download() as download:
			page.get_by_role("link", name="Export").click()
		book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
		assert book["Team"].max_row == MANY // 5 + 1


@pytest.fixture(scope="module")
def moderator() -> str:
	frappe.db.set_single_value("System Settings", "enable_onboarding", 1)
	run = frappe.get_doc(
		{"doctype": "LMS Sync Run", "status": "Completed", "finished_on": frappe.utils.now()}
	)
	run.flags.ignore_mandatory = run.flags.ignore_validate = run.flags.ignore_links = True
	run.insert(ignore_permissions=True)
	name = factories.make_user(roles=("Moderator",), first_name="Mona", last_name="Moderator").name
	frappe.db.commit()
	# only now: a server that reads in between would keep what was there before
	frappe.clear_document_cache("System Settings", "System Settings")
	return name


CARDS = (
	("Overdue Training", "/(app|desk)/lms-training-assignment"),
	("Training Due This Week", "/(app|desk)/lms-training-assignment"),
	# the older engine leads to the records themselves
	("Training Completion Rate", "/(app|desk)/(query-report/Training%20Compliance|lms-training-assignment)"),
	("Training to Decide", "/(app|desk)/lms-training-review"),
	("Open Cohorts", "/(app|desk)/lms-batch"),
	("People in Cohorts", "/(app|desk)/lms-batch-enrollment"),
	("People on a Waitlist", "/(app|desk)/lms-batch-enrollment"),
	("Confirmations Not Sent", "/(app|desk)/lms-batch-enrollment"),
	("Certificates Expiring", "/(app|desk)/lms-certificate"),
	("Synchronizations on Hold", "/(app|desk)/lms-sync-run"),
	("Learners without Approver", "/(app|desk)/lms-learner"),
)
QUICK = ("Overdue Training", "Learners without Approver")
"""Cards that the quick suite presses, one of each kind."""
CUSTOM = ("Training Completion Rate",)
"""Cards with a number of our own, which cannot be pressed before Frappe 15.1."""
SYNCHRONIZED = re.compile("never|now|yesterday| ago")
FRAPPES_OWN = ('data-toggle="dropdown"', "btn btn-primary", "btn-new-workspace")
"""Marks of Frappe's own controls, whose markup is not ours to put right."""
CHARTS = (
	"Training Completed over Time",
	"Overdue Training by Department",
	"Enrollments per Week",
	"Certificates Issued",
)


def number_of(page: Page, card: str) -> Locator:
	"""The number on a card of the workspace."""
	return page.locator(".number-widget-box", has_text=card).locator(".number")


def chart_of(page: Page, chart: str) -> Locator:
	"""A chart of the workspace."""
	return page.locator(".dashboard-widget-box", has_text=chart)


class TestWorkspace:
	@pytest.mark.parametrize("width", WIDTHS)
	def test_shows_steps_numbers_charts_and_ways(
		self, open_page: OpenPage, violations_in, team, moderator, width
	):
		page = open_page(moderator, "/desk/learning", width=width)
		expect(page).to_have_url(re.compile("/(app|desk)/learning$"))
		if width > 768:  # Frappe leaves the steps out on phones
			expect(page.get_by_text("Set up learning")).to_be_visible()
			for step in ("Review the Learning Settings", "Require Training", "See Where Everybody Stands"):
				expect(page.get_by_text(step).first).to_be_visible()
		for card, _address in CARDS:
			number = number_of(page, card)
			expect(number).to_contain_text(re.compile(r"\d"))
		expect(number_of(page, "HR synchronized")).to_have_text(SYNCHRONIZED)
		for chart in CHARTS:
			expect(chart_of(page, chart).locator("svg.frappe-chart")).to_be_visible()
		if width > 768:  # phones cut the names of departments, the more there are
			expect(chart_of(page, "Overdue Training by Department")).to_contain_text("No depa")
		found = violations_in(page, ".layout-main-section")
		assert [each for each in found if not any(part in each for part in FRAPPES_OWN)] == []

	@pytest.mark.parametrize(
		("card", "address"),
		[pytest.param(*each, marks=() if each[0] in QUICK else pytest.mark.full) for each in CARDS],
	)
	def test_each_number_leads_to_the_list_behind_it(
		self, open_page: OpenPage, team, moderator, card, address
	):
		if card in CUSTOM and frappe.__version__.startswith("15.0."):
			pytest.skip("this engine's cards with a number of their own cannot be pressed")
		page = open_page(moderator, "/app/learning")
		expect(number_of(page, card)).to_contain_text(re.compile(r"\d"))
		number_of(page, card).click()
		expect(page).to_have_url(re.compile(address))

	@pytest.mark.full
	def test_each_chart_leads_to_the_list_behind_it(self, open_page: OpenPage, moderator):
		page = open_page(moderator, "/app/learning")
		for chart in CHARTS:
			expect(chart_of(page, chart).locator("[data-action=action-list]")).to_have_count(1)

	@pytest.mark.full
	def test_hr_sees_it_too(self, open_page: OpenPage):
		hr = make_hr_user()
		frappe.db.commit()
		page = open_page(hr, "/app/learning")
		for card in ("Overdue Training", "Training Completion Rate"):
			expect(number_of(page, card)).to_contain_text(re.compile(r"\d"))
		expect(number_of(page, "HR synchronized")).to_have_text(SYNCHRONIZED)


class TestLists:
	def test_assignments_show_course_and_due_date_on_a_notebook(self, open_page: OpenPage, team, moderator):
		page = open_page(moderator, f"/app/lms-training-assignment?member={team.waiting}")
		row = page.locator(".list-row-container").first
		course = frappe.db.get_value("LMS Course", rows_of(team.waiting)[0].course, "title")
		expect(page.locator(".list-row-container", has_text=course).first).to_be_visible()
		for field in ("course", "due_date"):
			expect(row.locator(f'[data-filter^="{field},"]').first).to_be_visible()


class TestReports:
	def test_a_cell_leads_to_the_assignments(self, open_page: OpenPage, team, moderator):
		page = open_page(moderator, f"/app/query-report/Training Compliance?requirement={team.doc.name}")
		cell = page.locator(".dt-cell__content a", has_text="Overdue since").first
		expect(cell).to_be_visible()
		expect(page.locator(".chart-wrapper svg, .report-chart svg, .frappe-chart").first).to_be_visible()
		address = cell.get_attribute("href")
		assert f"requirement={team.doc.name}" in address
		page.goto(address)
		expect(page.locator(".list-row-container")).not_to_have_count(0)
		expect(page.locator(".list-row-container").first).to_contain_text(re.compile("Overdue|Completed"))

	@pytest.mark.parametrize(
		"report",
		["Overdue Training", "Training before Start Date", "Recertification Due", "Licence Use"],
	)
	def test_opens_with_filters_and_numbers(self, open_page: OpenPage, team, moderator, report):
		factories.make_course(licence_count=7)
		frappe.db.commit()
		page = open_page(moderator, f"/app/query-report/{report}")
		expect(page.locator(".report-summary .summary-value").first).to_be_visible()
		expect(page.locator(".page-form .frappe-control").first).to_be_visible()

	@pytest.mark.parametrize(
		("report", "label"),
		[
			("Training Compliance", "Something overdue"),
			pytest.param("Recertification Due", "Overdue", marks=pytest.mark.full),
			pytest.param("Training before Start Date", "Not done", marks=pytest.mark.full),
		],
	)
	def test_a_cleared_filter_shows_everything_again(
		self, open_page: OpenPage, team, moderator, report, label
	):
		page = open_page(moderator, f"/app/query-report/{report}?requirement={team.doc.name}")
		people = page.locator(".report-summary .summary-item", has_text="People").first
		expect(people).to_be_visible()
		before = people.inner_text()
		state = page.locator(".page-form [data-fieldname=state] select")
		state.select_option(label=label)
		page.wait_for_load_state("networkidle")
		state.select_option(index=0)
		assert page.evaluate("frappe.query_report.get_filter_value('state')") in ("", None)
		expect(people).to_have_text(re.compile(re.sub(r"\s+", r"\\s*", before)))

	def test_a_report_that_matches_nobody_says_so_and_is_not_green(
		self, open_page: OpenPage, team, moderator
	):
		page = open_page(moderator, "/app/query-report/Training Compliance?requirement=nothing like that")
		expect(page.get_by_text("Nobody matches these filters")).to_be_visible()
		expect(page.locator(".report-summary .summary-value").first).to_be_visible()
		assert page.locator(".report-summary .summary-value.green").count() == 0

	def test_somebody_gets_the_overdue_report_weekly(self, open_page: OpenPage, team, moderator):
		page = open_page(moderator, "/app/query-report/Overdue Training")
		page.get_by_role("button", name="Mail me this weekly").click()
		dialog = page.locator(".modal:visible").last
		dialog.locator("select[data-fieldname=day]").select_option("Wednesday")
		dialog.get_by_role("button", name="Save").click()
		expect(page.get_by_text("You get it every Wednesday.")).to_be_visible()
		frappe.db.rollback()
		row = frappe.db.get_value("Auto Email Report", {"user": moderator}, ["enabled", "day_of_week"])
		assert row == (1, "Wednesday")
