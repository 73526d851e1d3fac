"""Who opens which course, lesson, file and package."""

import pytest

import frappe

from smooth_lms.api import courses as api
from smooth_lms.api import quizzes as quiz_api
from smooth_lms.api import scorm as scorm_api
from smooth_lms.base import files
from smooth_lms.courses import access, enrollment, progress, versions
from smooth_lms.courses.scorm import content as scorm_content
from smooth_lms.courses.scorm import ticket
from smooth_lms.exceptions import CourseClosedError, LessonLockedError, NotInCourseError
from tests.support.factories import make_course, make_lesson, make_quiz, make_user, make_users
from tests.support.packages.build import make_package, upload

READERS = (
	"enrolled",
	"withdrawn",
	"stranger",
	"author",
	"other_author",
	"moderator",
	"hr",
	"outsider",
	"Guest",
)


class World:
	"""A published course with a lesson of each kind, and people around it."""

	def __init__(self) -> None:
		self.author = make_user(roles=("Course Creator",)).name
		self.other_author = make_user(roles=("Course Creator",)).name
		self.moderator = make_user(roles=("Moderator",)).name
		self.hr = make_user(roles=("HR User",)).name
		self.outsider = make_user(roles=("Inbox User",)).name
		self.enrolled, self.withdrawn, self.stranger = make_users(3)
		self.Guest = "Guest"
		self.course = make_course(lessons=0, instructors=[{"instructor": self.author}]).name
		self.text = make_lesson(self.course).name
		self.preview = make_lesson(self.course, preview=1).name
		self.quiz = make_lesson(self.course, "Quiz", quiz=make_quiz(self.course).name).name
		attached = upload(b"secret", "secret.txt")
		self.file = make_lesson(self.course, "File", attachment=attached.file_url).name
		self.scorm = make_lesson(self.course, "SCORM", scorm_package=make_package(self.course).name).name
		people = {self.enrolled: "E", self.withdrawn: "W"}
		enrollment.enroll(people, [self.course])
		frappe.db.set_value(
			"LMS Enrollment",
			{"member": self.withdrawn, "course": self.course},
			"withdrawn_on",
			"2026-01-01 00:00:00",
		)


@pytest.fixture(scope="module")
def world(_connection):
	made = World()
	frappe.db.commit()
	return made


def opens(act) -> bool:
	try:
		act()
	except (frappe.PermissionError, frappe.DoesNotExistError, NotInCourseError, CourseClosedError):
		frappe.clear_messages()
		return False
	return True


@pytest.mark.parametrize("reader", READERS)
def test_lessons_open_for_who_is_enrolled_and_for_authors(world, reader):
	frappe.set_user(getattr(world, reader))
	expected = reader in ("enrolled", "author", "moderator")
	for lesson in (world.text, world.quiz, world.file, world.scorm):
		assert opens(lambda lesson=lesson: access.lesson_access(lesson)) is expected
	assert opens(lambda: quiz_api.get_quiz(world.quiz)) is expected
	assert opens(lambda: scorm_api.get_player(world.scorm)) is expected


@pytest.mark.parametrize("reader", READERS)
def test_previews_and_the_catalogue_open_for_everybody_in_training(world, reader):
	frappe.set_user(getattr(world, reader))
	expected = reader not in ("outsider", "Guest")
	assert opens(lambda: access.lesson_access(world.preview)) is expected
	assert opens(lambda: api.get_course(world.course)) is expected
	assert opens(api.get_courses) is expected


@pytest.mark.parametrize("reader", READERS)
def test_only_authors_change_the_course(world, reader):
	frappe.set_user(getattr(world, reader))
	expected = reader in ("author", "moderator")
	assert opens(lambda: api.get_outline(world.course)) is expected
	assert opens(lambda: api.new_version(world.course)) is expected


@pytest.mark.parametrize("reader", ["author", "moderator", "stranger"])
def test_who_is_not_enrolled_leaves_no_trace(world, reader):
	frappe.set_user(getattr(world, reader))
	assert api.save_progress(world.preview)["status"] is None
	assert not frappe.db.exists(
		"LMS Course Progress", {"lesson": world.preview, "owner": getattr(world, reader)}
	)


def test_nobody_says_that_a_quiz_or_a_package_is_done(world):
	frappe.set_user(world.enrolled)
	for lesson in (world.quiz, world.scorm):
		with pytest.raises(LessonLockedError):
			api.finish_lesson(lesson)


def test_an_unpublished_course_is_there_for_its_authors_only(world):
	course = make_course(instructors=[{"instructor": world.author}])
	enrollment.enroll({world.enrolled: "E"}, [course.name])
	course.published = 0
	course.save()
	for reader, expected in (("author", True), ("other_author", False), ("enrolled", False)):
		frappe.set_user(getattr(world, reader))
		assert opens(lambda: access.course_access(course.name)) is expected


def test_self_enrollment_and_its_refusals():
	(member,) = make_users(1)
	open_course, closed, coming = make_course(), make_course(disable_self_learning=1), make_course(upcoming=1)
	frappe.set_user(member)
	assert api.enroll(open_course.name)["enrollment"]
	for course, sentence in (
		(open_course, "already enrolled"),
		(closed, "by assignment"),
		(coming, "not open yet"),
	):
		with pytest.raises(CourseClosedError, match=sentence):
			api.enroll(course.name)


def test_newcomers_cannot_join_a_version_that_was_replaced():
	course = make_course()
	newer = versions.new_version(course.name)
	newer.published = 1
	newer.save()
	frappe.set_user(make_users(1)[0])
	with pytest.raises(CourseClosedError, match="newer version"):
		api.enroll(course.name)
	listed = [row["name"] for row in api.get_courses(search=course.title)["courses"]]
	assert listed == [newer.name]


def test_prerequisites_count_in_any_version_and_lock_until_then():
	first, second = make_course(), make_course()
	second.append("prerequisites", {"course": first.name})
	second.save()
	(member,) = make_users(1)
	frappe.set_user(member)
	with pytest.raises(CourseClosedError, match=first.title):
		api.enroll(second.name)
	frappe.set_user("Administrator")
	enrollment.enroll({member: "M"}, [second.name, first.name])
	lesson = frappe.get_all("Course Lesson", {"course": second.name}, pluck="name")[0]
	with pytest.raises(CourseClosedError, match="first"):
		access.lesson_access(lesson, member)
	name = frappe.db.get_value("LMS Enrollment", {"member": member, "course": first.name}, "name")
	for each in frappe.get_all("Course Lesson", {"course": first.name}, pluck="name"):
		progress.record(name, each, completed=True)
	newer = versions.new_version(first.name)
	frappe.db.set_value("LMS Course Prerequisite", {"parent": second.name}, "course", newer.name)
	assert access.lesson_access(lesson, member).enrollment


def test_lessons_in_order_open_one_after_the_other():
	course = make_course(lessons=3, lessons_in_order=1)
	(member,) = make_users(1)
	enrollment.enroll({member: "M"}, [course.name])
	lessons = frappe.get_all("Course Lesson", {"course": course.name}, pluck="name", order_by="position")
	frappe.set_user(member)
	with pytest.raises(LessonLockedError, match="Lesson 1"):
		api.save_progress(lessons[1])
	api.finish_lesson(lessons[0])
	assert api.save_progress(lessons[1])["status"] == "In Progress"
	with pytest.raises(LessonLockedError, match="Lesson 2"):
		api.finish_lesson(lessons[2])


def test_a_locked_lesson_names_the_one_before_as_it_is_called():
	course = make_course(lessons=0, lessons_in_order=1)
	first, second = (make_lesson(course.name, title=title) for title in ("Q&A: “Why?” <3", "Then"))
	(member,) = make_users(1)
	enrollment.enroll({member: "M"}, [course.name])
	frappe.set_user(member)
	with pytest.raises(LessonLockedError) as refused:
		api.save_progress(second.name)
	title = frappe.get_value("Course Lesson", first.name, "title")
	assert str(refused.value) == f"Complete “{title.replace('<', '&lt;')}” first."
	assert "&amp;" not in str(refused.value)


def test_a_lesson_gives_nobody_elses_file_away(world):
	salaries = upload(b"secret", "salaries.txt")
	frappe.set_user(world.other_author)
	course = frappe.get_doc({"doctype": "LMS Course", "title": frappe.generate_hash()}).insert()
	chapter = frappe.get_doc({"doctype": "Course Chapter", "title": "C", "course": course.name}).insert()
	values = {"doctype": "Course Lesson", "title": "L", "chapter": chapter.name, "lesson_type": "File"}
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({**values, "attachment": salaries.file_url}).insert()
	for url in (
		"/etc/passwd",
		"/private/files/../../site_config.json",
		"https://evil.example/x",
		"/files/none",
	):
		with pytest.raises(frappe.ValidationError):
			frappe.get_doc({**values, "attachment": url}).insert()


def test_a_lessons_file_becomes_private():
	course = make_course(lessons=0)
	content = {
		"doctype": "File",
		"file_name": f"{frappe.generate_hash()}.txt",
		"content": b"public",
		"is_private": 0,
	}
	public = frappe.get_doc(content).insert()
	lesson = make_lesson(course.name, "File", attachment=public.file_url)
	assert lesson.attachment.startswith("/private/files/")


@pytest.mark.parametrize(
	"url", ["/private/files/../../site_config.json", "/files/x", "/private/files/", "", "/private/files"]
)
def test_paths_of_files_stay_below_the_private_files(url):
	with pytest.raises(frappe.DoesNotExistError):
		files.path_of(url)


def test_a_course_joins_no_family_by_a_request(world):
	foreign = make_course(lessons=0)
	quiz = make_quiz(foreign.name)
	frappe.set_user(world.other_author)
	values = {"title": frappe.generate_hash(), "version_of": foreign.name, "version": 7}
	course = frappe.get_doc({"doctype": "LMS Course", **values}).insert()
	assert (course.version, course.version_of) == (1, None)
	course.version_of = foreign.name
	course.save()
	assert not frappe.db.get_value("LMS Course", course.name, "version_of")
	chapter = frappe.get_doc({"doctype": "Course Chapter", "title": "C", "course": course.name}).insert()
	lesson = {"title": "L", "chapter": chapter.name, "lesson_type": "Quiz", "quiz": quiz.name}
	with pytest.raises(frappe.ValidationError, match="belongs to this course"):
		frappe.get_doc({"doctype": "Course Lesson", **lesson}).insert()


def test_nobody_changes_what_was_checked_of_a_package():
	course = make_course(lessons=0)
	doc = make_package(course.name)
	folder = doc.folder
	doc.folder, doc.scos[0].href, doc.title = "../..", "evil.html", "Renamed"
	doc.save()
	kept = frappe.get_doc("LMS SCORM Package", doc.name)
	assert (kept.folder, kept.scos[0].href, kept.title) == (folder, "index.html", "Renamed")


def test_tickets_are_ours_whole_and_not_over(world, monkeypatch):
	found = access.lesson_access(world.scorm, world.enrolled)
	package = frappe.get_doc("LMS SCORM Package", {"course": world.course})
	text = ticket.issue(found, package, "A")
	assert ticket.check(text).user == world.enrolled
	for wrong in (
		"",
		".",
		text[:-1],
		text[1:],
		f"{text}A",
		f"{text}=",
		f"é{text}",
		text.swapcase(),
		f"{text}\0",
	):
		assert ticket.check(wrong) is None
	monkeypatch.setattr(ticket, "HOURS", -1)
	monkeypatch.setattr(ticket, "MINUTES_WITHOUT_SESSION", -1)
	assert ticket.check(ticket.issue(found, package, "A")) is None


def test_a_ticket_ends_with_the_access(world):
	found = access.lesson_access(world.scorm, world.enrolled)
	text = ticket.issue(found, frappe.get_doc("LMS SCORM Package", {"course": world.course}), "A")
	assert ticket.check(text)
	frappe.db.set_value("LMS Enrollment", found.enrollment, "withdrawn_on", "2026-01-01 00:00:00")
	assert ticket.check(text) is None


@pytest.mark.parametrize(
	("value", "kept"),
	[
		("", ""),
		("https://content.example/", "https://content.example"),
		("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
	],
)
def test_the_address_for_packages(value, kept):
	assert scorm_content.checked_origin(value) == kept


@pytest.mark.parametrize(
	"value",
	[
		"http://content.example",
		"https://a.example/path",
		"javascript:alert(1)",
		"https://x y",
		"https://a; script-src *",
	],
)
def test_addresses_for_packages_that_are_refused(value):
	with pytest.raises(frappe.ValidationError):
		scorm_content.checked_origin(value)
