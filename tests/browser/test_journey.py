"""The whole way in a browser: from a cohort through its course to a certificate, what HR sees, and what a stranger."""

import json
import re

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

import frappe

from smooth_lms.compliance import evidence
from tests.browser.conftest import PATIENCE, OpenPage, wait_for_row
from tests.support import factories
from tests.support.hr import make_hr_user
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)


class School:
	"""A cohort with a course of a text, a film, a quiz and a package, an employee who learns, and somebody in HR."""

	def __init__(self, film: bytes) -> None:
		self.learner = factories.make_user(first_name="Amira", last_name="Haddad").name
		self.employee = factories.make_employee(self.learner, first_name="Amira", last_name="Haddad").name
		self.hr = make_hr_user()
		self.title = factories.unique("Fire safety")
		self.course = factories.make_course(
			lessons=0, title=self.title, certification=1, validity_days=365
		).name
		factories.make_lesson(self.course, title="Escape routes", body="<p>Keep ways clear.</p>")
		file = build.upload(film, f"{frappe.generate_hash(length=8)}.webm").file_url
		factories.make_lesson(self.course, "Video", title="The alarm", video_file=file)
		quiz = factories.make_quiz(self.course)
		factories.make_lesson(self.course, "Quiz", title="Check", quiz=quiz.name)
		package = build.make_package(self.course, build.package({"index.html": build.PAGE_12}))
		factories.make_lesson(self.course, "SCORM", title="Drill", scorm_package=package.name)
		self.batch = factories.make_batch(courses=[self.course]).name
		frappe.db.commit()

	def value(self, doctype: str, field: str, key: str = "member") -> str | int:
		"""What the server has committed about the learner."""
		frappe.db.rollback()
		who = {"member": self.learner} if key == "member" else {"employee": self.employee}
		return frappe.db.get_value(doctype, who, field)


@pytest.fixture
def school(film) -> School:
	return School(film)


# what it goes through has tests of its own, which are quicker
@pytest.mark.full
def test_from_the_cohort_to_the_certificate(school, open_page: OpenPage, browser: Browser):
	page = open_page(school.learner, f"/lms/batches/{school.batch}")
	page.get_by_role("button", name="Enroll").click()
	expect(page.locator("#main").get_by_text("You are enrolled")).to_be_visible()
	page.get_by_role("link", name=school.title).click()
	read_and_watch(page)
	fail_and_pass(page)
	run_the_package(school, page, open_page)
	code = certificate_of(open_page(school.learner, "/lms/certificates"), school)
	assert school.value("LMS Batch Enrollment", "status") == "Enrolled"  # it has not ended
	assert school.value("LMS Enrollment", "progress") == 100
	what_hr_sees(school, open_page)
	what_a_stranger_sees(school, open_page, browser, code)


def read_and_watch(page: Page) -> None:
	page.get_by_role("link", name="Start", exact=True).click()
	expect(page.get_by_text("Keep ways clear.")).to_be_visible()
	page.get_by_role("button", name="Done, next lesson").click()
	film = page.locator("video[data-video]")
	expect(film).to_be_visible()
	film.evaluate("film => { film.muted = true; return film.play(); }")
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	page.get_by_role("link", name="Next lesson").click()


def fail_and_pass(page: Page) -> None:
	page.get_by_role("button", name="Start the quiz").click()
	answer(page, "Right", "Wrong")
	expect(page.get_by_text("Not passed yet")).to_be_visible()
	page.get_by_role("button", name="Try again").click()
	answer(page, "Right", "Right")
	expect(page.get_by_role("heading", name="Passed")).to_be_visible()
	page.get_by_role("link", name="Next lesson").click()


def answer(page: Page, *options: str) -> None:
	for number, option in enumerate(options):
		page.locator("fieldset").nth(number).get_by_text(option, exact=True).click()
	page.get_by_role("button", name="Submit answers").click()


def run_the_package(school: School, page: Page, open_page: OpenPage) -> None:
	package = page.frame_locator(".scorm__frame")
	assert reported(package)["entry"] == "ab-initio"
	package.get_by_role("button", name="Half").click()
	address = page.url
	page.close(run_before_unload=True)
	wait_for_row("LMS SCORM Run", {"member": school.learner, "bookmark": "slide-3"})
	page = open_page(school.learner, address)
	package = page.frame_locator(".scorm__frame")
	resumed = reported(package)
	assert (resumed["entry"], resumed["bookmark"]) == ("resume", "slide-3")
	package.get_by_role("button", name="Finish").click()
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()


def reported(package: FrameLocator) -> dict:
	out = package.locator("#out")
	expect(out).to_contain_text("init")
	return json.loads(out.inner_text())


def certificate_of(page: Page, school: School) -> str:
	page.get_by_role("link", name=school.title).click()
	expect(page.get_by_text("Valid", exact=True)).to_be_visible()
	with page.expect_download() as download:
		page.get_by_role("link", name="Download PDF").click()
	with open(download.value.path(), "rb") as file:
		assert file.read(5) == b"%PDF-"
	return page.url.rpartition("/")[2]


def what_hr_sees(school: School, open_page: OpenPage) -> None:
	row = school.value("Employee Compliance", "name", "employee")
	assert evidence.make([row]) == {"made": 1, "failed": 0}  # what a background worker does
	page = open_page(school.hr, f"/app/employee-compliance/{row}")
	expect(page.locator(".page-head .indicator-pill")).to_have_text("Complete")
	expect(page.locator("[data-fieldname=employee_name] .control-value").first).to_contain_text("Amira")
	file = page.request.get(school.value("Employee Compliance", "evidence", "employee"))
	assert file.body().startswith(b"%PDF-")
	page.goto(f"/app/employee/{school.employee}")
	page.get_by_role("tab", name="Connections").click()
	page.locator("[data-doctype='Employee Compliance'] .badge-link").click()
	rows = page.locator(".list-row")
	expect(rows).to_have_count(1)
	expect(rows).to_contain_text("Complete")


def what_a_stranger_sees(school: School, open_page: OpenPage, browser: Browser, code: str) -> None:
	context = browser.new_context(base_url=open_page.server.url)
	page = context.new_page()
	page.goto("/lms/certificates")
	page.get_by_role("textbox", name="Verification code").fill(code.lower().replace("-", " "))
	page.get_by_role("button", name="Check").click()
	expect(page).to_have_url(re.compile(f"/lms/certificates/{code}$"))
	expect(page.get_by_text("Valid", exact=True)).to_be_visible()
	expect(page.get_by_text("Amira Haddad")).to_be_visible()
	assert school.learner not in page.content()
	assert school.employee not in page.content()
	context.close()
