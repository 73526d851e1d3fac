"""Quizzes written in place."""

import re

from playwright.sync_api import expect

import frappe

from smooth_lms.courses.builder import quizzes, templates
from tests.browser.author.pages import (
	as_learner,
	choose,
	publish,
	said,
)
from tests.browser.conftest import OpenPage, every_look
from tests.support.factories import make_question, unique


def test_a_quiz_is_written_in_place_and_taken(author, course, open_page: OpenPage, violations):
	page = open_page(author, f"/lms/author/{course}")
	choose(page, "Second", "Add a quiz")
	page.get_by_role("dialog").get_by_label("Title").fill("What to do")
	page.keyboard.press("Enter")
	page.get_by_label("New questions").fill("Where to?\n* Out\n- Up\n\nWho calls?\n- nobody")
	page.get_by_role("button", name="Add questions").click()
	expect(page.locator(".author-quiz [role=alert]")).to_contain_text(
		"Line 5: Who calls? Enter at least two answers to choose from."
	)
	page.get_by_label("New questions").fill("Where to?\n* Out\n- Up\n\nWarm? {T}")
	page.get_by_role("button", name="Add questions").click()
	said(page, "Questions added: 2")
	expect(page.locator("[data-question]")).to_have_count(2)
	expect(page.locator("[data-question]").last).to_contain_text("True (right)")
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	page.get_by_role("button", name="Change: Where to?").click()
	page.get_by_label("Change", exact=True).fill("Where to <now>?\n* Out\n- Up\n- Home")
	page.get_by_role("button", name="OK").click()
	expect(page.locator("[data-question]").first).to_contain_text("Home")
	page.get_by_role("button", name="Remove: Warm?").click()
	said(page, "The question was taken out of the quiz.")
	page.get_by_label("Passed at percent").fill("100")
	page.keyboard.press("Tab")
	said(page, "Saved")
	publish(page)
	seen = as_learner(open_page, course)
	seen.get_by_role("link", name="What to do").first.click()
	seen.get_by_role("button", name=re.compile("[Ss]tart")).click()
	expect(seen.locator("body")).to_contain_text("Where to <now>?")
	seen.get_by_label("Out", exact=True).check()
	seen.get_by_role("button", name=re.compile("[Ss]ubmit|[Ff]inish|Hand in")).click()
	expect(seen.locator("body")).to_contain_text("100")


def test_a_question_comes_from_the_bank(author, course, open_page: OpenPage, violations):
	frappe.set_user(author)
	source = templates.new_course(unique("Ladders"))
	make_question(source, question="<p>Which ladder stands?</p>")
	make_question(source, question="<p>Who calls?</p>")
	chapter = frappe.db.get_value("Course Chapter", {"course": course, "title": "Second"})
	lesson = quizzes.add_quiz(chapter, "Quiz")
	frappe.set_user("Administrator")
	frappe.db.commit()
	page = open_page(author, f"/lms/author/{course}?lesson={lesson}")
	page.get_by_role("button", name="Add from the bank").click()
	dialog = page.get_by_role("dialog")
	expect(dialog.get_by_role("checkbox")).to_have_count(2)
	dialog.get_by_label("Words of the question").fill("ladder")
	expect(dialog.get_by_role("checkbox")).to_have_count(1)
	dialog.get_by_role("checkbox").check()
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	dialog.get_by_role("button", name="Add these").click()
	said(page, "Questions added: 1")
	expect(page.locator("[data-question]")).to_contain_text("Which ladder stands?")
