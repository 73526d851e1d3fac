"""Packages that are laid out as authoring tools lay theirs out, with content of our own.

`driver` as tools that ship a driver do (its page holds the content in a frame, which calls functions of the page
around it); `pages` as a course of several pages in one part of SCORM 2004, with objectives, a test and a resume.
"""

from collections.abc import Mapping

from tests.support.packages import build

DRIVER_ITEM = "<adlcp:datafromlms>eyJjb3Vyc2UiOiAxfQ==</adlcp:datafromlms>"
DRIVER = {
	"driver/start.html": """<!DOCTYPE html><html><head><title>Driver</title><script src="driver.js"></script></head>
<body onload="begin()" onbeforeunload="end()" onunload="end()">
<iframe name="content" id="content" src="blank.html" style="width: 100%; height: 600px"></iframe></body></html>""",
	"driver/blank.html": "<!DOCTYPE html><html><head></head><body></body></html>",
	"driver/driver.js": """var api = null, ended = false, startedAt = new Date();
function look(from) {
	var tries = 0;
	while (from && !from.API && from.parent && from.parent !== from && tries++ < 50) from = from.parent;
	return from && from.API;
}
function begin() {
	api = look(window.parent) || look(window.opener) || look(window);
	if (!api || api.LMSInitialize("") !== "true") { alert("No way to the LMS was found."); return; }
	if (api.LMSGetValue("cmi.core.lesson_status") === "not attempted") {
		api.LMSSetValue("cmi.core.lesson_status", "incomplete");
	}
	window.content.document.location.href = "../content/index.html?data=" + api.LMSGetValue("cmi.launch_data");
}
function GetBookmark() { return api.LMSGetValue("cmi.core.lesson_location"); }
function SetBookmark(place) { api.LMSSetValue("cmi.core.lesson_location", place); }
function GetDataChunk() { return api.LMSGetValue("cmi.suspend_data"); }
function SetDataChunk(text) { api.LMSSetValue("cmi.suspend_data", text); return api.LMSCommit(""); }
function SetScore(score) {
	api.LMSSetValue("cmi.core.score.raw", String(score));
	api.LMSSetValue("cmi.core.score.min", "0");
	api.LMSSetValue("cmi.core.score.max", "100");
}
function SetPassed() { api.LMSSetValue("cmi.core.lesson_status", "passed"); return api.LMSCommit(""); }
function end() {
	if (ended || !api) return;
	ended = true;
	var all = Math.round((new Date() - startedAt) / 1000), two = function (n) { return ("0" + n).slice(-2); };
	api.LMSSetValue("cmi.core.session_time", "0000:" + two(Math.floor(all / 60)) + ":" + two(all % 60));
	api.LMSSetValue("cmi.core.exit", "suspend");
	api.LMSFinish("");
}""",
	"content/index.html": """<!DOCTYPE html><html><head><title>Content</title></head><body>
<h1>Ladders</h1><p id="here"></p><p id="launched"></p>
<button onclick="go(1)">Next</button><button id="answer" onclick="answer()" hidden>Submit the right answer</button>
<script>
var last = 3, place = Number(parent.GetBookmark() || 1);
document.getElementById("launched").textContent = location.search;
function show() {
	document.getElementById("here").textContent = "Page " + place + " of " + last;
	document.getElementById("answer").hidden = place !== last;
}
function go(step) {
	place = Math.min(place + step, last);
	parent.SetBookmark(String(place));
	parent.SetDataChunk(JSON.stringify({ seen: place, localStorage: typeof window.localStorage }));
	show();
}
function answer() {
	parent.SetScore(100);
	document.getElementById("here").textContent = "Saved: " + parent.SetPassed();
}
show();
</script></body></html>""",
}
OBJECTIVES = """<imsss:sequencing><imsss:objectives>
<imsss:primaryObjective objectiveID="ALL" satisfiedByMeasure="true">
<imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure></imsss:primaryObjective>
<imsss:objective objectiveID="ropes"/><imsss:objective objectiveID="helmets"/></imsss:objectives>
<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/></imsss:sequencing>
<adlcp:completionThreshold>1.0</adlcp:completionThreshold>"""
PAGES = {
	"shared/launch.html": """<!DOCTYPE html><html><head><title>Climbing</title><script src="run.js"></script></head>
<body onload="start()" onbeforeunload="leave()" onunload="leave()">
<iframe id="contentFrame" style="width: 100%; height: 500px"></iframe>
<button id="previous" onclick="step(-1)">Previous</button><button id="next" onclick="step(1)">Next</button>
<button onclick="leave()">Exit</button></body></html>""",
	"shared/run.js": """var api = null, over = false, at = 0, pages = ["../ropes/ropes.html", "../helmets/helmets.html",
	"../shared/test.html?questions=climbing"];
function scan(from) {
	var tries = 0;
	while (!from.API_1484_11 && from.parent && from.parent !== from) {
		if (tries++ > 500) return null;
		from = from.parent;
	}
	return from.API_1484_11 || null;
}
function set(element, value) {
	if (api.SetValue(element, value) !== "true") {
		alert("Your results may not be recorded: " + element + ", error " + api.GetLastError());
	}
}
function start() {
	if (window.parent && window.parent !== window) api = scan(window.parent);
	if (!api && window.top.opener) api = scan(window.top.opener);
	if (!api || api.Initialize("") !== "true") { alert("No API was found."); return; }
	if (api.GetValue("cmi.completion_status") === "unknown") set("cmi.completion_status", "incomplete");
	var place = api.GetValue("cmi.location");
	if (place && confirm("Go on where you left off?")) at = Number(place);
	show();
}
function show() {
	document.getElementById("contentFrame").src = pages[at];
	set("cmi.location", String(at));
	set("cmi.progress_measure", String(at / (pages.length - 1)));
}
function step(by) { at = Math.min(Math.max(at + by, 0), pages.length - 1); show(); }
function objective(id) {
	var count = Number(api.GetValue("cmi.objectives._count"));
	for (var i = 0; i < count; i++) if (api.GetValue("cmi.objectives." + i + ".id") === id) return i;
	alert("Your results may not be recorded: no objective " + id);
}
function RecordAnswer(id, topic, right) {
	var i = api.GetValue("cmi.interactions._count"), place = "cmi.interactions." + i + ".";
	set(place + "id", id);
	set(place + "type", "true-false");
	set(place + "objectives.0.id", topic);
	set(place + "learner_response", right ? "true" : "false");
	set(place + "correct_responses.0.pattern", "true");
	set(place + "result", right ? "correct" : "incorrect");
	set("cmi.objectives." + objective(topic) + ".success_status", right ? "passed" : "failed");
}
function RecordTest(score) {
	set("cmi.score.raw", String(score));
	set("cmi.score.min", "0");
	set("cmi.score.max", "100");
	set("cmi.score.scaled", String(score / 100));
	set("cmi.completion_status", "completed");
	return api.Commit("");
}
function leave() {
	if (over || !api) return;
	over = true;
	set("cmi.exit", api.GetValue("cmi.completion_status") === "completed" ? "normal" : "suspend");
	set("cmi.session_time", "PT1M");
	api.Terminate("");
}""",
	"shared/test.html": """<!DOCTYPE html><html><head><title>Test</title><script>
var topic = /questions=(\\w+)/.exec(location.search)[1];
document.write('<script src="../' + topic + '/questions.js"><' + '/script>');
</script></head><body><form id="test"></form><p id="result"></p><script>
questions.forEach(function (each, i) {
	document.write("<p>" + each.text + "<label><input type=radio name=q" + i + " value=1>Yes</label>"
		+ "<label><input type=radio name=q" + i + " value=0>No</label></p>");
});
document.write("<button type=button onclick=submitTest()>Submit answers</button>");
function submitTest() {
	var right = 0;
	questions.forEach(function (each, i) {
		var chosen = document.querySelector("input[name=q" + i + "]:checked");
		var fits = Boolean(chosen) && chosen.value === each.answer;
		parent.RecordAnswer(each.id, each.topic, fits);
		right += fits ? 1 : 0;
	});
	document.getElementById("result").textContent = "Stored: " + parent.RecordTest(100 * right / questions.length);
}
</script></body></html>""",
	"climbing/questions.js": """var questions = [
	{ id: "q.ropes", topic: "ropes", text: "Is a frayed rope replaced?", answer: "1" },
	{ id: "q.helmets", topic: "helmets", text: "Is a helmet worn by everybody?", answer: "1" }];""",
	"ropes/ropes.html": "<!DOCTYPE html><html><head></head><body><h1>Ropes</h1></body></html>",
	"helmets/helmets.html": "<!DOCTYPE html><html><head></head><body><h1>Helmets</h1></body></html>",
}


def driver() -> bytes:
	"""A zip of DRIVER, SCORM 1.2."""
	return _zip(DRIVER, "1.2", "driver/start.html", DRIVER_ITEM)


def pages() -> bytes:
	"""A zip of PAGES, SCORM 2004."""
	return _zip(PAGES, "2004", "shared/launch.html", OBJECTIVES)


def _zip(files: Mapping[str, str], version: str, start: str, item: str) -> bytes:
	text = build.manifest(version, (("A", start),), item=item)
	return build.zipped([("imsmanifest.xml", text), *files.items()])
