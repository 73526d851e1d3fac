"""Questions that are pasted as text, and the quiz of a lesson that is made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import frappe

from smooth_lms.courses.builder import overview, places, quizzes, templates
from smooth_lms.courses.quiz.importing import parse, written
from tests.support.factories import make_course, make_question, make_quiz, make_user, unique

LESSON, CHAPTER = "Course Lesson", "Course Chapter"
LINES = "Where to?\n* Out\n- Up\n\nWhat burns?\nThink.\n* Wood\n+ Paper\n- Stone\n"
AIKEN = "Where to?\nA. Up\nB) Out\nANSWER: B\n\nWho calls?\nA. Me\nB. You\nANSWER: A\n"
GIFT = """// a comment
$CATEGORY: fire

::Way:: Where to? {
	=Out # Yes.

	~Up # Smoke\\: up there. #### Always out.
}

Fire is warm. {TRUE}
Water {
	F
}

The exit is {=green =emerald} here.

How many? {#112:0.5}

Between? {#1..3}

Which? {~%50%Wood ~%50%Paper ~%-100%Stone}

Match {=a -> b =c -> d}
"""


def short(found) -> tuple:
	return found.question_type, found.question, [(row["option"], row["is_correct"]) for row in found.options]


class TestText:
	def test_lines_have_a_mark_before_each_answer(self):
		assert [short(each) for each in parse(LINES)] == [
			("Single Choice", "Where to?", [("Out", 1), ("Up", 0)]),
			("Multiple Choice", "What burns? Think.", [("Wood", 1), ("Paper", 1), ("Stone", 0)]),
		]

	def test_aiken_names_the_right_answer(self):
		assert [short(each) for each in parse(AIKEN.replace("\n", "\r\n"))] == [
			("Single Choice", "Where to?", [("Up", 0), ("Out", 1)]),
			("Single Choice", "Who calls?", [("Me", 1), ("You", 0)]),
		]

	def test_gift_has_choices_truths_texts_and_numbers(self):
		way, warm, exit_, many, between, which, match = parse(GIFT)
		assert short(way) == ("Single Choice", "Where to?", [("Out", 1), ("Up", 0)])
		assert [row["feedback"] for row in way.options] == ["Yes.", "Smoke: up there."]
		assert way.explanation == "Always out."
		assert warm.trouble  # two questions without an empty line between them
		assert short(exit_) == (
			"Short Text",
			"The exit is _____ here.",
			[("green", 1), ("emerald", 1)],
		)
		assert (many.question_type, many.number, many.tolerance) == ("Number", 112, 0.5)
		assert (between.number, between.tolerance) == (2, 1)
		assert short(which) == ("Multiple Choice", "Which?", [("Wood", 1), ("Paper", 1), ("Stone", 0)])
		assert match.trouble

	def test_lines_and_gift_stand_in_one_text(self):
		lines, truth, refused = parse("Where to?\n* Out\n- Up\n\nWarm? {T}\n\nAlone\n")
		assert short(lines) == ("Single Choice", "Where to?", [("Out", 1), ("Up", 0)])
		assert (truth.question_type, truth.truth) == ("True or False", "True")
		assert (refused.line, bool(refused.trouble)) == (7, True)

	@pytest.mark.parametrize(
		("text", "line"),
		[
			("Alone", 1),
			("\n\nA?\n- a", 3),
			("A?\n- a\n- b", 1),
			("A?\n* a\n- A", 1),
			("* a\n- b", 1),
			("A?\nA. a\nB. b\nANSWER: C", 1),
			("A?\nA. a\nANSWER: A", 1),
			("{=a ~b}", 1),
			("Open {", 1),
			("A {#x}", 1),
			("A {}", 1),
		],
	)
	def test_what_is_no_question_is_said_with_its_line(self, text, line):
		(found,) = parse(text)
		assert found.trouble
		assert found.line == line

	@given(st.text(max_size=300))
	def test_any_text_is_read_or_refused(self, text):
		for each in parse(text):
			assert each.trouble or (each.question and each.line > 0)

	@given(
		question=st.text(
			st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
		),
		options=st.lists(
			st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20),
			min_size=2,
			max_size=5,
			unique_by=str.casefold,
		),
		right=st.integers(0, 4),
		feedback=st.sampled_from(["", "Because: #1 {so}"]),
	)
	def test_what_is_written_is_read_as_it_was(self, question, options, right, feedback):
		rows = [
			frappe._dict(
				option=each.replace("<", "("),
				is_correct=int(index == right % len(options)),
				feedback=feedback,
			)
			for index, each in enumerate(options)
		]
		doc = frappe._dict(
			question=question.replace("<", "(").replace("&", "+"),
			question_type="Single Choice",
			options=[frappe._dict(row, option=row.option.replace("&", "+")) for row in rows],
			explanation="",
		)
		if doc.question.startswith(("//", "$CATEGORY", "::", "[", "*", "-", "+", "ANSWER:")):
			return  # signs of the formats themselves
		(found,) = parse(written(doc))
		assert not found.trouble, written(doc)
		assert found.question == doc.question
		assert [(row["option"], row["is_correct"]) for row in found.options] == [
			(row.option, row.is_correct) for row in doc.options
		]


@pytest.fixture
def course():
	user = make_user(roles=("Course Creator",)).name
	frappe.set_user(user)
	yield templates.new_course(unique("Fire"))
	frappe.set_user("Administrator")


@pytest.fixture
def lesson(course) -> str:
	chapter = frappe.get_all(CHAPTER, {"course": course}, pluck="name")[0]
	return quizzes.add_quiz(chapter, "What to do")


class TestQuiz:
	def test_a_quiz_begins_with_its_first_question(self, course, lesson):
		assert quizzes.read(lesson) == {"quiz": None, "settings": {}, "questions": []}
		assert frappe.db.get_value(LESSON, lesson, "draft")
		with pytest.raises(frappe.ValidationError, match="needs a quiz"):
			places.show_lesson(lesson)
		done = quizzes.add_questions(lesson, LINES)
		assert (done["added"], done["troubles"], len(done["questions"])) == (2, [], 2)
		assert not frappe.db.get_value(LESSON, lesson, "draft")
		assert frappe.db.get_value("LMS Quiz", done["quiz"], "course") == course
		assert quizzes.add_questions(lesson, AIKEN)["quiz"] == done["quiz"]
		assert len(quizzes.read(lesson)["questions"]) == 4

	def test_in_a_published_course_it_stays_a_draft(self, course, lesson):
		places.add_lesson(frappe.db.get_value(LESSON, lesson, "chapter"), "Text")
		quizzes.add_questions(lesson, LINES)
		overview.publish(course, True)
		other = quizzes.add_quiz(frappe.db.get_value(LESSON, lesson, "chapter"), "Another")
		quizzes.add_questions(other, LINES)
		assert frappe.db.get_value(LESSON, other, "draft")

	def test_where_one_question_cannot_be_taken_none_is(self, lesson):
		done = quizzes.add_questions(lesson, LINES + "\nAlone\n")
		assert done["added"] == 0
		assert done["questions"] == []
		assert [each["line"] for each in done["troubles"]] == [11]

	def test_a_question_is_changed_once_and_told_to_whoever_was_slower(self, lesson):
		first = quizzes.add_questions(lesson, LINES)["questions"][0]
		new = quizzes.change_question(lesson, first["name"], "Whither?\n- Up\n* Out", first["mark"])
		assert new["questions"][0]["written"] == "Whither?\n- Up\n* Out"
		with pytest.raises(frappe.ValidationError, match="Somebody else has changed"):
			quizzes.change_question(lesson, first["name"], "Mine?\n- Up\n* Out", first["mark"])
		refused = quizzes.change_question(lesson, first["name"], "", new["questions"][0]["mark"])
		assert refused["troubles"]

	def test_a_hostile_question_is_plain_text(self, lesson):
		text = "<script>1</script><img src=x onerror=1> & more?\n* <b>a</b>\n- <script>2</script>x"
		(made,) = quizzes.add_questions(lesson, text)["questions"]
		assert "<script" not in made["html"]
		assert "<img" not in made["html"]
		assert "&lt;script" in made["html"]

	def test_a_question_with_formatting_is_not_offered_as_text(self, course, lesson):
		quiz = make_quiz(course, [make_question(course, question="<p>A <strong>b</strong></p>")])
		doc = frappe.get_doc(LESSON, lesson)
		doc.quiz = quiz.name
		doc.save()
		(found,) = quizzes.read(lesson)["questions"]
		assert found["written"] == ""
		assert "<strong>" in found["html"]

	def test_questions_are_taken_out_and_settings_changed(self, lesson):
		first, second = (each["name"] for each in quizzes.add_questions(lesson, LINES)["questions"])
		assert [each["name"] for each in quizzes.remove_question(lesson, first)["questions"]] == [second]
		assert frappe.db.exists("LMS Question", first)
		with pytest.raises(frappe.ValidationError, match="at least one question"):
			quizzes.remove_question(lesson, second)
		assert quizzes.set_quiz(lesson, {"passing_percentage": 90, "course": "x"})["settings"] == {
			"passing_percentage": 90,
			"max_attempts": 0,
			"time_limit_minutes": 0,
		}
		with pytest.raises(frappe.ValidationError):
			quizzes.set_quiz(lesson, {"passing_percentage": 101})

	def test_only_questions_of_this_quiz_are_changed_by_its_authors(self, lesson):
		frappe.set_user("Administrator")
		foreign = make_question(make_course().name)
		frappe.set_user(frappe.db.get_value(LESSON, lesson, "owner"))
		quizzes.add_questions(lesson, LINES)
		for act in (
			lambda: quizzes.change_question(lesson, foreign.name, LINES, "x"),
			lambda: quizzes.remove_question(lesson, foreign.name),
		):
			with pytest.raises(frappe.DoesNotExistError):
				act()
		frappe.set_user(make_user(roles=("Course Creator",)).name)
		for act in (
			lambda: quizzes.read(lesson),
			lambda: quizzes.add_questions(lesson, LINES),
			lambda: quizzes.set_quiz(lesson, {"max_attempts": 1}),
		):
			with pytest.raises(frappe.PermissionError):
				act()
