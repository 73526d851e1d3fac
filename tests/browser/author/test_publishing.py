"""Changes to a published course, as authors publish them."""

from playwright.sync_api import expect

import frappe

from smooth_lms.courses.builder import overview
from tests.browser.author.pages import lesson_of, outline, row, said, stored, wait_saved, writing
from tests.browser.conftest import OpenPage, every_look
from tests.support.completions import completed
from tests.support.factories import make_user


def test_changes_go_out_when_their_author_says_so(author, course, open_page: OpenPage, violations):
	frappe.set_user(author)
	overview.publish(course, True)
	frappe.set_user("Administrator")
	learner = make_user().name
	completed(learner, course)
	frappe.db.commit()
	page = open_page(author, f"/lms/author/{course}")
	publish = page.get_by_role("button", name="Publish changes", exact=True)
	expect(writing(page)).to_be_visible()
	expect(publish).to_be_hidden()
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(" corrected by somebody who knows all of it better")
	wait_saved(page)
	expect(row(page, "A")).to_contain_text("changed")
	expect(page.locator("[data-draft]")).to_contain_text("Learners see what was published before")
	assert stored(course, "A") == "<p>Text of A</p>"
	page.keyboard.press("Alt+p")
	frame = page.frame_locator("iframe[title='As learners see it']")
	expect(frame.locator(".reading")).to_contain_text("corrected by somebody")
	page.keyboard.press("Alt+p")
	page.get_by_label("Title of a new lesson in Second").fill("Late")
	page.keyboard.press("Enter")
	said(page, "Added: Late")
	writing(page).click()
	page.keyboard.type("Late text")
	wait_saved(page)
	publish.click()
	dialog = page.get_by_role("dialog")
	expect(dialog).to_contain_text("A new version is due.")
	expect(dialog).to_contain_text("1 person has completed this course.")
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	dialog.get_by_label("A", exact=False).first.uncheck()
	dialog.get_by_role("button", name="Publish in this version").click()
	said(page, "Lessons published: 1")
	assert outline(course)[1] == ("Second", ["C", "Late"])
	assert stored(course, "A") == "<p>Text of A</p>"
	publish.click()
	dialog.get_by_label("What is new?").fill("Said better")
	dialog.get_by_role("button", name="Publish as a new version").click()
	page.wait_for_url(lambda url: not url.endswith(course) and f"{course}-v2" in url)
	expect(writing(page)).to_contain_text("corrected by somebody")
	seen = open_page(learner, f"/lms/courses/{course}/{lesson_of(course, 'A')}")
	expect(seen.locator(".reading")).to_have_text("Text of A")
