"""The course builder from a title to the catalogue: what is typed is never lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import frappe

from smooth_lms.courses.builder import text
from tests.browser.author.pages import (
	LESSON,
	as_learner,
	lesson_of,
	publish,
	said,
	stored,
	wait_saved,
	writing,
)
from tests.browser.conftest import OpenPage, every_look, wait_for_row
from tests.support.factories import unique


def test_a_course_from_its_title_to_the_catalogue(author, open_page: OpenPage):
	title = unique("Ladders")
	page = open_page(author, "/lms/author")
	page.get_by_label("Title of a new course").fill(title)
	page.keyboard.press("Enter")
	page.wait_for_url("**/lms/author/**")
	page.get_by_label("Title of a new lesson in Chapter 1").fill("Standing")
	page.keyboard.press("Enter")
	said(page, "Added: Standing")
	writing(page).click()
	page.keyboard.type("Three points of contact.")
	wait_saved(page)
	page.get_by_label("Title of a new chapter").fill("Stairs")
	page.keyboard.press("Enter")
	said(page, "Added: Stairs")
	page.get_by_label("Title of a new lesson in Stairs").fill("Empty still")
	page.keyboard.press("Enter")
	said(page, "Added: Empty still")
	publish(page)
	seen = as_learner(open_page, frappe.db.get_value("LMS Course", {"title": title}))
	seen.get_by_role("link", name="Start").click()
	expect(seen.locator(".reading")).to_have_text("Three points of contact.")
	expect(seen.locator("body")).not_to_contain_text("Empty still")


def test_what_was_typed_last_is_there_after_the_tab_was_closed(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(" and in the middle of a li")
	page.close(run_before_unload=True)
	wait_for_row(LESSON, {"course": course, "title": "A", "body": ["like", "%middle of a li%"]})


def test_a_minute_without_a_connection_costs_nothing(author, course, open_page: OpenPage):
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.context.set_offline(True)
	page.keyboard.press("Control+End")
	page.keyboard.type(" offline")
	expect(page.locator("[data-state]")).to_contain_text("No connection")
	page.context.set_offline(False)
	wait_saved(page)
	assert "offline" in stored(course, "A")


@pytest.mark.full
def test_what_never_arrived_comes_back_with_the_lesson(author, course, open_page: OpenPage):
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.context.set_offline(True)
	page.keyboard.press("Control+End")
	page.keyboard.type(" kept")
	expect(page.locator("[data-state]")).to_contain_text("No connection")
	context = page.context
	page.close()
	assert "kept" not in stored(course, "A")
	context.set_offline(False)
	page = context.new_page()
	page.goto(f"/lms/author/{course}")
	said(page, "What had not been saved last time was brought back.")
	wait_saved(page)
	assert "kept" in stored(course, "A")


@pytest.mark.parametrize("button", ["Use mine", "Use theirs; mine goes to the history"])
def test_two_authors_on_one_lesson_lose_nothing(author, course, button, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	lesson = lesson_of(course, "A")
	text.save(lesson, {"body": "<p>Theirs</p>"}, text.read(lesson)["marks"])
	frappe.db.commit()
	page.keyboard.press("Control+End")
	page.keyboard.type(" mine")
	expect(page.get_by_role("alert").filter(has_text="Your text is kept")).to_be_visible()
	page.keyboard.type(" still")
	page.get_by_role("button", name="See theirs").click()
	expect(page.get_by_role("dialog")).to_contain_text("Theirs")
	page.get_by_role("dialog").get_by_role("button", name="Close").click()
	page.get_by_role("button", name=button).click()
	expect(page.locator("[data-conflict]")).to_have_count(0)
	if button == "Use mine":
		wait_saved(page)
		assert stored(course, "A") == "<p>Text of A mine still</p>"
	else:
		expect(writing(page)).to_have_text("Theirs")
		assert stored(course, "A") == "<p>Theirs</p>"
	page.get_by_role("button", name="History").click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_role("button", name="until").first.click()
	expect(dialog.locator(".author-shown")).to_have_text(
		"Theirs" if button == "Use mine" else "Text of A mine still"
	)
	dialog.get_by_role("button", name="Bring this text back").click()
	said(page, "The earlier text is back. The one before is in the history.")


def test_the_preview_is_one_key_away(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(" seen")
	page.keyboard.press("Alt+p")
	frame = page.frame_locator("iframe[title='As learners see it']")
	expect(frame.locator(".reading")).to_have_text("Text of A seen")
	page.get_by_role("button", name="Phone").click()
	assert page.locator(".author-preview__frame").bounding_box()["width"] == 390
	page.keyboard.press("Alt+p")
	expect(writing(page)).to_be_visible()


@pytest.mark.full
def test_a_slow_save_is_no_other_author(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	slow = []

	def wait(route) -> None:
		slow.append(route)
		page.wait_for_timeout(1500)
		route.continue_()

	page.route("**/smooth_lms.api.authoring.save_lesson", wait)
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(" one")
	expect(page.locator("[data-state]")).to_have_text("Saving …")
	page.keyboard.type(" two")
	# another tab is looked at, and the preview asked for, while the first save is on its way
	page.evaluate(
		"""() => {
			Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
			document.dispatchEvent(new Event("visibilitychange"));
		}"""
	)
	page.keyboard.press("Alt+p")
	expect(page.frame_locator("iframe[title='As learners see it']").locator(".reading")).to_have_text(
		"Text of A one two"
	)
	expect(page.locator("[data-conflict]")).to_have_count(0)
	assert len(slow) == 2


def test_what_is_typed_while_the_connection_fails_goes_on_when_another_lesson_is_opened(
	author, course, open_page: OpenPage
):
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	failing = "**/smooth_lms.api.authoring.save_lesson"
	page.route(failing, lambda route: route.abort())
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(" later")
	expect(page.locator("[data-state]")).to_contain_text("No connection")
	page.get_by_role("link", name="B", exact=True).click()
	expect(writing(page)).to_have_text("Text of B")
	assert "later" not in stored(course, "A")
	page.unroute(failing)
	page.evaluate("() => { window.dispatchEvent(new Event('online')) }")
	wait_for_row(LESSON, {"course": course, "title": "A", "body": ["like", "%later%"]})
	page.get_by_role("link", name="A", exact=True).click()
	expect(writing(page)).to_have_text("Text of A later")
	assert stored(course, "B") == "<p>Text of B</p>"


def test_it_can_be_used_by_everybody(
	author, course, open_page: OpenPage, violations: Callable[[Page], list[str]]
):
	page = open_page(author, f"/lms/author/{course}")
	expect(writing(page)).to_be_visible()
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	page.get_by_role("button", name="More for A", exact=True).click()
	assert violations(page) == []
	listed = open_page(author, "/lms/author")
	listed.get_by_label("Compliance course").check()
	for look in every_look(listed):
		assert violations(listed) == [], look


def test_a_course_begins_with_a_template(author, open_page: OpenPage):
	page = open_page(author, "/lms/author")
	page.get_by_label("Title of a new course").fill(unique("Ladders"))
	page.get_by_label("Onboarding week").check()
	page.keyboard.press("Enter")
	page.wait_for_url("**/lms/author/**")
	expect(page.locator("[data-chapter]")).to_have_count(5)
	expect(page.locator(".author-title")).to_have_value("Welcome")
	expect(writing(page)).to_be_visible()
