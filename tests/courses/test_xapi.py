"""xAPI: statements, state and profiles, as authoring tools' output and client libraries use them."""

import json
import uuid
import zipfile
from io import BytesIO

import pytest
import requests

import frappe

from smooth_lms.courses.scorm import run
from smooth_lms.courses.scorm.xapi import form, statements, words
from smooth_lms.exceptions import PackageRefusedError
from tests.support.factories import make_course
from tests.support.packages import build
from tests.support.packages.launched import Launched
from tests.support.packages.statements import ACTIVITY, cmi5, statement, tincan, unit

OPEN, DONE = ("In Progress", "In Progress", 0), ("Completed", "Completed", 1)
ANSWERED = {
	"object": {
		"id": f"{ACTIVITY}/q1",
		"definition": {
			"type": "http://adlnet.gov/expapi/activities/cmi.interaction",
			"interactionType": "choice",
			"description": {"en": "Where is the exit?"},
			"correctResponsesPattern": ["left"],
		},
	},
	"result": {"response": "left", "success": True, "duration": "PT5S"},
}


@pytest.fixture(scope="module")
def learner(server) -> Launched:
	frappe.set_user("Administrator")
	return Launched(server, tincan())


def leave(learner: Launched) -> None:
	"""As connect.js says it when the page closes."""
	requests.post(learner.at("~commit"), data='{"left": true}', timeout=60)


# packages


def test_what_authoring_tools_publish_for_xapi_becomes_a_package():
	package = build.make_package(make_course(lessons=0).name, tincan())
	assert (package.scorm_version, package.title) == ("xAPI", "Fire drill")
	assert [(row.href, row.activity_id) for row in package.scos] == [("index.html", ACTIVITY)]


@pytest.mark.parametrize(
	("files", "expected"),
	[
		({"imsmanifest.xml": build.manifest(), "cmi5.xml": "x", "tincan.xml": "x"}, "1.2"),
		({"a/tincan.xml": None, "a/index.html": "x"}, "xAPI"),
		({"course.crs": "x", "course.au": "x"}, "This is an AICC package"),
		({"h5p.json": "{}"}, "This is H5P content"),
		({"cmi5.xml": "<x/>"}, "no course structure of cmi5"),
		({"tincan.xml": "<tincan/>"}, "no part that can be started"),
		({"cmi5.xml": "<!DOCTYPE x [<!ENTITY y 'z'>]><courseStructure/>"}, "cmi5.xml has a document type"),
		({"index.html": "x"}, "no imsmanifest.xml, cmi5.xml or tincan.xml"),
	],
)
def test_an_upload_is_known_by_its_manifest(files, expected):
	made = zipfile.ZipFile(BytesIO(tincan())).read("tincan.xml").decode()
	entries = [(name, made if text is None else text) for name, text in files.items()]
	data = build.zipped([*entries, *([("index.html", "x")] if "index.html" not in files else [])])
	course = make_course(lessons=0).name
	if " " not in expected:
		assert build.make_package(course, data).scorm_version == expected
		return
	with pytest.raises(PackageRefusedError, match=expected):
		build.make_package(course, data)


# results


def test_a_launch_gives_what_authoring_tools_read(learner):
	assert set(learner.given) == {"endpoint", "auth", "actor", "registration", "activity_id"}
	assert learner.given["activity_id"] == ACTIVITY
	# a mailbox, as older content understands no account; it is nobody's address
	actor = json.loads(learner.given["actor"])
	assert actor["mbox"].startswith("mailto:")
	assert learner.member not in learner.address
	assert "+" not in learner.address.partition("?")[2]
	assert learner.given["endpoint"].endswith("/~xapi/")


def test_a_result_completes_and_certifies_when_the_learner_leaves(server):
	learner = Launched(server, tincan())
	learner.say(statement(words.ADL + "attempted", learner.given))
	learner.say(statement(words.ANSWERED, learner.given, **ANSWERED))
	assert learner.stands() == OPEN
	passed = {
		"completion": True,
		"success": True,
		"score": {"raw": 8, "min": 0, "max": 10},
		"duration": "PT4M",
	}
	assert learner.say(statement(words.COMPLETED, learner.given, result=passed)).status_code == 204
	leave(learner)
	assert learner.stands() == DONE
	(attempt,) = learner.attempts()
	assert (attempt.status, attempt.score, attempt.seconds, bool(attempt.ended_on)) == (
		"Passed",
		80,
		240,
		True,
	)
	(answer,) = json.loads(attempt.interactions)
	assert (answer["learner_response"], answer["result"]) == ("left", "correct")
	assert answer["description"] == "Where is the exit?"


@pytest.mark.parametrize(
	("setting", "result", "expected"),
	[
		({"scorm_done_by": "Passed"}, {"completion": True}, OPEN),
		({"scorm_done_by": "Passed"}, {"success": True}, DONE),
		({"scorm_done_by": "Score", "scorm_score": 70}, {"score": {"scaled": 0.69}}, OPEN),
		({"scorm_done_by": "Score", "scorm_score": 70}, {"score": {"scaled": 0.7}}, DONE),
		({}, {"completion": True, "success": False}, OPEN),
		({}, {"completion": True}, DONE),
	],
)
def test_the_rule_of_the_lesson_holds_for_xapi_as_for_scorm(server, setting, result, expected):
	learner = Launched(server, tincan(), **setting)
	learner.say(statement(words.ADL + "experienced", learner.given, result=result))
	leave(learner)
	assert learner.stands() == expected


def test_a_statement_about_a_part_of_the_content_completes_nothing(server):
	learner = Launched(server, tincan())
	about = {"id": f"{ACTIVITY}/slide-1"}
	learner.say(statement(words.COMPLETED, learner.given, object=about))
	leave(learner)
	assert learner.stands()[1:] == OPEN[1:]


def test_a_content_that_just_closes_is_decided_about_later(server):
	learner = Launched(server, tincan())
	learner.say(statement(words.COMPLETED, learner.given))
	assert learner.stands() == OPEN
	frappe.db.sql(
		"update `tabLMS SCORM Run` set modified = '2020-01-01' where enrollment = %s", (learner.name,)
	)
	frappe.db.commit()
	run.settle_left()
	assert learner.stands() == DONE


# statements


def test_the_same_statement_again_changes_nothing_and_another_with_its_id_is_refused(learner):
	sent = statement(words.ADL + "experienced", learner.given)
	before = len(learner.said())
	assert [learner.say(sent).status_code for _ in range(2)] == [204, 204]
	assert len(learner.said()) == before + 1
	assert learner.say(sent | {"result": {"response": "x"}}).status_code == 409
	assert learner.say(sent, statement(words.ANSWERED, learner.given, **ANSWERED)).status_code == 200
	assert len(learner.said()) == before + 2
	assert learner.say(sent, sent).status_code == 400


def test_a_list_with_one_bad_statement_keeps_none(learner):
	before = len(learner.said())
	good = statement(words.ADL + "experienced", learner.given)
	bad = statement(words.ADL + "experienced", learner.given) | {"verb": {"id": "experienced"}}
	assert learner.say(good, bad).status_code == 400
	assert len(learner.said()) == before


def test_statements_are_found_by_what_xapi_asks_by(server):
	learner = Launched(server, tincan())
	first, second = (
		statement(words.ADL + "attempted", learner.given),
		statement(words.ANSWERED, learner.given, **ANSWERED),
	)
	assert learner.say(first, second).json() == [first["id"], second["id"]]

	def ids(**asked):
		answer = learner.ask("statements", **asked)
		assert answer.status_code == 200, answer.text
		return [each["id"] for each in answer.json()["statements"]]

	assert ids() == [second["id"], first["id"]]
	assert ids(ascending="true") == [first["id"], second["id"]]
	assert ids(verb=words.ANSWERED) == ids(activity=f"{ACTIVITY}/q1") == [second["id"]]
	assert ids(agent=learner.given["actor"]) == ids(registration=learner.given["registration"]) == ids()
	assert ids(agent='{"mbox": "mailto:x@example.com"}') == ids(registration=str(uuid.uuid4())) == []
	assert ids(since="2999-01-01T00:00:00Z") == ids(until="2001-01-01T00:00:00.000Z") == []
	page = learner.ask("statements", limit="1").json()
	more = learner.content.get(learner.door.url + page["more"], timeout=60).json()
	assert [each["id"] for each in more["statements"]] == [first["id"]]
	one = learner.ask("statements", statementId=first["id"]).json()
	assert (one["actor"], one["version"]) == (json.loads(learner.given["actor"]), "1.0.3")
	assert form.moment(one["stored"]) is not None
	assert learner.ask("statements", statementId=str(uuid.uuid4())).status_code == 404
	assert learner.ask("statements", colour="red").status_code == 400


def test_a_voided_statement_is_found_only_as_such(learner):
	sent = statement(words.ADL + "experienced", learner.given)
	learner.say(sent)
	void = statement(words.VOIDED, learner.given, object={"objectType": "StatementRef", "id": sent["id"]})
	assert learner.say(void).status_code == 204
	assert learner.ask("statements", statementId=sent["id"]).status_code == 404
	assert learner.ask("statements", voidedStatementId=sent["id"]).json()["id"] == sent["id"]


def test_nobody_sees_or_says_anything_for_others(server, learner):
	other = Launched(server, tincan())
	sent = statement(words.ADL + "experienced", other.given)
	other.say(sent)
	assert learner.ask("statements", statementId=sent["id"]).status_code == 404
	assert learner.say(statement(words.COMPLETED, other.given)).status_code == 403
	about = {**other.about, "stateId": "place"}
	for method, body in (("GET", None), ("PUT", {"a": 1}), ("DELETE", None)):
		assert learner.ask("activities/state", method, body=body, **about).status_code == 403
	named = {"activityId": ACTIVITY, "profileId": "shared"}
	assert other.ask("activities/profile", "PUT", body={"x": 1}, **named).status_code == 204
	assert learner.ask("activities/profile", **named).status_code == 404


def test_old_browsers_send_everything_within_a_form(learner):
	sent = statement(words.ADL + "experienced", learner.given)
	fields = {
		"Authorization": learner.given["auth"],
		"X-Experience-API-Version": "1.0.3",
		"Content-Type": "application/json",
		"statementId": sent["id"],
		"content": json.dumps(sent),
	}
	answer = requests.post(learner.at("~xapi/statements", "method=PUT"), data=fields, timeout=60)
	assert answer.status_code == 204, answer.text
	assert learner.ask("statements", statementId=sent["id"]).status_code == 200


@pytest.mark.parametrize(
	("headers", "status"),
	[
		({"X-Experience-API-Version": None}, 400),
		({"X-Experience-API-Version": "2.0.0"}, 400),
		({"X-Experience-API-Version": "0.95"}, 204),
		({"Authorization": None}, 401),
		({"X-LMS-Content-Type": "multipart/mixed; boundary=x"}, 400),
	],
)
def test_requests_have_the_headers_of_xapi(learner, headers, status):
	sent = statement(words.ADL + "experienced", learner.given)
	answer = learner.ask("statements", "PUT", body=sent, headers=headers, statementId=sent["id"])
	assert answer.status_code == status


def test_what_is_too_much_is_refused(learner, monkeypatch):
	long = statement(words.ADL + "experienced", learner.given, result={"response": "x" * statements.LARGEST})
	assert learner.say(long).status_code == 413
	deep = "[" * 300 + "]" * 300
	assert learner.ask("statements", "POST", body=deep.encode()).status_code == 400
	assert learner.ask("statements", "DELETE").status_code == 405
	assert learner.ask("nothing").status_code == 404
	assert learner.ask("about").json() == {"version": ["1.0.3"]}


# documents


def test_state_is_kept_merged_listed_and_removed(server):
	learner = Launched(server, tincan())
	named = {**learner.about, "stateId": "place"}
	assert learner.ask("activities/state", **named).status_code == 404
	raw = "3E3\x00ÿ".encode()
	binary = {"X-LMS-Content-Type": "application/octet-stream"}
	assert learner.ask("activities/state", "PUT", body=raw, headers=binary, **named).status_code == 204
	found = learner.ask("activities/state", **named)
	assert (found.content, found.headers["Content-Type"]) == (raw, "application/octet-stream")
	assert learner.ask("activities/state", "POST", body={"a": 1}, **named).status_code == 400
	learner.ask("activities/state", "PUT", body={"a": 1, "b": 1}, **named)
	assert learner.ask("activities/state", "POST", body={"b": 2}, **named).status_code == 204
	assert learner.ask("activities/state", **named).json() == {"a": 1, "b": 2}
	assert learner.ask("activities/state", **learner.about).json() == ["place"]
	learner.open()
	assert learner.ask("activities/state", **named).json() == {"a": 1, "b": 2}
	assert learner.ask("activities/state", "DELETE", **named).status_code == 204
	learner.ask("activities/state", "PUT", body={"a": 1}, **named)
	assert learner.ask("activities/state", "DELETE", **learner.about).status_code == 204
	assert learner.ask("activities/state", **learner.about).json() == []


@pytest.mark.parametrize("resource", ["activities/profile", "agents/profile"])
def test_a_profile_changes_only_for_whoever_knows_what_it_was(server, resource):
	learner = Launched(server, tincan())
	named = {"profileId": "kept", "activityId": ACTIVITY, "agent": learner.given["actor"]}
	named.pop("agent" if resource == "activities/profile" else "activityId")
	assert (
		learner.ask(resource, "PUT", body={"a": 1}, headers={"If-None-Match": "*"}, **named).status_code
		== 204
	)
	etag = learner.ask(resource, **named).headers["ETag"]
	assert learner.ask(resource, "PUT", body={"a": 2}, **named).status_code == 409
	assert (
		learner.ask(resource, "PUT", body={"a": 2}, headers={"If-None-Match": "*"}, **named).status_code
		== 412
	)
	assert (
		learner.ask(resource, "PUT", body={"a": 2}, headers={"If-Match": '"x"'}, **named).status_code == 412
	)
	assert learner.ask(resource, "PUT", body={"a": 2}, headers={"If-Match": etag}, **named).status_code == 204
	assert learner.ask(resource, **named).json() == {"a": 2}


def test_preferences_begin_with_the_learners_own_language(server):
	learner = Launched(server, cmi5(unit()))
	named = {"profileId": words.PREFERENCES, "agent": learner.given["actor"]}
	assert learner.ask("agents/profile", **named).json()["audioPreference"] == "on"
	said = {"languagePreference": "fr-CA,en", "audioPreference": "off"}
	assert learner.ask("agents/profile", "PUT", body=said, **named).status_code == 204
	assert learner.ask("agents/profile", **named).json() == said
	for wrong in ({}, said | {"audioPreference": "loud"}, said | {"languagePreference": "not a list"}, ["x"]):
		sent = {"If-Match": "*"}
		assert learner.ask("agents/profile", "PUT", body=wrong, headers=sent, **named).status_code == 403
	state = {**learner.about, "stateId": words.LAUNCH_DATA}
	for method in ("PUT", "POST", "DELETE"):
		body = {"moveOn": "NotApplicable"} if method != "DELETE" else None
		assert learner.ask("activities/state", method, body=body, **state).status_code == 403


@pytest.mark.parametrize(
	("text", "seconds"),
	[
		("PT1M30.5S", 90.5),
		("P1DT1H", 90_000),
		("P1W", 604_800),
		("PT0S", 0),
		("P", None),
		("soon", None),
		(5, None),
	],
)
def test_durations_are_read_as_iso_writes_them(text, seconds):
	assert form.seconds(text) == seconds


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("2026-11-29T10:00:00Z", "2026-11-29T10:00:00+00:00"),
		("2026-11-29T10:00:00.1234567Z", "2026-11-29T10:00:00.123456+00:00"),
		("2026-11-29T10:00:00+0100", "2026-11-29T09:00:00+00:00"),
		("2026-11-29T10:00:00-06", "2026-11-29T16:00:00+00:00"),
		("2026-11-29T10:00:00", "2026-11-29T10:00:00+00:00"),
		("2026-13-29T10:00:00Z", None),
		("tomorrow", None),
		(5, None),
	],
)
def test_times_are_read_as_iso_writes_them(text, expected):
	found = form.moment(text)
	assert (found and found.isoformat()) == expected
