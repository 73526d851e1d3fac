"""Nobody certifies, completes, waives, promotes or excludes for themselves, whatever roles they have.

Every method that names a person, or a record about one, is called by that very person with every role there is.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import frappe
from frappe.utils import add_days, set_request, today

from smooth_lms.api import learners as learners_api
from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.importing import runs
from smooth_lms.compliance import certificate_runs, certificates
from smooth_lms.training.assignments import review_list
from tests.security.test_matrix import api_methods
from tests.support.completions import completed
from tests.support.factories import (
	make_batch,
	make_course,
	make_employee,
	make_learners,
	make_requirement,
	make_user,
	unique,
)

EVERY_ROLE = (
	"HR User",
	"HR Manager",
	"Moderator",
	"Batch Evaluator",
	"Course Creator",
	"System Manager",
	"LMS Student",
)
ABOUT_PEOPLE = frozenset(
	{
		"assignment",
		"assignments",
		"certificate",
		"employee",
		"employees",
		"enrollment",
		"learner",
		"learners",
		"member",
		"members",
		"names",
		"people",
		"records_to_verify",
		"reviews",
		"statuses",
	}
)
"""Parameters that say whom something is about."""
NOT_ABOUT_PEOPLE = frozenset(
	{
		"answers", "approve", "batch", "category", "code", "confirm", "course", "day", "design", "doctype", "dry_run", "due_date", "email", "export",
		"field", "file_url", "filters", "free_seats", "from_batch", "full_name", "grant", "group", "keep_seats", "lesson", "live_class", "medium",
		"message", "mute_emails", "name", "note", "notify", "order", "override_reason", "page", "page_len", "page_size", "package", "part", "past",
		"position", "profile", "reason", "renew", "request", "requirement", "row", "run", "search", "searchfield",
		"seconds", "sort", "start", "start_date", "state", "subject", "submission", "tab", "take_back", "to_batch", "txt", "until", "whole_tree",
		"cohort", "title", "upload", "after", "body", "chapter", "channel", "entry", "event", "lessons", "marks",
		"published", "values", "wanted", "language", "mark", "question", "url", "held", "questions", "template",
		# the desk's own questions, behind one of ours
		"as_dict", "cache", "debug", "docname", "filter_fields", "ignore_user_permissions", "limit", "page_length",
		"query", "reference_doctype", "reference_name", "current_filters", "text", "add", "are_default_filters", "chart", "chart_name", "color",
		"custom_columns", "dn", "doc_name", "docs", "dt", "from_date", "heatmap_year", "ignore_prepared_report",
		"is_tree", "no_cache", "parent_field", "refresh", "report_name", "tag", "tags", "time_interval", "timespan",
		"to_date", "user", "date_field", "goal_doctype", "goal_field", "states", "workflow_state_field",
	}
)  # fmt: skip


class Keeper:
	"""Somebody with every role who is an employee and a learner, and everything there is about them."""

	def __init__(self) -> None:
		self.user = make_user(roles=EVERY_ROLE).name
		self.employee = make_employee(self.user).name
		make_learners([self.user])
		self.course = make_course(certification=1).name
		self.done = completed(self.user, self.course)
		self.full = make_batch(seat_count=1, enable_waitlist=1, instructors=[{"instructor": self.user}]).name
		self.other = make_batch().name
		enrollment.enroll(self.full, make_user().name, source="Desk")
		enrollment.enroll(self.full, self.user, source="Desk")
		frappe.db.set_value("LMS Batch", self.full, "seat_count", 2)
		self.group = frappe.get_doc({"doctype": "LMS Group", "title": unique("Group")}).insert().name
		self.assignment = self._assignment()
		self.review = self._review()
		self.live_class = self._class()

	def _assignment(self) -> str:
		values = {"member": self.user, "employee": self.employee, "course": make_course(licence_count=5).name}
		doc = frappe.get_doc(
			{
				"doctype": "LMS Training Assignment",
				**values,
				"due_date": add_days(today(), 9),
				"status": "Pending",
			}
		).insert()
		asked = {"extension_state": "Requested", "extension_until": add_days(today(), 30)}
		frappe.db.set_value(doc.doctype, doc.name, asked)
		return doc.name

	def _review(self) -> str:
		course, requirement = make_course().name, make_requirement().name
		values = {
			"member": self.user,
			"course": course,
			"course_root": course,
			"kind": review_list.PAST,
			"cycle": 1,
		}
		values |= {"requirement": requirement, "rule_key": requirement, "open_mark": "1", "state": "Open"}
		return frappe.get_doc({"doctype": review_list.DOCTYPE, **values, "rule_due": today()}).insert().name

	def _class(self) -> str:
		batch = make_batch(instructors=[{"instructor": self.user}])
		enrollment.enroll(batch.name, self.user, source="Desk")
		values = {
			"title": "Kick-off",
			"batch": batch.name,
			"date": batch.start_date,
			"start_time": "09:00:00",
		}
		doc = {
			"doctype": "LMS Live Class",
			**values,
			"duration_minutes": 60,
			"join_url": "https://meet.example.com/a",
		}
		return frappe.get_doc(doc).insert().name

	def certificate_of_another(self) -> str:
		return certificates.issue(completed(make_user().name, self.course))

	def own_compliance(self) -> str:
		kind = {"doctype": "Compliance Type", "compliance_type": unique("Type")}
		name = frappe.get_doc(kind).insert(ignore_permissions=True).name
		row = {"doctype": "Employee Compliance", "employee": self.employee, "compliance_type": name}
		return frappe.get_doc({**row, "status": "Pending"}).insert(ignore_permissions=True).name


@dataclass(frozen=True)
class Refused:
	"""A method with the arguments that would do something for the one who calls it."""

	arguments: Callable[[Keeper], dict[str, Any]]


@dataclass(frozen=True)
class Harmless:
	"""A method that gives its caller nothing."""

	why: str


ROWS: dict[str, Refused | Harmless] = {
	"batches.enroll_members": Refused(
		lambda k: {"batch": k.other, "members": [make_user().name, k.employee], "override_reason": "x"}
	),
	"batches.preview_enrollment": Harmless("writes nothing"),
	"batches.withdraw_member": Harmless("gives up a seat"),
	"batches.move_member": Refused(lambda k: {"member": k.user, "from_batch": k.full, "to_batch": k.other}),
	"batches.enroll_from_waitlist": Refused(lambda k: {"batch": k.full, "member": k.user}),
	"batches.send_confirmation_again": Harmless("sends a mail"),
	"certificates.issue": Refused(lambda k: {"enrollment": k.done}),
	"certificates.revoke": Harmless("gives up a certificate"),
	"certificates.revoke_failed": Refused(lambda k: {"enrollment": k.done, "reason": "x"}),
	"certificates.keep_failed": Refused(lambda k: {"enrollment": k.done, "reason": "x"}),
	"certificates.correct_holder": Refused(
		lambda k: {"certificate": k.certificate_of_another(), "member": k.user, "reason": "x"}
	),
	"cohorts.withdraw_members": Harmless("gives up a seat"),
	"cohorts.move_members": Harmless("a person who is refused stops nobody else: tests/cohorts/test_bulk.py"),
	"cohorts.preview_mail": Harmless("writes nothing"),
	"cohorts.send_mail": Harmless("says something to the people of a cohort"),
	"certificates.verify_compliance": Refused(lambda k: {"records_to_verify": [k.own_compliance()]}),
	"desk.get_column": Harmless("writes nothing"),
	"enrollment_runs.start_enrollment_run": Refused(
		lambda k: {"batch": k.other, "members": [k.user], "override_reason": "x"}
	),
	"learners.why": Harmless("writes nothing"),
	"learners.why_hidden": Harmless("writes nothing"),
	"learners.get_employee_training": Harmless("writes nothing"),
	"learners.set_learning_profile": Refused(lambda k: {"employees": [k.employee], "profile": "Moderator"}),
	"learners.leaving_means": Harmless("writes nothing"),
	"learners.archive": Refused(lambda k: {"learners": [k.user]}),
	"learners.get_archive_means": Harmless("writes nothing"),
	"learners.restore": Refused(lambda k: {"learners": [k.user]}),
	"learners.put_in_group": Refused(lambda k: {"learners": [k.user], "group": k.group}),
	"learners.take_out_of_group": Refused(lambda k: {"learners": [k.user], "group": k.group}),
	"learners.add": Harmless("oneself is among those who are refused: tests/learners/test_adding.py"),
	"learners.preview_adding": Harmless("writes nothing"),
	"learners.approve": Refused(lambda k: {"learners": [k.user]}),
	"learners.correct": Refused(lambda k: {"learner": k.user, "profile": "Moderator"}),
	"learners.send_password_mail": Harmless("as the page for signing in"),
	"learners.archive_activity": Refused(lambda k: {"learners": [k.user]}),
	"learners.invite": Harmless("only those who have never signed in"),
	"live_classes.mark_attendance": Refused(
		lambda k: {"live_class": k.live_class, "statuses": {k.user: "Present"}}
	),
	"scorm.get_ticket": Harmless("goes on with what they have open"),
	"team.preview_enrollment": Harmless("writes nothing"),
	"team.enroll": Refused(lambda k: {"batch": k.other, "members": [k.user]}),
	"team.assign_course": Harmless("more to do; oneself is refused: tests/portal/test_team_acts.py"),
	"training.assign_mandatory_training": Harmless("what the requirements ask for"),
	"training.assign_course": Harmless("more to do"),
	"training.waive": Refused(lambda k: {"assignments": [k.assignment], "reason": "x"}),
	"training.cancel": Refused(lambda k: {"assignments": [k.assignment], "reason": "x"}),
	"training.extend": Refused(
		lambda k: {"assignments": [k.assignment], "until": "2099-01-01", "reason": "x"}
	),
	"training.revoke_licence": Refused(lambda k: {"assignment": k.assignment, "reason": "x"}),
	"training.reassign_licence": Refused(
		lambda k: {"assignment": k.assignment, "member": make_user().name, "reason": "x"}
	),
	"training.nudge": Refused(lambda k: {"member": k.user}),
	"training.request_extension": Harmless("asks somebody else"),
	"training.decide_extension": Refused(lambda k: {"assignment": k.assignment, "grant": True}),
	"training.decide_reviews": Refused(lambda k: {"reviews": [k.review], "reason": "x"}),
}


def test_every_parameter_is_known():
	found = {
		parameter
		for function in api_methods().values()
		for parameter in inspect.signature(function).parameters
	}
	assert found - NOT_ABOUT_PEOPLE - ABOUT_PEOPLE == set()


def test_every_method_about_people_has_a_row():
	about = {
		name
		for name, function in api_methods().items()
		if ABOUT_PEOPLE & set(inspect.signature(function).parameters)
	}
	assert about == set(ROWS)


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if isinstance(row, Refused)))
def test_is_refused_for_oneself(name, monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	keeper = Keeper()
	given = ROWS[name].arguments(keeper)
	set_request(method="POST", path="/")
	frappe.set_user(keeper.user)
	try:
		with pytest.raises(frappe.PermissionError):
			api_methods()[name](**given)
	finally:
		del frappe.local.request


def test_a_run_certifies_everybody_but_who_asked_for_it(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	keeper, course = Keeper(), make_course(certification=1).name
	batch, other = make_batch(courses=[course]).name, make_user().name
	for user in (keeper.user, other):
		enrollment.enroll(batch, user, source="Desk")
		completed(user, course, batch=batch)
	frappe.set_user(keeper.user)
	run = certificate_runs.start(batch).name
	certificate_runs.perform(run)
	frappe.set_user("Administrator")
	assert frappe.get_all("LMS Certificate", {"course": course}, pluck="member") == [other]


def test_no_exception_by_the_form(monkeypatch):
	keeper = Keeper()
	frappe.set_user(keeper.user)
	values = {"doctype": "LMS Batch Enrollment", "batch": keeper.other, "member": keeper.user}
	with pytest.raises(frappe.PermissionError, match="ask somebody else"):
		frappe.get_doc({**values, "override_reason": "for me"}).insert()


def test_no_run_with_an_exception_for_oneself_by_a_file(monkeypatch):
	"""A file has no reason for an exception; its rows go through the door as everybody's."""
	assert "override_reason" not in inspect.signature(runs.start_from_file).parameters


def test_others_are_decided_about_as_before():
	keeper = Keeper()
	other = make_user().name
	make_learners([other])
	frappe.set_user(keeper.user)
	assert learners_api.archive([other]) == {"changed": 1}
