"""Whoever is outside an audience finds the course and its cohorts through no door; whoever is inside through each."""

from collections.abc import Callable

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.permissions import shown
from tests.security.asking import ask
from tests.support import factories
from tests.support.portal import Person

METHOD = "/api/method/smooth_lms.api."
MARK = "Zorilla"
"""Stands in each title and each slug that an outsider must not find."""
WORD = "Weasel"
"""Stands in them as well, and is what people look for."""


def _people(department: str) -> dict[str, str]:
	inside = factories.make_workforce(1, department=department)[0]
	outside, enrolled, seated, pinned = factories.make_workforce(4)
	exempt = factories.make_workforce(1, department=department)[0]
	return {
		"inside": inside,
		"pinned": pinned,
		"outside": outside,
		"exempt": exempt,
		"enrolled": enrolled,
		"seated": seated,
		"author": factories.make_user(roles=("LMS Student", "Course Creator")).name,
		"teacher": factories.make_user(roles=("LMS Student", "Batch Evaluator")).name,
		"instructor": factories.make_user(roles=("LMS Student", "Course Creator")).name,
		"moderator": factories.make_user(roles=("LMS Student", "Moderator")).name,
	}


@pytest.fixture(scope="module")
def scene(server) -> frappe._dict:
	word = f"{WORD}{frappe.generate_hash(length=6)}"
	department = factories.make_department()
	people = _people(department)
	audience = {
		"audience": [{"effect": "Include", "kind": "Department", "value": department}],
		"exceptions": [
			{"member": people["pinned"], "effect": "Pin", "reason": "Guest"},
			{"member": people["exempt"], "effect": "Exempt", "reason": "Wrote it"},
		],
	}
	category = frappe.get_doc({"doctype": "LMS Category", "category": f"{MARK} {word} things"}).insert().name
	course = factories.make_course(
		title=f"{MARK} {word} course",
		lessons=0,
		category=category,
		instructors=[{"instructor": people["instructor"]}],
		**audience,
	)
	lesson = factories.make_lesson(course.name, title=f"{MARK} {word} lesson", preview=1).name
	plain = factories.make_course(title=f"{word} plain", prerequisites=[{"course": course.name}]).name
	cohort = factories.make_batch(
		courses=[plain], title=f"{MARK} {word} cohort", category=category, **audience
	)
	# hidden by its course alone
	carrying = factories.make_batch(courses=[course.name], title=f"{MARK} {word} carrying")
	draft = factories.make_batch(courses=[plain], title=f"{MARK} {word} draft", published=0, **audience)
	course_enrollment.enroll({people["enrolled"]: "Enrolled"}, [course.name])
	for batch in (cohort, carrying):
		enrollment.enroll(batch.name, people["seated"], source="Desk", override_reason="Asked for it")
	frappe.db.commit()
	return frappe._dict(
		word=word,
		people=people,
		server=server,
		course=course.name,
		lesson=lesson,
		plain=plain,
		cohort=cohort.name,
		carrying=carrying.name,
		draft=draft.name,
	)


LISTS: dict[str, Callable[[frappe._dict], str]] = {
	"catalogue": lambda s: f"/lms/courses?q={s.word}",
	"catalogue, unfiltered": lambda s: "/lms/courses",
	"own courses": lambda s: f"/lms/courses?tab=mine&q={s.word}",
	"cohorts": lambda s: f"/lms/batches?q={s.word}",
	"search": lambda s: f"/lms/search?q={s.word}",
	"home": lambda s: "/lms",
	"timetable": lambda s: "/lms/timetable",
	"a course that comes after it": lambda s: f"/lms/courses/{s.plain}",
	"get_courses": lambda s: f"{METHOD}courses.get_courses?page_size=50&search={s.word}",
	"get_course of another": lambda s: f"{METHOD}courses.get_course?course={s.plain}",
	"get_batches": lambda s: f"{METHOD}batches.get_batches?page_size=50&search={s.word}",
	"REST, courses": lambda s: (
		f'/api/resource/LMS Course?fields=["title"]&filters=[["title","like","%{s.word}%"]]'
	),
	"REST, cohorts": lambda s: (
		f'/api/resource/LMS Batch?fields=["title"]&filters=[["title","like","%{s.word}%"]]'
	),
	"get_list of lines": lambda s: (
		"/api/method/frappe.client.get_list?doctype=LMS Training Audience"
		'&parent=LMS Course&fields=["parent"]&limit_page_length=500'
	),
	"get_list of a cohort's courses": lambda s: (
		"/api/method/frappe.client.get_list?doctype=LMS Batch Course"
		'&parent=LMS Batch&fields=["parent","course"]&limit_page_length=500'
	),
	"get_list of instructors": lambda s: (
		"/api/method/frappe.client.get_list?doctype=Course Instructor"
		'&parent=LMS Course&fields=["parent"]&limit_page_length=500'
	),
	"link search": lambda s: f"/api/method/frappe.desk.search.search_link?doctype=LMS Course&txt={s.word}",
	"global search": lambda s: f"/api/method/frappe.utils.global_search.search?text={s.word}",
}
"""Answers in which an outsider must not read the mark."""
ADDRESSES: dict[str, Callable[[frappe._dict], str]] = {
	"course": lambda s: f"/lms/courses/{s.course}",
	"lesson": lambda s: f"/lms/courses/{s.course}/{s.lesson}",
	"cohort": lambda s: f"/lms/batches/{s.cohort}",
	"cohort with the course": lambda s: f"/lms/batches/{s.carrying}",
	"calendar": lambda s: f"/lms/batches/{s.cohort}/calendar.ics",
	"get_course": lambda s: f"{METHOD}courses.get_course?course={s.course}",
	"picture": lambda s: f"{METHOD}courses.picture?course={s.course}",
	"get_batch": lambda s: f"{METHOD}batches.get_batch?batch={s.cohort}",
	"REST, course": lambda s: f"/api/resource/LMS Course/{s.course}",
	"REST, second version": lambda s: f"/api/v2/document/LMS Course/{s.course}",
	"link title": lambda s: (
		f"/api/method/frappe.desk.search.get_link_title?doctype=LMS Course&docname={s.course}"
	),
	"REST, cohort": lambda s: f"/api/resource/LMS Batch/{s.cohort}",
}
"""Addresses at which there is nothing for an outsider."""
WRITES: dict[str, tuple[str, Callable[[frappe._dict], dict]]] = {
	"enroll in the course": ("courses.enroll", lambda s: {"course": s.course}),
	"leave the course": ("courses.leave", lambda s: {"course": s.course}),
	"save progress": ("courses.save_progress", lambda s: {"lesson": s.lesson}),
	"enroll in the cohort": ("batches.enroll", lambda s: {"batch": s.cohort}),
	"enroll in the cohort with the course": ("batches.enroll", lambda s: {"batch": s.carrying}),
	"enroll in a draft": ("batches.enroll", lambda s: {"batch": s.draft}),
}
OUTSIDERS = ("outside", "exempt", "author", "teacher")


def told(text: str, scene: frappe._dict) -> bool:
	return f"{MARK} {scene.word}" in text or f"{MARK}-{scene.word}".lower() in text


def get(person: Person, path: str):
	person.session.headers["Accept"] = "application/json" if path.startswith("/api/") else "text/html"
	return person.get(path)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_list_names_it_to_an_outsider(scene, who):
	person = Person(scene.server, scene.people[who])
	author = (
		"cohorts",
		"get_batches",
		"search",
		"REST, cohorts",
		"get_list of a cohort's courses",
		"get_list of lines",
	)
	for door, path in LISTS.items():
		if who == "author" and door in author:
			continue  # authors see every cohort, as they did before there were audiences
		assert not told(get(person, path(scene)).text, scene), door


@pytest.mark.parametrize("who", OUTSIDERS)
def test_there_is_nothing_at_its_addresses_for_an_outsider(scene, who):
	person = Person(scene.server, scene.people[who])
	for door, path in ADDRESSES.items():
		if who == "author" and ("cohort" in door or door in ("calendar", "get_batch")):
			continue
		answer = get(person, path(scene))
		assert answer.status_code in (403, 404) or door == "link title", door
		assert f"{MARK} {scene.word}" not in answer.text, door


@pytest.mark.parametrize("who", OUTSIDERS)
def test_what_is_hidden_is_refused_as_if_it_were_not_there(scene, who):
	session = scene.server.session(scene.people[who])
	for door, (method, arguments) in WRITES.items():
		if who == "author" and method == "batches.enroll":
			continue
		answer = scene.server.call(session, method, **arguments(scene))
		named = next(iter(arguments(scene).values()))
		missing = scene.server.call(session, method, **dict.fromkeys(arguments(scene), "no-such-thing"))
		assert answer.status_code == missing.status_code == 404, door
		assert answer.text.replace(named, "no-such-thing") == missing.text, door


@pytest.mark.parametrize("who", ["inside", "pinned", "moderator"])
def test_whoever_is_inside_finds_it(scene, who):
	person = Person(scene.server, scene.people[who])
	for door in (
		"catalogue",
		"cohorts",
		"search",
		"a course that comes after it",
		"get_courses",
		"get_batches",
	):
		assert told(get(person, LISTS[door](scene)).text, scene), door
	for door in ("course", "lesson", "cohort", "cohort with the course", "get_course", "get_batch"):
		assert get(person, ADDRESSES[door](scene)).status_code == 200, door


@pytest.mark.parametrize(
	("who", "lists", "addresses"),
	[
		("enrolled", ("catalogue", "own courses", "search"), ("course", "lesson", "cohort with the course")),
		("seated", ("catalogue", "cohorts"), ("course", "cohort", "cohort with the course", "calendar")),
		("instructor", ("catalogue", "REST, courses", "link search"), ("course", "lesson", "REST, course")),
	],
)
def test_whoever_has_it_keeps_it(scene, who, lists, addresses):
	person = Person(scene.server, scene.people[who])
	for door in lists:
		assert told(get(person, LISTS[door](scene)).text, scene), door
	for door in addresses:
		assert get(person, ADDRESSES[door](scene)).status_code == 200, door


def test_a_field_of_a_hidden_course_is_not_read_through_a_link(scene):
	frappe.set_user(scene.people["author"])
	own = factories.make_course(title="Own", prerequisites=[{"course": scene.course}])
	assert own.name
	answer = ask("frappe.client.get_list", doctype="LMS Course", fields='["version_of.title"]')
	assert not told(answer, scene)


def test_an_author_who_is_outside_does_not_see_another_companys_course(scene):
	ours, theirs = factories.company(), factories.company("Smooth Apart Company")
	author = factories.make_workforce(1, company=theirs)[0]
	frappe.get_doc("User", author).add_roles("Course Creator")
	here, there = (factories.make_workforce(1, company=each)[0] for each in (ours, theirs))
	frappe.set_user(author)
	course = factories.make_course(title=f"{scene.word} apart")
	frappe.set_user("Administrator")
	assert course.company == theirs, "a course takes the company of its author"
	shared = factories.make_course(title=f"{scene.word} shared", company=theirs)
	shared.append("audience", {"effect": "Include", "kind": "Company", "value": ours})
	shared.save()
	for apart, expected in ((0, {here, there}), (1, {there})):
		frappe.db.set_single_value("LMS Settings", "own_company_only", apart)
		seen = {user for user in (here, there) if shown.is_to(user, "LMS Course", course.name)}
		assert seen == expected
		assert shown.is_to(here, "LMS Course", shared.name)


def test_dates_of_exceptions_end(scene):
	user = factories.make_workforce(1)[0]
	course = factories.make_course()
	course.append("exceptions", {"member": user, "effect": "Pin", "reason": "x", "until": today()})
	course.save()
	other = factories.make_workforce(1)[0]
	assert shown.is_to(user, "LMS Course", course.name)
	assert not shown.is_to(other, "LMS Course", course.name), "named people are the only ones"
	frappe.db.set_value("LMS Training Exception", {"parent": course.name}, "until", add_days(today(), -1))
	assert not shown.is_to(user, "LMS Course", course.name)
	assert not shown.is_to(other, "LMS Course", course.name), "what ends opens it to nobody"
