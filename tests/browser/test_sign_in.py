"""Coming in: the page for signing in, where people land, and their own settings."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

import frappe
from frappe.utils.password import update_password

from smooth_lms.base import preferences
from smooth_lms.base.notices import choices
from smooth_lms.base.notices.events import MAIL
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.browser.test_training import fits
from tests.support import factories

expect.set_options(timeout=PATIENCE)
PASSWORD = "Orange-Giraffe-81"


@pytest.fixture
def learner(server) -> str:
	name = factories.make_user(first_name="Lea", last_name="Learner").name
	update_password(name, PASSWORD)
	frappe.db.commit()
	return name


def test_signs_in_and_lands_where_they_wanted(open_page: OpenPage, violations, learner: str) -> None:
	open_page.expected.append("Failed to load resource: the server responded with a status of 401")
	page = open_page(learner, "/lms")
	page.context.clear_cookies()
	page.goto("/lms/courses?tab=mine")
	expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_label("E-mail").fill(learner)
	page.get_by_label("Password").fill("wrong")
	page.get_by_role("button", name="Sign in").click()
	expect(page.get_by_role("alert")).to_be_visible()
	page.get_by_label("Password").fill(PASSWORD)
	page.get_by_role("button", name="Sign in").click()
	expect(page).to_have_url(f"{open_page.server.url}/lms/courses?tab=mine")
	page.locator(".person__button").click()
	assert page.get_by_role("link", name="Open the desk").count() == 0


def test_the_page_for_signing_in_is_light(open_page: OpenPage, learner: str) -> None:
	page = open_page(learner, "/lms")
	page.context.clear_cookies()
	sizes: list[int] = []
	page.on("response", lambda answer: sizes.append(len(answer.body()) if answer.ok else 0))
	page.goto("/lms/sign-in", wait_until="networkidle")
	assert 0 < sum(sizes) < 150_000


def test_people_set_language_zone_photo_and_password(open_page: OpenPage, violations, learner: str) -> None:
	page = open_page(learner, "/lms")
	page.locator(".person__button").click()
	page.get_by_role("link", name="Your profile").click()
	for look in every_look(page):
		assert violations(page) == [], look
		assert fits(page), look
	page.get_by_label("Time zone").select_option("Asia/Tokyo")
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator("[data-notice]")).to_contain_text("Your language and time zone are saved.")
	mandatory = page.get_by_label("Training is due, or overdue")
	expect(mandatory).to_be_checked()
	expect(mandatory).to_be_disabled()
	page.get_by_label("You have a seat").uncheck()
	page.get_by_role("button", name="Save the choice").click()
	expect(page.locator("[data-notice]")).to_contain_text("Your choice is saved.")
	page.reload()
	expect(page.get_by_label("You have a seat")).not_to_be_checked()
	picture = io.BytesIO()
	Image.new("RGB", (600, 400), "teal").save(picture, "PNG")
	files = {"name": "me.png", "mimeType": "image/png", "buffer": picture.getvalue()}
	page.get_by_label("Picture").set_input_files(files)
	page.get_by_role("button", name="Save the photo").click()
	photo = page.get_by_role("img", name="Your photo")
	expect(photo).to_be_visible()
	assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
	page.get_by_label("Picture").set_input_files({**files, "buffer": b"<svg onload=alert(1)>"})
	page.get_by_role("button", name="Save the photo").click()
	expect(page.locator("[data-notice]")).to_contain_text("This is no picture")
	page.get_by_label("Password until now").fill("wrong")
	page.get_by_label("New password", exact=True).fill("Violet-Pelican-92")
	page.get_by_label("New password again").fill("Violet-Pelican-92")
	page.get_by_role("button", name="Change the password").click()
	expect(page.locator("[data-notice]")).to_contain_text("The password until now is wrong")
	page.get_by_label("Password until now").fill(PASSWORD)
	page.get_by_label("New password", exact=True).fill("Violet-Pelican-92")
	page.get_by_label("New password again").fill("Violet-Pelican-92")
	page.get_by_role("button", name="Change the password").click()
	expect(page.locator("[data-notice]")).to_contain_text("Your password is changed.")
	frappe.db.rollback()
	assert frappe.db.get_value("User", learner, "time_zone") == "Asia/Tokyo"
	frappe.clear_cache(user=learner)
	assert preferences.chosen(learner, preferences.TIME_ZONE) == "Asia/Tokyo"
	assert choices.wanted("cohort_enrolled", MAIL, [learner, "Administrator"]) == {"Administrator"}


def test_learners_come_to_the_portal_from_frappes_own_page(learner: str) -> None:
	from frappe.website.utils import get_home_page

	frappe.set_user(learner)
	frappe.cache().delete_key("home_page")
	assert get_home_page() == "lms"
	frappe.set_user("Administrator")
