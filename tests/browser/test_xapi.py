"""Content of cmi5 and xAPI as a learner runs it: in the lesson's frame, in a window of its own, and opened twice."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE
from tests.support import factories
from tests.support.packages import build
from tests.support.packages.statements import cmi5, tincan, unit

expect.set_options(timeout=PATIENCE)
# as client libraries do it: cmi5's by fetch, the older ones of xAPI by XMLHttpRequest
CMI5 = """<!DOCTYPE html><html><head><title>Fire drill</title></head><body><h1>Fire drill</h1>
<button id="pass">Pass</button><button id="leave">Leave</button><pre id="out"></pre><script>
const given = new URLSearchParams(location.search);
const about = { activityId: given.get("activityId"), agent: given.get("actor"), registration: given.get("registration") };
const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
let authorization, data;
const ask = (path, asked, options = {}) => fetch(`${given.get("endpoint")}/${path}?${new URLSearchParams(asked)}`, {
  ...options, headers: { Authorization: authorization, "X-Experience-API-Version": "1.0.3", ...options.headers } });
async function say(verb, result) {
  const context = structuredClone(data.contextTemplate);
  context.registration = about.registration;
  context.contextActivities.category = [{ id: CMI5 }, ...(result?.success ? [{ id: MOVE_ON }] : [])];
  const id = crypto.randomUUID?.() ?? "7d3f5b7e-0000-4000-8000-" + Date.now().toString().slice(-12).padStart(12, "0");
  const statement = { id, timestamp: new Date().toISOString(), actor: JSON.parse(about.agent), context,
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}` }, object: { id: about.activityId }, ...(result && { result }) };
  const answer = await ask("statements", {}, { method: "POST", body: JSON.stringify([statement]),
    headers: { "Content-Type": "application/json" } });
  document.getElementById("out").textContent += `${verb} ${answer.status} `;
}
async function start() {
  const token = await (await fetch(given.get("fetch"), { method: "POST" })).json();
  authorization = `Basic ${token["auth-token"]}`;
  data = await (await ask("activities/state", { ...about, stateId: "LMS.LaunchData" })).json();
  await ask("agents/profile", { agent: about.agent, profileId: "cmi5LearnerPreferences" });
  await say("initialized");
}
document.getElementById("pass").onclick = () => say("passed", { success: true, duration: "PT9S", score: { scaled: 0.9 } });
document.getElementById("leave").onclick = async () => {
  await say("terminated", { duration: "PT10S" });
  location.href = data.returnURL;
};
start();
</script></body></html>"""
TIN_CAN = """<!DOCTYPE html><html><head><title>Fire drill</title></head><body><h1>Fire drill</h1>
<button id="finish">Finish</button><pre id="out"></pre><script>
const given = new URLSearchParams(location.search);
const about = `activityId=${encodeURIComponent(given.get("activity_id"))}&agent=${encodeURIComponent(given.get("actor"))}` +
  `&registration=${given.get("registration")}`;
const out = document.getElementById("out");
function send(method, path, body, type) {
  const request = new XMLHttpRequest();
  request.open(method, given.get("endpoint") + path, false);
  request.setRequestHeader("Authorization", given.get("auth"));
  request.setRequestHeader("X-Experience-API-Version", "1.0.1");
  if (type) { request.setRequestHeader("Content-Type", type); }
  request.send(body);
  return request;
}
const place = send("GET", `activities/state?${about}&stateId=place`);
out.textContent = place.status === 200 ? `resumed ${place.responseText}` : "new";
send("PUT", `activities/state?${about}&stateId=place`, "slide-3", "text/plain");
document.getElementById("finish").onclick = () => {
  const statement = { actor: JSON.parse(given.get("actor")), object: { id: given.get("activity_id") },
    verb: { id: "http://adlnet.gov/expapi/verbs/completed" }, result: { completion: true, score: { scaled: 0.8 } } };
  out.textContent = send("POST", "statements", JSON.stringify([statement]), "application/json").status;
};
</script></body></html>"""


def lesson_of(data: bytes) -> tuple[str, str]:
	"""A learner, and the path of a lesson with the package of a zip."""
	course = factories.make_course(lessons=0).name
	package = build.make_package(course, data).name
	lesson = factories.make_lesson(course, "SCORM", scorm_package=package).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	return learner, f"/lms/courses/{course}/{lesson}"


@pytest.mark.usefixtures("both_ways")
def test_a_cmi5_part_is_passed_and_left_in_the_lessons_frame(open_page):
	learner, path = lesson_of(cmi5(unit(), page=CMI5))
	page = open_page(learner, path)
	part = page.frame_locator(".scorm__frame")
	expect(part.locator("#out")).to_contain_text("initialized 200")
	part.get_by_role("button", name="Pass").click()
	expect(part.locator("#out")).to_contain_text("passed 200")
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
	part.get_by_role("button", name="Leave").click()
	expect(part.get_by_text("You have left this part.")).to_be_visible()
	page.reload()
	page.locator("[data-study='attempts'] summary").click()
	expect(page.locator("[data-study='attempts']")).to_contain_text("Passed")


def test_a_cmi5_part_that_wants_its_own_window_gets_one(open_page, own_host):
	data = cmi5(unit(more='launchMethod="OwnWindow"'), page=CMI5)
	learner, path = lesson_of(data)
	page = open_page(learner, path)
	with page.expect_popup() as opened:
		page.get_by_role("link", name="Open in a window of its own").click()
	part = opened.value
	expect(part.locator("#out")).to_contain_text("initialized 200")
	part.get_by_role("button", name="Pass").click()
	expect(part.locator("#out")).to_contain_text("passed 200")
	part.close()
	page.evaluate("window.dispatchEvent(new Event('focus'))")
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()


@pytest.mark.usefixtures("both_ways")
def test_what_authoring_tools_publish_for_xapi_resumes_and_completes(open_page):
	learner, path = lesson_of(tincan(TIN_CAN))
	open_page.expected.append("Failed to load resource: the server responded with a status of 404")
	page = open_page(learner, path)
	part = page.frame_locator(".scorm__frame")
	expect(part.locator("#out")).to_have_text("new")
	page.reload()
	expect(part.locator("#out")).to_have_text("resumed slide-3")
	part.get_by_role("button", name="Finish").click()
	expect(part.locator("#out")).to_have_text("200")
	# a link of the page waits until the content has said that it is left
	page.locator(f"main a[href='{path.rpartition('/')[0]}']").first.click()
	page.wait_for_url(f"**{path.rpartition('/')[0]}")
	page.goto(path)
	expect(page.get_by_text("You have completed this lesson.")).to_be_visible()
