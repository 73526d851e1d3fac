"""What is used after access has ended: an attempt, a ticket, a lesson, a class, a calendar's address, a job.

Whoever holds the name of something that was begun in time has no right by that: each use asks again. The lists of what
there is come from the code; a new method that learners call, or a new job, fails here until it has a row.
"""

import ast
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

import frappe
from frappe.utils import add_days, add_months, now_datetime, set_request, today

import smooth_lms
from smooth_lms import hooks
from smooth_lms.api import batches as batches_api
from smooth_lms.api import courses, live_classes, quizzes
from smooth_lms.cohorts import calendar, completion, enrollment, withdrawal
from smooth_lms.cohorts import live_classes as classes
from smooth_lms.cohorts.importing import runs as enrollment_runs
from smooth_lms.compliance import certificate_runs, purge
from smooth_lms.compliance.audit import export
from smooth_lms.courses import access
from smooth_lms.courses.quiz import attempts
from smooth_lms.courses.scorm import content
from smooth_lms.courses.scorm import ticket as scorm_ticket
from smooth_lms.courses.scorm.xapi import identity, launch, words
from smooth_lms.learners.sync import undo
from tests.courses.test_quizzes import let_time_pass
from tests.security.matrix import METHODS
from tests.security.test_matrix import api_methods
from tests.support.factories import (
	make_batch,
	make_course,
	make_employee,
	make_learners,
	make_lesson,
	make_quiz,
	make_user,
)
from tests.support.packages.build import make_package, package
from tests.support.packages.statements import cmi5, statement, tincan

ENDINGS = ("withdrawn", "archived", "disabled", "unpublished", "role lost")
EVERYWHERE = frozenset(ENDINGS)
PERSON = frozenset({"withdrawn", "archived", "disabled"})
RIGHT = {"0": "0", "1": "0"}
PACKAGES: dict[str, Callable[[], bytes]] = {"SCORM": package, "cmi5": cmi5, "xAPI": tincan}


class World:
	"""A course that is one lesson, a cohort with it, and a learner there who has another role, too."""

	def __init__(self, kind: str) -> None:
		self.course = make_course(lessons=0, certification=1).name
		values: dict[str, Any] = {}
		if kind == "Quiz":
			values["quiz"] = make_quiz(self.course, time_limit_minutes=30).name
		if kind in PACKAGES:
			values["scorm_package"] = make_package(self.course, PACKAGES[kind]()).name
		self.lesson = make_lesson(self.course, "SCORM" if kind in PACKAGES else kind, **values).name
		self.batch = make_batch(courses=[self.course])
		# a role that keeps the portal open to somebody whose learner was archived
		self.learner = make_user(roles=("LMS Student", "Course Creator")).name
		make_employee(self.learner)
		make_learners([self.learner])
		enrollment.enroll(self.batch.name, self.learner, source="Desk")
		self.enrollment = frappe.db.get_value(
			"LMS Enrollment", {"member": self.learner, "course": self.course}
		)
		self.handle: Any = None

	def as_learner(self, call: Callable[[], Any]) -> Any:
		frappe.set_user(self.learner)
		try:
			return call()
		finally:
			frappe.set_user("Administrator")

	def end(self, ending: str) -> None:
		if ending == "withdrawn":
			withdrawal.withdraw_many(self.batch.name, [self.learner], reason="cheated")
			if frappe.db.get_value("LMS Enrollment", self.enrollment, "status") == "Completed":
				frappe.db.set_value("LMS Enrollment", self.enrollment, "withdrawn_on", now_datetime())
		elif ending == "archived":
			# as HR suspends somebody: the seat stays
			frappe.db.set_value("LMS Learner", self.learner, "status", "Archived")
		elif ending == "disabled":
			frappe.db.set_value("User", self.learner, "enabled", 0)
		elif ending == "unpublished":
			frappe.db.set_value("LMS Course", self.course, "published", 0)
		else:
			frappe.db.delete("Has Role", {"parent": self.learner, "parenttype": "User"})
		frappe.clear_cache(user=self.learner)
		frappe.clear_document_cache("User", self.learner)
		frappe.cache().delete_keys("smooth_lms:scorm")

	def proofs(self) -> dict[str, Any]:
		"""What shows that something was completed."""
		seat = {"batch": self.batch.name, "member": self.learner}
		return {
			"enrollment": frappe.db.get_value("LMS Enrollment", self.enrollment, "status") == "Completed",
			"certificate": bool(frappe.db.exists("LMS Certificate", {"member": self.learner})),
			"cohort": frappe.db.get_value("LMS Batch Enrollment", seat, "status") == "Completed",
			"quiz": bool(frappe.db.exists("LMS Quiz Submission", {"member": self.learner, "passed": 1})),
		}


@dataclass(frozen=True)
class Handle:
	"""Something that can be used later than it was begun."""

	kind: str
	begin: Callable[[World], Any]
	use: Callable[[World], Any]
	refused: frozenset[str] = EVERYWHERE
	"""After which endings it does nothing any more."""
	answers: bool = True
	"""Whether the one who uses it is told; a job is not."""


def _nothing(world: World) -> None:
	return None


def _attempt(world: World) -> str:
	return world.as_learner(lambda: quizzes.start(world.lesson))["name"]


def _attempt_left(world: World) -> str:
	name = _attempt(world)
	world.as_learner(lambda: quizzes.save(name, RIGHT))
	let_time_pass(name, 3600)
	return name


def _ticket(world: World) -> str:
	def launch() -> str:
		found = access.lesson_access(world.lesson)
		package = frappe.get_doc(
			"LMS SCORM Package", frappe.db.get_value("Course Lesson", world.lesson, "scorm_package")
		)
		return content.launch(found, package, package.scos[0])["address"]

	set_request(method="GET", path="/")
	try:
		return world.as_learner(launch)
	finally:
		del frappe.local.request


def _commit(world: World) -> None:
	folder = "/".join(world.handle.split("/")[:3])
	sent = {"completionStatus": "completed", "successStatus": "passed", "runtimeData": {"cmi": {"core": {}}}}
	set_request(method="POST", path=f"{folder}/~commit", data=json.dumps(sent))
	try:
		answer = content.ScormContent(frappe.request.path).render()
	finally:
		del frappe.local.request
	if answer.status_code >= 400:
		raise frappe.PermissionError


def _launched(world: World) -> tuple[str, dict[str, str]]:
	"""The folder of a ticket, and what content of xAPI was launched with."""
	folder = _ticket(world).rpartition("/")[0]
	ticket = scorm_ticket.check(folder.rpartition("/")[2])
	visit = launch.visit_of(ticket, identity.new_session(), folder)
	address = launch.address(visit, f"https://learn.example{folder}/", "index.html")
	return folder, dict(parse_qsl(urlsplit(address).query))


def _say(world: World) -> None:
	"""A result by xAPI, and that the part is left with it."""
	folder, given = world.handle
	ended = statement(words.TERMINATED, given, result={"completion": True, "success": True})
	headers = {"Authorization": given["auth"], "X-Experience-API-Version": "1.0.3"}
	_taken("POST", f"{folder}/~xapi/statements", json.dumps(ended), headers)


def _launch(world: World) -> None:
	"""Open a part of cmi5 at the address that the lesson's page has offered; no session is begun without access."""
	_taken("GET", world.handle, "", {})


def _taken(method: str, path: str, data: str, headers: dict[str, str]) -> None:
	def take():
		try:
			content.take_commit()
		except HTTPException as answered:
			return answered.get_response()
		return content.ScormContent(path).render()

	if _requested(method, path, take, data=data, headers=headers).status_code >= 400:
		raise frappe.PermissionError


def _requested(method: str, path: str, act: Callable[[], Any], **sent: Any) -> Any:
	set_request(method=method, path=path, **sent)
	frappe.local.form_dict = frappe._dict()
	try:
		return act()
	finally:
		del frappe.local.request


def _live_class(world: World) -> str:
	doc = {
		"doctype": "LMS Live Class",
		"title": "Kick-off",
		"batch": world.batch.name,
		"lesson": world.lesson,
		"date": world.batch.start_date,
		"start_time": "10:00:00",
		"duration_minutes": 60,
		"opens_minutes_before": 60 * 24 * 30,
		"join_url": "https://meet.example.com/abc",
	}
	return frappe.get_doc(doc).insert().name


def _join(world: World) -> None:
	starts = classes.starts_at(frappe.get_doc("LMS Live Class", world.handle))
	with pytest.MonkeyPatch.context() as patched:
		patched.setattr(classes, "now_utc", lambda: starts + timedelta(minutes=1))
		world.as_learner(lambda: live_classes.join(world.handle))


def _completed_in_cohort(world: World) -> None:
	values = {"status": "Completed", "progress": 100, "completed_on": now_datetime()}
	frappe.db.set_value("LMS Enrollment", world.enrollment, values)
	frappe.db.set_value("LMS Batch", world.batch.name, {"start_date": add_days(today(), -1)})


def _certificate_run(world: World) -> str:
	_completed_in_cohort(world)
	return certificate_runs.start(world.batch.name).name


HANDLES: dict[str, Handle] = {
	"batches.enroll": Handle(
		"Text",
		lambda world: withdrawal.withdraw(world.batch.name, world.learner, reason=None),
		lambda world: world.as_learner(lambda: batches_api.enroll(world.batch.name)),
		EVERYWHERE - {"withdrawn"},
	),
	"courses.enroll": Handle(
		"Text",
		lambda world: frappe.db.set_value("LMS Enrollment", world.enrollment, "withdrawn_on", now_datetime()),
		lambda world: world.as_learner(lambda: courses.enroll(world.course)),
		EVERYWHERE - {"withdrawn"},
	),
	"courses.save_progress": Handle(
		"Text", _nothing, lambda world: world.as_learner(lambda: courses.save_progress(world.lesson, "1"))
	),
	"courses.finish_lesson": Handle(
		"Text", _nothing, lambda world: world.as_learner(lambda: courses.finish_lesson(world.lesson))
	),
	"live_classes.join": Handle("Live Class", _live_class, _join, EVERYWHERE - {"unpublished"}),
	"live_classes.get_calendar_address": Handle(
		"Text",
		lambda world: world.as_learner(live_classes.get_calendar_address),
		lambda world: calendar.feed(world.handle.rsplit("/", 1)[1].removesuffix(".ics")),
		frozenset({"archived", "disabled", "role lost"}),
	),
	"quizzes.start": Handle(
		"Quiz", _nothing, lambda world: world.as_learner(lambda: quizzes.start(world.lesson))
	),
	"quizzes.save": Handle(
		"Quiz", _attempt, lambda world: world.as_learner(lambda: quizzes.save(world.handle, RIGHT))
	),
	"quizzes.submit": Handle(
		"Quiz", _attempt, lambda world: world.as_learner(lambda: quizzes.submit(world.handle, RIGHT))
	),
	"scorm commit": Handle("SCORM", _ticket, _commit),
	"xapi statement": Handle("xAPI", _launched, _say),
	"cmi5 launch": Handle("cmi5", _ticket, _launch),
	"smooth_lms.courses.quiz.attempts.close_expired": Handle(
		"Quiz", _attempt_left, lambda world: attempts.close_expired(), answers=False
	),
	"smooth_lms.cohorts.live_classes.count_many": Handle(
		"Live Class",
		_nothing,
		lambda world: classes.count_many(world.lesson, [world.learner]),
		PERSON,
		answers=False,
	),
	"smooth_lms.cohorts.completion.complete_due": Handle(
		"Text", _completed_in_cohort, lambda world: completion.complete_due(), PERSON, answers=False
	),
	"smooth_lms.compliance.certificate_runs.perform": Handle(
		"Text",
		_certificate_run,
		lambda world: certificate_runs.perform(world.handle),
		PERSON,
		answers=False,
	),
}
"""By the API method, or the path of the job, that uses them."""


@dataclass(frozen=True)
class Job:
	"""Something that a job does in the name of a person, who may have lost the right to it meanwhile."""

	role: str
	ask: Callable[[World], str]
	"""As the person who asks. Returns what the job works on."""
	perform: Callable[[str], Any]
	failed: Callable[[str], bool]


def _failed(doctype: str) -> Callable[[str], bool]:
	return lambda name: frappe.db.get_value(doctype, name, "status") == "Failed"


def _export(world: World) -> str:
	return frappe.get_doc({"doctype": "LMS Audit Export", "certificates": 1}).insert().name


def _purge(world: World) -> str:
	values = {"ended_before": add_months(today(), -200), "reason": "x"}
	doc = frappe.get_doc({"doctype": "LMS Purge Request", **values}).insert(ignore_permissions=True)
	asked = {"status": "Approved", "requested_by": "Administrator", "approved_by": frappe.session.user}
	frappe.db.set_value("LMS Purge Request", doc.name, asked)
	return doc.name


def _finished_sync(world: World) -> str:
	doc = frappe.get_doc({"doctype": "LMS Sync Run", "status": "Completed", "requested_by": "Administrator"})
	return doc.insert(ignore_permissions=True).name


JOBS: dict[str, Job] = {
	"smooth_lms.cohorts.importing.runs.perform": Job(
		"Moderator",
		lambda world: enrollment_runs.start(world.batch.name, [make_user().name], source="Desk").name,
		enrollment_runs.perform,
		_failed("LMS Enrollment Run"),
	),
	"smooth_lms.compliance.audit.export.perform": Job(
		"Moderator", _export, export.perform, _failed("LMS Audit Export")
	),
	"smooth_lms.compliance.certificate_runs.perform": Job(
		"Moderator", _certificate_run, certificate_runs.perform, _failed("LMS Certificate Run")
	),
	"smooth_lms.compliance.purge.perform": Job(
		"System Manager", _purge, purge.perform, _failed("LMS Purge Request")
	),
	"smooth_lms.learners.sync.undo.undo": Job(
		"Moderator",
		_finished_sync,
		undo.undo,
		lambda name: frappe.db.get_value("LMS Sync Run", name, "status") == "Completed",
	),
}

OTHERS = {
	# what gives nothing for which access would have to be asked again
	"batches.withdraw": "ends one's own access",
	"batches.accept_seat": "the door decides as about everybody: tests/cohorts/test_offers.py",
	"requests.ask_for_seat": "the door decides as about everybody, and somebody else once more",
	"requests.ask_for_course": "as whoever enrolls themselves, and somebody else decides once more",
	"requests.take_back": "ends one's own request",
	"smooth_lms.cohorts.offers.pass_on": "offers seats to those whom the door would let in",
	"smooth_lms.cohorts.requests.running_out.sweep_requests": "ends requests, and tells those who can decide",
	"notices.set_my_choice": "says what one wants to hear oneself",
	"training.request_extension": "asks a person, who decides",
	# jobs
	"smooth_lms.cohorts.confirmation.send": "sends what was decided",
	"smooth_lms.cohorts.confirmation.send_held": "sends what was decided",
	"smooth_lms.cohorts.telling.scheduled": "tells only those whose access has not ended",
	"smooth_lms.base.notices.delivery.release_ready": "lets go what is asked about again as it is sent",
	"smooth_lms.compliance.evidence.make": "writes down a proof that is there",
	"smooth_lms.compliance.evidence.make_left_over": "writes down a proof that is there",
	"smooth_lms.compliance.records.update_statuses": "follows dates",
	"smooth_lms.courses.builder.removal.forget_removed": "deletes lessons that nobody has worked on",
	"smooth_lms.courses.uploads.remove_abandoned": "removes files that nobody has finished sending",
	"smooth_lms.courses.scorm.run.settle_left": "decides about what was sent while there was access",
	"smooth_lms.learners.events.follow_news": "follows HR",
	"smooth_lms.setup.health.sizes.remember_limit": "asks the web server what it takes",
	"smooth_lms.learners.events.sweep_news": "follows HR",
	"smooth_lms.learners.sync.schedule.hourly": "follows HR",
	"smooth_lms.learners.sync.run.execute": "follows HR",
	"smooth_lms.learners.sync.run.help_with": "follows HR",
	"smooth_lms.base.runs.sweep_runs": "looks after runs whose job is gone",
	"smooth_lms.training.licence_stock.hand_out": "follows the requirements",
	"smooth_lms.training.newcomers.follow": "follows the requirements",
	"smooth_lms.training.reminders.scheduled": "follows the requirements",
	"smooth_lms.training.runs.start.nightly": "follows the requirements",
	"smooth_lms.training.runs.work.work": "follows the requirements",
}


def jobs() -> set[str]:
	"""Every function of ours that a queue or the scheduler calls."""
	found = set()
	for events in hooks.scheduler_events.values():
		for paths in events.values() if isinstance(events, dict) else [events]:
			found.update(paths)
	for path in Path(smooth_lms.__file__).parent.rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text())):
			if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "enqueue":
				continue
			found.update(
				each.value
				for each in [*node.args, *(keyword.value for keyword in node.keywords)]
				if isinstance(each, ast.Constant) and str(each.value).startswith("smooth_lms.")
			)
	return found


def learners_methods() -> set[str]:
	"""Every method that writes and that a learner may call."""
	allowed = frappe.allowed_http_methods_for_whitelisted_func
	return {
		name
		for name, function in api_methods().items()
		if allowed[function] == ["POST"] and "learner" in METHODS[name].allowed
	}


def test_every_method_and_job_has_a_row():
	known = {*HANDLES, *JOBS, *OTHERS}
	assert (learners_methods() | jobs()) - known == set()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", sorted(HANDLES))
@pytest.mark.sweep(20)
def test_is_refused_once_access_has_ended(name, ending, monkeypatch):
	handle = HANDLES[name]
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	world = World(handle.kind)
	world.handle = handle.begin(world)
	before = world.proofs()
	world.end(ending)
	told = False
	frappe.db.savepoint("used_handle")
	try:
		handle.use(world)
	except (frappe.PermissionError, frappe.DoesNotExistError, frappe.ValidationError, HTTPException):
		frappe.db.rollback(save_point="used_handle")  # as a request does
		told = True
	if ending in handle.refused:
		assert told == handle.answers
		assert world.proofs() == before
	else:
		assert not told


@pytest.mark.parametrize("ending", ["disabled", "role lost"])
@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_stops_once_who_asked_may_not_any_more(name, ending, monkeypatch):
	job = JOBS[name]
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	world = World("Text")
	keeper = make_user(roles=(job.role,)).name
	frappe.set_user(keeper)
	made = job.ask(world)
	# a job that fails rolls back what it has done; here nothing is committed, and what came before it has to stay
	monkeypatch.setattr(frappe.db, "rollback", partial(_rolled_back, frappe.db.rollback))
	_lose(keeper, ending)
	with contextlib.suppress(frappe.PermissionError):
		job.perform(made)
	assert job.failed(made)
	assert world.proofs()["certificate"] is False


def _rolled_back(rollback: Callable[..., None], *, save_point: str | None = None) -> None:
	if save_point:
		rollback(save_point=save_point)


def _lose(user: str, ending: str) -> None:
	if ending == "disabled":
		frappe.db.set_value("User", user, "enabled", 0)
	else:
		frappe.db.delete("Has Role", {"parent": user, "parenttype": "User"})
	frappe.clear_cache(user=user)
	frappe.clear_document_cache("User", user)


@pytest.mark.parametrize("name", sorted(name for name in HANDLES if name.startswith("quizzes.sub")))
def test_works_while_access_stands(name):
	"""The worlds above are such that only the ending is in the way."""
	handle = HANDLES[name]
	world = World(handle.kind)
	world.handle = handle.begin(world)
	handle.use(world)
	assert world.proofs()["enrollment"]
