"""The outline by mouse, keyboard and finger."""

from playwright.sync_api import Page, expect

import frappe

from smooth_lms.courses.builder import templates
from tests.browser.author.pages import (
	choose,
	outline,
	row,
	said,
)
from tests.browser.conftest import OpenPage
from tests.support.factories import make_lesson, unique


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
	source = templates.new_course(unique("Source"))
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
