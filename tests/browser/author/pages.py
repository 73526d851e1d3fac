"""What tests do on the page of the course builder, and what they read of the course."""

import re

from playwright.sync_api import Page, expect

import frappe

from smooth_lms.courses.builder import overview
from tests.browser.conftest import PATIENCE
from tests.support.factories import make_user

expect.set_options(timeout=PATIENCE)

LESSON = "Course Lesson"
SAVED = re.compile("^Saved$")


def lesson_of(course: str, title: str) -> str:
	return frappe.get_all(LESSON, {"course": course, "title": title}, pluck="name")[0]


def stored(course: str, title: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value(LESSON, {"course": course, "title": title}, "body")


def outline(course: str) -> list[tuple[str, list[str]]]:
	frappe.db.rollback()
	found = overview.course(course)["chapters"]
	return [(chapter["title"], [each["title"] for each in chapter["lessons"]]) for chapter in found]


def writing(page: Page):
	"""The text that is being written."""
	return page.locator(".ProseMirror")


def row(page: Page, title: str):
	return page.locator("[data-lesson]").filter(has=page.get_by_role("link", name=title, exact=True))


def choose(page: Page, title: str, item: str) -> None:
	"""Choose something in the menu of a lesson or chapter."""
	page.get_by_role("button", name=f"More for {title}", exact=True).click()
	page.get_by_role("menuitem", name=item, exact=True).click()


def wait_saved(page: Page) -> None:
	expect(page.locator("[data-state]")).to_have_text(SAVED)


def said(page: Page, sentence: str) -> None:
	expect(page.locator("[data-done] p")).to_have_text(sentence)


def publish(page: Page) -> None:
	"""Publish the course that is open, whatever the checks advise."""
	page.get_by_role("button", name="Publish", exact=True).click()
	page.get_by_role("button", name="Publish anyway").click()
	said(page, "The course is published.")


def as_learner(open_page, course: str) -> Page:
	"""The course as somebody sees it who has just enrolled."""
	learner = make_user().name
	frappe.db.commit()
	seen = open_page(learner, f"/lms/courses/{course}")
	seen.get_by_role("button", name="Enroll").click()
	return seen
