"""Taking quizzes: attempts, time, feedback, and results that stay."""

import json

import pytest

import frappe

from smooth_lms.courses import access, enrollment
from smooth_lms.courses.quiz import attempts, results
from smooth_lms.exceptions import HistoryError, QuizClosedError
from tests.support.factories import make_course, make_lesson, make_question, make_quiz, make_user, make_users


class Taker:
	"""A learner in a course whose only lesson is a quiz."""

	def __init__(self, **quiz):
		self.course = make_course(lessons=0, compliance_control_id="A.7.2")
		self.quiz = make_quiz(self.course.name, quiz.pop("questions", 2), **quiz)
		self.lesson = make_lesson(self.course.name, "Quiz", quiz=self.quiz.name).name
		(self.user,) = make_users(1)
		enrollment.enroll({self.user: "Learner"}, [self.course.name])

	def open(self) -> access.LessonAccess:
		return access.lesson_access(self.lesson, self.user)

	def start(self) -> str:
		return attempts.start(self.open())

	def submit(self, name: str, answers: dict | None = None) -> dict:
		attempts.submit(name, answers, self.user)
		return results.result(name, self.user)

	def course_status(self) -> str:
		return frappe.db.get_value("LMS Enrollment", {"member": self.user}, "status")


def let_time_pass(name: str, seconds: int) -> None:
	sheet = json.loads(frappe.db.get_value("LMS Quiz Submission", name, "sheet"))
	sheet["deadline"] -= seconds
	frappe.db.set_value("LMS Quiz Submission", name, "sheet", json.dumps(sheet))
	frappe.db.set_value("LMS Quiz Submission", name, "deadline", "2020-01-01 00:00:00")


def test_saving_says_which_questions_have_no_answer():
	taker = Taker()
	name = taker.start()
	assert attempts.save(name, {}, taker.user)["unanswered"] == [0, 1]
	assert attempts.save(name, {"1": "0"}, taker.user)["unanswered"] == [0]
	assert attempts.save(name, {"0": "1"}, taker.user)["unanswered"] == []


def test_fail_then_pass_completes_the_course():
	taker = Taker()
	failed = taker.submit(taker.start(), {"0": "0", "1": "1"})
	assert (failed["percentage"], failed["passed"]) == (50, 0)
	assert taker.course_status() == "In Progress"
	passed = taker.submit(taker.start(), {"0": "0", "1": "0"})
	assert (passed["percentage"], passed["passed"], passed["attempt"]) == (100, 1, 2)
	assert taker.course_status() == "Completed"


def test_what_a_learner_gets_before_submission_has_no_answers():
	taker = Taker()
	got = json.dumps(attempts.questions(taker.start(), taker.user))
	assert "Wrong" in got
	assert "is_correct" not in got
	assert "key" not in got
	assert "Look again" not in got


def test_an_attempt_that_runs_is_gone_on_with():
	taker = Taker()
	name = taker.start()
	attempts.save(name, {"1": "0"}, taker.user)
	attempts.save(name, {"0": "1", "9": "x", "bad": "y"}, taker.user)
	assert taker.start() == name
	assert attempts.questions(name, taker.user)["answers"] == {"0": "1", "1": "0"}


def test_attempts_are_counted():
	taker = Taker(max_attempts=2)
	for _round in range(2):
		taker.submit(taker.start())
	with pytest.raises(QuizClosedError, match="used all 2 attempts"):
		taker.start()
	overview = results.overview(taker.open())
	assert (overview["attempts_left"], len(overview["attempts"]), overview["running"]) == (0, 2, None)


def test_the_server_keeps_the_time():
	taker = Taker(time_limit_minutes=5)
	name = taker.start()
	assert 295 <= attempts.questions(name, taker.user)["seconds_left"] <= 300
	attempts.save(name, {"0": "0"}, taker.user)
	let_time_pass(name, 5 * 60 + 5)
	assert attempts.save(name, {}, taker.user)["saved"], "a few seconds of grace for the network"
	let_time_pass(name, attempts.GRACE_SECONDS)
	result = taker.submit(name, {"1": "0"})
	assert (result["score"], result["ended_by"]) == (1, "Time limit")


def test_saving_after_the_time_submits_what_was_there():
	taker = Taker(time_limit_minutes=5)
	name = taker.start()
	attempts.save(name, {"0": "0", "1": "0"}, taker.user)
	let_time_pass(name, 400)
	assert attempts.save(name, {"0": "1"}, taker.user) == attempts.NOT_SAVED
	assert results.result(name, taker.user)["passed"]


def test_the_scheduler_submits_what_has_run_out():
	taker = Taker(time_limit_minutes=5)
	name = taker.start()
	let_time_pass(name, 400)
	attempts.close_expired()
	assert frappe.db.get_value("LMS Quiz Submission", name, ["status", "ended_by"]) == (
		"Submitted",
		"Time limit",
	)


def test_the_scheduler_leaves_attempts_without_a_limit():
	taker = Taker()
	name = taker.start()
	attempts.close_expired()
	assert frappe.db.get_value("LMS Quiz Submission", name, "status") == "In Progress"


def test_a_submission_stays_as_it_is():
	taker = Taker()
	name = taker.start()
	first = taker.submit(name, {"0": "0"})
	again = taker.submit(name, {"0": "0", "1": "0"})
	assert first["score"] == again["score"] == 1
	assert not attempts.save(name, {"1": "0"}, taker.user)["saved"]
	doc = frappe.get_doc("LMS Quiz Submission", name)
	doc.score = 2
	with pytest.raises(HistoryError):
		doc.save()
	with pytest.raises(HistoryError):
		frappe.delete_doc("LMS Quiz Submission", name)


def test_a_changed_question_changes_no_attempt():
	taker = Taker(questions=1)
	name = taker.start()
	question = frappe.get_doc("LMS Question", taker.quiz.questions[0].question)
	question.options[0].is_correct, question.options[1].is_correct = 0, 1
	question.save()
	assert taker.submit(name, {"0": "0"})["passed"]


def test_the_record_has_the_detail_that_auditors_want():
	taker = Taker(questions=1)
	name = taker.start()
	taker.submit(name, {"0": "1"})
	doc = frappe.get_doc("LMS Quiz Submission", name)
	assert (doc.compliance_control_id, doc.course_version, doc.attempt) == ("A.7.2", 1, 1)
	(row,) = doc.result
	assert (row.answer, row.correct_answer, row.is_correct, row.marks, row.marks_out_of) == (
		"Wrong",
		"Right",
		0,
		0,
		1,
	)
	assert row.choices == "Right\nWrong"
	assert row.question_text.startswith("Question")


@pytest.mark.parametrize(
	("feedback", "answer", "questions", "key"),
	[
		("Result only", "0", 0, False),
		("Right and wrong", "0", 1, False),
		("Correct answers", "1", 1, True),
		("Correct answers once passed", "1", 1, False),
		("Correct answers once passed", "0", 1, True),
	],
)
def test_feedback(feedback, answer, questions, key):
	taker = Taker(questions=1, feedback=feedback)
	result = taker.submit(taker.start(), {"0": answer})
	assert len(result["questions"]) == questions
	assert any("correct_answer" in each for each in result["questions"]) is key
	assert "sheet" not in result


def test_nobody_touches_another_persons_attempt():
	taker = Taker()
	name = taker.start()
	(stranger,) = make_users(1)
	for act in (
		lambda: attempts.questions(name, stranger),
		lambda: attempts.save(name, {}, stranger),
		lambda: attempts.submit(name, {}, stranger),
		lambda: results.result(name, stranger),
	):
		with pytest.raises(frappe.DoesNotExistError):
			act()


def test_the_sheet_is_for_nobody():
	taker = Taker()
	name = taker.start()
	for role in ("Moderator", "System Manager", "Course Creator", "HR Manager"):
		frappe.set_user(make_user(roles=(role,)).name)
		doc = frappe.get_doc("LMS Quiz Submission", name)
		doc.apply_fieldlevel_read_permissions()
		assert not doc.get("sheet")
		assert not doc.get("answers")
	frappe.set_user(make_user().name)
	assert not frappe.has_permission("LMS Quiz Submission", "read", doc=name)
	assert not frappe.has_permission("LMS Question", "read")


def test_all_kinds_of_questions_in_one_quiz():
	course = make_course(lessons=0)
	options = [{"option": "A", "is_correct": 1}, {"option": "B", "is_correct": 1}, {"option": "C"}]
	rows = [
		make_question(course.name),
		make_question(course.name, "Multiple Choice", options=options),
		make_question(course.name, "True or False", truth="False"),
		make_question(course.name, "Short Text", options=[{"option": "112"}]),
		make_question(course.name, "Number", number=21.5, tolerance=0.5),
	]
	quiz = make_quiz(course.name, rows)
	lesson = make_lesson(course.name, "Quiz", quiz=quiz.name).name
	(user,) = make_users(1)
	enrollment.enroll({user: "Learner"}, [course.name])
	name = attempts.start(access.lesson_access(lesson, user))
	answers = {"0": "0", "1": ["0", "1"], "2": "False", "3": "112", "4": "22"}
	attempts.submit(name, answers, user)
	assert results.result(name, user)["percentage"] == 100


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"questions": []}, "at least one question"),
		({"passing_percentage": 0}, "Passed at percent"),
		({"pools": [{"pool": "P", "draw": 1}]}, "Pool P has 0 questions"),
	],
)
def test_a_quiz_makes_sense(values, sentence):
	course = make_course(lessons=0)
	with pytest.raises(frappe.ValidationError, match=sentence):
		make_quiz(course.name, **values)


@pytest.mark.parametrize(
	("kind", "options", "sentence"),
	[
		("Single Choice", [{"option": "A"}, {"option": "B"}], "exactly one"),
		("Single Choice", [{"option": "A", "is_correct": 1}], "at least two"),
		("Multiple Choice", [{"option": "A"}, {"option": "B"}], "at least one answer"),
		("Multiple Choice", [{"option": "A", "is_correct": 1}, {"option": "a"}], "there twice"),
		("Short Text", [], "at least one spelling"),
	],
)
def test_a_question_makes_sense(kind, options, sentence):
	course = make_course(lessons=0)
	with pytest.raises(frappe.ValidationError, match=sentence):
		make_question(course.name, kind, options=options)


def test_marking_sends_as_much_for_many_questions_as_for_few(statements):
	sent_for = []
	for number in (1, 2, 20):  # the first time Frappe reads its own descriptions of the tables
		taker = Taker(questions=number)
		name = taker.start()
		with statements() as sent:
			taker.submit(name, {str(n): "0" for n in range(number)})
		sent_for.append(sent.total)
	assert sent_for[1] == sent_for[2]


def test_the_print_shows_every_question_and_escapes_it():
	taker = Taker(questions=2)
	name = taker.start()
	frappe.db.set_value("LMS Quiz Submission", name, "quiz_title", "<script>alert(1)</script>")
	taker.submit(name, {"0": "1"})
	frappe.db.set_value(
		"LMS Quiz Result", {"parent": name, "idx": 1}, "answer", "<img src=x onerror=alert(1)>"
	)
	html = frappe.get_print("LMS Quiz Submission", name, print_format="Quiz Submission Detail")
	for row in frappe.get_doc("LMS Quiz Submission", name).result:
		assert row.question_text in html
	assert "<script>alert(1)" not in html
	assert "<img src=x" not in html
	assert "A.7.2" in html
