"""What a text is made of besides words: films with captions, files, questions, and parts of pictures."""

import re

from playwright.sync_api import Page, expect

import frappe

from smooth_lms.courses.builder import pictures, text
from tests.browser.author.pages import lesson_of, publish, stored, wait_saved, writing
from tests.browser.conftest import OpenPage, every_look

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nFire\n"


def add(page: Page, button: str, name: str, kind: str, content: bytes) -> None:
	"""Choose a file by a button of the editor."""
	with page.expect_file_chooser() as chooser:
		page.get_by_role("button", name=button, exact=True).click()
	chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def test_films_with_captions_and_files_stand_in_the_text(
	author, course, film, open_page: OpenPage, violations
):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.press("Enter")
	add(page, "File", "plan.pdf", "application/pdf", b"%PDF-1.7 plan")
	expect(writing(page).get_by_role("link", name="plan.pdf")).to_be_visible()
	page.keyboard.press("Enter")
	add(page, "Film", "drill.webm", "video/webm", film)
	expect(writing(page).locator("video")).to_be_visible()
	writing(page).locator("video").click(position={"x": 20, "y": 20})
	add(page, "Add captions", "drill.de.vtt", "text/vtt", CAPTIONS)
	expect(writing(page).locator("video track[srclang=de]")).to_have_count(1)
	wait_saved(page)
	body = stored(course, "A")
	assert re.search(
		r'<video controls="" preload="metadata" src="/private/files/drill-\w+\.webm"><track ', body
	), body
	assert 'kind="captions"' in body
	for look in every_look(page):
		assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
		assert violations(page) == [], look
	page.reload()
	expect(writing(page).locator("video track")).to_have_count(1)
	publish(page)
	seen = open_page(author, f"/lms/courses/{course}/{lesson_of(course, 'A')}")
	shown = seen.locator(".reading video")
	seen.wait_for_function("document.querySelector('.reading video').readyState >= 1")
	assert (
		shown.evaluate(
			"each => new Promise(done => { each.textTracks[0].mode = 'hidden'; const track = "
			"each.querySelector('track'); track.addEventListener('load', () => done(each.textTracks[0].cues.length)); "
			"track.addEventListener('error', () => done(-1)); })"
		)
		== 1
	)
	with seen.expect_response("**/api/method/smooth_lms.api.courses.file**plan**") as answer:
		seen.get_by_role("link", name="plan.pdf").click()
	assert answer.value.ok


def test_a_question_that_does_not_count_answers_without_a_script(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+a")
	page.get_by_role("button", name="Question that does not count").click()
	page.keyboard.type("Where to?")
	page.locator(".author-accordion__title").first.click()
	page.keyboard.type("Out")
	page.locator(".author-accordion__title").last.click()
	page.keyboard.type("Up")
	page.get_by_role("button", name="Add wrong answer").click()
	page.keyboard.type("Home")
	wait_saved(page)
	assert stored(course, "A") == (
		'<div class="callout callout--question"><p>Where to?</p>'
		"<details><summary>Out</summary><p>That is right.</p></details>"
		"<details><summary>Up</summary><p>Not quite.</p></details>"
		"<details><summary>Home</summary><p>Not quite.</p></details></div>"
	)
	frappe.db.commit()
	seen = open_page(author, f"/lms/courses/{course}/{lesson_of(course, 'A')}", java_script_enabled=False)
	expect(seen.get_by_text("That is right.")).to_be_hidden()
	seen.get_by_text("Out", exact=True).click()
	expect(seen.get_by_text("That is right.")).to_be_visible()


def test_the_part_of_a_picture_that_matters_is_shown(
	author, course, tmp_path, open_page: OpenPage, violations
):
	from PIL import Image

	picture = tmp_path / "ladder.png"
	Image.new("RGB", (40, 90), "red").save(picture)
	frappe.set_user(author)
	lesson = lesson_of(course, "A")
	url = pictures.add(lesson, "ladder.png", picture.read_bytes())
	text.save(lesson, {"body": f'<img src="{url}" alt="A ladder">'}, text.read(lesson)["marks"])
	frappe.set_user("Administrator")
	frappe.db.commit()
	page = open_page(author, f"/lms/author/{course}")
	shown = writing(page).get_by_alt_text("A ladder")
	shown.click()
	page.get_by_role("button", name="Picture", exact=True).click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_label("Show of the picture").select_option("crop-wide")
	dialog.get_by_label("at the top", exact=True).check()
	for look in every_look(page):
		assert violations(page) == [], look
	dialog.get_by_role("button", name="OK").click()
	wait_saved(page)
	assert 'class="crop-wide focus-top"' in stored(course, "A")
	seen = open_page(author, f"/lms/courses/{course}/{lesson}").get_by_alt_text("A ladder")
	expect(seen).to_have_css("object-position", re.compile(r"50% 0(%|px)"))
	box = seen.bounding_box()
	assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
