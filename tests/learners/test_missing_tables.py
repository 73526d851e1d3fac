"""Tables that are really gone: ours while HR works, and HR's while people learn. Everything here is committed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

import frappe
from frappe.utils import today

from smooth_lms.learners import events
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.learners.sync.changes import DOCTYPE
from tests.support.boarding import email
from tests.support.factories import make_batch, make_course, make_employee, make_user
from tests.support.roster import empty_roster


@contextmanager
def without(*doctypes: str) -> Iterator[None]:
	"""The tables of these DocTypes have another name while the block runs."""
	frappe.db.commit()
	there = [each for each in doctypes if frappe.db.table_exists(each, cached=False)]
	for doctype in there:
		frappe.db.sql_ddl(f"rename table `tab{doctype}` to `gone {doctype}`")
	try:
		yield
	finally:
		frappe.db.rollback()
		for doctype in there:
			frappe.db.sql_ddl(f"rename table `gone {doctype}` to `tab{doctype}`")
		_forget_tables()


def _forget_tables() -> None:
	frappe.cache().delete_key("db_tables")
	frappe.cache().delete_key("table_columns")


@pytest.fixture
def committed(site) -> Iterator[list[str]]:
	"""The Employees that a test has committed; they go again."""
	empty_roster()
	frappe.db.commit()
	frappe.flags.smooth_lms_no_helpers = True
	names: list[str] = []
	yield names
	frappe.db.rollback()
	frappe.flags.smooth_lms_no_helpers = False
	empty_roster()
	frappe.db.commit()


def test_hr_saves_while_our_tables_are_gone_and_the_next_run_repairs(committed):
	leaver, joiner = email("leaver"), email("joiner")
	known = make_employee(company_email=leaver)
	committed.append(known.name)
	frappe.db.commit()
	sync_run.run_now()
	assert frappe.db.get_value("LMS Learner", leaver, "status") == "Active"
	events._forget()

	frappe.db.set_value("User", leaver, "enabled", 0)
	with without("LMS Learner", "LMS Sync Change", "LMS Sync Run"):
		hired = make_employee(company_email=joiner)
		known.reload()
		known.update({"status": "Left", "relieving_date": today()})
		known.save()
		frappe.db.commit()
		assert frappe.db.get_value("Employee", hired.name, "company_email") == joiner
		assert frappe.db.get_value("Employee", known.name, "status") == "Left"
		# the job that follows HR's commit fails, and harms nothing
		with pytest.raises(frappe.db.ProgrammingError):
			events.catch_up([hired.name, known.name])
	run = frappe.get_doc(DOCTYPE, sync_run.run_now())
	assert (run.status, run.created, run.archived, run.failed) == ("Completed", 1, 1, 0)
	assert frappe.db.get_value("LMS Learner", joiner, "status") == "Active"
	assert frappe.db.get_value("LMS Learner", leaver, "archived_reason") == "Left"


def test_the_portal_works_and_the_run_says_so_without_hr(committed, server):
	user = make_user().name
	course, batch = make_course().name, make_batch().name
	frappe.db.commit()
	with without("Employee", "Employee Onboarding", "Employee Separation", "Leave Application"):
		session = server.session(user)
		for path in (
			"/lms",
			"/lms/batches",
			f"/lms/batches/{batch}",
			"/lms/courses",
			f"/lms/courses/{course}",
		):
			page: requests.Response = session.get(
				server.url + path, headers={"Accept": "text/html"}, timeout=60
			)
			assert page.status_code == 200, path
		_forget_tables()
		run = frappe.get_doc(DOCTYPE, sync_run.run_now())
		assert (run.status, run.error) == (
			"Failed",
			"This site has no Employee records: install ERPNext and Frappe HR.",
		)
	assert frappe.get_doc(DOCTYPE, sync_run.run_now()).status == "Completed"
