"""Whom an invitation reaches: learners who have never signed in, and nobody whose password it would touch."""

import pytest

import frappe
from frappe.core.doctype.user.user import User
from frappe.utils import now_datetime

from smooth_lms.api import learners as api
from tests.support.factories import make_learners, make_user


@pytest.fixture
def mailed(monkeypatch):
	"""The accounts that got a welcome mail, which makes a new key for a password."""
	sent = []
	monkeypatch.setattr(User, "send_welcome_mail_to_user", lambda user: sent.append(user.name))
	return sent


def test_learners_who_have_never_signed_in(mailed):
	users = [make_user().name for _ in range(2)]
	make_learners(users)
	assert api.invite(users) == {"sent": 2, "skipped": 0}
	assert mailed == users
	assert all(frappe.db.get_value("LMS Learner", user, "notified_on") for user in users)


@pytest.mark.parametrize("field", ["last_login", "last_active"])
def test_not_those_who_have_signed_in(mailed, field):
	user = make_user().name
	make_learners([user])
	frappe.db.set_value("User", user, field, now_datetime())
	assert api.invite([user]) == {"sent": 0, "skipped": 1}
	assert mailed == []


def test_no_system_manager_and_no_administrator(mailed):
	keeper = make_user(roles=("LMS Student", "System Manager")).name
	make_learners([keeper])
	assert api.invite([keeper, "Administrator", "Guest"]) == {"sent": 0, "skipped": 3}
	assert mailed == []


def test_nobody_who_is_no_learner_or_not_any_more(mailed):
	stranger, archived, disabled = (make_user().name for _ in range(3))
	make_learners([archived], status="Archived")
	make_learners([disabled])
	frappe.db.set_value("User", disabled, "enabled", 0)
	assert api.invite([stranger, archived, disabled, "nobody@example.com"]) == {"sent": 0, "skipped": 4}
	assert mailed == []


def test_too_many_at_once_are_refused_and_not_cut_off(mailed):
	with pytest.raises(frappe.ValidationError, match="At most 500 people at once"):
		api.invite([f"learner.{number}@example.com" for number in range(501)])
	assert mailed == []
