"""cmi5: what a course structure says, how a part is launched, what it may say, and when it is done."""

import json

import pytest
import requests

import frappe

from smooth_lms.courses.scorm import rule
from smooth_lms.courses.scorm.rule import COMPLETED, FAILED, PASSED, Report, Rule, Standing, follow
from smooth_lms.courses.scorm.xapi import words
from smooth_lms.exceptions import PackageRefusedError
from tests.support.factories import make_course
from tests.support.packages import build
from tests.support.packages.launched import Launched
from tests.support.packages.statements import PUBLISHED, block, cmi5, defined, statement, unit

OPEN, DONE = ("In Progress", "In Progress", 0), ("Completed", "Completed", 1)
UNTOUCHED = (None, "Not Started", 0)


def say(learner: Launched, *verbs: str, **result) -> list[int]:
	"""Statements of cmi5 one after the other; the result goes with the last. Returns how each was answered."""
	sent = [
		defined(verb, learner.given, learner.context, **(result if verb == verbs[-1] else {}))
		for verb in verbs
	]
	return [learner.say(each).status_code for each in sent]


# the package


def test_a_course_structure_becomes_a_package_with_its_parts():
	inside = "<launchParameters>slow</launchParameters><entitlementKey>k-1</entitlementKey>"
	first = unit(
		"a",
		move_on="Passed",
		mastery="0.8",
		href="index.html?x=1#top",
		more='launchMethod="OwnWindow"',
		inside=inside,
	)
	data = cmi5(block("one", first, block("two", unit("b"))), unit("c", move_on="NotApplicable"))
	package = build.make_package(make_course(lessons=0).name, data)
	assert (package.scorm_version, package.title) == ("cmi5", "Fire drill")
	part = package.scos[0]
	assert (part.identifier, part.href, part.parameters) == (f"{PUBLISHED}au/a", "index.html", "?x=1#top")
	assert (part.move_on, part.mastery_score, part.own_window) == ("Passed", "0.8", 1)
	assert (part.launch_data, part.entitlement_key) == ("slow", "k-1")
	assert [row.move_on for row in package.scos] == ["Passed", "CompletedOrPassed", "NotApplicable"]
	blocks = {each["title"]: each["parts"] for each in json.loads(package.structure)["blocks"]}
	assert blocks == {
		"Block one": [f"{PUBLISHED}au/a", f"{PUBLISHED}au/b"],
		"Block two": [f"{PUBLISHED}au/b"],
	}


@pytest.mark.parametrize(
	("content", "said"),
	[
		(unit(href="missing.html"), "which is not in the package"),
		(unit(href="https://elsewhere.example/a.html"), "which is not in the package"),
		(unit(href="index.html?endpoint=x"), "which cmi5 does not allow"),
		(unit(move_on="Sometimes"), "which cmi5 does not know"),
		(unit(mastery="80"), "has to be a number from 0 to 1"),
		(unit() + unit(), "the same identifier twice"),
		(unit("with blank"), "is no IRI"),
		(block("empty"), "no part that can be started"),
	],
)
def test_a_course_structure_that_cannot_work_is_refused_with_the_reason(content, said):
	with pytest.raises(PackageRefusedError, match=said):
		build.make_package(make_course(lessons=0).name, cmi5(content))


def test_more_than_a_thousand_parts_are_taken():
	units = "".join(unit(f"n{number}") for number in range(1_001))
	assert len(build.make_package(make_course(lessons=0).name, cmi5(units)).scos) == 1_001


# the rule


@pytest.mark.parametrize(
	("move_on", "words_said", "expected"),
	[
		("Passed", [COMPLETED], False),
		("Passed", [PASSED], True),
		("Completed", [PASSED], False),
		("Completed", [COMPLETED], True),
		("CompletedAndPassed", [PASSED], False),
		("CompletedAndPassed", [PASSED, COMPLETED], True),
		("CompletedOrPassed", [FAILED], False),
		("CompletedOrPassed", [COMPLETED], True),
		("CompletedOrPassed", [COMPLETED, FAILED], True),
		("NotApplicable", [""], True),
	],
)
def test_move_on_decides_when_a_part_is_done(move_on, words_said, expected):
	standing = Standing()
	for word in words_said:
		report = Report(
			completion=word if word == COMPLETED else "", success=word if word in (PASSED, FAILED) else ""
		)
		standing = follow(standing, report, Rule(move_on=move_on))
	assert standing.is_done is expected
	assert set(rule.MOVE_ON) >= {move_on}


# the launch


def test_a_launch_gives_what_cmi5_names_and_nothing_that_tells_who_it_is(server):
	learner = Launched(server, cmi5(unit(mastery="0.8", href="index.html?x=1")))
	assert set(learner.given) == {"endpoint", "fetch", "actor", "registration", "activityId", "x"}
	# content adds "statements" to it, or "/statements"
	for path in ("~xapi/about", "~xapi//about"):
		assert learner.given["endpoint"].endswith("/~xapi/")
		assert requests.get(learner.at(path), headers=learner.content.headers, timeout=60).status_code == 200
	actor = json.loads(learner.given["actor"])
	assert learner.member not in json.dumps(actor["account"])
	assert learner.given["activityId"] != f"{PUBLISHED}au/drill"
	data = learner.launch_data
	assert (data["launchMode"], data["moveOn"], data["masteryScore"]) == ("Normal", "CompletedOrPassed", 0.8)
	grouping = data["contextTemplate"]["contextActivities"]["grouping"]
	assert [each["id"] for each in grouping] == [f"{PUBLISHED}au/drill"]
	(launched,) = learner.ask("statements").json()["statements"]
	assert launched["verb"]["id"] == words.LAUNCHED
	extensions = launched["context"]["extensions"]
	assert extensions[f"{words.EXTENSION}launchurl"].endswith("/index.html:?x=1")
	assert extensions[words.SESSION] == data["contextTemplate"]["extensions"][words.SESSION]
	before = learner.given
	learner.open()
	assert (learner.given["registration"], learner.given["activityId"]) == (
		before["registration"],
		before["activityId"],
	)


def test_a_token_is_given_once_and_opens_its_own_session_only(server):
	learner = Launched(server, cmi5())
	again = requests.post(learner.at("~fetch", learner.given["fetch"].partition("?")[2]), timeout=60)
	assert (again.status_code, again.json()["error-code"]) == (200, "1")
	other = Launched(server, cmi5())
	for token in (None, "Basic eDp5", other.content.headers["Authorization"], "Bearer x"):
		answer = learner.ask("statements", headers={"Authorization": token})
		assert answer.status_code == 401


# sessions


def test_a_session_counts_and_certifies_with_its_score_time_and_statements(server):
	learner = Launched(server, cmi5(block("one", unit(move_on="CompletedAndPassed", mastery="0.8"))))
	assert say(learner, words.INITIALIZED) == [204]
	assert learner.stands() == OPEN
	assert say(learner, words.PASSED, score={"scaled": 0.9}) == [204]
	assert learner.stands() == OPEN
	assert say(learner, words.COMPLETED, words.TERMINATED) == [204, 204]
	assert learner.stands() == DONE
	(attempt,) = learner.attempts()
	assert (attempt.status, attempt.score, attempt.seconds, bool(attempt.ended_on)) == (
		"Passed",
		90,
		90,
		True,
	)
	said = ["launched", "initialized", "passed", "completed", "satisfied", "satisfied", "terminated"]
	assert learner.said() == said
	assert learner.ask("statements").status_code == 403


def test_blocks_are_satisfied_when_all_their_parts_are_and_each_once(server):
	units = (block("one", unit("a")), block("two", unit("b"), unit("n", move_on="NotApplicable")))
	learner = Launched(server, cmi5(*units), part=f"{PUBLISHED}au/a")
	say(learner, words.INITIALIZED, words.COMPLETED, words.TERMINATED)
	assert learner.said().count("satisfied") == 1
	assert learner.stands() == OPEN
	learner.open(f"{PUBLISHED}au/b")
	say(learner, words.INITIALIZED, words.COMPLETED, words.TERMINATED)
	assert learner.said().count("satisfied") == 3
	assert learner.stands() == DONE
	learner.open(f"{PUBLISHED}au/n")
	say(learner, words.INITIALIZED, words.TERMINATED)
	assert learner.said().count("satisfied") == 3


def test_a_new_launch_abandons_the_session_before(server):
	learner = Launched(server, cmi5())
	say(learner, words.INITIALIZED)
	before = learner.content
	learner.open()
	after, learner.content = learner.content, before
	answer = learner.say(defined(words.COMPLETED, learner.given, learner.context))
	assert answer.status_code == 401
	assert learner.said() == ["launched", "initialized", "abandoned", "launched"]
	learner.content = after
	assert say(learner, words.INITIALIZED) == [204]


def test_a_retake_after_failing_is_another_attempt(server):
	learner = Launched(server, cmi5(unit(move_on="Passed", mastery="0.5")), scorm_attempts=2)
	say(learner, words.INITIALIZED, words.FAILED, score={"scaled": 0.2})
	say(learner, words.TERMINATED)
	learner.open()
	say(learner, words.INITIALIZED, words.PASSED, score={"scaled": 0.7})
	assert [(row.status, row.score) for row in learner.attempts()] == [("Failed", 20), ("Passed", 70)]
	assert learner.stands() == DONE
	say(learner, words.TERMINATED)
	assert learner.open().launch_data["launchMode"] == "Review"
	assert say(learner, words.INITIALIZED, words.COMPLETED) == [204, 403]


@pytest.mark.parametrize(
	("change", "status"),
	[
		(lambda st: st.pop("timestamp"), 403),
		(lambda st: st.update(timestamp="2026-11-29T10:00:00-06:00"), 403),
		(lambda st: st.pop("context"), 403),
		(lambda st: st["context"].update(registration="ccaf384c-f8d4-4e7a-8304-49af58f0b176"), 403),
		(lambda st: st["context"]["extensions"].pop(words.SESSION), 403),
		(lambda st: st["context"]["contextActivities"].pop("grouping"), 403),
		(lambda st: st["context"]["contextActivities"]["category"].pop(), 403),
		(lambda st: st["object"].update(id="http://elsewhere.example/part"), 403),
		(lambda st: st["actor"].update(account={"homePage": "http://x.example", "name": "y"}), 403),
		(lambda st: st["actor"].update(objectType="Group"), 403),
		(lambda st: st["result"].pop("duration"), 403),
		(lambda st: st["result"].pop("success"), 403),
		(lambda st: st["result"].update(completion=True), 403),
		(lambda st: st["result"].update(score={"scaled": 0.79}), 403),
		(lambda st: st["result"].update(score={"raw": 9}), 403),
		(lambda st: st["result"].update(score={"scaled": 2}), 400),
		(lambda st: st["result"].update(duration="soon"), 400),
		(lambda st: st["verb"].update(id="passed"), 400),
		(lambda st: st.update(mood="good"), 400),
		(lambda st: st.update(object=None), 400),
	],
)
def test_a_statement_that_breaks_a_rule_counts_for_nothing(server, passing, change, status):
	sent = defined(words.PASSED, passing.given, passing.context)
	change(sent)
	assert passing.say(sent).status_code == status
	assert passing.stands() == OPEN


@pytest.fixture(scope="module")
def passing(server):
	frappe.set_user("Administrator")
	learner = Launched(server, cmi5(unit(mastery="0.8")))
	say(learner, words.INITIALIZED)
	return learner


def test_words_have_their_order_and_are_said_once(server):
	learner = Launched(server, cmi5())
	assert (
		learner.say(statement(words.ADL + "experienced", learner.given, learner.context)).status_code == 403
	)
	assert say(learner, words.PASSED) == [403]
	assert say(learner, words.INITIALIZED, words.INITIALIZED) == [204, 403]
	assert (
		learner.say(statement(words.ADL + "experienced", learner.given, learner.context)).status_code == 204
	)
	assert say(learner, words.FAILED, words.PASSED) == [204, 403]
	for verb in (words.LAUNCHED, words.ABANDONED, words.SATISFIED, words.WAIVED):
		assert say(learner, verb) == [403]
	void = statement(words.VOIDED, learner.given, learner.context)
	void["object"] = {"objectType": "StatementRef", "id": void["id"]}
	assert learner.say(void).status_code == 403
	assert say(learner, words.TERMINATED) == [204]
	assert say(learner, words.COMPLETED) == [403]


def test_authors_look_around_and_leave_no_trace(server):
	learner = Launched(server, cmi5())
	frappe.set_user("Administrator")
	learner.portal = server.session("Administrator")
	before = frappe.db.count("LMS xAPI Statement")
	learner.open()
	assert learner.launch_data["launchMode"] == "Browse"
	assert say(learner, words.INITIALIZED, words.COMPLETED, words.TERMINATED) == [204, 403, 204]
	asked = {**learner.about, "stateId": "x"}
	assert learner.ask("activities/state", "PUT", body={"a": 1}, **asked).status_code == 204
	assert learner.ask("activities/state", **asked).status_code == 404
	frappe.db.rollback()
	assert frappe.db.count("LMS xAPI Statement") == before
