"""The two templates that LMS Settings named in fields of their own are named in the table of notices."""

import pytest

import frappe

from smooth_lms.base.notices import choices
from smooth_lms.patches.v0_2 import notices_have_their_templates
from tests.support.factories import set_notice, unique


@pytest.fixture(autouse=True)
def _settings_as_stored():
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def make_template() -> str:
	values = {"doctype": "Email Template", "name": unique("Template"), "subject": "x", "response": "x"}
	return frappe.get_doc(values).insert().name


def store(field: str, value: str) -> None:
	singles = frappe.qb.Table("tabSingles")
	frappe.qb.into(singles).columns("doctype", "field", "value").insert("LMS Settings", field, value).run()


def test_they_are_taken_over_once_and_what_the_table_names_stays():
	confirmation, reminder = make_template(), make_template()
	set_notice("training_reminder", email_template=reminder)
	store("batch_confirmation_email_template", confirmation)
	store("training_digest_template", make_template())
	for _again in range(2):
		notices_have_their_templates.execute()
		assert choices.template("cohort_enrolled") == confirmation
		assert choices.template("training_reminder") == reminder
	assert not frappe.db.exists("Singles", {"doctype": "LMS Settings", "field": "training_digest_template"})


def test_one_that_is_gone_is_left_out():
	store("batch_confirmation_email_template", "no such template")
	notices_have_their_templates.execute()
	assert choices.template("cohort_enrolled") is None
