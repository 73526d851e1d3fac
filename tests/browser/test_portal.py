"""The portal in a browser: with script, by keyboard, on a phone, in the dark, from right to left."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.support import factories

expect.set_options(timeout=PATIENCE)


def batch(**values) -> str:
	name = factories.make_batch(**values).name
	frappe.db.commit()
	return name


def status_of(cohort: str, member: str) -> str | None:
	frappe.db.rollback()  # see what the server has committed
	return frappe.db.get_value("LMS Batch Enrollment", {"batch": cohort, "member": member}, "status")


def mark(page: Page) -> None:
	"""Leave something in the page that a reload would wipe out."""
	page.evaluate("window.notReloaded = true")


def is_same_page(page: Page) -> bool:
	return page.evaluate("window.notReloaded === true")


@pytest.fixture
def learner() -> str:
	return factories.make_user(first_name="Amira", last_name="Haddad").name


@pytest.fixture(scope="module")
def scene(server) -> frappe._dict:
	"""Cohorts in every state, with the longest names that fit, for looking at."""
	teachers = [
		factories.make_user(first_name=first, last_name=last).name
		for first, last in (("Jonas", "Weber"), ("Wolfeschlegelsteinhausenbergerdorff", "Schillingsfürst"))
	]
	word = factories.unique("scene").replace(" ", "")
	common = {"instructors": [{"instructor": each} for each in teachers], "timezone": "America/New_York"}
	days = [
		{
			"date": add_days(today(), 3 + index),
			"start_time": "09:00:00",
			"end_time": "10:30:00",
			"subject": f"Session {index}",
			"place": place,
		}
		for index, place in enumerate(("Room Elbe", "https://meet.example.com/x"))
	]
	rich = "<p>What it is <b>about</b>.</p><ul><li>One</li></ul><h3>More</h3>"
	open_ = factories.make_batch(
		title=f"{word} open",
		seat_count=15,
		description="Short.",
		batch_details=rich,
		timetable=days,
		**common,
	)
	full = factories.make_batch(title=f"{word} full", seat_count=1, enable_waitlist=1, **common)
	closed = factories.make_batch(title=f"{word} closed", seat_count=1, **common)
	factories.make_batch(title=f"{word} Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung")
	factories.make_batch(title=f"{word} by invitation", allow_self_enrollment=0, start_time="", end_time="")
	for each in (full, closed):
		enrollment.enroll_many(each.name, factories.make_users(1), source="Desk")
	inside = factories.make_user(first_name="Ines", last_name="Inside").name
	enrollment.enroll(open_.name, inside, source="Desk")
	enrollment.enroll(full.name, inside, source="Desk")
	frappe.db.commit()
	return frappe._dict(word=word, open=open_.name, full=full.name, closed=closed.name, inside=inside)


class TestEnrolling:
	def test_a_learner_enrolls_sees_it_and_withdraws(self, open_page: OpenPage, learner: str) -> None:
		cohort = batch(seat_count=15)
		page = open_page(learner, f"/lms/batches/{cohort}")
		mark(page)
		page.get_by_role("button", name="Enroll").click()
		expect(page.locator(".standing")).to_have_text("Enrolled")
		expect(page.get_by_text("You are enrolled.").first).to_be_visible()
		expect(page.get_by_text("1 of 15 seats")).to_be_visible()
		expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
		assert is_same_page(page)
		assert "done=" not in page.url
		assert status_of(cohort, learner) == "Enrolled"

		page.get_by_role("link", name="Withdraw").click()
		page.get_by_label("Reason").fill("Not now")
		page.get_by_role("button", name="Withdraw").click()
		expect(page.get_by_text("You have withdrawn.").first).to_be_visible()
		expect(page.get_by_role("button", name="Enroll")).to_be_visible()
		assert status_of(cohort, learner) == "Withdrawn"

	def test_a_full_cohort_shows_join_waitlist(self, open_page: OpenPage, learner: str) -> None:
		cohort = factories.make_batch(seat_count=1, enable_waitlist=1).name
		enrollment.enroll_many(cohort, factories.make_users(1), source="Desk")
		frappe.db.commit()
		page = open_page(learner, f"/lms/batches/{cohort}")
		page.get_by_role("button", name="Join waitlist").click()
		expect(page.locator(".standing")).to_have_text("On the waitlist")
		expect(page.get_by_text("You are number 1 on the waitlist.")).to_be_visible()
		assert status_of(cohort, learner) == "Waitlisted"

	def test_the_result_is_read_out_and_has_the_focus(self, open_page: OpenPage, learner: str) -> None:
		page = open_page(learner, f"/lms/batches/{batch()}")
		page.get_by_role("button", name="Enroll").press("Enter")
		expect(page.locator("#live")).to_contain_text("You are enrolled.")
		expect(page.locator("[data-notice]")).to_be_focused()

	def test_a_session_that_was_renewed_meanwhile_does_not_lose_the_click(
		self, open_page: OpenPage, learner: str
	) -> None:
		cohort = batch()
		page = open_page(learner, f"/lms/batches/{cohort}")
		open_page.expected.append("Failed to load resource: the server responded with a status of 4")
		page.evaluate("document.querySelector('main input[name=csrf_token]').value = 'of an older session'")
		page.get_by_role("button", name="Enroll").click()
		expect(page.locator(".standing")).to_have_text("Enrolled")

	def test_without_script_everything_works_as_well(self, open_page: OpenPage, learner: str) -> None:
		cohort = batch()
		page = open_page(learner, f"/lms/batches/{cohort}", java_script_enabled=False)
		page.get_by_role("button", name="Enroll").click()
		expect(page.locator(".standing")).to_have_text("Enrolled")
		page.get_by_role("link", name="Withdraw").click()
		page.get_by_role("button", name="Withdraw").click()
		expect(page.get_by_role("button", name="Enroll")).to_be_visible()


class TestTheList:
	def test_follows_what_is_typed_and_so_does_the_address(
		self, open_page: OpenPage, scene, learner: str
	) -> None:
		page = open_page(learner, "/lms/batches")
		mark(page)
		page.get_by_label("Search").fill(f"{scene.word} open")
		expect(page.locator(".cohort__title")).to_have_text([f"{scene.word} open"])
		expect(page).to_have_url(re.compile(f"q={scene.word}"))
		expect(page.locator("#live")).to_have_text("1 cohort")
		expect(page.get_by_label("Search")).to_be_focused()
		assert is_same_page(page)
		page.get_by_label("Search").fill(scene.word)
		page.get_by_label("Has free seats").check()
		expect(page).to_have_url(re.compile("free=1"))
		expect(page.locator(".cohort__title", has_text="full")).to_have_count(0)
		page.reload()
		expect(page.get_by_label("Has free seats")).to_be_checked()

	def test_a_card_is_a_link_as_a_whole(self, open_page: OpenPage, scene, learner: str) -> None:
		page = open_page(learner, f"/lms/batches?q={scene.word}+open")
		box = page.locator(".cohort .seats").bounding_box()
		page.mouse.click(box["x"] + 5, box["y"] + 5)
		expect(page.get_by_role("heading", level=1)).to_have_text(f"{scene.word} open")


class TestTheShell:
	def test_by_keyboard(self, open_page: OpenPage, learner: str) -> None:
		page = open_page(learner, "/lms/batches")
		page.keyboard.press("Tab")
		expect(page.get_by_text("Skip to content")).to_be_focused()
		page.keyboard.press("Enter")
		expect(page.locator("#main")).to_be_focused()
		menu = page.locator("details.person")
		menu.locator("summary").press("Enter")
		expect(page.get_by_role("button", name="Sign out")).to_be_visible()
		page.keyboard.press("Escape")
		expect(menu.locator("summary")).to_be_focused()
		expect(page.get_by_role("button", name="Sign out")).to_be_hidden()

	def test_dates_follow_the_browsers_clock_when_none_is_set(
		self, open_page: OpenPage, learner: str
	) -> None:
		frappe.db.set_value("User", learner, "time_zone", None)
		frappe.clear_document_cache("User", learner)
		cohort = batch(start_date="2040-07-02", end_date="2040-07-03", timezone="Europe/Berlin")
		page = open_page(learner, f"/lms/batches/{cohort}", timezone_id="Asia/Kolkata")
		expect(page.locator("[data-when-hours]").first).to_contain_text("12:30–20:30")
		expect(page.locator("[data-when-place]").first).to_have_text("Kolkata")
		expect(page.locator("[data-when-days]").first).to_have_text("Mon 2 Jul – Tue 3 Jul 2040")
		expect(page.locator("[data-when-there]").first).to_contain_text("In Berlin:")

	@pytest.mark.parametrize("language", ["en", "ar"])
	def test_nothing_sticks_out_at_any_width(self, open_page: OpenPage, scene, language: str) -> None:
		reader = factories.make_user(
			first_name="Wolfeschlegelsteinhausenbergerdorff", last_name="Maximiliana", language=language
		).name
		page = open_page(reader, "/lms")
		for path in ("/lms", f"/lms/batches?q={scene.word}", f"/lms/batches/{scene.open}"):
			page.goto(path)
			for width in (320, 768, 1366):
				page.set_viewport_size({"width": width, "height": 900})
				assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


class TestAccessibility:
	def test_axe_finds_nothing_serious(
		self, open_page: OpenPage, violations: Callable[[Page], list[str]], scene
	) -> None:
		paths = ["/lms", f"/lms/batches?q={scene.word}", "/lms/batches?q=nothing-is-called-this"]
		paths += [f"/lms/batches/{name}" for name in (scene.open, scene.full, scene.closed)]
		page = open_page(scene.inside, f"/lms/batches/{scene.open}/withdraw")
		for path in paths:
			for look in every_look(page):
				assert violations(page) == [], f"{page.url}, {look}"
			page.goto(path)
		for look in every_look(page):
			assert violations(page) == [], f"{page.url}, {look}"

	def test_also_from_right_to_left_and_with_the_menu_open(
		self, open_page: OpenPage, violations: Callable[[Page], list[str]], scene
	) -> None:
		reader = factories.make_user(language="ar").name
		page = open_page(reader, f"/lms/batches/{scene.open}")
		page.locator("details.person summary").click()
		assert violations(page) == []
