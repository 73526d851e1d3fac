"""Hostile texts, sent the whole way: through the methods of the API, SCORM commits and imported files."""

import json
from collections.abc import Callable, Iterator, Sequence

import pytest

import frappe
from frappe.utils import add_days, add_months, set_request, strip_html_tags, today

from smooth_lms.api import (
	authoring,
	batches,
	certificates,
	cohorts,
	courses,
	enrollment_runs,
	learners,
	quizzes,
	requests,
	retention,
	scorm,
	training,
)
from smooth_lms.base.ours import is_ours
from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.importing import file, runs
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.courses import uploads
from smooth_lms.courses.scorm import run as scorm_run
from smooth_lms.courses.scorm.xapi import statements as xapi_statements
from tests.security import test_texts
from tests.security.text_rows import STORED
from tests.support.completions import completed, failed_but_completed
from tests.support.factories import (
	make_batch,
	make_course,
	make_employee,
	make_lesson,
	make_mail_account,
	make_question,
	make_quiz,
	make_user,
	make_users,
)
from tests.support.packages.build import make_package, package

Place = tuple[str, str, str]
"""DocType, name, field."""
TEXTS = [test_texts.HOSTILE[kind] for kind in (*test_texts.BOTH_KINDS, "an open tag")]
SEAT, ASSIGNMENT = "LMS Batch Enrollment", "LMS Training Assignment"
REQUEST = "LMS Enrollment Request"


@pytest.fixture(autouse=True)
def in_a_request(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	set_request(method="POST", path="/")  # some methods look at the request
	yield
	del frappe.local.request


def as_moderator() -> None:
	frappe.set_user(make_user(roles=("Moderator",)).name)


def seat(batch: str, member: str) -> str:
	return frappe.db.get_value(SEAT, {"batch": batch, "member": member})


def taken_seat(**values) -> tuple[str, str]:
	(member,) = make_users(1)
	batch = make_batch(**values).name
	enrollment.enroll(batch, member, source="Desk")
	return batch, member


def withdraw(text: str) -> list[Place]:
	batch, member = taken_seat()
	frappe.set_user(member)
	batches.withdraw(batch, text)
	return [(SEAT, seat(batch, member), "withdrawal_reason")]


def withdraw_member(text: str) -> list[Place]:
	batch, member = taken_seat()
	as_moderator()
	batches.withdraw_member(batch, member, text)
	return [(SEAT, seat(batch, member), "withdrawal_reason")]


def withdraw_members(text: str) -> list[Place]:
	batch, member = taken_seat()
	as_moderator()
	cohorts.withdraw_members(batch, [member], text)
	return [(SEAT, seat(batch, member), "withdrawal_reason")]


def copy_cohort(text: str) -> list[Place]:
	batch = make_batch().name
	as_moderator()
	return [("LMS Batch", cohorts.copy(batch, text[:120], "2030-01-07"), "title")]


def send_mail(text: str) -> list[Place]:
	batch, member = taken_seat()
	make_mail_account()
	as_moderator()
	cohorts.send_mail(batch, text, text, [member])
	kept = frappe.db.get_value("Communication", {"reference_doctype": "LMS Batch", "reference_name": batch})
	return [("Communication", kept, "subject"), ("Communication", kept, "content")]


def enroll_members(text: str) -> list[Place]:
	batch, _first = taken_seat(seat_count=1)
	(member,) = make_users(1)
	as_moderator()
	batches.enroll_members(batch, [member], override_reason=text)
	return [(SEAT, seat(batch, member), "override_reason")]


def enroll_from_waitlist(text: str) -> list[Place]:
	batch, _first = taken_seat(seat_count=1, enable_waitlist=1)
	(member,) = make_users(1)
	enrollment.enroll(batch, member, source="Desk")
	as_moderator()
	batches.enroll_from_waitlist(batch, member, text)
	return [(SEAT, seat(batch, member), "override_reason")]


def start_enrollment_run(text: str) -> list[Place]:
	batch, members = make_batch().name, make_users(2)
	as_moderator()
	name = enrollment_runs.start_enrollment_run(batch, members, override_reason=text)["name"]
	return [("LMS Enrollment Run", name, "override_reason")]


def certificate() -> str:
	member = make_user().name
	make_employee(member)
	done = completed(member, make_course(certification=1).name)
	as_moderator()
	return certificates.issue(done, reason="x")


def issue(text: str) -> list[Place]:
	done = completed(make_user().name, make_course(certification=1).name)
	as_moderator()
	return [("LMS Certificate", certificates.issue(done, reason=text), "reason")]


def issue_for_cohort(text: str) -> list[Place]:
	batch, _member = taken_seat(courses=[make_course(certification=1).name])
	as_moderator()
	found = certificates.issue_for_cohort(batch, reason=text)
	name = found["name"] if isinstance(found, dict) else found
	return [("LMS Certificate Run", name, "reason")]


def revoke(text: str) -> list[Place]:
	name = certificate()
	certificates.revoke(name, text)
	return [("LMS Certificate", name, "revoke_reason")]


def revoke_failed(text: str) -> list[Place]:
	name, _lesson, _member = failed_but_completed()
	as_moderator()
	certificates.revoke_failed(name, text)
	return [
		("LMS Certificate", frappe.db.get_value("LMS Certificate", {"enrollment": name}), "revoke_reason")
	]


def keep_failed(text: str) -> list[Place]:
	name, _lesson, _member = failed_but_completed()
	as_moderator()
	certificates.keep_failed(name, text)
	return [("LMS SCORM Run", frappe.db.get_value("LMS SCORM Run", {"enrollment": name}), "kept_because")]


def correct_holder(text: str) -> list[Place]:
	name = certificate()
	member = make_user().name
	new = certificates.correct_holder(name, member, text)
	places = [("LMS Certificate", name, "revoke_reason"), ("LMS Certificate", new, "reason")]
	return [place for place in places if frappe.db.get_value(*place)]


def learner_in(course: str) -> tuple[str, str]:
	(member,) = make_users(1)
	course_enrollment.enroll({member: "Learner"}, [course])
	return member, frappe.db.get_value("LMS Enrollment", {"member": member, "course": course})


def position(method: Callable[..., object], text: str) -> list[Place]:
	course = make_course(lessons=2).name
	member, name = learner_in(course)
	lesson = frappe.get_all("Course Lesson", {"course": course}, pluck="name", order_by="position")[0]
	frappe.set_user(member)
	method(lesson, position=text)
	return [
		("LMS Course Progress", frappe.db.get_value("LMS Course Progress", {"enrollment": name}), "position")
	]


def save_progress(text: str) -> list[Place]:
	return position(courses.save_progress, text)


def finish_lesson(text: str) -> list[Place]:
	return position(courses.finish_lesson, text)


def answered(text: str, method: Callable[..., object]) -> list[Place]:
	course = make_course(lessons=0).name
	quiz = make_quiz(course, [make_question(course, "Short Text")]).name
	lesson = make_lesson(course, "Quiz", quiz=quiz).name
	member, _name = learner_in(course)
	frappe.set_user(member)
	quizzes.start(lesson)
	name = frappe.db.get_value("LMS Quiz Submission", {"member": member})
	method(name, {"0": text})
	quizzes.submit(name)
	row = frappe.db.get_value("LMS Quiz Result", {"parent": name})
	kept = frappe.db.get_value("LMS Quiz Submission", name, "answers")
	assert json.loads(kept) == {"0": text.strip()}
	return [("LMS Quiz Result", row, "answer")]


def add_person(text: str) -> list[Place]:
	email = f"{frappe.generate_hash(length=10)}@example.com"
	frappe.set_user(make_user(roles=("Moderator",)).name)
	done = learners.add([{"email": email, "full_name": text}])
	frappe.set_user("Administrator")
	assert done["added"] == 1, done
	return [("LMS Learner", email, "full_name")]


def correct_person(text: str) -> list[Place]:
	((_doctype, email, _field),) = add_person("Gina Guest")
	frappe.set_user(make_user(roles=("Moderator",)).name)
	learners.correct(email, full_name=text)
	frappe.set_user("Administrator")
	return [("LMS Learner", email, "full_name")]


def quiz_save(text: str) -> list[Place]:
	return answered(text, quizzes.save)


def quiz_submit(text: str) -> list[Place]:
	return answered(text, quizzes.submit)


def purge_request() -> str:
	frappe.set_user(make_user(roles=("System Manager",)).name)
	values = {"doctype": "LMS Purge Request", "ended_before": add_months(today(), -200), "reason": "x"}
	name = frappe.get_doc(values).insert().name
	retention.request_purge(name)
	frappe.set_user(make_user(roles=("System Manager",)).name)
	return name


def approve_purge(text: str) -> list[Place]:
	name = purge_request()
	retention.approve_purge(name, text)
	return [("LMS Purge Request", name, "approval_note")]


def reject_purge(text: str) -> list[Place]:
	name = purge_request()
	retention.reject_purge(name, text)
	return [("LMS Purge Request", name, "approval_note")]


def assignment(**values) -> str:
	(member,) = make_users(1)
	course = make_course(**values).name
	row = {"member": member, "course": course, "due_date": add_days(today(), 9)}
	name = frappe.get_doc({"doctype": ASSIGNMENT, **row}).insert().name
	as_moderator()
	return name


def waive(text: str) -> list[Place]:
	name = assignment()
	training.waive([name], text)
	return [(ASSIGNMENT, name, "close_reason")]


def cancel(text: str) -> list[Place]:
	name = assignment()
	training.cancel([name], text)
	return [(ASSIGNMENT, name, "close_reason")]


def extend(text: str) -> list[Place]:
	name = assignment()
	training.extend([name], add_days(today(), 20), text)
	return [(ASSIGNMENT, name, "extension_reason")]


def request_extension(text: str) -> list[Place]:
	name = assignment()
	frappe.set_user(frappe.db.get_value(ASSIGNMENT, name, "member"))
	training.request_extension(name, add_days(today(), 20), text)
	return [(ASSIGNMENT, name, "extension_reason")]


def revoke_licence(text: str) -> list[Place]:
	name = assignment(licence_count=2)
	training.revoke_licence(name, text)
	return [(ASSIGNMENT, name, "close_reason")]


def reassign_licence(text: str) -> list[Place]:
	name = assignment(licence_count=2)
	training.reassign_licence(name, make_users(1)[0], text)
	return [(ASSIGNMENT, name, "close_reason")]


def decide_reviews(text: str) -> list[Place]:
	(member,) = make_users(1)
	course = make_course().name
	question = {"member": member, "course": course, "course_root": course, "rule_key": "x", "cycle": 1}
	question |= {"kind": "The due date is past", "open_mark": "1", "state": "Open", "rule_due": today()}
	doc = frappe.get_doc({"doctype": "LMS Training Review", **question})
	doc.flags.ignore_mandatory = doc.flags.ignore_links = True
	name = doc.insert(ignore_permissions=True).name
	as_moderator()
	training.decide_reviews([name], reason=text)
	found = [("LMS Training Review", name, "reason")]
	closed = frappe.get_all(ASSIGNMENT, {"member": member}, pluck="name")
	found += [(ASSIGNMENT, each, "close_reason") for each in closed]
	return [place for place in found if frappe.db.get_value(*place)]


def ask_for_seat(text: str) -> list[Place]:
	batch = make_batch(requires_approval=1).name
	frappe.set_user(make_users(1)[0])
	return [(REQUEST, requests.ask_for_seat(batch, text)["request"], "reason")]


def ask_for_course(text: str) -> list[Place]:
	course = make_course(requires_approval=1).name
	frappe.set_user(make_users(1)[0])
	return [(REQUEST, requests.ask_for_course(course, text)["request"], "reason")]


def refuse_request(text: str) -> list[Place]:
	((_doctype, name, _field),) = ask_for_seat("Because")
	as_moderator()
	requests.refuse(name, text)
	return [(REQUEST, name, "decision_reason")]


def take_upload(text: str) -> list[Place]:
	course, data = make_course(lessons=0).name, package()
	sent = uploads.begin(course, "fire.zip", len(data))
	uploads.extend(sent, 0, data)
	return [("LMS SCORM Package", scorm.take_upload(sent.name, course, title=text)["name"], "title")]


def trust_package(text: str) -> list[Place]:
	name = make_package(make_course(lessons=0).name).name
	scorm.trust_package(name, text)
	return [("LMS SCORM Package", name, "trust_reason")]


def end_trust(text: str) -> list[Place]:
	name = make_package(make_course(lessons=0).name).name
	scorm.trust_package(name, "One name only")
	scorm.end_trust(name, text)
	return [("LMS SCORM Package", name, "trust_reason")]


def own_chapter() -> str:
	"""The chapter of a course of one's own."""
	course = authoring.new_course("Fire")
	return frappe.db.get_value("Course Chapter", {"course": course})


def new_course(text: str) -> list[Place]:
	as_moderator()
	return [("LMS Course", authoring.new_course(text), "title")]


def add_chapter(text: str) -> list[Place]:
	as_moderator()
	added = authoring.add_chapter(authoring.new_course("Fire"), text)["added"]
	return [("Course Chapter", added, "title")]


def add_lesson(text: str) -> list[Place]:
	as_moderator()
	return [("Course Lesson", authoring.add_lesson(own_chapter(), text)["added"], "title")]


def rename_chapter(text: str) -> list[Place]:
	as_moderator()
	chapter = own_chapter()
	authoring.rename_chapter(chapter, text)
	return [("Course Chapter", chapter, "title")]


def own_lesson() -> str:
	return authoring.add_lesson(own_chapter(), "Exits")["added"]


def rename_lesson(text: str) -> list[Place]:
	as_moderator()
	lesson = own_lesson()
	authoring.rename_lesson(lesson, text)
	return [("Course Lesson", lesson, "title")]


def save_lesson(text: str) -> list[Place]:
	as_moderator()
	lesson = own_lesson()
	authoring.save_lesson(lesson, {"title": text, "body": text}, authoring.get_lesson(lesson)["marks"])
	return [("Course Lesson", lesson, "title"), ("Course Lesson", lesson, "body")]


def publish_as_version(text: str) -> list[Place]:
	as_moderator()
	lesson = own_lesson()
	course = frappe.db.get_value("Course Lesson", lesson, "course")
	authoring.save_lesson(lesson, {"body": "<p>Leave.</p>"}, authoring.get_lesson(lesson)["marks"])
	authoring.publish(course, True)
	return [("LMS Course", authoring.publish_as_version(course, text), "change_note")]


def save_page(text: str) -> list[Place]:
	as_moderator()
	course = authoring.new_course("Fire")
	authoring.save_page(course, {"short_introduction": text})
	return [("LMS Course", course, "short_introduction")]


def set_aside(text: str) -> list[Place]:
	"""What was put aside is in the history, from where it comes back."""
	as_moderator()
	lesson = own_lesson()
	authoring.save_lesson(lesson, {"body": "<p>Leave.</p>"}, authoring.get_lesson(lesson)["marks"])
	authoring.set_aside(lesson, {"body": text})
	authoring.bring_back_text(lesson, authoring.get_history(lesson)[0]["name"])
	return [("Course Lesson", lesson, "body")]


def add_quiz(text: str) -> list[Place]:
	as_moderator()
	return [("Course Lesson", authoring.add_quiz(own_chapter(), text)["added"], "title")]


def question(text: str) -> tuple[str, list[Place]]:
	"""A quiz's lesson whose only question has the text as its right answer, and where that stands."""
	lesson = authoring.add_quiz(own_chapter(), "Way out")["added"]
	(made,) = authoring.add_questions(lesson, f"Where to?\n* {text}\n- Up")["questions"]
	return lesson, answers(made["name"])


def answers(name: str) -> list[Place]:
	return [("LMS Question Option", frappe.get_doc("LMS Question", name).options[0].name, "option")]


def add_questions(text: str) -> list[Place]:
	as_moderator()
	return question(text)[1]


def change_question(text: str) -> list[Place]:
	as_moderator()
	lesson, _places = question("Out")
	(made,) = authoring.get_quiz(lesson)["questions"]
	authoring.change_question(lesson, made["name"], f"Where to?\n* {text}\n- Up", made["mark"])
	(made,) = authoring.get_quiz(lesson)["questions"]
	return answers(made["name"])


PATHS: dict[str, Callable[[str], list[Place]]] = {
	"authoring.add_quiz": add_quiz,
	"authoring.add_questions": add_questions,
	"authoring.change_question": change_question,
	"authoring.new_course": new_course,
	"authoring.add_chapter": add_chapter,
	"authoring.add_lesson": add_lesson,
	"authoring.rename_chapter": rename_chapter,
	"authoring.rename_lesson": rename_lesson,
	"authoring.save_lesson": save_lesson,
	"authoring.publish_as_version": publish_as_version,
	"authoring.save_page": save_page,
	"authoring.set_aside": set_aside,
	"batches.withdraw": withdraw,
	"batches.enroll_members": enroll_members,
	"batches.enroll_from_waitlist": enroll_from_waitlist,
	"batches.withdraw_member": withdraw_member,
	"cohorts.copy": copy_cohort,
	"cohorts.withdraw_members": withdraw_members,
	"cohorts.send_mail": send_mail,
	"certificates.issue": issue,
	"certificates.issue_for_cohort": issue_for_cohort,
	"certificates.revoke": revoke,
	"certificates.revoke_failed": revoke_failed,
	"certificates.keep_failed": keep_failed,
	"certificates.correct_holder": correct_holder,
	"courses.save_progress": save_progress,
	"courses.finish_lesson": finish_lesson,
	"enrollment_runs.start_enrollment_run": start_enrollment_run,
	"learners.add": add_person,
	"learners.correct": correct_person,
	"quizzes.save": quiz_save,
	"quizzes.submit": quiz_submit,
	"requests.ask_for_seat": ask_for_seat,
	"requests.ask_for_course": ask_for_course,
	"requests.refuse": refuse_request,
	"retention.approve_purge": approve_purge,
	"retention.reject_purge": reject_purge,
	"training.waive": waive,
	"training.cancel": cancel,
	"training.extend": extend,
	"training.revoke_licence": revoke_licence,
	"training.reassign_licence": reassign_licence,
	"training.request_extension": request_extension,
	"training.decide_reviews": decide_reviews,
	"scorm.take_upload": take_upload,
	"scorm.trust_package": trust_package,
	"scorm.end_trust": end_trust,
}


TITLES = frozenset({"message", "subject", "text", "title", "values"})
"""Arguments that must say something."""


def check(places: Sequence[Place], text: str) -> None:
	assert places
	for doctype, name, field in places:
		(kept,) = test_texts.stored(doctype, name, [field]).values()
		given = text
		if doctype == "LMS Learner":  # has the account's name, which releases of Frappe clean in several ways
			given = frappe.db.get_value("User", name, field) or text
		wanted = test_texts.as_a_save_stores(doctype, {field: given})[field]
		assert kept.strip() == wanted.strip() or not is_ours(doctype), (doctype, field)
		assert not test_texts.runs(kept), (doctype, field)


def test_every_text_that_a_method_keeps_has_a_path():
	assert PATHS.keys() == STORED.keys()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("method", PATHS)
@pytest.mark.sweep(60)
def test_a_method_keeps_what_a_save_would_have(method, text):
	if TITLES.intersection(STORED[method]) and not strip_html_tags(text).strip():
		text = f"Fire {text}"
	check(PATHS[method](text), text)


class TestPackages:
	@pytest.fixture
	def lesson(self):
		course = make_course(lessons=0).name
		package = make_package(course)
		name = make_lesson(course, "SCORM", scorm_package=package.name).name
		_member, enrolled = learner_in(course)
		return enrolled, name, package

	def commit(self, lesson, **cmi) -> str:
		enrolled, name, package = lesson
		scorm_run.save(
			enrolled, name, package.scos[0].identifier, {"runtimeData": {"cmi": {"core": cmi, **cmi}}}
		)
		return frappe.db.get_value("LMS SCORM Run", {"enrollment": enrolled})

	@pytest.mark.parametrize("text", TEXTS)
	def test_a_bookmark_is_cleaned(self, lesson, text):
		check([("LMS SCORM Run", self.commit(lesson, lesson_location=text), "bookmark")], text)

	@pytest.mark.parametrize("text", TEXTS)
	def test_what_a_statement_says_is_cleaned_where_it_is_shown(self, lesson, text):
		enrolled, name, package = lesson
		about = {"enrollment": enrolled, "lesson": name, "package": package.name, "sco": "A"}
		said = {
			"verb": {"id": "http://x.example/v", "display": {"en": text}},
			"object": {"id": "http://x.example/a"},
		}
		xapi_statements.write(about, "s", [said])
		row = (
			"LMS xAPI Statement",
			frappe.db.get_value("LMS xAPI Statement", {"enrollment": enrolled}),
			"summary",
		)
		assert "<script" not in frappe.db.get_value(*row).lower()
		stored = frappe.get_doc(*row[:2])
		before = stored.summary
		stored._sanitize_content()
		assert stored.summary == before

	@pytest.mark.parametrize("kind", test_texts.ODD)
	def test_a_value_stays_a_value(self, lesson, kind):
		attack = f"\\',run_data=version() -- {test_texts.ODD[kind]}"
		for _again in range(2):  # the second finds a row
			name = self.commit(lesson, lesson_location=attack, suspend_data=attack, exit="suspend")
		row = frappe.db.get_value("LMS SCORM Run", name, ["bookmark", "run_data"], as_dict=True)
		assert row.bookmark == attack
		assert json.loads(row.run_data)["suspend_data"] == attack

	@pytest.mark.parametrize("version", ["1.2", "2004"])
	def test_json_with_backslashes_survives_two_openings(self, lesson, version):
		enrolled, name, package = lesson
		inner = json.dumps({"path": 'C:\\temp\\"x"', "text": "a\\nb"})
		for _again in range(2):
			self.commit(lesson, suspend_data=inner, exit="suspend")
		data = scorm_run.resume_data(enrolled, name, package.scos[0], version, "Administrator")
		assert json.loads(data["suspend_data"]) == json.loads(inner)

	@pytest.mark.parametrize("broken", ['{"a": "x\\"', "[]", "null", "11.4-MariaDB", "[" * 100_000])
	def test_data_that_cannot_be_read_starts_afresh_and_is_logged(self, lesson, broken):
		enrolled, name, package = lesson
		run = self.commit(lesson, suspend_data="abc", exit="suspend")
		frappe.db.set_value("LMS SCORM Run", run, "run_data", broken)
		data = scorm_run.resume_data(enrolled, name, package.scos[0], "2004", "Administrator")
		assert "suspend_data" not in data
		assert frappe.db.exists("Error Log", {"reference_doctype": "LMS SCORM Run", "reference_name": run})


class TestQuizzes:
	@pytest.fixture
	def attempt(self):
		course = make_course(lessons=0).name
		lesson = make_lesson(course, "Quiz", quiz=make_quiz(course).name).name
		member, _name = learner_in(course)
		frappe.set_user(member)
		quizzes.start(lesson)
		return frappe.db.get_value("LMS Quiz Submission", {"member": member})

	def test_answers_that_cannot_be_read_start_afresh(self, attempt):
		quizzes.save(attempt, {"0": "0"})
		frappe.db.set_value("LMS Quiz Submission", attempt, "answers", '{"0": ')
		assert quizzes.get_questions(attempt)["answers"] == {}
		quizzes.submit(attempt, {"0": "0"})
		assert quizzes.get_result(attempt)["score"] == 1

	@pytest.mark.parametrize("broken", ["{", "[]", "{}", ""])
	def test_questions_that_cannot_be_read_are_drawn_anew(self, attempt, broken):
		frappe.db.set_value("LMS Quiz Submission", attempt, "sheet", broken)
		with pytest.raises(frappe.ValidationError, match="open the quiz again"):
			quizzes.submit(attempt, {"0": "0"})
		assert len(quizzes.get_questions(attempt)["questions"]) == 2
		quizzes.submit(attempt, {"0": "0", "1": "0"})
		assert quizzes.get_result(attempt)["score"] == 2
		frappe.db.set_value("LMS Quiz Submission", attempt, "sheet", broken)
		assert quizzes.get_result(attempt)["questions"] == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_refused_line_of_a_file_is_cleaned(text, monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	batch = make_batch().name
	content = file.write(("Cohort", "Member"), [(batch, text), (f"{text} cohort", make_users(1)[0])])
	name = runs.start_from_file(content, "people.csv")
	name = getattr(name, "name", name)
	runs.perform(name)
	rows = frappe.get_all("LMS Enrollment Refusal", {"run": name}, ["name", "batch", "member", "reason"])
	assert len(rows) == 2
	for row in rows:
		assert not [field for field in ("batch", "member", "reason") if test_texts.runs(row[field] or "")]
	assert not test_texts.runs(frappe.db.get_value("LMS Enrollment Run", name, "log") or "")
