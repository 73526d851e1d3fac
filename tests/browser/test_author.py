"""The course builder as authors use it, by mouse, keyboard and finger: what is typed is never lost."""

import base64
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import frappe

from smooth_lms.base import files as stored_files
from smooth_lms.courses.builder import overview, places, text
from tests.browser.conftest import PATIENCE, OpenPage, every_look, wait_for_row
from tests.support.author_texts import HOSTILE, OLD, PASTED, RESHAPED
from tests.support.factories import make_lesson, make_user, unique
from tests.support.packages.build import package

expect.set_options(timeout=PATIENCE)

LESSON = "Course Lesson"
SAVED = re.compile("^Saved$")
PASTE = """html => {
	const data = new DataTransfer();
	data.setData("text/html", html);
	const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
	document.querySelector(".ProseMirror").dispatchEvent(event);
}"""
ATTACKED = "window.attacked = true"


@pytest.fixture
def author(server) -> str:
	"""A Course Creator, who has no desk."""
	return make_user(roles=("Course Creator",)).name


@pytest.fixture
def course(author) -> str:
	"""A course with two chapters: A and B in the first, C in the second."""
	frappe.set_user(author)
	name = places.new_course(unique("Fire"))
	one = frappe.get_all("Course Chapter", {"course": name}, pluck="name")[0]
	two = places.add_chapter(name, "Second")
	for chapter, title in ((one, "A"), (one, "B"), (two, "C")):
		lesson = places.add_lesson(chapter, title)
		text.save(lesson, {"body": f"<p>Text of {title}</p>"}, text.read(lesson)["marks"])
	frappe.set_user("Administrator")
	frappe.db.commit()
	return name


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
	page.get_by_role("button", name="Publish").click()
	said(page, "The course is published.")
	learner = make_user().name
	frappe.db.commit()
	name = frappe.db.get_value("LMS Course", {"title": title})
	seen = open_page(learner, f"/lms/courses/{name}")
	seen.get_by_role("button", name="Enroll").click()
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


def test_lessons_move_by_mouse_and_keyboard(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	page.get_by_role("link", name="A", exact=True).focus()
	page.keyboard.press("Alt+ArrowDown")
	said(page, "Moved: A")
	page.keyboard.press("Alt+ArrowDown")
	expect(page.locator("[data-chapter]").nth(1)).to_contain_text("A")
	assert outline(course) == [("Chapter 1", ["B"]), ("Second", ["A", "C"])]
	expect(page.get_by_role("link", name="A", exact=True)).to_be_focused()
	drag(page, row(page, "C").locator("[data-grip]"), row(page, "B").locator("[data-grip]"))
	said(page, "Moved: C")
	assert outline(course) == [("Chapter 1", ["C", "B"]), ("Second", ["A"])]
	choose(page, "Second", "Move up")
	said(page, "Moved: Second")
	assert outline(course) == [("Second", ["A"]), ("Chapter 1", ["C", "B"])]


def drag(page: Page, source, target) -> None:
	source.hover()
	page.mouse.down()
	box = target.bounding_box()
	page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2, steps=8)
	page.mouse.move(box["x"] + 6, box["y"] + 2, steps=8)
	page.mouse.up()


def test_a_finger_moves_a_lesson(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}", width=390, has_touch=True, is_mobile=True)
	source, target = (row(page, title).locator("[data-grip]").bounding_box() for title in ("A", "B"))
	touch = page.context.new_cdp_session(page)

	def send(kind: str, box: dict | None, below: float = 0) -> None:
		points = [{"x": box["x"] + 6, "y": box["y"] + box["height"] / 2 + below}] if box else []
		touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
		page.wait_for_timeout(150)

	send("touchStart", source)
	page.wait_for_timeout(300)  # a short touch scrolls
	for below in (-10, 0, 6, 10):
		send("touchMove", target, below)
	send("touchEnd", None)
	said(page, "Moved: A")
	assert outline(course)[0] == ("Chapter 1", ["B", "A"])


def test_rename_copy_remove_and_undo(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	page.get_by_role("link", name="B", exact=True).focus()
	page.keyboard.press("F2")
	page.get_by_label("New title").fill("Better")
	page.keyboard.press("Enter")
	expect(page.get_by_role("link", name="Better", exact=True)).to_be_focused()
	choose(page, "Better", "Copy")
	said(page, "Copied.")
	page.get_by_role("link", name="Better (copy)").focus()
	page.keyboard.press("Delete")
	said(page, "“Better (copy)” was removed.")
	assert outline(course)[0][1] == ["A", "Better"]
	page.locator("[data-undo]").click()
	expect(page.get_by_role("link", name="Better (copy)")).to_be_visible()
	choose(page, "Chapter 1", "Remove")
	said(page, "“Chapter 1” was removed.")
	page.locator("[data-undo]").click()
	expect(page.get_by_role("link", name="Better (copy)")).to_be_visible()
	assert outline(course) == [("Chapter 1", ["A", "Better", "Better (copy)"]), ("Second", ["C"])]


def test_many_lessons_at_once(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	for title in ("A", "C"):
		page.get_by_label(f"Choose {title}", exact=True).check()
	bulk = page.get_by_role("group", name="Chosen lessons")
	bulk.get_by_role("button", name="Optional").click()
	expect(row(page, "C")).to_contain_text("optional")
	bulk.get_by_role("button", name="Free preview").click()
	expect(row(page, "A")).to_contain_text("free preview")
	bulk.get_by_role("button", name="Minutes").click()
	page.get_by_label("Minutes for each of them").fill("12")
	page.keyboard.press("Enter")
	expect(row(page, "A")).to_contain_text("12 min")
	expect(row(page, "B")).not_to_contain_text("optional")
	bulk.get_by_role("button", name="Remove").click()
	said(page, "The chosen lessons were removed.")
	assert outline(course) == [("Chapter 1", ["B"]), ("Second", [])]
	page.get_by_text("Removed lessons: 2").click()
	page.get_by_role("button", name="Bring back: C").click()
	said(page, "Brought back: C")
	assert outline(course)[1] == ("Second", ["C"])


def test_lessons_come_from_another_course(author, course, open_page: OpenPage):
	frappe.set_user(author)
	source = places.new_course(unique("Source"))
	make_lesson(source, title="Borrowed")
	frappe.set_user("Administrator")
	frappe.db.commit()
	page = open_page(author, f"/lms/author/{course}")
	choose(page, "Second", "Copy lessons from another course")
	page.get_by_label("Course", exact=True).select_option(source)
	page.get_by_label("Borrowed").check()
	page.get_by_role("button", name="Copy these").click()
	said(page, "Copied.")
	assert outline(course)[1] == ("Second", ["C", "Borrowed"])


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


def test_every_block_is_stored_clean_and_shown(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+a")
	page.keyboard.type("Heads")
	page.get_by_label("Style of the paragraph").select_option("heading")
	page.keyboard.press("Enter")
	for name, typed in (("Call-out", "Careful"), ("Accordion", "More")):
		page.get_by_role("button", name=name, exact=True).click()
		page.keyboard.type(typed)
		page.keyboard.press("Enter")
		page.keyboard.type("Inside")
		page.keyboard.press("Control+Enter")
	page.get_by_role("button", name="Divider").click()
	page.get_by_role("button", name="Table", exact=True).click()
	page.keyboard.type("Cell")
	wait_saved(page)
	body = stored(course, "A")
	assert body.startswith("<h2>Heads</h2>")
	for part in (
		'<div class="callout callout--note">',
		"<details><summary>More</summary>",
		"<hr>",
		"<th>Cell</th>",
	):
		assert part in body, body
	assert "style=" not in body
	page.keyboard.press("Alt+p")
	frame = page.frame_locator("iframe[title='As learners see it']")
	frame.get_by_text("More", exact=True).click()
	expect(frame.get_by_text("Inside").last).to_be_visible()


def test_what_is_typed_right_after_a_button_is_kept(author, course, open_page: OpenPage):
	page = open_page(author, f"/lms/author/{course}")
	writing(page).click()
	page.keyboard.press("Control+End")
	page.keyboard.type(":")
	# a page that is too busy to draw for a while
	page.evaluate("() => { window.requestAnimationFrame = act => setTimeout(act, 1500) }")
	page.get_by_label("Style of the paragraph").select_option("heading")
	page.keyboard.type("Heads")
	page.keyboard.press("Enter")
	page.get_by_role("button", name="Call-out", exact=True).click()
	page.keyboard.type("Careful")
	page.keyboard.press("Control+Enter")
	page.get_by_role("button", name="Link", exact=True).click()
	page.get_by_label("Address of the link").fill("https://example.com/a")
	page.keyboard.press("Enter")
	expect(writing(page).get_by_role("link")).to_be_visible()
	page.keyboard.type(" after")
	wait_saved(page)
	assert stored(course, "A") == (
		'<h2>Text of A:Heads</h2><div class="callout callout--note"><p>Careful</p></div>'
		'<p><a href="https://example.com/a">https://example.com/a</a> after</p>'
	)


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
	page.get_by_role("button", name="Publish").click()
	said(page, "The course is published.")
	learner = make_user().name
	frappe.db.commit()
	seen = open_page(learner, f"/lms/courses/{course}")
	seen.get_by_role("button", name="Enroll").click()
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


def test_a_quiz_is_written_in_place_and_taken(author, course, open_page: OpenPage):
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
	page.get_by_role("button", name="Change: Where to?").click()
	page.get_by_label("Change", exact=True).fill("Where to <now>?\n* Out\n- Up\n- Home")
	page.get_by_role("button", name="OK").click()
	expect(page.locator("[data-question]").first).to_contain_text("Home")
	page.get_by_role("button", name="Remove: Warm?").click()
	said(page, "The question was taken out of the quiz.")
	page.get_by_label("Passed at percent").fill("100")
	page.keyboard.press("Tab")
	said(page, "Saved")
	page.get_by_role("button", name="Publish").click()
	said(page, "The course is published.")
	learner = make_user().name
	frappe.db.commit()
	seen = open_page(learner, f"/lms/courses/{course}")
	seen.get_by_role("button", name="Enroll").click()
	seen.get_by_role("link", name="What to do").first.click()
	seen.get_by_role("button", name=re.compile("[Ss]tart")).click()
	expect(seen.locator("body")).to_contain_text("Where to <now>?")
	seen.get_by_label("Out", exact=True).check()
	seen.get_by_role("button", name=re.compile("[Ss]ubmit|[Ff]inish|Hand in")).click()
	expect(seen.locator("body")).to_contain_text("100")


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
	page.get_by_role("button", name="Publish").click()
	said(page, "The course is published.")
	learner = make_user().name
	frappe.db.commit()
	seen = open_page(learner, f"/lms/courses/{course}")
	seen.get_by_role("button", name="Enroll").click()
	seen.get_by_role("link", name="Start").click()
	shown = seen.get_by_alt_text("A ladder")
	expect(shown).to_be_visible()
	assert shown.evaluate("each => each.naturalWidth") == 40


def test_a_paste_keeps_its_structure_and_nothing_of_its_look(author, course, open_page: OpenPage):
	open_page.expected.append("Applying inline style")
	page = open_page(author, f"/lms/author/{course}")
	for pasted, expected in PASTED:
		writing(page).click()
		page.keyboard.press("Control+a")
		page.keyboard.press("Delete")
		page.evaluate(PASTE, pasted)
		wait_saved(page)
		assert stored(course, "A") == expected


def test_a_hostile_paste_is_stored_clean_and_shown_clean(author, course, open_page: OpenPage):
	# what the browser says of a text that it parses and does not run
	open_page.expected += [
		"Failed to load resource",
		"Executing inline",
		"Applying inline style",
		"Setting the document",
	]
	page = open_page(author, f"/lms/author/{course}")
	page.add_init_script("window.attacked = false")
	bad = re.compile(
		r"<(script|iframe|svg|form|object|embed|style|base|meta)|\son\w+=|javascript:|data-kept", re.I
	)
	for index, pasted in enumerate(HOSTILE):
		writing(page).click()
		page.keyboard.press("Control+a")
		page.keyboard.type(f"Attack {index} ")
		page.evaluate(PASTE, pasted)
		wait_saved(page)
		body = stored(course, "A")
		assert not bad.search(body), (pasted, body)
		page.evaluate("() => new Promise(done => setTimeout(done, 50))")
		assert not page.evaluate("window.attacked"), pasted
	# what goes past the editor
	lesson = lesson_of(course, "A")
	frappe.set_user(author)
	text.save(lesson, {"body": "".join(HOSTILE)}, text.read(lesson)["marks"])
	frappe.set_user("Administrator")
	frappe.db.commit()
	assert not bad.search(stored(course, "A"))
	seen = open_page(author, f"/lms/courses/{course}/{lesson}")
	seen.wait_for_load_state("networkidle")
	assert not seen.evaluate("window.attacked")
	again = open_page(author, f"/lms/author/{course}")
	expect(writing(again)).to_be_visible()
	assert not again.evaluate("window.attacked")


def test_old_texts_come_out_of_the_editor_as_learners_saw_them(author, course, open_page: OpenPage):
	bodies = [*OLD, *frappe.get_all(LESSON, {"body": ["is", "set"]}, pluck="body", limit=0)]
	open_page.expected.append("Failed to load resource")
	page = open_page(author, f"/lms/author/{course}")
	expect(writing(page)).to_be_visible()
	looks = """async html => {
		const {TextEditor} = await import("portal/author/editor");
		const words = JSON.parse(document.querySelector("[data-words]").textContent);
		const place = document.createElement("div");
		document.body.append(place);
		const text = new TextEditor(place, {html, words, changed() {}, upload() {}, trouble() {}});
		text.editor.commands.insertContentAt(text.editor.state.doc.content.size, "<p>x</p>");
		text.editor.commands.undo();
		const after = text.html();
		text.destroy();
		place.remove();
		const show = each => {
			const shown = document.createElement("div");
			shown.className = "prose reading";
			shown.style.inlineSize = "600px";
			shown.innerHTML = each;
			document.body.append(shown);
			const boxes = [...shown.querySelectorAll("h1,h2,h3,h4,li,td,th,img,pre,summary")].map(part => {
				const box = part.getBoundingClientRect(), from = shown.getBoundingClientRect();
				return [part.localName, Math.round(box.x - from.x), Math.round(box.y - from.y), Math.round(box.width)];
			});
			const seen = [shown.innerText.trim(), boxes, Math.round(shown.getBoundingClientRect().height)];
			shown.remove();
			return seen;
		};
		return [show(html), show(after), after];
	}"""
	for body in dict.fromkeys(bodies):
		before, after, html = page.evaluate(looks, body)
		assert before == after, json.dumps([body, html])
	for body, wanted in RESHAPED:
		assert page.evaluate(looks, body)[2] == wanted


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
	for look in every_look(listed):
		assert violations(listed) == [], look
