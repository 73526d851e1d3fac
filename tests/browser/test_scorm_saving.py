"""A package is told "saved" only for what the server has stored; the rest is kept, tried again, and said."""

from functools import partial

import pytest
from playwright.sync_api import Route, expect

import frappe
from frappe.sessions import clear_sessions

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE, OpenPage, wait_for_row
from tests.courses.test_scorm_objectives import OBJECTIVES
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)

SAVING = build.PAGE_12.replace(
	"</script></head>",
	"""
function save(place) {
  api.LMSSetValue("cmi.core.lesson_location", place);
  out.saved = api.LMSCommit("");
  out.error = api.LMSGetLastError();
  show();
}
function big() {
  api.LMSSetValue("cmi.core.lesson_location", "big");
  api.LMSSetValue("cmi.core.lesson_status", "passed");
  api.LMSSetValue("cmi.suspend_data", new Array(5000000).join("x"));
  out.saved = api.LMSCommit("");
  out.error = api.LMSGetLastError();
  show();
}
</script></head>""",
).replace(
	"</body>",
	"""<button onclick="save('one')">Save one</button><button onclick="save('two')">Save two</button>
	<button onclick="big()">Save much</button></body>""",
)
NOT_SAVED = "Not saved yet"
PAGE_OF_A_PROXY = "<html><title>502</title><h1>Bad gateway</h1></html>"


class Lesson:
	"""A learner at a package that saves by pressing buttons."""

	def __init__(self, open_page: OpenPage) -> None:
		self.learner = factories.make_user(first_name="Amira", last_name="Haddad").name
		course = factories.make_course(lessons=0).name
		package = build.make_package(course, build.package({"index.html": SAVING}))
		self.name = factories.make_lesson(course, "SCORM", scorm_package=package.name).name
		enrollment.enroll({self.learner: "Amira Haddad"}, [course])
		self.enrollment = frappe.db.get_value("LMS Enrollment", {"member": self.learner})
		frappe.db.commit()
		open_page.expected += ["Failed to load resource", "Blocked attempt to show a 'beforeunload'"]
		self.address = f"/lms/courses/{course}/{self.name}"
		self.page = open_page(self.learner, self.address)
		self.page.wait_for_load_state(
			"networkidle"
		)  # a connection that is cut later finds every script there
		self.package = self.page.frame_locator(".scorm__frame")

	def save(self, button: str) -> tuple[str, str]:
		"""What the package was told: the answer and the error."""
		self.package.get_by_role("button", name=button).click()
		out = self.package.locator("#out").evaluate("element => JSON.parse(element.textContent)")
		return out["saved"], out["error"]

	def stored(self, place: str) -> None:
		wait_for_row("LMS SCORM Run", {"enrollment": self.enrollment, "bookmark": place})

	def says(self, text: str) -> None:
		expect(self.page.locator("[data-scorm-unsaved] p:visible")).to_contain_text(text)

	def says_nothing(self) -> None:
		expect(self.page.locator("[data-scorm-unsaved]")).to_be_hidden()


@pytest.fixture
def lesson(both_ways, open_page) -> Lesson:
	"""In both ways in which packages are shown."""
	return Lesson(open_page)


def _answer(answer: dict, route: Route) -> None:
	route.fulfill(**answer)


def test_what_is_stored_is_true(lesson):
	assert lesson.save("Save one") == ("true", "0")
	lesson.stored("one")
	lesson.says_nothing()


def test_an_error_page_of_a_proxy_is_no_save(lesson):
	for status in (502, 200):
		answer = {"status": status, "content_type": "text/html", "body": PAGE_OF_A_PROXY}
		lesson.page.context.route("**/~commit*", partial(_answer, answer))
		assert lesson.save("Save one") == ("false", "391")
		lesson.says(f"{NOT_SAVED}: the server does not answer")
		lesson.page.context.unroute("**/~commit*")
	lesson.stored("one")
	lesson.says_nothing()


def test_offline_and_back(lesson):
	lesson.page.context.set_offline(True)
	assert lesson.save("Save one") == ("false", "391")
	lesson.says(f"{NOT_SAVED}: there is no connection")
	assert lesson.save("Save two") == ("false", "391")
	lesson.page.context.set_offline(False)
	lesson.stored("two")
	lesson.says_nothing()


def test_leaving_warns_while_something_is_not_saved(lesson):
	asked = []
	lesson.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
	lesson.page.context.set_offline(True)
	lesson.save("Save one")
	lesson.says(NOT_SAVED)
	lesson.page.get_by_role("link", name="Back to the course").click()
	lesson.page.wait_for_timeout(1_000)
	assert asked == ["beforeunload"]
	expect(lesson.page.locator(".scorm__frame")).to_be_visible()
	lesson.page.context.set_offline(False)
	lesson.stored("one")
	lesson.says_nothing()


def test_a_session_that_is_over_is_said_and_signing_in_again_saves(lesson, server):
	from tests.support.server import make_session

	clear_sessions(lesson.learner, force=True)
	frappe.db.commit()
	assert lesson.save("Save one") == ("false", "391")
	lesson.says(f"{NOT_SAVED}: you have signed out")
	sid, _token = make_session(lesson.learner)
	lesson.page.context.add_cookies([{"name": "sid", "value": sid, "url": server.url}])
	lesson.page.evaluate("window.dispatchEvent(new Event('focus'))")
	lesson.stored("one")
	lesson.says_nothing()


def test_what_one_person_did_is_never_saved_for_another(lesson, server):
	from tests.support.server import make_session

	other = factories.make_user().name
	enrollment.enroll({other: "Other"}, [frappe.db.get_value("Course Lesson", lesson.name, "course")])
	clear_sessions(lesson.learner, force=True)
	frappe.db.commit()
	lesson.save("Save one")
	sid, _token = make_session(other)
	lesson.page.context.add_cookies([{"name": "sid", "value": sid, "url": server.url}])
	with lesson.page.expect_response("**/smooth_lms.api.scorm.get_ticket*") as answer:
		lesson.page.evaluate("window.dispatchEvent(new Event('focus'))")
	assert answer.value.status == 403
	frappe.db.rollback()
	assert not frappe.db.exists("LMS SCORM Run", {"lesson": lesson.name})


def test_access_that_ended_is_said(lesson):
	frappe.db.set_value("LMS Enrollment", lesson.enrollment, "withdrawn_on", "2026-01-01 00:00:00")
	frappe.db.commit()
	assert lesson.save("Save one") == ("false", "391")
	lesson.says(f"{NOT_SAVED}: you have signed out or lost access")
	frappe.db.rollback()
	assert not frappe.db.exists("LMS SCORM Run", {"lesson": lesson.name})


def test_a_body_that_is_too_large_is_no_save(lesson):
	assert lesson.save("Save much") == ("false", "391")
	lesson.says(f"{NOT_SAVED}: the package wants to keep more")
	# completion never goes down with details
	wait_for_row("LMS SCORM Run", {"enrollment": lesson.enrollment, "success": "passed"})
	assert frappe.db.get_value("LMS Enrollment", lesson.enrollment, "status") == "Completed"


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_much_suspend_data_comes_back(open_page, version):
	page_of = {"1.2": SAVING, "2004": build.PAGE_2004}[version]
	course = factories.make_course(lessons=0).name
	made = build.make_package(course, build.package({"index.html": page_of}, version=version))
	lesson = factories.make_lesson(course, "SCORM", scorm_package=made.name).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	open_page.expected += ["Failed to load resource"]
	page = open_page(learner, f"/lms/courses/{course}/{lesson}")
	out = page.frame_locator(".scorm__frame").locator("#out")
	expect(out).to_contain_text("init")
	words = (
		("LMSSetValue", "LMSCommit", "LMSGetValue")
		if version == "1.2"
		else ("SetValue", "Commit", "GetValue")
	)
	told = out.evaluate(
		"(_, [set, commit]) => [api[set]('cmi.suspend_data', 'ä'.repeat(300000)), api[commit]('')]", words[:2]
	)
	assert told == ["true", "true"]
	page.reload()
	expect(out).to_contain_text("init")
	assert out.evaluate("(_, get) => api[get]('cmi.suspend_data').length", words[2]) == 300_000


def test_completed_counts_once_a_link_of_the_page_is_followed(lesson):
	"""Also where nothing was left to save: the next page shows it."""
	lesson.package.locator("body").evaluate(
		"() => { api.LMSSetValue('cmi.core.lesson_status', 'completed'); api.LMSCommit(''); }"
	)
	lesson.stored("")
	assert frappe.db.get_value("LMS Enrollment", lesson.enrollment, "status") == "In Progress"
	lesson.page.get_by_role("link", name="Back to the course").click()
	expect(lesson.page.locator(".scorm__frame")).to_have_count(0)
	frappe.db.rollback()
	assert frappe.db.get_value("LMS Enrollment", lesson.enrollment, "status") == "Completed"


@pytest.mark.usefixtures("both_ways")
def test_objectives_of_the_manifest_are_there_from_the_start(open_page):
	page_2004 = build.PAGE_2004.replace(
		'out.entry = api.GetValue("cmi.entry");',
		"""out.entry = api.GetValue("cmi.entry");
		out.objectives = [];
		for (var i = 0; i < Number(api.GetValue("cmi.objectives._count")); i++) {
			out.objectives.push(api.GetValue("cmi.objectives." + i + ".id"));
		}
		out.set = api.SetValue("cmi.objectives.1.success_status", "passed");
		out.threshold = api.GetValue("cmi.completion_threshold");
		out.asked = api.GetLastError();""",
	)
	item = OBJECTIVES + "<adlcp:completionThreshold>0.75</adlcp:completionThreshold>"
	course = factories.make_course(lessons=0).name
	made = build.make_package(course, build.package({"index.html": page_2004}, version="2004", item=item))
	lesson = factories.make_lesson(course, "SCORM", scorm_package=made.name).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	open_page.expected += ["Failed to load resource"]
	address = f"/lms/courses/{course}/{lesson}"
	page = open_page(learner, address)
	for _twice in range(2):
		out = page.frame_locator(".scorm__frame").locator("#out")
		expect(out).to_contain_text("init")
		told = out.evaluate("element => JSON.parse(element.textContent)")
		assert told["objectives"] == ["PRIMARY", "etiquette", "playing"]
		assert (told["set"], told["threshold"], told["asked"]) == ("true", "0.75", "0")
		wait_for_row("LMS SCORM Run", {"lesson": lesson, "run_data": ["like", "%etiquette%"]})
		page.reload()


@pytest.mark.usefixtures("both_ways")
def test_parts_read_what_others_have_written_for_them(open_page):
	data = '<adlcp:data><adlcp:map targetID="notes"/></adlcp:data>'
	course = factories.make_course(lessons=0).name
	parts = (("A", "index.html"), ("B", "index.html"))
	content = build.package({"index.html": build.PAGE_2004}, version="2004", item=data, parts=parts)
	lesson = factories.make_lesson(
		course, "SCORM", scorm_package=build.make_package(course, content).name
	).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	open_page.expected += ["Failed to load resource"]
	page = open_page(learner, f"/lms/courses/{course}/{lesson}?part=A")
	out = page.frame_locator(".scorm__frame").locator("#out")
	expect(out).to_contain_text("init")
	ask = "() => ['_count', '0.id', '0.store'].map(each => api.GetValue(`adl.data.${each}`))"
	assert out.evaluate(ask) == ["1", "notes", ""]
	assert out.evaluate("() => [api.SetValue('adl.data.0.store', 'für B'), api.Commit('')]") == [
		"true",
		"true",
	]
	page.goto(f"/lms/courses/{course}/{lesson}?part=B")
	expect(out).to_contain_text("init")
	assert out.evaluate(ask) == ["1", "notes", "für B"]


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_the_time_that_a_package_reports_counts_and_idle_time_does_not(open_page, version):
	page_of = {"1.2": SAVING, "2004": build.PAGE_2004}[version]
	course = factories.make_course(lessons=0).name
	made = build.make_package(course, build.package({"index.html": page_of}, version=version))
	lesson = factories.make_lesson(course, "SCORM", scorm_package=made.name).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	open_page.expected += ["Failed to load resource"]
	page = open_page(learner, f"/lms/courses/{course}/{lesson}")
	out = page.frame_locator(".scorm__frame").locator("#out")
	commit = "api.LMSCommit('')" if version == "1.2" else "api.Commit('')"
	report = {
		"1.2": "api.LMSSetValue('cmi.core.session_time', '0000:10:00')",
		"2004": "api.SetValue('cmi.session_time', 'PT10M')",
	}[version]

	def seconds() -> int:
		frappe.db.rollback()
		return frappe.db.get_value("LMS SCORM Run", {"lesson": lesson}, "total_seconds")

	expect(out).to_contain_text("init")
	# as if the tab had been open over night
	out.evaluate(f"() => {{ const now = Date.now(); Date.now = () => now + 8 * 3600 * 1000; {commit}; }}")
	assert 300 <= seconds() < 330
	before = seconds()
	page.reload()
	expect(out).to_contain_text("init")
	out.evaluate(f"() => {{ {report}; {commit}; }}")
	assert seconds() == before + 600
