"""One form of a time of day everywhere: the reader's zone first, the cohort's where it differs, both named."""

import re
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.cohorts import enrollment
from tests.browser.conftest import PATIENCE, OpenPage
from tests.support import factories

expect.set_options(timeout=PATIENCE)

READERS = [
	# the zone they have chosen, that of their browser, what they see of 09:00 to 10:30 in Tokyo, and where
	("Asia/Kolkata", "America/Lima", "05:30–07:00", "Kolkata"),
	("", "Asia/Kolkata", "05:30–07:00", "Kolkata"),
	("Asia/Tokyo", "Asia/Kolkata", "09:00–10:30", "Tokyo"),
]


@pytest.fixture(scope="module")
def cohort(server) -> frappe._dict:
	"""A cohort in Tokyo with a session and a live class that completes a lesson, both at 09:00."""
	course = factories.make_course().name
	lesson = factories.make_lesson(course, "Live Class").name
	start = add_days(today(), 3)
	hours = {"date": start, "start_time": "09:00:00", "end_time": "10:30:00"}
	batch = factories.make_batch(
		courses=[course],
		timezone="Asia/Tokyo",
		timetable=[{**hours, "subject": "Welcome"}],
		**{"start_time": "09:00:00", "end_time": "10:30:00"},
	)
	frappe.get_doc(
		{
			"doctype": "LMS Live Class",
			"title": "Kick-off",
			"batch": batch.name,
			"course": course,
			"lesson": lesson,
			"date": start,
			"start_time": "09:00:00",
			"duration_minutes": 90,
		}
	).insert()
	frappe.db.commit()
	return frappe._dict(batch=batch.name, title=batch.title, course=course, lesson=lesson)


@pytest.mark.parametrize(
	("chosen", "browser_zone", "hours", "place"), READERS, ids=["chosen", "browser", "same"]
)
def test_every_page_shows_the_same_clock(
	open_page: OpenPage, cohort, chosen: str, browser_zone: str, hours: str, place: str
) -> None:
	user = factories.make_user().name
	enrollment.enroll(cohort.batch, user, source="Desk")
	frappe.db.set_value("User", user, "time_zone", chosen)
	frappe.db.commit()
	frappe.clear_cache(user=user)
	page = open_page(user, "/lms/timetable", timezone_id=browser_zone)
	for path in (
		"/lms/timetable",
		f"/lms/batches/{cohort.batch}",
		f"/lms/courses/{cohort.course}/{cohort.lesson}",
	):
		page.goto(path)
		moments = page.locator("[data-moment]")
		expect(moments.first).to_be_visible()
		for index in range(moments.count()):
			shown = moments.nth(index)
			expect(shown.locator("[data-moment-hours]")).to_have_text(re.compile(hours))
			expect(shown.locator("[data-moment-place]")).to_have_text(place)
			there = shown.locator("[data-moment-there]")
			if place == "Tokyo":
				expect(there).to_be_hidden()
			else:
				expect(there).to_contain_text("09:00–10:30")
				expect(there).to_contain_text("Tokyo")


def test_the_desk_knows_when_a_cohort_runs_and_which_day_is_its_last(open_page: OpenPage) -> None:
	user = factories.make_user(roles=("Moderator",)).name
	word = factories.unique("clock")
	# where it is five in the morning now, a cohort that ended at 4:30 is over; by the browser's clock it is not
	offset = (5 - datetime.now(timezone.utc).hour + 10) % 24 - 10
	place = f"Etc/GMT{-offset:+d}"
	day = datetime.now(ZoneInfo(place)).date()
	times = {"start_time": "4:00:00", "end_time": "4:30:00", "timezone": place}
	factories.make_batch(title=f"{word} over", start_date=day, end_date=day, **times)
	month = getdate(today()).replace(day=10)
	long = factories.make_batch(title=f"{word} long", start_date=month, end_date=month.replace(day=12))
	frappe.db.commit()
	page = open_page(user, f'/app/lms-batch?title=["like","%{word}%"]', timezone_id="Etc/GMT+12")
	expect(page.locator(".list-row-container", has_text=f"{word} over")).to_contain_text("Ended")
	page.goto(f"/app/lms-batch/view/calendar/default?title={long.title}")
	event = page.locator(".fc-event", has_text=long.title).first
	expect(event).to_be_visible()
	assert days_of(page, long.title) >= 3 or event.bounding_box()["width"] > 2.5 * width_of_a_day(page)


def days_of(page: Page, title: str) -> int:
	"""How many days an event takes in the calendar, over all rows."""
	cells = page.locator("td.fc-event-container", has_text=title)
	return sum(int(cells.nth(each).get_attribute("colspan") or 1) for each in range(cells.count()))


def width_of_a_day(page: Page) -> float:
	return page.locator(".fc-day, .fc-daygrid-day").first.bounding_box()["width"]
