"""The pages of learners: for everybody, by keyboard, with the longest names, light and dark."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfWriter

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment as cohort_enrollment
from smooth_lms.compliance import certificates
from tests.browser.conftest import PATIENCE, OpenPage, every_look
from tests.support import factories
from tests.support.completions import completed
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)

WORD = "Donaudampfschiff" * 5
"""80 letters without a place to break."""
RIGHT_TO_LEFT = "السلامة في المختبر: نظارات الحماية والليزر"

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("*")]
	.filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 120))
	.slice(-3).join(" | ")"""


def blank_pdf() -> bytes:
	"""A PDF of one page. Frappe reads what is uploaded, so it has to be a whole one."""
	writer, stream = PdfWriter(), BytesIO()
	writer.add_blank_page(width=200, height=200)
	writer.write(stream)
	return stream.getvalue()


@pytest.fixture(scope="module")
def scene(server) -> frappe._dict:
	"""A learner with a certificate, a timetable and a course of every kind of lesson, all under long names."""
	learner = factories.make_user(first_name=RIGHT_TO_LEFT[:40], last_name=WORD[:60]).name
	long = factories.unique("Title").ljust(140, "x")[:140]
	course = factories.make_course(
		lessons=0,
		title=long,
		short_introduction=WORD,
		description=f"<p>{WORD}</p>",
		compliance_control_id=WORD,
	).name
	text = factories.make_lesson(course, title=RIGHT_TO_LEFT, body=f"<p>{RIGHT_TO_LEFT} {WORD}</p>").name
	pdf = build.upload(blank_pdf(), f"{WORD}.pdf").file_url
	quiz = factories.make_quiz(course, title=WORD)
	package = build.make_package(course, build.package({"index.html": build.PAGE_12}))
	kinds = {
		"File": {"attachment": pdf},
		"Quiz": {"quiz": quiz.name},
		"SCORM": {"scorm_package": package.name},
		"External Link": {"external_url": f"https://example.com/{WORD}{WORD}"},
		"Live Class": {},
	}
	lessons = {
		kind: factories.make_lesson(course, kind, title=WORD, **values).name for kind, values in kinds.items()
	}
	day = {"date": add_days(today(), 3), "start_time": "09:00:00", "end_time": "10:30:00"}
	batch = factories.make_batch(
		title=factories.unique("Cohort").ljust(140, "x")[:140],
		courses=[course],
		timetable=[
			{**day, "subject": WORD, "place": RIGHT_TO_LEFT},
			{**day, "subject": RIGHT_TO_LEFT, "place": WORD},
		],
	).name
	cohort_enrollment.enroll(batch, learner, source="Desk")
	proven = factories.make_course(certification=1, title=f"{RIGHT_TO_LEFT} {WORD}"[:140]).name
	code = frappe.db.get_value(
		"LMS Certificate", certificates.issue(completed(learner, proven)), "verification_code"
	)
	frappe.db.commit()
	return frappe._dict(
		learner=learner,
		course=f"/lms/courses/{course}",
		text=f"/lms/courses/{course}/{text}",
		lessons={kind: f"/lms/courses/{course}/{name}" for kind, name in lessons.items()},
		batch=f"/lms/batches/{batch}",
		certificate=f"/lms/certificates/{code}",
	)


def pages_of(scene: frappe._dict) -> list[str]:
	return [
		"/lms",
		"/lms/courses?tab=mine",
		scene.course,
		scene.text,
		*scene.lessons.values(),
		scene.batch,
		"/lms/timetable",
		"/lms/certificates",
		"/lms/transcript",
		scene.certificate,
	]


@pytest.mark.full
def test_axe_finds_nothing_serious(scene, open_page: OpenPage, violations: Callable[[Page], list[str]]):
	page = open_page(scene.learner, scene.course)
	kinds = [scene.lessons[kind] for kind in ("SCORM", "File", "External Link", "Live Class")]
	for path in (*kinds, "/lms/timetable", "/lms/certificates", "/lms/transcript", scene.certificate):
		page.goto(path)
		for look in every_look(page):
			assert violations(page) == [], f"{path}, {look}"
	page.context.clear_cookies()  # a stranger
	for path in ("/lms/certificates", scene.certificate):
		page.goto(path)
		for look in every_look(page):
			assert violations(page) == [], f"{path}, {look}"


@pytest.mark.full
def test_the_longest_names_make_no_page_scroll_sideways(scene, open_page: OpenPage):
	page = open_page(scene.learner, "/lms", width=390)
	wide = {}
	for path in pages_of(scene):
		page.goto(path)
		wide[path] = page.evaluate(TOO_WIDE)
	page.goto(scene.lessons["Quiz"])
	page.get_by_role("button", name="Start the quiz").click()
	page.wait_for_selector("fieldset")
	wide["the quiz"] = page.evaluate(TOO_WIDE)
	assert {path: found for path, found in wide.items() if found} == {}


def test_a_pdf_is_shown_where_the_browser_can_show_one(scene, open_page: OpenPage):
	page = open_page(scene.learner, "/lms")
	can = "Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => %s });"
	for able in ("true", "false"):
		page.context.add_init_script(can % able)
		page.route("**/api/method/smooth_lms.api.courses.file**", lambda route: route.fulfill(body="a page"))
		page.goto(scene.lessons["File"])
		expect(page.get_by_role("link", name="Download")).to_be_visible()
		frame = page.locator("iframe[data-pdf]")
		if able == "true":
			expect(frame.content_frame.get_by_text("a page")).to_be_visible()
		else:
			expect(frame).to_be_hidden()


def tab_to(page: Page, label: str) -> None:
	"""Press Tab until the focus is on what is called so, and see that everything on the way shows that it has it."""
	for _ in range(60):
		page.keyboard.press("Tab")
		name, seen = page.evaluate(
			"""() => {
				const element = document.activeElement, style = getComputedStyle(element);
				const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
				const box = element.getBoundingClientRect();
				return [element.innerText || element.value || "", drawn && box.bottom > 0 && box.top < innerHeight];
			}"""
		)
		assert seen, f"nobody sees where the focus is: {name}"
		if label in name:
			return
	raise AssertionError(f"the focus never came to {label}")


def test_a_course_is_taken_by_keyboard_alone(open_page: OpenPage):
	learner = factories.make_user().name
	title = factories.unique("Ladders")
	course = factories.make_course(lessons=0, title=title).name
	factories.make_lesson(course, title="Three points")
	factories.make_lesson(course, "Quiz", title="Check", quiz=factories.make_quiz(course).name)
	frappe.db.commit()
	page = open_page(learner, f"/lms/courses/{course}")
	tab_to(page, "Skip to content")
	page.keyboard.press("Enter")
	expect(page.locator("#main")).to_be_focused()
	tab_to(page, "Enroll")
	page.keyboard.press("Enter")
	expect(page.get_by_role("link", name="Start", exact=True)).to_be_visible()
	tab_to(page, "Start")
	page.keyboard.press("Enter")
	expect(page.get_by_role("heading", name="Three points", level=1)).to_be_visible()
	tab_to(page, "Done, next lesson")
	page.keyboard.press("Enter")
	expect(page.get_by_role("heading", name="Check", level=1)).to_be_visible()
	tab_to(page, "Start the quiz")
	page.keyboard.press("Enter")
	page.wait_for_selector("fieldset")
	for number in range(page.locator("fieldset").count()):
		right = page.locator("fieldset").nth(number).get_by_label("Right", exact=True)
		while not page.evaluate(
			"i => document.querySelectorAll('fieldset')[i].contains(document.activeElement)", number
		):
			page.keyboard.press("Tab")
		for _ in range(4):
			if right.is_checked():
				break
			page.keyboard.press("Space")
			if not right.is_checked():
				page.keyboard.press("ArrowDown")
		expect(right).to_be_checked()
	tab_to(page, "Submit answers")
	page.keyboard.press("Enter")
	expect(page.get_by_role("heading", name="Passed")).to_be_visible()
	tab_to(page, "Back to the course")
	page.keyboard.press("Enter")
	expect(page.get_by_text("Completed").first).to_be_visible()
