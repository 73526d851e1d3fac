"""An author says who sees a course; whoever is outside does not find it, whoever is inside does."""

from playwright.sync_api import Page, expect

import frappe

from tests.browser.conftest import PATIENCE, OpenPage
from tests.browser.test_desk import choose
from tests.support import factories
from tests.support.hr import make_department

expect.set_options(timeout=PATIENCE)


def find(page: Page, word: str) -> None:
	"""Look for a word with the search of the portal."""
	page.goto(f"/lms/search?q={word}")


def test_an_audience_set_at_the_desk_hides_the_course_from_everybody_else(open_page: OpenPage) -> None:
	word = factories.unique("Numbat").replace(" ", "")
	team = make_department()
	inside = factories.make_workforce(1, department=team)[0]
	outside = factories.make_workforce(1)[0]
	moderator = factories.make_user(roles=("Moderator",)).name
	course = factories.make_course(title=f"{word} steps").name
	frappe.db.commit()

	page = open_page(moderator, f"/app/lms-course/{course}")
	page.get_by_role("tab", name="Audience", exact=True).click()
	table = page.locator("[data-fieldname=audience]")
	table.get_by_role("button", name="Add Row").click()
	row = table.locator(".grid-row[data-idx='1']")
	row.locator(".grid-static-col[data-fieldname=kind]").click()
	row.locator(".grid-static-col[data-fieldname=kind] select").select_option("Department")
	row.locator(".grid-static-col[data-fieldname=value]").click()
	choose(row.locator(".grid-static-col[data-fieldname=value]"), team)
	page.get_by_role("button", name="Who sees it").click()
	dialog = page.locator(".msgprint")
	expect(dialog).to_contain_text("1 of")
	expect(dialog.locator("li")).to_have_count(1)
	page.locator(".modal.show .btn-modal-close").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".indicator-pill", has_text="Not Saved")).to_have_count(0)
	frappe.db.rollback()
	assert frappe.get_all("LMS Training Audience", {"parent": course}, pluck="value") == [team]

	portal = open_page(outside, f"/lms/courses?q={word}")
	expect(portal.locator("#main")).not_to_contain_text(f"{word} steps")
	find(portal, word)
	expect(portal.locator("#results a", has_text=f"{word} steps")).to_have_count(0)
	open_page.expected.append("Failed to load resource: the server responded with a status of 404")
	answer = portal.goto(f"/lms/courses/{course}")
	assert answer.status == 404
	expect(portal.locator("#main")).not_to_contain_text(f"{word} steps")

	portal = open_page(inside, f"/lms/courses?q={word}")
	portal.get_by_role("link", name=f"{word} steps").first.click()
	expect(portal.get_by_role("heading", name=f"{word} steps")).to_be_visible()
	find(portal, word)
	expect(portal.locator("#results a", has_text=f"{word} steps")).to_have_count(1)
