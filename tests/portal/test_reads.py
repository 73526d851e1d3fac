"""What a page reads: nothing twice, nothing that it does not show, and nothing that was changed meanwhile."""

import pytest
from werkzeug.datastructures import MultiDict

import frappe
from frappe.utils import set_request

from smooth_lms.api import courses as api
from smooth_lms.base import words
from smooth_lms.base.settings import setting, setting_number
from smooth_lms.cohorts import enrollment
from smooth_lms.courses import access, structure
from smooth_lms.exceptions import AccessEndedError
from smooth_lms.portal import brand, navigation, renderer
from smooth_lms.portal.pages import cohorts, courses, learning
from tests.support import factories
from tests.support.portal import Person


@pytest.fixture
def learner():
	"""A learner in the middle of a cohort's only course, with the pages of both."""
	course = factories.make_course(lessons=0).name
	lessons = factories.add_lessons(course, 6)
	batch = factories.make_batch(courses=[course]).name
	user = factories.make_user().name
	enrollment.enroll(batch, user, source="Desk")
	frappe.set_user(user)
	yield frappe._dict(user=user, course=course, lesson=lessons[2], batch=batch)
	frappe.set_user("Administrator")
	frappe.db.rollback()


@pytest.fixture
def read(learner, statements):
	"""The statements of a page, with those of what stands around it."""

	def look_twice(page, **named):
		for _time in range(2):  # the first time fills Frappe's own caches
			set_request(method="GET", path="/lms")
			with statements() as sent:
				page(renderer.Visit(learner.user, MultiDict(), MultiDict()), **named)
				navigation.sections(), brand.brand()
		del frappe.local.request
		return sent

	return look_twice


def test_a_lesson_reads_its_course_its_enrollment_and_its_outline_once(learner, read) -> None:
	sent = read(courses.lesson, course=learner.course, lesson=learner.lesson)
	assert sent.with_words("from `tabLMS Enrollment`") == 1
	assert sent.with_words("from `tabLMS Course`") == 1
	assert sent.with_words("from `tabCourse Chapter`") == 1
	assert sent.with_words("from `tabLMS Course Progress`") == 1
	assert sent.with_words("`tabCourse Instructor`") == 0
	assert sent.with_words("change_note") == 0
	assert sent.with_words("tabSingles") == 0
	assert sent.total <= 9


def test_a_lesson_that_is_done_asks_for_access_once_and_reads_the_enrollment_once(
	learner, statements
) -> None:
	visit = renderer.Visit(learner.user, MultiDict(), MultiDict())
	outline = [lesson.name for lesson in structure.lessons_in_order(structure.outline(learner.course))]
	courses.finish(visit, learner.course, outline[0])  # the course is begun, and Frappe's caches are filled
	with statements() as sent:
		answer = courses.finish(visit, learner.course, outline[1])
	assert answer.path.endswith(outline[2])
	assert sent.with_words("from `tabLMS Enrollment`") == 1
	assert sent.with_words("from `tabLMS Enrollment`", "for update") == 1
	assert sent.with_words("from `tabLMS Course`") == 1
	assert sent.with_words("from `tabUser` account") == 1
	assert sent.with_words("from `tabCourse Lesson`", "where `name`") == 1
	assert sent.total <= 10, "\n".join(sent.texts)
	done = access.open_enrollment(learner.user, learner.course)
	assert (done.status, done.progress, done.current_lesson) == ("In Progress", 33, outline[1])


def test_an_authors_own_progress_still_ends_with_their_learner(learner) -> None:
	frappe.set_user("Administrator")
	author = factories.make_user(roles=("LMS Student", "Course Creator")).name
	enrollment.enroll(learner.batch, author, source="Desk")
	course = frappe.get_doc("LMS Course", learner.course)
	course.append("instructors", {"instructor": author})
	course.save()
	factories.make_learners([author], status="Archived")
	frappe.set_user(author)
	with pytest.raises(AccessEndedError):
		api.finish_lesson(learner.lesson)


@pytest.mark.parametrize(
	("page", "most"), [(learning.index, 10), (courses.index, 8), (cohorts.index, 9), (cohorts.show, 14)]
)
def test_pages_take_few_statements(learner, read, page, most) -> None:
	named = {"batch": learner.batch} if page is cohorts.show else {}
	sent = read(page, **named)
	assert sent.total <= most, "\n".join(sent.texts)
	assert len(set(sent.texts)) == sent.total, "nothing is asked twice"


def test_a_request_that_is_no_business_of_ours_asks_the_database_nothing(statements) -> None:
	setting("scorm_content_origin")
	before = frappe.local.form_dict
	try:
		for path in ("/lms", "/api/method/ping", "/api/method/frappe.client.get_list", "/app/todo"):
			set_request(method="GET", path=path)
			frappe.local.form_dict = frappe._dict(q="words", filters="[]")
			with statements() as sent:
				for hook in frappe.get_hooks("before_request", app_name="smooth_lms"):
					frappe.call(hook)
			assert sent.texts == [], path
	finally:
		del frappe.local.request
		frappe.local.form_dict = before


def test_frappes_ping_answers_without_a_complaint(server) -> None:
	assert server.session().get(f"{server.url}/api/method/ping", timeout=60).json() == {"message": "pong"}


def test_settings_are_read_once_and_anew_after_every_way_of_writing(statements) -> None:
	before = setting_number("managers_see_training")
	try:
		with statements() as sent:
			(
				setting("managers_see_training"),
				setting("employees_see_training"),
				setting("scorm_content_origin"),
			)
		assert sent.total == 0
		frappe.db.set_single_value("LMS Settings", "managers_see_training", 1 - before)
		assert setting_number("managers_see_training") == 1 - before
		doc = frappe.get_doc("LMS Settings")
		doc.managers_see_training = before
		doc.save()
		assert setting_number("managers_see_training") == before
		frappe.db.set_single_value("LMS Settings", "managers_see_training", 1 - before)
	finally:
		frappe.db.rollback()
	assert setting_number("managers_see_training") == before


def test_a_page_in_another_process_shows_what_was_saved_in_this_one(server) -> None:
	manager = factories.make_user().name
	factories.make_learners([factories.make_user().name], approver=manager)
	frappe.db.commit()
	person = Person(server, manager)
	try:
		for shown in (1, 0, 1):
			settings = frappe.get_doc("LMS Settings")
			settings.managers_see_training = shown
			settings.save()
			frappe.db.commit()
			for _time in range(4):  # whichever server process answers
				links = [link["href"] for link in person.see("/lms").select(".sections__link")]
				assert ("/lms/team" in links) is bool(shown)
	finally:
		frappe.db.set_single_value("LMS Settings", "managers_see_training", 1)
		frappe.db.commit()


def test_words_are_looked_up_once_a_page_and_anew_in_another_language(monkeypatch) -> None:
	asked: list[tuple[str, str]] = []

	def translated(text: str) -> str:
		asked.append((frappe.local.lang, text))
		return f"{frappe.local.lang}:{text}"

	monkeypatch.setattr(frappe, "_", translated)
	monkeypatch.setattr(frappe.local, "lang", "en")
	assert words._("Full") == words._("Full") == "en:Full"
	assert len(asked) == 2, "outside of pages nothing is remembered"
	words.remember()
	try:
		assert words._("Full") == words._("Full") == "en:Full"
		assert len(asked) == 3
		frappe.local.lang = "de"
		assert words._("Full") == "de:Full"
	finally:
		del frappe.local.smooth_lms_words
