"""A film in a lesson: its speed, its captions, where it goes on; and the list of lessons beside it."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag\n"
MODES = "film => [...film.textTracks].map(({label, mode}) => [label, mode])"


@pytest.fixture
def lesson(server, film: bytes) -> frappe._dict:
	course = factories.make_course(lessons=40).name
	file = build.upload(film, f"{frappe.generate_hash(length=8)}.webm").file_url
	captions = build.upload(CAPTIONS, f"{frappe.generate_hash(length=8)}.vtt").file_url
	rows = [{"language": "de", "file": captions}]
	name = factories.make_lesson(course, "Video", video_file=file, captions=rows).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Lea Learner"}, [course])
	frappe.db.commit()
	return frappe._dict(learner=learner, path=f"/lms/courses/{course}/{name}")


def test_speed_and_captions_stay_as_they_were_chosen(open_page: OpenPage, violations, lesson) -> None:
	page = open_page(lesson.learner, lesson.path)
	film = page.locator("video")
	assert film.evaluate(MODES) == [["Deutsch", "disabled"]]  # named, and off unless wanted
	page.get_by_label("Speed").select_option("1.5")
	assert film.evaluate("film => film.playbackRate") == 1.5
	film.evaluate("film => { film.textTracks[0].mode = 'showing' }")
	page.wait_for_function("localStorage.getItem('smooth-lms-captions') === 'de'")
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.reload()
	expect(page.get_by_label("Speed")).to_have_value("1.5")
	assert film.evaluate("film => film.playbackRate") == 1.5
	assert film.evaluate(MODES) == [["Deutsch", "showing"]]


def test_a_film_that_goes_on_says_so_and_begins_anew_on_request(open_page: OpenPage, lesson) -> None:
	page = open_page(lesson.learner, lesson.path)
	expect(page.get_by_label("Speed")).to_be_visible()
	film = page.locator("video")
	film.evaluate("film => { film.currentTime = 1 }")
	film.evaluate("film => film.dispatchEvent(new CustomEvent('film:resumed', { detail: 754.2 }))")
	expect(page.get_by_text("Goes on at 12:34, where you stopped.")).to_be_visible()
	page.get_by_role("button", name="Start from the beginning").click()
	assert film.evaluate("film => film.currentTime") == 0
	expect(page.get_by_role("button", name="Start from the beginning")).to_be_hidden()


def test_the_list_of_lessons_shows_the_one_that_is_open(open_page: OpenPage, lesson) -> None:
	page = open_page(lesson.learner, lesson.path)
	here = page.locator(".study__outline [aria-current=page]")
	expect(here).to_be_in_viewport(ratio=1)
	item = here.locator("xpath=ancestor::li")
	assert item.evaluate("item => parseFloat(getComputedStyle(item).borderInlineStartWidth)") >= 4
