"""A year in the life of a company: followed event by event, or by one synchronization at its end, with one result."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import frappe

from benchmarks.sync import OfOthers
from smooth_lms.learners import account_switch
from smooth_lms.learners.sync import run as sync_run
from tests.learners.year import (
	AT_FIRST,
	EXPECTED,
	LEFT_OUT,
	ONBOARDED,
	ONLY_BY_EVENTS,
	WAITING,
	Year,
	email,
)
from tests.support.roster import empty_roster

TRACES = (
	"User",
	"Has Role",
	"LMS Learner",
	"LMS Learner Group",
	"LMS Group",
	"LMS Sync Change",
	"LMS Batch Enrollment",
	"LMS Enrollment",
	"User Permission",
	"Version",
)


@pytest.fixture
def empty(site, monkeypatch) -> Iterator[None]:
	monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
	frappe.flags.smooth_lms_no_helpers = True
	_clear()
	yield
	for flag in ("smooth_lms_no_helpers", "smooth_lms_hr_off"):
		frappe.flags[flag] = False
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def _clear() -> None:
	empty_roster()
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)
	frappe.db.set_value("LMS Course", {"is_mandatory": 1}, "is_mandatory", 0)


def _lived(*, events_on: bool) -> Year:
	year = Year(events_on=events_on)
	year.begin()
	year.live()
	frappe.flags.smooth_lms_hr_off = False
	return year


def _run() -> frappe._dict:
	return frappe.get_doc("LMS Sync Run", sync_run.run_now())


def _assert_ends_as_expected(year: Year, expected: dict) -> None:
	found = year.found()
	assert set(found) == set(expected)
	if account_switch.is_done_here():
		expected = expected | {"cas": replace(expected["cas"], enabled=0)}
	for who, facts in expected.items():
		assert found[who] == facts, who
	assert year.in_mandatory_course() == ONBOARDED
	for who in WAITING:
		standing = {"member": email(who), "batch": year.batches["Autumn"]}
		assert frappe.db.get_value("LMS Batch Enrollment", standing, "status") == "Enrolled"


def _assert_nothing_is_left_to_do() -> None:
	before = {doctype: frappe.db.count(doctype) for doctype in TRACES}
	with OfOthers() as sent:
		run = _run()
	assert (run.status, run.changes, run.enrolled) == ("Completed", 0, 0)
	assert sent.writes == 0
	assert {doctype: frappe.db.count(doctype) for doctype in TRACES} == before


def _assert_left_out_with_reasons() -> None:
	run = frappe.get_last_doc("LMS Sync Run")
	assert run.skipped == len(LEFT_OUT) + 1  # and the one whom somebody archived by hand
	for sentence in (*LEFT_OUT.values(), "was archived by hand"):
		assert sentence in run.skipped_people


@pytest.mark.full
def test_event_by_event_and_by_one_run(empty):
	"""The only difference: who came and went between two runs was a learner for a while, or never."""
	by_events = _lived(events_on=True)
	everybody = by_events.found()
	brief = everybody["brief"]
	assert (brief.status, brief.reason, brief.roles, brief.enabled) == ("Archived", "Left", (), 0)
	_assert_ends_as_expected(by_events, EXPECTED | {"brief": brief})
	details = by_events.details()
	_assert_nothing_is_left_to_do()
	_assert_left_out_with_reasons()
	frappe.db.rollback()

	_clear()
	by_run = _lived(events_on=False)
	assert set(frappe.get_all("LMS Learner", pluck="name")) == {email(who) for who in AT_FIRST}
	run = _run()
	assert (run.status, run.failed) == ("Completed", 0)
	_assert_ends_as_expected(by_run, EXPECTED)
	_assert_left_out_with_reasons()
	for part, value in by_run.details().items():
		assert _without(value, ONLY_BY_EVENTS) == _without(details[part], ONLY_BY_EVENTS), part
	_assert_nothing_is_left_to_do()


def _without(details: Any, people: set[str]) -> Any:
	if not isinstance(details, dict):
		return details
	return {key: value for key, value in details.items() if key.partition(".of.the")[0] not in people}
