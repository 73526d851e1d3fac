"""What authors do in the course builder: every act keeps what learners have done, and what other authors write."""

import pytest

import frappe
from frappe.utils import add_days, now_datetime

from smooth_lms.courses import access, catalog, enrollment, progress, structure, versions
from smooth_lms.courses.builder import overview, places, removal, templates, text
from tests.support.authors import first_chapter, put, written
from tests.support.factories import make_course, make_lesson, make_quiz, make_user
from tests.support.packages.build import make_package

LESSON, CHAPTER = "Course Lesson", "Course Chapter"


def shown(course: str) -> list[tuple[str, list[str]]]:
	"""Titles of the chapters with those of their lessons, as authors see them."""
	found = overview.course(course)["chapters"]
	return [(chapter["title"], [each["title"] for each in chapter["lessons"]]) for chapter in found]


def foreign_lesson() -> str:
	"""A lesson of a course that somebody else has made."""
	before = frappe.session.user
	frappe.set_user("Administrator")
	course = make_course().name
	frappe.set_user(before)
	return frappe.get_all(LESSON, {"course": course}, pluck="name")[0]


def begun(course: str, lesson: str) -> str:
	"""An enrollment whose learner has completed the lesson."""

	learner = make_user().name
	enrollment.enroll({learner: learner}, [course])
	name = access.open_enrollment(learner, course).name
	progress.record(name, lesson, completed=True)
	return name


class TestPlaces:
	def test_a_course_begins_with_a_title(self, course, author):
		assert shown(course) == [("Chapter 1", [])]
		assert course in {row.name for row in overview.my_courses()}
		assert frappe.get_all("Course Instructor", {"parent": course}, pluck="instructor") == [author]
		for title in ("", "  ", "x" * 141):
			with pytest.raises(frappe.ValidationError):
				templates.new_course(title)

	def test_who_writes_no_courses_makes_none(self):
		frappe.set_user(make_user(roles=("LMS Student", "Batch Evaluator")).name)
		with pytest.raises(frappe.PermissionError):
			templates.new_course("Mine")
		with pytest.raises(frappe.PermissionError):
			overview.my_courses()
		frappe.set_user("Administrator")

	def test_chapters_and_lessons_come_at_the_end(self, course):
		places.add_lesson(first_chapter(course), "One")
		places.add_lesson(first_chapter(course), "Two")
		places.add_chapter(course, "Second")
		assert shown(course) == [("Chapter 1", ["One", "Two"]), ("Second", [])]

	def test_moves_name_what_they_go_behind(self, course):
		one = first_chapter(course)
		lessons = [places.add_lesson(one, title) for title in ("A", "B", "C")]
		two = places.add_chapter(course, "Second")
		places.move_lesson(lessons[2], one, None)
		assert shown(course)[0][1] == ["C", "A", "B"]
		places.move_lesson(lessons[0], two, None)
		places.move_lesson(lessons[1], two, lessons[0])
		assert shown(course) == [("Chapter 1", ["C"]), ("Second", ["A", "B"])]
		places.move_lesson(lessons[2], two, "gone meanwhile")
		assert shown(course)[1][1] == ["A", "B", "C"]
		places.move_chapter(two, None)
		assert [title for title, _lessons in shown(course)] == ["Second", "Chapter 1"]

	def test_a_move_writes_only_what_moves(self, course):
		one = first_chapter(course)
		lessons = [places.add_lesson(one, title) for title in "ABCDE"]
		places.move_lesson(lessons[0], one, None)  # all have their numbers now
		before = dict(frappe.get_all(LESSON, {"course": course}, ["name", "modified"], as_list=True))
		places.move_lesson(lessons[4], one, lessons[2])
		after = dict(frappe.get_all(LESSON, {"course": course}, ["name", "modified"], as_list=True))
		assert {name for name in before if before[name] != after[name]} == {lessons[3], lessons[4]}

	def test_nothing_goes_into_another_course(self, course):
		other = templates.new_course("Other")
		lesson = places.add_lesson(first_chapter(course), "Mine")
		with pytest.raises(frappe.DoesNotExistError):
			places.move_lesson(lesson, first_chapter(other), None)

	def test_a_copy_stands_behind_its_original(self, course):
		one = first_chapter(course)
		lesson = written(course, "A")
		places.add_lesson(one, "B")
		places.copy_lessons(one, [lesson])
		assert shown(course)[0][1] == ["A", "A (copy)", "B"]
		copy = frappe.get_all(LESSON, {"course": course, "title": "A (copy)"}, ["body", "draft"])[0]
		assert copy == {"body": "<p>Something to read.</p>", "draft": 0}
		places.copy_chapter(one)
		assert shown(course)[1] == ("Chapter 1 (copy)", ["A", "A (copy)", "B"])

	def test_a_copy_in_a_published_course_is_a_draft(self, course):
		lesson = written(course, "A")
		overview.publish(course, True)
		places.copy_lessons(first_chapter(course), [lesson])
		assert [row.title for row in structure.lessons_in_order(structure.outline(course))] == ["A"]

	def test_lessons_of_another_course_bring_their_quiz_along_but_no_package(self, course, author):
		source = make_course(instructors=[{"instructor": author}], lessons=0)
		quiz = make_quiz(source.name)
		names = [
			make_lesson(source.name, "Quiz", quiz=quiz.name, title="Quiz").name,
			make_lesson(
				source.name, "SCORM", scorm_package=make_package(source.name).name, title="Pack"
			).name,
		]
		done = places.copy_lessons(first_chapter(course), names)
		assert done["left_out"] == ["Pack"]
		copied = frappe.get_doc(LESSON, done["copied"][0])
		assert copied.quiz != quiz.name
		assert frappe.db.get_value("LMS Quiz", copied.quiz, "course") == course

	def test_nobody_copies_from_a_course_of_others(self, course):
		foreign = [foreign_lesson()]
		with pytest.raises(frappe.PermissionError):
			places.copy_lessons(first_chapter(course), foreign)

	def test_many_lessons_are_set_alike(self, course):
		one = first_chapter(course)
		lessons = [places.add_lesson(one, title) for title in "ABC"]
		foreign = foreign_lesson()
		values = {"required": 0, "estimated_minutes": 9, "title": "Hacked", "draft": 0}
		assert places.set_lessons(course, [*lessons[:2], foreign, "nothing"], values) == 2
		rows = frappe.get_all(
			LESSON,
			{"name": ["in", [*lessons, foreign]]},
			["title", "required", "estimated_minutes"],
			order_by="title",
		)
		assert [(row.title, row.required, row.estimated_minutes) for row in rows[:3]] == [
			("A", 0, 9),
			("B", 0, 9),
			("C", 1, 1),
		]
		assert frappe.db.get_value(LESSON, foreign, "required") == 1
		assert frappe.db.count("Version", {"docname": lessons[0]}) == 1


class TestDrafts:
	def test_an_empty_lesson_is_seen_by_nobody_but_its_authors(self, course):
		lesson = places.add_lesson(first_chapter(course), "Empty")
		assert shown(course)[0][1] == ["Empty"]
		assert structure.lessons_in_order(structure.outline(course)) == []
		with pytest.raises(frappe.ValidationError, match="published course has content"):
			overview.publish(course, True)
		put(lesson, body="<p>Now.</p>")
		overview.publish(course, True)
		assert [row.title for row in structure.lessons_in_order(structure.outline(course))] == ["Empty"]

	def test_in_a_published_course_authors_say_when(self, course):
		done = written(course, "A")
		overview.publish(course, True)
		enrolled = begun(course, done)
		late = written(course, "Late")
		assert progress.required_lessons(course) == {done}
		learner = frappe.db.get_value("LMS Enrollment", enrolled, "member")
		assert [each["title"] for each in catalog.course(course, learner)["chapters"][0]["lessons"]] == ["A"]
		with pytest.raises(frappe.ValidationError, match="taken out"):
			_open(late, learner)
		places.show_lesson(late)
		assert progress.required_lessons(course) == {done, late}
		assert _open(late, learner)

	def test_a_draft_needs_a_text_before_it_is_shown(self, course):
		written(course, "A")
		overview.publish(course, True)
		empty = places.add_lesson(first_chapter(course), "Empty")
		with pytest.raises(frappe.ValidationError, match="needs a text"):
			places.show_lesson(empty)

	def test_nobody_sets_it_by_a_generic_door(self, course):
		lesson = written(course, "A")
		doc = frappe.get_doc(LESSON, lesson)
		doc.update({"draft": 1, "retired_on": "2020-01-01 00:00:00"})
		doc.save()
		assert frappe.db.get_value(LESSON, lesson, ["draft", "retired_on"]) == (0, None)


class TestRemoval:
	def test_what_learners_have_worked_on_is_kept_and_can_come_back(self, course):
		one, two = written(course, "A"), written(course, "B")
		overview.publish(course, True)
		enrolled = begun(course, one)
		with pytest.raises(frappe.ValidationError, match="only lesson"):
			removal.remove_lessons(course, [one, two])
		assert removal.remove_lessons(course, [one]) == {"removed": [one], "kept": [one]}
		assert shown(course)[0][1] == ["B"]
		assert progress.required_lessons(course) == {two}
		assert (
			frappe.db.count(progress.DOCTYPE, {"enrollment": enrolled, "lesson": one, "status": "Completed"})
			== 1
		)
		assert [(row["title"], row["kept"]) for row in overview.course(course)["removed"]] == [("A", True)]
		learner = frappe.db.get_value("LMS Enrollment", enrolled, "member")
		with pytest.raises(frappe.ValidationError, match="taken out"):
			_open(one, learner)
		removal.bring_back_lessons(course, [one])
		assert shown(course)[0][1] == ["A", "B"]
		assert _open(one, learner)

	def test_a_chapter_goes_and_comes_with_its_lessons(self, course):
		written(course, "A")
		second = places.add_chapter(course, "Second")
		kept, gone = (places.add_lesson(second, title) for title in ("Kept", "Gone before"))
		removal.remove_lessons(course, [gone])
		removal.remove_chapter(second)
		assert shown(course) == [("Chapter 1", ["A"])]
		removal.bring_back_chapter(second)
		assert shown(course) == [("Chapter 1", ["A"]), ("Second", ["Kept"])]
		removal.remove_chapter(second)
		removal.bring_back_lessons(course, [kept])
		assert shown(course)[1] == ("Second", ["Kept"])

	def test_after_a_month_only_history_is_left(self, course):
		one, two = written(course, "A"), written(course, "B")
		kept = [written(course, "C"), written(course, "D")]
		chapter, empty = places.add_chapter(course, "Second"), places.add_chapter(course, "Third")
		overview.publish(course, True)
		begun(course, one)
		removal.remove_lessons(course, [one, two])
		removal.remove_chapter(chapter)
		removal.forget_removed()
		assert frappe.db.exists(LESSON, two)
		long_ago = add_days(now_datetime(), -removal.KEPT_DAYS - 1)
		for doctype in (LESSON, CHAPTER):
			frappe.db.set_value(
				doctype, {"course": course, "retired_on": ["is", "set"]}, "retired_on", long_ago
			)
		removal.forget_removed()
		assert frappe.db.exists(LESSON, one)
		assert not frappe.db.exists(LESSON, two)
		assert not frappe.db.exists(CHAPTER, chapter)
		assert all(frappe.db.exists(LESSON, each) for each in kept)
		assert frappe.db.exists(CHAPTER, empty)

	def test_a_new_version_has_drafts_but_nothing_removed(self, course):
		written(course, "A")
		places.add_lesson(first_chapter(course), "Draft")
		removal.remove_lessons(course, [written(course, "Removed")])
		copy = versions.new_version(course).name
		assert shown(copy)[0][1] == ["A", "Draft"]
		assert structure.sizes([copy])[copy].lessons == 1


class TestText:
	def test_two_authors_lose_nothing(self, course, author):
		lesson = written(course, "A", "<p>Before</p>")
		seen = text.read(lesson)["marks"]
		other = make_user(roles=("Moderator",)).name
		frappe.set_user(other)
		text.save(lesson, {"body": "<p>Theirs</p>", "required": 0}, seen)
		frappe.set_user(author)
		answer = text.save(lesson, {"body": "<p>Mine</p>", "title": "New title"}, seen)
		assert answer["conflicts"] == ["body"]
		assert answer["values"]["body"] == "<p>Theirs</p>"
		assert (answer["values"]["title"], answer["values"]["required"]) == ("New title", 0)
		again = text.save(lesson, {"body": "<p>Mine</p>"}, answer["marks"])
		assert again["conflicts"] == []
		assert "<p>Theirs</p>" in _earlier(lesson)

	def test_the_same_text_twice_is_no_conflict(self, course):
		lesson = written(course, "A")
		put(lesson, body="<p>Same</p>")
		assert text.save(lesson, {"body": "<p>Same</p>"}, {"body": "stale"})["conflicts"] == []

	def test_a_move_by_somebody_else_is_no_conflict(self, course):
		one, two = written(course, "A"), written(course, "B")
		seen = text.read(one)["marks"]
		places.move_lesson(one, first_chapter(course), two)
		assert text.save(one, {"body": "<p>New</p>"}, seen)["conflicts"] == []

	def test_one_sitting_is_one_entry(self, course):
		lesson = written(course, "A", "<p>First</p>")
		for index in range(5):
			put(lesson, body=f"<p>Typing {index}</p>")
		assert len(text.history(lesson)) == 1
		frappe.db.set_value(
			"Version", {"docname": lesson}, "creation", add_days(now_datetime(), -1), update_modified=False
		)
		put(lesson, body="<p>Next day</p>")
		assert _earlier(lesson) == ["<p>Typing 4</p>", ""]

	def test_an_earlier_text_comes_back_and_nothing_goes(self, course):
		lesson = written(course, "A", "<p>First</p>")
		frappe.db.set_value("Version", {"docname": lesson}, "creation", add_days(now_datetime(), -1))
		put(lesson, body="<p>Second</p>")
		entry = text.history(lesson)[0]
		assert text.earlier_text(lesson, entry["name"]) == "<p>First</p>"
		put(lesson, body="<p>Third</p>")
		assert text.bring_back(lesson, entry["name"])["values"]["body"] == "<p>First</p>"
		assert _earlier(lesson)[0] == "<p>Third</p>"

	def test_an_entry_of_another_lesson_is_none(self, course):
		one, two = written(course, "A"), written(course, "B")
		with pytest.raises(frappe.DoesNotExistError):
			text.earlier_text(one, text.history(two)[0]["name"])

	def test_a_text_that_was_overtaken_is_in_the_history(self, course):
		lesson = written(course, "A")
		text.set_aside(lesson, "<p>Mine<script>x()</script></p>")
		assert "<p>Mine</p>" in _earlier(lesson)

	def test_minutes_follow_the_text_until_somebody_sets_them(self, course):
		lesson = written(course, "A", f"<p>{'word ' * 1000}</p>")
		assert text.read(lesson)["values"]["estimated_minutes"] == 5
		put(lesson, estimated_minutes=7)
		put(lesson, body="<p>Short</p>")
		assert text.read(lesson)["values"]["estimated_minutes"] == 7
		put(lesson, estimated_minutes=None)
		assert text.read(lesson)["values"]["estimated_minutes"] == 1
		put(lesson, body=f"<p>{'word ' * 600}</p>")
		assert text.read(lesson)["values"]["estimated_minutes"] == 3

	def test_a_save_writes_only_what_changed(self, course):
		lesson = written(course, "A")
		before = frappe.db.get_value(LESSON, lesson, "modified")
		answer = put(lesson, title="A", body="<p>Something to read.</p>")
		assert answer["conflicts"] == []
		assert frappe.db.get_value(LESSON, lesson, "modified") == before

	def test_nobody_writes_into_courses_of_others(self, author):
		foreign = foreign_lesson()
		for act in (
			lambda: text.read(foreign),
			lambda: text.save(foreign, {"title": "x"}, {}),
			lambda: text.history(foreign),
			lambda: text.set_aside(foreign, "x"),
			lambda: places.rename(LESSON, foreign, "x"),
		):
			with pytest.raises(frappe.PermissionError):
				act()

	def test_a_removed_lesson_is_not_written(self, course):
		lesson = written(course, "A")
		written(course, "B")
		removal.remove_lessons(course, [lesson])
		with pytest.raises(frappe.ValidationError, match="bring it back"):
			put(lesson, body="<p>New</p>")


def _earlier(lesson: str) -> list[str]:
	return [text.earlier_text(lesson, row["name"]) for row in text.history(lesson)]


def _open(lesson: str, user: str):

	return access.lesson_access(lesson, user)
