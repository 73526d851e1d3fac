"""Checks before publishing: what is found leads to its place, and stops or advises."""

from playwright.sync_api import expect

import frappe

from smooth_lms.courses.builder import quizzes, text
from tests.browser.author.pages import lesson_of, publish, said, stored, wait_saved, writing
from tests.browser.conftest import OpenPage, every_look


def test_what_is_found_leads_to_its_place(author, course, open_page: OpenPage, violations):
	second = frappe.db.get_value("Course Chapter", {"course": course, "title": "Second"})
	frappe.set_user(author)
	quiz = quizzes.add_quiz(second, "Quiz")
	question = quizzes.add_questions(quiz, "Where to?\n* Out\n- Up")["questions"][0]["name"]
	lesson = lesson_of(course, "B")
	body = '<p>Text <a href="/lms/courses/none">one</a> <a href="https://example.com">two</a></p>'
	text.save(lesson, {"body": body}, text.read(lesson)["marks"])
	frappe.set_user("Administrator")
	frappe.db.set_value("LMS Question Option", {"parent": question}, "is_correct", 0)
	frappe.db.commit()
	page = open_page(author, f"/lms/author/{course}")
	expect(writing(page)).to_be_visible()
	page.get_by_role("button", name="Publish", exact=True).click()
	panel = page.get_by_role("region", name="Checks before publishing")
	expect(panel).to_contain_text("cannot be published before these are mended")
	expect(panel.get_by_role("button", name="Publish anyway")).to_have_count(0)
	expect(panel.get_by_role("listitem").first).to_contain_text("Question 1 has no right answer.")
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	panel.get_by_role("button", name="Go there: Quiz").click()
	expect(page.get_by_role("button", name="Change: Where to?")).to_be_focused()
	panel.get_by_role("button", name="Go there: B: A link leads").click()
	expect(writing(page)).to_be_focused()
	page.keyboard.type("here, ")  # before the link
	wait_saved(page)
	assert 'Text here, <a href="/lms/courses/none">one</a>' in stored(course, "B")
	page.get_by_role("link", name="Quiz", exact=True).click()
	page.get_by_role("button", name="Change: Where to?").click()
	page.get_by_label("Change", exact=True).fill("Where to?\n* Out\n- Up")
	page.get_by_role("button", name="OK").click()
	expect(page.locator("[data-question] li")).to_have_text(["Out (right)", "Up"])
	publish(page)
	expect(panel).to_be_hidden()


def test_checks_are_there_before_anybody_publishes(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	expect(writing(page)).to_be_visible()
	page.get_by_role("button", name="Checks", exact=True).click()
	panel = page.get_by_role("region", name="Checks before publishing")
	expect(panel).to_contain_text("The course has no picture")
	expect(panel.get_by_role("button", name="Publish anyway")).to_have_count(0)
	page.keyboard.press("Tab")
	panel.get_by_role("button", name="Close").click()
	expect(panel).to_be_hidden()
	expect(page.get_by_role("button", name="Checks", exact=True)).to_be_focused()


def test_a_course_without_a_picture_gets_one(author, course, tmp_path, open_page: OpenPage, violations):
	from PIL import Image

	picture = tmp_path / "door.png"
	Image.new("RGB", (40, 30), "red").save(picture)
	page = open_page(author, f"/lms/author/{course}")
	expect(writing(page)).to_be_visible()
	page.get_by_role("button", name="Checks", exact=True).click()
	page.get_by_role("button", name="Go there: Course: The course has no picture").click()
	cover = page.get_by_role("button", name="Choose a cover")
	expect(cover).to_be_focused()
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	with page.expect_file_chooser() as chooser:
		page.keyboard.press("Enter")
	chooser.value.set_files(picture)
	said(page, "The course has its cover.")
	page.get_by_label("Introduction, in one or two sentences").fill("Where to go")
	page.keyboard.press("Tab")
	said(page, "Saved")
	seen = open_page(author, f"/lms/courses/{course}")
	expect(seen.get_by_text("Where to go")).to_be_visible()
	shown = seen.locator("img[src*='courses.picture']")
	assert shown.evaluate("each => each.decode().then(() => each.naturalWidth)") == 40
