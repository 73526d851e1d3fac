"""What packages report: kept within limits, completed once all parts are, given back on resume."""

import json

import pytest

import frappe

from smooth_lms.courses import enrollment
from smooth_lms.courses.scorm import pages, run
from tests.support.factories import make_course, make_lesson, make_users
from tests.support.packages.build import make_package


@pytest.fixture
def lesson():
	"""(enrollment, lesson, package) of somebody in a course with a package of two parts."""
	course = make_course(lessons=0)
	package = make_package(course.name, parts=(("A", "index.html"), ("B", "index.html")))
	name = make_lesson(course.name, "SCORM", scorm_package=package.name).name
	(member,) = make_users(1)
	enrollment.enroll({member: "Learner"}, [course.name])
	return frappe.db.get_value("LMS Enrollment", {"member": member}, "name"), name, package


def commit(status: str = "incomplete", **values):
	core = {"lesson_status": status, "lesson_location": "7", "exit": "suspend", "session_time": "00:01:00"}
	return {
		"completionStatus": "completed" if status in ("completed", "passed") else "incomplete",
		"successStatus": status if status in ("passed", "failed") else "unknown",
		"totalTimeSeconds": 65.5,
		"score": {"raw": 40, "min": 0, "max": 80},
		"runtimeData": {"cmi": {"core": core, "suspend_data": "abc"}},
		**values,
	}


def test_the_lesson_is_completed_with_its_last_part(lesson):
	name, row, _package = lesson
	assert not run.save(name, row, "A", commit("passed")).lesson_completed
	standing = run.save(name, row, "B", commit("completed"))
	assert (standing.lesson_completed, standing.course_just_completed) == (True, True)
	states = run.states(name, row)
	assert (states["A"].completion, states["A"].success, states["A"].score) == ("completed", "passed", 50)


def test_what_failed_is_not_completed(lesson):
	name, row, _package = lesson
	run.save(name, row, "A", commit("completed", successStatus="failed"))
	assert not run.states(name, row)["A"].completed_on


def test_completed_stays_completed(lesson):
	name, row, _package = lesson
	run.save(name, row, "A", commit("passed"))
	run.save(name, row, "A", commit("incomplete", totalTimeSeconds=90))
	assert frappe.db.count("LMS SCORM Run", {"enrollment": name}) == 1
	state = run.states(name, row)["A"]
	assert (state.completion, state.success) == ("completed", "passed")
	assert state.completed_on


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_it_resumes(lesson, version):
	name, row, package = lesson
	part = package.scos[0]
	fresh = run.resume_data(name, row, part, version, "Administrator")
	assert "ab-initio" in json.dumps(fresh)
	cmi = {"location": "7", "suspend_data": "abc", "exit": "suspend", "session_time": "PT1M"}
	sent = commit() if version == "1.2" else commit(runtimeData={"cmi": cmi})
	run.save(name, row, "A", sent)
	again = run.resume_data(name, row, part, version, "Administrator")
	assert again["suspend_data"] == "abc"
	core = again["core"] if version == "1.2" else again
	assert core["entry"] == "resume"
	assert "session_time" not in core
	assert "exit" not in core
	assert core["total_time"] == ("0000:01:05" if version == "1.2" else "PT65S")
	assert frappe.db.get_value("LMS SCORM Run", {"enrollment": name}, "bookmark") == "7"


@pytest.mark.parametrize(
	"sent",
	[
		{},
		{"completionStatus": ["completed"], "score": "x", "runtimeData": []},
		{"completionStatus": "<script>", "successStatus": {"a": 1}, "runtimeData": {"cmi": []}},
		{
			"totalTimeSeconds": "nan",
			"score": {"raw": "inf", "scaled": "nan"},
			"runtimeData": {"cmi": {"core": 1}},
		},
		{"totalTimeSeconds": -5, "score": {"raw": 1e300, "min": 5, "max": 1}},
		{"totalTimeSeconds": 1e30, "score": {"scaled": 17}},
	],
)
def test_nonsense_does_no_harm(lesson, sent):
	name, row, package = lesson
	assert not run.save(name, row, "A", sent).lesson_completed
	state = run.states(name, row)["A"]
	assert 0 <= state.score <= 100
	assert isinstance(run.resume_data(name, row, package.scos[0], "1.2", "Administrator"), dict)


@pytest.mark.parametrize(
	("score", "percent"),
	[
		({"scaled": 0.85}, 85),
		({"scaled": -0.5}, 0),
		({"raw": "40", "max": "80"}, 50),
		({"raw": 7, "min": 5, "max": 10}, 40),
		({"raw": 2, "max": 3}, 66.67),
		({"raw": 120, "max": 100}, 100),
		({"raw": -3, "max": 10}, 0),
		({"raw": "", "min": "", "max": ""}, None),
		(None, None),
	],
)
def test_scores(score, percent):
	assert run.percent(score) == percent


@pytest.mark.parametrize(
	("page", "expected"),
	[
		(b"<html><head><title>x</title>", b"<html><head>RUN<title>x</title>"),
		(b"<HTML><HEAD lang='x'>", b"<HTML><HEAD lang='x'>RUN"),
		(b"<html><header>x</header>", b"RUN<html><header>x</header>"),
		(b"<!DOCTYPE html><p>x", b"<!DOCTYPE html>RUN<p>x"),
		(b"<p>x", b"RUN<p>x"),
		(b"", b"RUN"),
		("\ufeff<head>é".encode("utf-16-le"), "\ufeff<head>RUNé".encode("utf-16-le")),
	],
)
def test_the_run_time_comes_before_the_packages_own_scripts(page, expected):
	assert pages.with_runtime(page, "RUN") == expected
