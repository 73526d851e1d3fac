"""A new package for the same lesson: it starts afresh, and the results of the old one stay with the old one."""

import frappe

from smooth_lms.courses.scorm import attempts, run
from smooth_lms.patches.v0_2 import results_belong_to_their_package
from tests.courses.test_scorm_done import Learner
from tests.support.packages.build import make_package

RUN, ATTEMPT = "LMS SCORM Run", "LMS SCORM Attempt"


def replaced(learner: Learner) -> tuple[str, str]:
	"""The old package of the learner's lesson, and the new one, which has a part of the same identifier."""
	lesson = frappe.get_doc("Course Lesson", learner.lesson)
	old = lesson.scorm_package
	lesson.scorm_package = make_package(lesson.course).name
	lesson.save()
	return old, lesson.scorm_package


def results(learner: Learner, doctype: str, *fields: str) -> dict[str, tuple]:
	rows = frappe.get_all(doctype, {"enrollment": learner.name}, ["package", *fields], as_list=True)
	return {row[0]: row[1:] for row in rows}


def test_a_new_package_starts_afresh_and_leaves_the_results_of_the_old_one():
	learner = Learner(scorm_attempts=1)
	learner.says("completed", "failed", 30, ended=True)
	assert attempts.used_up(learner.name, learner.lesson, "A")
	old, new = replaced(learner)
	assert run.states(learner.name, learner.lesson) == {}
	assert not run.seconds_so_far(learner.name, learner.lesson, "A")
	assert not attempts.used_up(learner.name, learner.lesson, "A")
	part = frappe.get_doc("LMS SCORM Package", new).scos[0]
	core = run.resume_data(learner.name, learner.lesson, part, "1.2", learner.member)["core"]
	assert core["entry"] == "ab-initio"
	learner.says("completed", "passed", 90, ended=True)
	assert results(learner, RUN, "success", "score") == {old: ("failed", 30), new: ("passed", 90)}
	assert results(learner, ATTEMPT, "attempt", "status") == {old: (1, "Failed"), new: (1, "Passed")}
	assert run.states(learner.name, learner.lesson)["A"].score == 90


def test_what_was_completed_with_the_old_package_stays_completed():
	learner = Learner()
	learner.says("completed", "passed", 90, ended=True)
	replaced(learner)
	learner.says("incomplete", "failed", 10, ended=True)
	assert frappe.db.get_value("LMS Enrollment", learner.name, "status") == "Completed"


def test_nothing_waits_for_a_decision_about_a_package_that_was_replaced():
	learner = Learner()
	learner.says("completed")
	assert frappe.db.get_value(RUN, {"enrollment": learner.name}, "awaits_end")
	replaced(learner)
	frappe.db.set_value(RUN, {"enrollment": learner.name}, "modified", "2026-01-01", update_modified=False)
	run.settle_left()
	assert not frappe.db.get_value(RUN, {"enrollment": learner.name}, "awaits_end")
	assert frappe.db.get_value("LMS Enrollment", learner.name, "status") != "Completed"


def test_the_indexes_of_before_are_taken_away():
	for doctype, index in results_belong_to_their_package.REPLACED.items():
		frappe.db.sql_ddl(f"alter table `tab{doctype}` add index `{index}` (`enrollment`)")
		for _twice in range(2):
			results_belong_to_their_package.execute()
			assert not frappe.db.has_index(f"tab{doctype}", index)
