"""What is written and pasted is stored clean, and shown as it was meant."""

import json
import re

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses.builder import text
from tests.browser.author.pages import (
	LESSON,
	lesson_of,
	stored,
	wait_saved,
	writing,
)
from tests.browser.conftest import OpenPage
from tests.support.author_texts import HOSTILE, OLD, PASTED, RESHAPED

PASTE = """html => {
	const data = new DataTransfer();
	data.setData("text/html", html);
	const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
	document.querySelector(".ProseMirror").dispatchEvent(event);
}"""


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


@pytest.mark.full
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
