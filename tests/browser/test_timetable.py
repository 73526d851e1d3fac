"""The timetable as a week and as a month, and in the programs that people have their calendar in."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def cohort(server) -> frappe._dict:
	learner = factories.make_user(time_zone="Asia/Tokyo").name
	day = getdate(add_days(today(), 40))
	session = {"date": day, "start_time": "23:30:00", "end_time": "23:45:00", "subject": "Late shift"}
	batch = factories.make_batch(timezone="UTC", end_date=add_days(today(), 45), timetable=[session])
	enrollment.enroll(batch.name, learner, source="Desk")
	frappe.db.commit()
	return frappe._dict(learner=learner, day=day)


@pytest.mark.parametrize("tab", ["week", "month"])
def test_a_session_stands_on_the_day_of_the_readers_clock(
	open_page: OpenPage, violations, cohort, tab
) -> None:
	page = open_page(cohort.learner, "/lms")
	page.get_by_role("navigation", name="Main").get_by_role("link", name="Timetable").click()
	page.get_by_role("navigation", name="Which days").get_by_role("link", name=tab.title()).click()
	expect(page.get_by_role("heading", name="Today,")).to_be_visible()
	session = page.get_by_role("link", name="Late shift")
	for _turn in range(8):
		if session.count():
			break
		page.get_by_role("link", name="Next").click()
	there = getdate(add_days(cohort.day, 1))  # half past eleven in London is tomorrow in Tokyo
	day = page.get_by_role("listitem").filter(has=session)
	expect(day.get_by_role("heading")).to_contain_text(f"{there.day} {there:%b} {there.year}")
	expect(day).to_contain_text("08:30–08:45")
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look


def test_a_day_that_is_none_is_today(open_page: OpenPage, cohort) -> None:
	for odd in ("1-1-1", "9999-12-31", "'", "0000-00-00"):
		page = open_page(cohort.learner, f"/lms/timetable?tab=month&on={quote(odd)}")
		expect(page.get_by_role("heading", name="Today,")).to_be_attached()


def test_the_calendar_goes_to_other_programs(open_page: OpenPage, cohort) -> None:
	page = open_page(cohort.learner, "/lms/timetable", permissions=["clipboard-read", "clipboard-write"])
	page.get_by_role("button", name="Get the address").click()
	address = page.get_by_label("Address to subscribe to").input_value()
	page.get_by_role("button", name="Copy the address").click()
	expect(page.get_by_role("button", name="Copied")).to_be_visible()
	assert page.evaluate("navigator.clipboard.readText()") == address
	bare = address.partition("://")[2]
	for program, link in (
		("Apple Calendar", f"webcal://{bare}"),
		(
			"Google Calendar",
			f"https://calendar.google.com/calendar/r?cid={quote('webcal://' + bare, safe='')}",
		),
		("Outlook", f"https://outlook.office.com/calendar/0/addfromweb?url={quote(address, safe='')}&name="),
	):
		assert page.get_by_role("link", name=program).get_attribute("href").startswith(link)
