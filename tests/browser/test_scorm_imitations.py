"""Packages as authoring tools lay them out, to the end: midway, again on another day, and passed, without a dialog.

On a host of its own for packages, and on a site with one name, where a System Manager trusts the package.
"""

import json

import pytest
from playwright.sync_api import Page, expect

import frappe

from smooth_lms.courses import enrollment
from smooth_lms.courses.scorm import trust
from tests.browser.conftest import PATIENCE, OpenPage, wait_for_row
from tests.support import factories
from tests.support.packages import build, imitations

expect.set_options(timeout=PATIENCE)
RUN = "LMS SCORM Run"


class Played:
	"""A learner at a package of somebody's authoring tool."""

	def __init__(self, open_page: OpenPage, data: bytes, *, trusted: bool) -> None:
		self.learner = factories.make_user(first_name="Amira", last_name="Haddad").name
		course = factories.make_course(lessons=0).name
		package = build.make_package(course, data)
		assert package.needs_frames
		if trusted:
			trust.trust(package.name, "This site has one name only")
		self.lesson = factories.make_lesson(course, "SCORM", scorm_package=package.name).name
		enrollment.enroll({self.learner: "Amira Haddad"}, [course])
		frappe.db.commit()
		self.open_page, self.address = open_page, f"/lms/courses/{course}/{self.lesson}"
		open_page.expected += ["Blocked attempt to show a 'beforeunload'", "Failed to load resource"]
		self.dialogs: list[str] = []

	def opens(self) -> Page:
		page = self.open_page(self.learner, "/lms/courses")
		page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.accept()))
		page.goto(self.address)
		return page

	def leaves(self, page: Page) -> None:
		page.get_by_role("link", name="Back to the course").click()
		expect(page.locator(".scorm__frame")).to_have_count(0)

	def stored(self, **wanted: object) -> frappe._dict:
		wait_for_row(RUN, {"member": self.learner, **wanted})
		fields = ["success", "completion", "score", "run_data", "total_seconds"]
		return frappe.db.get_value(RUN, {"member": self.learner}, fields, as_dict=True)


@pytest.fixture(params=["own host", "trusted"])
def play(request, open_page):
	"""Begins to play a package, in both ways in which its frames can talk to each other."""
	if request.param == "own host":
		request.getfixturevalue("own_host")
	return lambda data: Played(open_page, data, trusted=request.param == "trusted")


def test_a_driver_with_its_content_in_a_frame(play):
	played = play(imitations.driver())
	page = played.opens()
	content = page.frame_locator(".scorm__frame").frame_locator("#content")
	expect(content.locator("#launched")).to_contain_text("eyJjb3Vyc2UiOiAxfQ==")
	content.get_by_role("button", name="Next").click()
	expect(content.locator("#here")).to_have_text("Page 2 of 3")
	played.stored(bookmark="2")
	played.leaves(page)

	page = played.opens()
	content = page.frame_locator(".scorm__frame").frame_locator("#content")
	expect(content.locator("#here")).to_have_text("Page 2 of 3")
	content.get_by_role("button", name="Next").click()
	content.get_by_role("button", name="Submit the right answer").click()
	expect(content.locator("#here")).to_have_text("Saved: true")
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	row = played.stored(success="passed")
	assert row.score == 100
	assert json.loads(json.loads(row.run_data)["suspend_data"])["seen"] == 3
	assert played.dialogs == []


def test_pages_with_objectives_and_a_test(play):
	played = play(imitations.pages())
	page = played.opens()
	package = page.frame_locator(".scorm__frame")
	content = package.frame_locator("#contentFrame")
	expect(content.get_by_role("heading", name="Ropes")).to_be_visible()
	package.get_by_role("button", name="Next").click()
	expect(content.get_by_role("heading", name="Helmets")).to_be_visible()
	played.leaves(page)
	played.stored(bookmark="1")

	page = played.opens()
	package = page.frame_locator(".scorm__frame")
	content = package.frame_locator("#contentFrame")
	expect(content.get_by_role("heading", name="Helmets")).to_be_visible()
	assert played.dialogs == ["Go on where you left off?"]
	package.get_by_role("button", name="Next").click()
	for question in (0, 1):
		content.locator(f"input[name=q{question}][value='1']").check()
	content.get_by_role("button", name="Submit answers").click()
	expect(content.locator("#result")).to_have_text("Stored: true")
	package.get_by_role("button", name="Exit").click()
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	row = played.stored(success="passed")
	assert (row.completion, row.score) == ("completed", 100)
	cmi = json.loads(row.run_data)
	objectives = cmi["objectives"].values() if isinstance(cmi["objectives"], dict) else cmi["objectives"]
	assert {each["id"]: each.get("success_status") for each in objectives if each["id"] != "ALL"} == {
		"ropes": "passed",
		"helmets": "passed",
	}
	assert len(cmi["interactions"]) == 2
	assert played.dialogs == ["Go on where you left off?"]
	attempts = frappe.get_all("LMS SCORM Attempt", {"member": played.learner}, ["status", "score"])
	assert [(each.status, each.score) for each in attempts] == [("Passed", 100)]
