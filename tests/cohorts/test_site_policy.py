"""How a site changes the timing policy: the shipped Server Script; and how an app does: the admission rules hook."""

from collections.abc import Callable, Iterator

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import admission, enrollment
from smooth_lms.exceptions import CohortStartedError, RuleRefusedError
from smooth_lms.setup.server_scripts import LATE_ENROLLMENT
from tests.support.factories import make_batch, make_employee, make_user, make_users
from tests.support.server import Server

MAP = "server_script_map"


def started_today(**values):
	"""A cohort that has been running since midnight, in a zone where that is certain."""
	return make_batch(start_date=today(), end_date=add_days(today(), 3), start_time="00:00:00", **values)


def started_long_ago(**values):
	return make_batch(start_date=add_days(today(), -3), end_date=add_days(today(), 3), **values)


@pytest.fixture
def scripts() -> Iterator[None]:
	"""Server Scripts as this test leaves them; afterwards as they were."""
	assert frappe.conf.server_script_enabled, "server scripts are off on this bench"
	yield
	frappe.db.rollback()
	frappe.cache().delete_value(MAP)


def switch(name: str, on: bool) -> None:
	frappe.db.set_value("Server Script", name, "disabled", int(not on), update_modified=False)
	frappe.cache().delete_value(MAP)


def insert(batch: str, member: str):
	return frappe.get_doc({"doctype": "LMS Batch Enrollment", "batch": batch, "member": member}).insert()


def outcomes(report: dict) -> list[tuple[str, str | None]]:
	return [(row["outcome"], row["reason"]) for row in report["rows"]]


def test_the_script_is_shipped_switched_off():
	assert frappe.db.get_value("Server Script", LATE_ENROLLMENT, "disabled") == 1
	with pytest.raises(CohortStartedError):
		enrollment.enroll(started_today().name, make_user().name, source="Desk")


def test_switched_on_it_moves_the_end_of_enrollment_on_every_way_in(scripts):
	batch, over = started_today(), started_long_ago()
	users = make_users(5)
	switch(LATE_ENROLLMENT, on=True)
	assert enrollment.enroll(batch.name, users[0], source="Portal").status == "Enrolled"
	assert insert(batch.name, users[1]).status == "Enrolled"
	assert outcomes(enrollment.preview(batch.name, users[2:])) == [("Enrolled", None)] * 3
	assert outcomes(enrollment.enroll_many(batch.name, users[2:], source="HR")) == [("Enrolled", None)] * 3
	# noon of the second day has passed
	with pytest.raises(CohortStartedError):
		enrollment.enroll(over.name, users[0], source="Desk")
	with pytest.raises(CohortStartedError):
		insert(over.name, users[1])
	refused = ("Refused", "This cohort has already started.")
	assert outcomes(enrollment.enroll_many(over.name, users[2:], source="Desk")) == [refused] * 3


def test_switched_on_it_holds_for_rest_inserts(server: Server):
	batch, user = started_today(), make_user().name
	switch(LATE_ENROLLMENT, on=True)
	moderator = server.session(make_user(roles=("Moderator",)).name)
	frappe.db.commit()
	try:
		values = {"batch": batch.name, "member": user}
		answer = moderator.post(f"{server.url}/api/resource/LMS Batch Enrollment", json=values)
		assert answer.status_code == 200, answer.text
		assert (answer.json()["data"]["status"], answer.json()["data"]["source"]) == ("Enrolled", "API")
	finally:
		switch(LATE_ENROLLMENT, on=False)
		frappe.db.commit()


def test_a_script_can_refuse_single_people_with_its_own_words(scripts):
	batch = make_batch()
	good, bad = make_users(2)
	frappe.get_doc(
		{
			"doctype": "Server Script",
			"name": f"Refuse {bad}",
			"script_type": "DocType Event",
			"reference_doctype": "LMS Batch Enrollment",
			"doctype_event": "Before Save",
			"script": f'if doc.member == "{bad}":\n    frappe.throw("Not this month.")',
		}
	).insert()
	frappe.cache().delete_value(MAP)
	report = enrollment.enroll_many(batch.name, [bad, good], source="Desk")
	assert outcomes(report) == [("Refused", "Not this month."), ("Enrolled", None)]
	with pytest.raises(frappe.ValidationError, match="Not this month"):
		insert(batch.name, bad)


# The hook: rules that another app would ship


def late_until_friday(cohort, member, attempt, found):
	"""A rule that lifts what the calendar says, for one cohort."""
	return None if isinstance(found, CohortStartedError) else found


def no_externals(cohort, member, attempt, found):
	"""A rule that says no in its own words, except to an exception."""
	if member.user.startswith("external") and not attempt.override:
		return "Externals join in spring."
	return found


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
	"""Make rules known as the hooks of another app would."""
	get_hooks = frappe.get_hooks

	def use(*rules: Callable) -> None:
		for each in rules:  # Frappe takes functions of installed apps only
			monkeypatch.setattr(admission, each.__name__, each, raising=False)
		paths = [f"smooth_lms.cohorts.admission.{each.__name__}" for each in rules]

		def with_ours(hook=None, *args, **kwargs):
			return paths if hook == "smooth_lms_admission_rules" else get_hooks(hook, *args, **kwargs)

		monkeypatch.setattr(frappe, "get_hooks", with_ours)

	return use


def test_a_rule_of_an_app_lifts_the_calendar_on_every_way_in(rule):
	rule(late_until_friday)
	batch = started_long_ago()
	users = make_users(4)
	assert enrollment.enroll(batch.name, users[0], source="Desk").status == "Enrolled"
	assert insert(batch.name, users[1]).status == "Enrolled"
	assert outcomes(enrollment.preview(batch.name, users[2:])) == [("Enrolled", None)] * 2
	assert outcomes(enrollment.enroll_many(batch.name, users[2:], source="Desk")) == [("Enrolled", None)] * 2


def test_a_rule_of_an_app_refuses_in_its_own_words_but_never_lifts_what_is_not_its_own(rule):
	rule(late_until_friday, no_externals)
	batch, draft = make_batch(), make_batch(published=0)
	external = make_user(f"external.{frappe.generate_hash(length=6)}@example.com").name
	employee = make_employee(make_user().name)
	with pytest.raises(RuleRefusedError, match=f"{external}: Externals join in spring."):
		enrollment.enroll(batch.name, external, source="Desk")
	report = enrollment.enroll_many(batch.name, [external, employee.name], source="Desk")
	assert outcomes(report) == [("Refused", "Externals join in spring."), ("Enrolled", None)]
	assert enrollment.enroll(batch.name, external, source="Desk", override_reason="CEO").status == "Enrolled"
	closed = ("Refused", "This cohort is not open for enrollment.")
	assert outcomes(enrollment.enroll_many(draft.name, [employee.name], source="Desk")) == [closed]
