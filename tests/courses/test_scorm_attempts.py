"""Attempts at SCORM parts: each is kept, the lesson keeps the best or the last score, and there may be a limit."""

import json

import pytest

import frappe

from smooth_lms.courses.scorm import attempts, run
from smooth_lms.courses.scorm.player import player
from smooth_lms.patches.v0_2 import scorm_runs_have_attempts
from tests.compliance.test_audit_export import export, table
from tests.courses.test_scorm_done import Learner

DOCTYPE = "LMS SCORM Attempt"


def rows(learner: Learner) -> list[tuple]:
	"""The attempts in order: status, score (None without one), whether it has ended."""
	found = frappe.get_all(
		DOCTYPE,
		filters={"enrollment": learner.name},
		fields=["status", "has_score", "score", "ended_on"],
		order_by="attempt asc",
	)
	return [(row.status, row.score if row.has_score else None, bool(row.ended_on)) for row in found]


def score(learner: Learner) -> float | None:
	return run.states(learner.name, learner.lesson)["A"].score


@pytest.mark.parametrize(("kept", "expected"), [("Best", 90), ("Last", 20)])
def test_a_retake_is_an_attempt_of_its_own(kept, expected):
	learner = Learner(scorm_kept_score=kept)
	learner.says("completed", "passed", 90, ended=True)
	learner.says("incomplete", "failed", 20, ended=True)
	assert rows(learner) == [("Passed", 90, True), ("Failed", 20, True)]
	assert score(learner) == expected
	state = run.states(learner.name, learner.lesson)["A"]
	assert (state.success, bool(state.completed_on)) == ("passed", True)


def test_a_test_that_is_taken_again_without_leaving_is_another_attempt():
	learner = Learner()
	for success, points in (("failed", 13), ("failed", 13), ("failed", 40), ("passed", 85), ("failed", 20)):
		learner.says("incomplete", success, points)
	assert rows(learner) == [("Failed", 40, True), ("Passed", 85, True), ("Failed", 20, False)]


def test_a_commit_without_a_score_stores_none():
	learner = Learner()
	learner.says("incomplete")
	assert rows(learner) == [("In Progress", None, False)]
	assert not run.states(learner.name, learner.lesson)["A"].has_score
	learner.says("incomplete", "unknown", 0)
	assert rows(learner) == [("In Progress", 0, False)]
	learner.says("incomplete")
	assert rows(learner) == [("In Progress", 0, False)]
	assert run.states(learner.name, learner.lesson)["A"].has_score


def test_a_commit_without_a_score_keeps_the_one_before():
	learner = Learner()
	learner.says("incomplete", "unknown", 60)
	learner.says("completed", ended=True)
	assert (score(learner), rows(learner)) == (60, [("Completed", 60, True)])


def test_suspending_goes_on_with_the_same_attempt():
	learner = Learner()
	sent = {"completionStatus": "incomplete", "ended": True, "totalTimeSeconds": 60}
	for seconds in (60, 90):
		cmi = {"core": {"exit": "suspend"}, "interactions": {"0": {"id": "q1", "result": "correct"}}}
		sent = sent | {"totalTimeSeconds": seconds, "runtimeData": {"cmi": cmi}}
		run.save(learner.name, learner.lesson, "A", sent)
	assert rows(learner) == [("In Progress", None, False)]
	row = frappe.get_last_doc(DOCTYPE, {"enrollment": learner.name})
	assert (row.seconds, json.loads(row.interactions)) == (90, [{"id": "q1", "result": "correct"}])


def test_what_follows_from_the_same_page_belongs_to_the_attempt_that_was_left_there():
	"""The portal asks a package to save before the page goes; many packages end themselves only then."""
	learner = Learner(scorm_attempts=1)
	learner.says("completed", "passed", 90, ended=True, opened="page-1")
	learner.says("completed", "passed", 90, ended=True, opened="page-1", leaving="suspend")
	assert rows(learner) == [("Passed", 90, False)]
	learner.says("completed", "passed", 90, ended=True, opened="page-1")
	assert attempts.used_up(learner.name, learner.lesson, "A")
	learner.says("completed", "passed", 95, ended=True, opened="page-2")
	assert rows(learner) == [("Passed", 90, True)]


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_an_attempt_without_a_result_goes_on_when_the_package_is_opened_again(version):
	learner = Learner(version, scorm_attempts=1)
	learner.says("incomplete", ended=True, opened="page-1")
	assert not attempts.used_up(learner.name, learner.lesson, "A")
	learner.says("incomplete", ended=True, opened="page-2")
	assert rows(learner) == [("In Progress", None, False)]
	learner.says("incomplete", ended=True, opened="page-2", leaving="normal")
	assert rows(learner) == [("In Progress", None, True)]


def test_a_score_that_arrives_before_its_word_is_not_that_of_the_attempt_before():
	"""A test that was failed is taken again: the package says the score, and then that it is enough."""
	learner = Learner()
	for success, points in (("failed", 0), ("failed", 100), ("passed", 100)):
		learner.says("incomplete", success, points, opened="page-1")
	assert rows(learner) == [("Failed", 0, True), ("Passed", 100, False)]


def test_failed_is_no_result_before_a_part_of_scorm_2004_is_completed():
	"""Some packages say failed from the first slide on, and count the score up."""
	learner = Learner("2004", scorm_attempts=1)
	for points in (0, 33, 67):
		learner.says("incomplete", "failed", points, opened="page-1")
		assert rows(learner) == [("In Progress", points, False)]
	learner.says("completed", "passed", 100, ended=True, opened="page-1")
	assert rows(learner) == [("Passed", 100, True)]


def test_who_leaves_without_a_word_has_ended_the_attempt_that_has_a_result():
	learner = Learner()
	learner.says("completed")
	run.left(learner.name, learner.lesson, "A")
	assert rows(learner) == [("Completed", None, True)]


def test_after_the_last_attempt_nothing_is_recorded():
	learner = Learner(scorm_attempts=2, item="<adlcp:masteryscore>80</adlcp:masteryscore>")
	learner.says("incomplete", "failed", 10, ended=True)
	assert not attempts.used_up(learner.name, learner.lesson, "A")
	learner.says("incomplete", "failed", 20, ended=True)
	assert attempts.used_up(learner.name, learner.lesson, "A")
	part = frappe.get_doc(
		"LMS SCORM Package", frappe.db.get_value("Course Lesson", learner.lesson, "scorm_package")
	)
	core = run.resume_data(learner.name, learner.lesson, part.scos[0], "1.2", learner.member)["core"]
	assert (core["credit"], core["lesson_mode"]) == ("no-credit", "review")
	assert not learner.says("completed", "passed", 100, ended=True).lesson_completed
	assert rows(learner) == [("Failed", 10, True), ("Failed", 20, True)]
	assert score(learner) == 20


def test_learners_see_their_attempts():
	from smooth_lms.courses import access

	learner = Learner()
	learner.says("completed", "passed", 90, ended=True)
	frappe.set_user(learner.member)
	found = access.lesson_access(learner.lesson)
	shown = player(found, frappe.db.get_value("Course Lesson", learner.lesson, "scorm_package"))
	assert [
		(each["title"], each["attempt"], each["status"], each["score"]) for each in shown["attempts"]
	] == [("Part A", 1, "Passed", 90)]


def test_auditors_get_them(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	learner = Learner()
	learner.says("completed", "passed", 90, ended=True)
	learner.says("completed", "failed", 20, ended=True)
	_doc, _file, archive, _content = export(scorm_attempts=1, member=learner.member, file_format="CSV")
	found = {
		(row["attempt"], row["status"], float(row["score"])) for row in table(archive, "scorm_attempts.csv")
	}
	assert found == {("1", "Passed", 90), ("2", "Failed", 20)}


def test_what_was_begun_before_has_its_first_attempt():
	learner = Learner()
	learner.says("completed", "passed", 90, ended=True)
	frappe.db.delete(DOCTYPE, {"enrollment": learner.name})
	frappe.db.set_value("LMS SCORM Run", {"enrollment": learner.name}, "has_score", 0)
	for _twice in range(2):
		scorm_runs_have_attempts.execute()
		assert rows(learner) == [("Passed", 90, False)]
		assert run.states(learner.name, learner.lesson)["A"].has_score
