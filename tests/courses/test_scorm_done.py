"""When a part of a package is done: mastery scores, the lesson's setting, and what is said afterwards."""

import pytest

import frappe

from smooth_lms.courses import enrollment
from smooth_lms.courses.scorm import rule as scorm_rule
from smooth_lms.courses.scorm import run as scorm_run
from smooth_lms.courses.scorm.rule import BY_PASSED, BY_SCORE, Report, Rule, Standing, follow
from tests.support.completions import certified_course
from tests.support.factories import make_lesson, make_user
from tests.support.packages.build import make_package

MASTERY = "<adlcp:masteryscore>80</adlcp:masteryscore>"
MEASURE = (
	'<imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">'
	"<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
	"</imsss:sequencing>"
)


class Learner:
	"""Somebody in a certified course of one package of one part."""

	def __init__(self, version: str = "1.2", item: str = "", **lesson) -> None:
		self.version = version
		self.course = certified_course(lessons=0).name
		package = make_package(self.course, version=version, item=item)
		self.lesson = make_lesson(self.course, "SCORM", scorm_package=package.name, **lesson).name
		self.member = make_user().name
		enrollment.enroll({self.member: "Learner"}, [self.course])
		self.name = frappe.db.get_value("LMS Enrollment", {"member": self.member})

	def says(
		self, completion="incomplete", success="unknown", score=None, *, ended=False, opened="", leaving=""
	):
		"""A commit, as connect.js sends it. Args: leaving, how the package says that it is left."""
		measure = (
			{} if score is None else {"raw": score} if self.version == "1.2" else {"scaled": score / 100}
		)
		sent = {
			"completionStatus": completion,
			"successStatus": success,
			"score": measure,
			"ended": ended,
			"runtimeData": {
				"cmi": {"core": {"score": measure, "exit": leaving}}
				if self.version == "1.2"
				else {"score": measure, "exit": leaving}
			},
		}
		return scorm_run.save(self.name, self.lesson, "A", sent, opened)

	def stands(self) -> tuple[str | None, str, int]:
		"""The status of the lesson and the course, and how many certificates there are."""
		lesson = frappe.db.get_value("LMS Course Progress", {"enrollment": self.name}, "status")
		course = frappe.db.get_value("LMS Enrollment", self.name, "status")
		return lesson, course, frappe.db.count("LMS Certificate", {"member": self.member})


OPEN, DONE = ("In Progress", "In Progress", 0), ("Completed", "Completed", 1)


@pytest.mark.parametrize(
	("version", "item"), [("1.2", MASTERY), ("2004", MEASURE), ("1.2", ""), ("2004", "")]
)
def test_completed_on_the_way_and_failed_at_the_end_certifies_nothing(version, item):
	learner = Learner(version, item)
	learner.says("completed")
	learner.says("completed" if version == "2004" else "incomplete", "failed", 13, ended=True)
	assert learner.stands() == OPEN
	learner.says("completed", "passed", 90, ended=True)
	assert learner.stands() == DONE


@pytest.mark.parametrize(("version", "item"), [("1.2", MASTERY), ("2004", MEASURE)])
def test_a_mastery_score_stands_above_the_packages_word(version, item):
	learner = Learner(version, item)
	learner.says("completed", "passed", 79, ended=True)
	assert learner.stands() == OPEN
	learner.says("completed", "unknown", 80, ended=True)
	assert learner.stands() == DONE


def test_passed_counts_at_once():
	learner = Learner(item=MASTERY)
	learner.says("completed", "passed", 90)
	assert learner.stands() == DONE


def test_completed_counts_when_the_learner_leaves():
	learner = Learner()
	learner.says("completed")
	assert learner.stands() == OPEN
	learner.says("completed", ended=True)
	assert learner.stands() == DONE


def test_completed_counts_when_the_page_is_closed_later():
	learner = Learner()
	scorm_run.left(learner.name, learner.lesson, "A")
	learner.says("completed")
	scorm_run.left(learner.name, learner.lesson, "A")
	assert learner.stands() == DONE


def test_completed_counts_for_somebody_whose_browser_was_lost():
	learner = Learner()
	learner.says("completed")
	assert scorm_run.settle_left() == 0
	assert learner.stands() == OPEN
	scorm_run.settle_left(minutes=-1)
	assert learner.stands() == DONE


@pytest.mark.parametrize(
	("setting", "said", "expected"),
	[
		({"scorm_done_by": "Passed"}, ("completed", "unknown", 100), OPEN),
		({"scorm_done_by": "Passed"}, ("completed", "passed", None), DONE),
		({"scorm_done_by": "Score", "scorm_score": 70}, ("completed", "passed", 69), OPEN),
		({"scorm_done_by": "Score", "scorm_score": 70}, ("incomplete", "unknown", 70), DONE),
		({"scorm_done_by": "Score", "scorm_score": 70}, ("completed", "passed", None), OPEN),
	],
)
def test_without_a_mastery_score_the_lesson_says_what_is_wanted(setting, said, expected):
	learner = Learner(**setting)
	learner.says(*said, ended=True)
	assert learner.stands() == expected


def test_a_score_has_to_be_named():
	with pytest.raises(frappe.ValidationError, match="Score needed"):
		Learner(scorm_done_by="Score", scorm_score=0)


def test_what_failed_after_all_is_taken_back():
	learner = Learner()
	frappe.db.set_value("LMS Course", learner.course, "certification", 0)
	learner.says("completed", ended=True)
	assert learner.stands() == ("Completed", "Completed", 0)
	learner.says("completed", "failed", ended=True)
	assert learner.stands() == OPEN
	assert not frappe.db.get_value("LMS Enrollment", learner.name, "completed_on")


def test_what_is_certified_is_not_taken_back_by_a_later_word():
	learner = Learner()
	learner.says("completed", ended=True)
	learner.says("completed", "failed", ended=True)
	assert learner.stands() == DONE


def test_what_was_passed_stays_passed():
	before = follow(Standing(), Report("completed", "passed", 90, 90), Rule(mastery=80))
	after = follow(before, Report("completed", "failed", 20, 20), Rule(mastery=80))
	assert (after.success, after.is_done) == ("passed", True)


@pytest.mark.parametrize("rule", [Rule(), Rule(BY_PASSED), Rule(BY_SCORE, 50), Rule(mastery=50)])
def test_a_save_on_the_way_says_only_passed(rule):
	for report in (Report("completed", ended=False), Report("completed", "", 90, 90, ended=False)):
		assert not follow(Standing(), report, rule).is_done


@pytest.mark.parametrize(
	("written", "version", "expected"),
	[
		("80", "1.2", 80), ("0.8", "2004", 80), ("", "1.2", None), ("0", "1.2", None), ("many", "1.2", None),
		("nan", "1.2", None), ("-1", "2004", None), ("130", "1.2", 100),
	],
)  # fmt: skip
def test_mastery_scores(written, version, expected):
	assert scorm_rule.mastery(frappe._dict(mastery_score=written), version) == expected
