"""Files, links and pictures that authors add."""

import base64
import re

from playwright.sync_api import expect

import frappe

from smooth_lms.base import files as stored_files
from tests.browser.author.pages import (
	LESSON,
	as_learner,
	choose,
	outline,
	publish,
	row,
	said,
	stored,
	wait_saved,
	writing,
)
from tests.browser.conftest import OpenPage
from tests.support.packages.build import package

DROP = """(element, files) => {
	const data = new DataTransfer();
	for (const {name, type, base64} of files) {
		data.items.add(new File([Uint8Array.from(atob(base64), each => each.charCodeAt(0))], name, {type}));
	}
	for (const kind of ["dragenter", "dragover", "drop"]) {
		element.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
	}
}"""
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nFire\n"


def drop(target, **files: tuple[str, bytes]) -> None:
	"""Let files fall onto an element, as from the file manager. Args: files, as `name=(type, content)`."""
	described = [
		{"name": name.replace("__", "."), "type": kind, "base64": base64.b64encode(content).decode()}
		for name, (kind, content) in files.items()
	]
	target.evaluate(DROP, described)


def test_files_become_lessons_where_they_are_dropped(author, course, film, open_page: OpenPage):
	open_page.expected.append("Failed to load resource")  # what is refused
	page = open_page(author, f"/lms/author/{course}")
	second = page.locator("[data-chapter]").nth(1)
	drop(
		second,
		drill__zip=("application/zip", package()),
		ladders__webm=("video/webm", film),
		plan__pdf=("application/pdf", b"%PDF-1.7 plan"),
		evil__pdf=("application/pdf", b"<script>1</script>"),
		ladders__de__vtt=("text/vtt", CAPTIONS),
		notes__exe=("application/octet-stream", b"MZ"),
	)
	refused = page.locator("[data-arrivals] [role=alert]")
	expect(refused).to_have_count(2)
	assert outline(course)[1] == ("Second", ["C", "Fire drill", "ladders", "plan"])
	expect(refused.first).to_contain_text("evil.pdf is not what its ending says")
	expect(refused.last).to_contain_text("Choose a SCORM package")
	for _each in (1, 2):
		page.locator("[data-arrivals]").get_by_role("button", name="Close").first.click()
	expect(page.locator("[data-arrivals]")).to_be_hidden()
	page.get_by_role("link", name="ladders", exact=True).click()
	expect(page.locator(".author-captions")).to_contain_text("German")
	page.get_by_role("button", name="Remove: German").click()
	expect(page.locator(".author-captions")).to_contain_text("no captions yet")
	publish(page)
	seen = as_learner(open_page, course)
	seen.get_by_role("link", name="ladders").first.click()
	expect(seen.locator("video")).to_be_visible()


def test_captions_and_pictures_go_where_they_are_dropped(author, course, film, tmp_path, open_page: OpenPage):
	from PIL import Image

	picture = tmp_path / "ladder.png"
	Image.new("RGB", (40, 30), "red").save(picture)
	page = open_page(author, f"/lms/author/{course}")
	for name in ("one", "two"):
		drop(page.locator("[data-chapter]").first, **{f"{name}__webm": ("video/webm", film)})
		said(page, f"Added: {name}.webm")
	drop(row(page, "two"), spoken__fr__vtt=("text/vtt", CAPTIONS))
	said(page, "Added: spoken.fr.vtt")
	page.get_by_role("link", name="two", exact=True).click()
	expect(page.locator(".author-captions")).to_contain_text("French")
	drop(row(page, "B"), ladder__png=("image/png", picture.read_bytes()))
	dialog = page.get_by_role("dialog")
	dialog.get_by_label("What does the picture show?").fill("A ladder")
	dialog.get_by_role("button", name="OK").click()
	expect(writing(page).get_by_alt_text("A ladder")).to_be_visible()
	wait_saved(page)
	assert stored(course, "B").startswith("<p>Text of B</p><img ")
	# what misses the outline does not take the place of the page
	drop(page.locator("h1"), plan__pdf=("application/pdf", b"%PDF-1.7 plan"))
	expect(page.get_by_role("link", name="plan", exact=True)).to_be_visible()


def test_an_upload_goes_on_after_an_interruption_and_can_be_stopped(author, course, open_page: OpenPage):
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	large = b"%PDF-1.7 " + b"x" * (9 * 1024 * 1024)
	failed = []

	def interrupt(route) -> None:
		if route.request.method == "POST" and not failed:
			failed.append(route)
			route.abort()
		else:
			route.continue_()

	page.route("**/lms-upload/**", interrupt)
	with page.expect_file_chooser() as chooser:
		page.get_by_role("button", name="Add files", exact=True).click()
	chooser.value.set_files({"name": "large.pdf", "mimeType": "application/pdf", "buffer": large})
	said(page, "Added: large.pdf")
	assert failed
	attachment = frappe.db.get_value(LESSON, {"course": course, "title": "large"}, "attachment")
	with open(stored_files.path_of(attachment), "rb") as file:
		assert file.read() == large
	page.unroute("**/lms-upload/**")
	held = []
	page.route("**/lms-upload/**", lambda route: held.append(route))  # nothing answers
	with page.expect_file_chooser() as chooser:
		choose(page, "Second", "Add files")
	chooser.value.set_files({"name": "slow.pdf", "mimeType": "application/pdf", "buffer": large})
	page.get_by_role("button", name="Stop slow.pdf").click()
	expect(page.locator("[data-arrivals]")).to_be_hidden()
	assert outline(course) == [("Chapter 1", ["A", "B", "large"]), ("Second", ["C"])]
	for route in held:
		route.abort()


def test_a_link_becomes_a_lesson_that_asks_its_title(author, course, open_page: OpenPage):
	open_page.expected.append("Failed to load resource")  # the address that is refused
	page = open_page(author, f"/lms/author/{course}")
	page.get_by_label("Title of a new lesson in Second").fill("https://www.example.com/")
	page.keyboard.press("Enter")
	expect(page.locator(".author-title")).to_be_focused()
	page.keyboard.type("Fire office")
	wait_saved(page)
	page.get_by_label("Address", exact=True).fill("http://example.com")
	page.keyboard.press("Tab")
	expect(page.locator("[data-state]")).to_contain_text("begins with https://")
	page.get_by_label("Address", exact=True).fill("https://example.com/fire")
	page.keyboard.press("Tab")
	wait_saved(page)
	found = frappe.db.get_value(
		LESSON, {"course": course, "title": "Fire office"}, ["lesson_type", "external_url"]
	)
	assert found == ("External Link", "https://example.com/fire")


def test_a_picture_is_asked_what_it_shows(author, course, tmp_path, open_page: OpenPage):
	from PIL import Image

	picture = tmp_path / "ladder.png"
	Image.new("RGB", (40, 30), "red").save(picture)
	script = tmp_path / "evil.png"
	script.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	for file, alt in ((picture, "A ladder"), (script, "Evil")):
		with page.expect_file_chooser() as chooser:
			page.get_by_role("button", name="Picture").click()
		chooser.value.set_files(file)
		dialog = page.get_by_role("dialog")
		dialog.get_by_role("button", name="OK").click()
		expect(dialog).to_contain_text("Describe the picture, or say that it is decoration.")
		dialog.get_by_label("What does the picture show?").fill(alt)
		dialog.get_by_role("button", name="OK").click()
		if file is picture:
			expect(writing(page).get_by_alt_text("A ladder")).to_be_visible()
			wait_saved(page)
			page.keyboard.press("Control+End")
	expect(page.locator("[data-trouble]")).to_contain_text("The picture could not be added")
	body = stored(course, "A")
	assert re.search(r'<img [^>]*src="/private/files/[^"]+\.png"', body)
	assert 'alt="A ladder"' in body
	publish(page)
	seen = as_learner(open_page, course)
	seen.get_by_role("link", name="Start").click()
	shown = seen.get_by_alt_text("A ladder")
	expect(shown).to_be_visible()
	assert shown.evaluate("each => each.naturalWidth") == 40
