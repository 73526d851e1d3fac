"""A year in the life of a company: followed event by event, or by one synchronization at its end, with one result."""

from collections.abc import Iterator

import pytest

import frappe

from benchmarks.sync import OfOthers
from smooth_lms.learners import sync
from tests.learners.records import empty_roster
from tests.learners.year import EXPECTED, LEFT_OUT, ONBOARDED, ONLY_BY_EVENTS, WAITING, Year, email

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
	return frappe.get_doc("LMS Sync Run", sync.run_now())


def _assert_ends_as_expected(year: Year, expected: dict) -> None:
	found = year.found()
	assert set(found) == set(expected)
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


def test_event_by_event(empty):
	year = _lived(events_on=True)
	brief = year.found()["brief"]
	assert (brief.status, brief.reason, brief.roles, brief.enabled) == ("Archived", "Left", (), 0)
	_assert_ends_as_expected(year, EXPECTED | {"brief": brief})
	_assert_nothing_is_left_to_do()
	_assert_left_out_with_reasons()


def test_events_off_and_one_run_give_the_same(empty):
	by_events = _lived(events_on=True)
	everybody, details = by_events.found(), by_events.details()
	frappe.db.rollback()

	_clear()
	year = _lived(events_on=False)
	assert frappe.db.count("LMS Learner") == len(everybody) - len(ONLY_BY_EVENTS) - len(
		{"dee", "eve", "uma", "soon", "wes", "chosen"}
	)
	run = _run()
	assert (run.status, run.failed) == ("Completed", 0)
	_assert_ends_as_expected(year, EXPECTED)
	_assert_left_out_with_reasons()
	now = year.details()
	for part, value in details.items():
		if isinstance(value, dict):
			for who in ONLY_BY_EVENTS:
				for key in (who, email(who)):
					value.pop(key, None)
					now[part].pop(key, None)
		assert now[part] == value, part
	_assert_nothing_is_left_to_do()
