"""A package of pages that report nothing: a learner opens one after the other, and has completed the lesson."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@pytest.mark.usefixtures("both_ways")
def test_pages_that_report_nothing_are_done_once_they_were_shown(open_page):
	course = factories.make_course(lessons=0).name
	manifest = build.manifest(parts=(("A", "ropes.html"), ("B", "film/index.html")))
	files = {
		"imsmanifest.xml": manifest.replace('scormtype="sco"', 'scormtype="asset"'),
		"ropes.html": PAGE.format("Ropes"),
		"film/index.html": PAGE.format("A film"),
	}
	package = build.make_package(course, build.package(files)).name
	lesson = factories.make_lesson(course, "SCORM", scorm_package=package).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	page = open_page(learner, f"/lms/courses/{course}/{lesson}")
	expect(page.frame_locator(".scorm__frame").get_by_role("heading", name="Ropes")).to_be_visible()
	parts = page.locator("[data-study='parts'] .mark--done")
	expect(parts).to_have_count(1)
	expect(page.get_by_text("You have completed this lesson.")).to_have_count(0)
	page.get_by_role("link", name="Part B").click()
	expect(page.frame_locator(".scorm__frame").get_by_role("heading", name="A film")).to_be_visible()
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	found = frappe.get_all("LMS SCORM Attempt", {"member": learner}, ["sco", "status"], order_by="sco")
	assert [(row.sco, row.status) for row in found] == [("A", "Completed"), ("B", "Completed")]
