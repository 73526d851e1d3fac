"""Looking for something from any page of the portal."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment as course_enrollment
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def scene(server) -> frappe._dict:
	learner = factories.make_user(first_name="Lea", last_name="Learner").name
	word = "Sphygmo" + frappe.generate_hash(length=6)
	course = factories.make_course(title=f"{word} calibration")
	course_enrollment.enroll({learner: "Lea Learner"}, [course.name])
	frappe.db.commit()
	return frappe._dict(learner=learner, word=word, course=course)


def test_is_found_from_the_bar_and_while_one_types(open_page: OpenPage, violations, scene) -> None:
	page = open_page(scene.learner, "/lms")
	page.get_by_role("searchbox", name="Find courses, lessons and cohorts").fill(scene.word[:9])
	page.keyboard.press("Enter")
	link = page.get_by_role("link", name=scene.course.title)
	expect(link).to_be_visible()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	field = page.get_by_label("What are you looking for?")
	field.fill("zzzz nothing")
	expect(page.get_by_text("Nothing found")).to_be_visible()
	wrong = scene.word[:5] + scene.word[6:]  # a letter is missing
	field.fill(wrong)
	expect(page.get_by_text("Nothing has just these words")).to_be_visible()
	link.click()
	expect(page.get_by_role("heading", name=scene.course.title)).to_be_visible()


def test_on_a_phone_a_symbol_leads_to_it(open_page: OpenPage, scene) -> None:
	page = open_page(scene.learner, "/lms", width=390)
	page.get_by_role("link", name="Search").click()
	expect(page.get_by_label("What are you looking for?")).to_be_focused()
