"""LMS Settings: moderators run training and mail, System Managers the rest."""

import pytest

import frappe

from tests.support.factories import make_user

OPEN = {"mandatory_days": 41, "remind_weekends": 1, "hold_mail_until_password": 0}
LOCKED = {
	"hold_percent": 99,
	"disable_leavers": 0,
	"retention_months": 1,
	"who_gets_access": "Everyone in HR",
}


@pytest.fixture
def moderator() -> str:
	return make_user(roles=("Moderator",)).name


def test_moderators_change_training_and_mail_and_nothing_else(moderator):
	before = frappe.get_doc("LMS Settings")
	frappe.set_user(moderator)
	doc = frappe.get_doc("LMS Settings")
	doc.update(OPEN | LOCKED)
	doc.field_map = []
	doc.save()
	frappe.set_user("Administrator")
	after = frappe.get_doc("LMS Settings")
	assert {field: after.get(field) for field in OPEN} == OPEN
	assert {field: after.get(field) for field in LOCKED} == {field: before.get(field) for field in LOCKED}
	assert [row.learner_field for row in after.field_map] == [row.learner_field for row in before.field_map]


def test_everything_but_training_and_mail_is_for_system_managers():
	tab, levels = None, {}
	for field in frappe.get_meta("LMS Settings").fields:
		if field.fieldtype == "Tab Break":
			tab = field.fieldname
		elif field.fieldtype not in ("Section Break", "Column Break"):
			levels.setdefault(tab, set()).add(field.permlevel)
	own = {"training_tab", "email_tab"}
	assert {tab: levels[tab] for tab in own} == {tab: {0} for tab in own}
	assert {level for tab, found in levels.items() if tab not in own for level in found} == {1}
