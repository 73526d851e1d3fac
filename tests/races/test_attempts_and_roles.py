"""Two clicks, two tabs, two records: each gets the attempt, the result or the role, and there is one of it."""

import ast
import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import frappe

import smooth_lms
from smooth_lms.courses import enrollment, versions
from smooth_lms.learners import accounts, groups
from tests.support.factories import (
	make_course,
	make_learners,
	make_lesson,
	make_quiz,
	make_user,
	make_users,
	unique,
)
from tests.support.threads import at_once

CLICKS = 8


@pytest.fixture
def quiz_lesson():
	"""(lesson, learner), committed."""
	course = make_course(lessons=0).name
	lesson = make_lesson(course, "Quiz", quiz=make_quiz(course, max_attempts=2).name).name
	(user,) = make_users(1)
	enrollment.enroll({user: "Learner"}, [course])
	frappe.db.commit()
	return lesson, user


@contextmanager
def own_connection() -> Iterator[None]:
	"""Frappe in another thread, with a connection of its own; what is done is committed."""
	frappe.init(site=os.environ["SMOOTH_SITE"], sites_path=".")
	frappe.connect()
	try:
		yield
		frappe.db.commit()
	finally:
		frappe.destroy()


def overtaken(
	look: Callable[[], object], act: Callable[[], object], meanwhile: Callable[[], object]
) -> object:
	"""What `act` gives in a transaction that has looked before another one did `meanwhile` and committed it."""
	looked, done = threading.Event(), threading.Event()

	def run() -> object:
		with own_connection():
			look()
			looked.set()
			assert done.wait(30)
			return act()

	with ThreadPoolExecutor(1) as pool:
		answer = pool.submit(run)
		assert looked.wait(30)
		meanwhile()
		frappe.db.commit()
		done.set()
		return answer.result(60)


class TestQuizzes:
	def test_everybody_who_starts_at_once_gets_the_one_attempt(self, server, quiz_lesson):
		lesson, user = quiz_lesson
		sessions = [server.session(user) for _ in range(CLICKS)]
		answers = at_once([lambda s=s: server.call(s, "quizzes.start", lesson=lesson) for s in sessions])
		assert Counter(answer.status_code for answer in answers) == {200: CLICKS}
		assert len({answer.json()["message"]["name"] for answer in answers}) == 1
		frappe.db.rollback()
		assert frappe.db.count("LMS Quiz Submission", {"member": user}) == 1

	def test_everybody_who_submits_at_once_gets_the_one_result(self, server, quiz_lesson):
		lesson, user = quiz_lesson
		sessions = [server.session(user) for _ in range(CLICKS)]
		name = server.call(sessions[0], "quizzes.start", lesson=lesson).json()["message"]["name"]
		right = json.dumps({"0": "0", "1": "0"})
		answers = at_once(
			[lambda s=s: server.call(s, "quizzes.submit", submission=name, answers=right) for s in sessions]
		)
		assert Counter(answer.status_code for answer in answers) == {200: CLICKS}
		assert {answer.json()["message"]["passed"] for answer in answers} == {1}
		frappe.db.rollback()
		assert frappe.db.count("LMS Quiz Result", {"parent": name}) == 2

	def test_an_attempt_that_was_submitted_meanwhile_counts(self, quiz_lesson):
		"""One tab looks, the other begins and submits; the first then begins the second attempt, and no third."""
		from smooth_lms.courses import access
		from smooth_lms.courses.quiz import attempts

		lesson, user = quiz_lesson
		found = []

		def attempt() -> None:
			attempts.submit(attempts.start(access.lesson_access(lesson, user)), {}, user)

		name = overtaken(
			lambda: found.append(access.lesson_access(lesson, user)),
			lambda: attempts.start(found[0]),
			attempt,
		)
		frappe.db.rollback()
		assert frappe.db.get_value("LMS Quiz Submission", name, ["attempt", "status"]) == (2, "In Progress")

	def test_everybody_who_joins_a_course_at_once_is_told_of_the_one_enrollment(self, server):
		course, (user,) = make_course().name, make_users(1)
		frappe.db.commit()
		sessions = [server.session(user) for _ in range(CLICKS)]
		answers = at_once([lambda s=s: server.call(s, "courses.enroll", course=course) for s in sessions])
		told = {answer.json()["message"]["enrollment"] for answer in answers if answer.ok}
		frappe.db.rollback()
		assert told == {frappe.db.get_value("LMS Enrollment", {"member": user, "course": course})}


class TestRoles:
	def test_a_role_that_another_transaction_gives_meanwhile_is_given_once(self):
		user = make_user(roles=()).name
		frappe.db.commit()
		given = overtaken(
			lambda: frappe.get_all("Has Role", {"parent": user}),
			lambda: accounts.grant({user: ["LMS Student"]}),
			lambda: accounts.grant({user: ["LMS Student"]}),
		)
		frappe.db.rollback()
		assert given == {}
		assert frappe.db.count("Has Role", {"parent": user, "role": "LMS Student"}) == 1

	def test_two_that_give_it_at_the_same_moment_take_turns(self):
		user = make_user(roles=()).name
		frappe.db.commit()

		def give() -> None:
			with own_connection():
				frappe.get_all("Has Role", {"parent": user})
				barrier.wait(30)
				accounts.grant({user: ["LMS Student", "Moderator"]})

		barrier = threading.Barrier(4)
		with ThreadPoolExecutor(4) as pool:
			for each in [pool.submit(give) for _ in range(4)]:
				each.result(60)
		frappe.db.rollback()
		roles = frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role")
		assert sorted(roles) == ["LMS Student", "Moderator"]


class TestOthers:
	def test_two_new_versions_have_two_numbers(self):
		course = make_course().name
		frappe.db.commit()
		second = overtaken(
			lambda: versions.family(course),
			lambda: versions.new_version(course).version,
			lambda: versions.new_version(course),
		)
		frappe.db.rollback()
		assert second == 3

	def test_somebody_is_in_a_group_once(self):
		(user,) = make_users(1)
		make_learners([user])
		group = frappe.get_doc({"doctype": "LMS Group", "title": unique("Group")}).insert().name
		frappe.db.commit()
		look = lambda: frappe.get_all("LMS Learner Group", {"parent": user})  # noqa: E731
		add = lambda: groups.add([user], group)  # noqa: E731
		assert overtaken(look, add, add) == []
		frappe.db.rollback()
		assert frappe.db.count("LMS Learner Group", {"parent": user}) == 1


READS = {"get_value", "get_values", "get_all", "exists", "get_doc", "count", "select_rows", "get_list"}
KNOWN = {
	# its text, which no lock has read; the number comes from the locked rows
	("courses/versions.py", "new_version", "frappe.get_doc('LMS Course', course)"),
}


def test_no_function_reads_plainly_what_it_has_locked():
	"""A plain read after a locking one shows the row as it was when the transaction began."""
	found = set()
	root = Path(smooth_lms.__file__).parent
	for path in root.rglob("*.py"):
		for function in ast.walk(ast.parse(path.read_text())):
			if isinstance(function, ast.FunctionDef):
				found |= {
					(str(path.relative_to(root)), function.name, ast.unparse(call))
					for call in _plain(function)
				}
	assert found == KNOWN


def _plain(function: ast.FunctionDef) -> list[ast.Call]:
	calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args]
	reads = [each for each in calls if _called(each) in READS]
	locked = [(each.lineno, ast.unparse(each.args[0])) for each in reads if _locks(each)]
	return [
		each
		for each in reads
		if not _locks(each)
		and any(line < each.lineno and what == ast.unparse(each.args[0]) for line, what in locked)
	]


def _called(call: ast.Call) -> str:
	return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def _locks(call: ast.Call) -> bool:
	return any(
		keyword.arg in ("for_update", "lock")
		and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
		for keyword in call.keywords
	)
