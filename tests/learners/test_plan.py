"""The roster's rules by themselves: facts in, changes out."""

import dataclasses
from datetime import date, datetime, timedelta

import pytest

from smooth_lms.learners.sync import problems
from smooth_lms.learners.sync.matching import manager_loops, resolve, too_many
from smooth_lms.learners.sync.model import Account, Change, Employee, Learner, Policy
from smooth_lms.learners.sync.plan import plan_person, plan_vanished, standing
from smooth_lms.learners.sync.problems import Problem

TODAY = date(2026, 5, 4)
POLICY = Policy(
	today=TODAY,
	default_profile="Learner",
	profiles={
		"Learner": frozenset({"LMS Student"}),
		"Author": frozenset({"LMS Student", "Course Creator"}),
	},
	regions={"Spain": "South", "Norway": "North"},
)


def person(**values) -> Employee:
	return Employee(**{"name": "E1", "full_name": "Ana Ruiz", "starts": date(2024, 1, 1), **values})


def learner(**values) -> Learner:
	base = {
		"user": "ana@x.com",
		"employee": "E1",
		"full_name": "Ana Ruiz",
		"source": "HR",
		"profile": "Learner",
		"granted": frozenset({"LMS Student"}),
		"joined": True,
	}
	return Learner(**{**base, **values})


def account(**values) -> Account:
	return Account(**{"name": "ana@x.com", "roles": frozenset({"LMS Student"}), **values})


def planned(employee, known=None, user=None, approver=None, policy=POLICY):
	return plan_person("ana@x.com", employee, known, user, approver, policy)


SETTLED = {"user_id": "ana@x.com", "lms_status": "Active"}


@pytest.mark.parametrize(
	("values", "policy", "expected"),
	[
		({}, {}, ("Active", None)),
		({"excluded": True}, {}, ("Archived", "Excluded")),
		({}, {"profiles_only": True}, ("Archived", "No learning profile")),
		({"profile": "Author"}, {"profiles_only": True}, ("Active", None)),
		({"status": "Suspended"}, {}, ("Archived", "Suspended")),
		({"status": "Inactive"}, {}, ("Archived", "Inactive")),
		({"status": "Left"}, {}, ("Archived", "Left")),
		({"status": "Left", "relieving": TODAY}, {}, ("Archived", "Left")),
		({"status": "Left", "relieving": TODAY, "keeps_access": True}, {}, ("Active", None)),
		({"status": "Left", "relieving": TODAY + timedelta(1)}, {}, ("Active", None)),
		({"relieving": TODAY - timedelta(1)}, {}, ("Active", None)),
		({"relieving": TODAY, "separated": True}, {}, ("Archived", "Left")),
		({"relieving": TODAY + timedelta(1), "separated": True}, {}, ("Active", None)),
		({"separated": True}, {}, ("Active", None)),
		({"starts": TODAY + timedelta(3)}, {}, ("Not yet", None)),
		({"starts": TODAY + timedelta(3)}, {"days_before": 3}, ("Active", None)),
		({"starts": TODAY + timedelta(3)}, {"days_before": 2}, ("Not yet", None)),
		({"starts": TODAY + timedelta(3), "onboarded": True}, {}, ("Pending", None)),
	],
)
def test_standing(values, policy, expected):
	changed = dataclasses.replace(POLICY, **policy)
	assert standing(person(**values), changed) == expected


def test_as_it_should_be():
	assert planned(person(**SETTLED), learner(), account()) is None


def test_new_person():
	change = planned(person(email="ana@x.com", group="Sales", values={"country": "Spain"}))
	assert change.action == "Create"
	assert change.after["account"] == "create"
	assert change.after["roles_added"] == ["LMS Student"]
	assert change.after["groups"] == ["Sales"]
	assert change.after["user_id"] == "ana@x.com"
	assert change.after["joins"]
	assert change.fields["content_region"] == "South"
	assert change.fields["status"] == "Active"


def test_existing_user_and_manual_learner_are_linked():
	assert planned(person(), None, account(roles=frozenset())).action == "Link"
	manual = learner(employee=None, source="Manual", granted=frozenset())
	change = planned(person(**SETTLED), manual, account())
	assert change.action == "Link"
	assert change.fields == {"employee": "E1", "source": "HR"}


def test_only_what_differs():
	known = learner(values={"job_title": "Clerk", "branch": None})
	change = planned(person(**SETTLED, values={"job_title": "Lead", "branch": ""}), known, account())
	assert change.before["fields"] == {"job_title": "Clerk"}
	assert change.after == {"fields": {"job_title": "Lead"}}


def test_profile_changes_roles_and_leaves_those_of_others():
	known = learner(profile="Author", granted=frozenset({"LMS Student", "Course Creator"}))
	change = planned(
		person(**SETTLED), known, account(roles=frozenset({"LMS Student", "Course Creator", "Moderator"}))
	)
	assert change.after["roles_removed"] == ["Course Creator"]
	by_hand = account(roles=frozenset({"LMS Student", "Course Creator"}))
	assert planned(person(**SETTLED), learner(), by_hand) is None


def test_custom_user_types_keep_their_roles():
	assert (
		planned(person(**SETTLED), learner(granted=frozenset()), account(standard=False, roles=frozenset()))
		is None
	)


def test_approver_follows_hr_while_hr_names_one():
	change = planned(person(**SETTLED, manager="E9"), learner(), account(), "boss@x.com")
	assert change.fields == {"approver": "boss@x.com", "approver_from_hr": 1}
	assert planned(person(**SETTLED), learner(approver="chosen@x.com"), account()) is None
	from_hr = learner(approver="boss@x.com", approver_from_hr=True)
	assert planned(person(**SETTLED), from_hr, account()).fields == {"approver": None, "approver_from_hr": 0}


def test_leaver():
	change = planned(person(status="Left", lms_status="Active"), learner(), account())
	assert change.action == "Archive"
	assert change.reason == "Left"
	assert change.after["account"] == "disable"
	assert change.after["frees_seats"]
	assert change.after["roles_removed"] == ["LMS Student"]
	archived = learner(status="Archived", reason="Left", granted=frozenset())
	gone = account(enabled=False, roles=frozenset())
	assert planned(person(status="Left", lms_status="Archived"), archived, gone) is None


def test_system_managers_and_the_switch_keep_accounts():
	admin = account(roles=frozenset({"LMS Student", "System Manager"}))
	assert planned(person(status="Left"), learner(), admin).after["account"] == "stays open"
	off = Policy(today=TODAY, disable_leavers=False)
	assert "account" not in planned(person(status="Left"), learner(), account(), policy=off).after


def test_suspended_people_keep_seats_until_they_leave():
	change = planned(person(status="Suspended"), learner(), account())
	assert change.action == "Archive"
	assert "frees_seats" not in change.after
	assert "account" not in change.after
	away = learner(status="Archived", reason="Suspended", granted=frozenset())
	assert planned(person(status="Left"), away, account(roles=frozenset())).after["frees_seats"]


def test_excluded_people_lose_what_hr_gave_and_keep_what_it_did_not():
	assert planned(person(excluded=True), learner(), account()).reason == "Excluded"
	manual = learner(employee=None, source="Manual")
	assert planned(person(excluded=True), manual, account()) is None
	assert planned(person(status="Left"), manual, account()) is None


def test_archived_by_hand_stays_unless_rehired():
	away = learner(status="Archived", reason="By hand", archived_on=datetime(2026, 3, 1, 9))
	assert planned(person(**SETTLED), away, account()) == Problem(problems.BY_HAND, "E1")
	again = person(name="E2", starts=date(2026, 4, 1), user_id="ana@x.com")
	assert planned(again, away, account()).action == "Restore"
	assert planned(person(status="Left"), away, account()).reason == "Left"


def test_rehired():
	away = learner(status="Archived", reason="Left", disabled_by_sync=True, granted=frozenset())
	change = planned(person(user_id="ana@x.com"), away, account(enabled=False, roles=frozenset()))
	assert change.action == "Restore"
	assert change.after["account"] == "enable"
	assert change.after["roles_added"] == ["LMS Student"]
	assert "joins" not in change.after


def test_an_account_disabled_by_hand_is_left_alone():
	assert planned(person(**SETTLED), learner(), account(enabled=False)) == Problem(problems.DISABLED, "E1")


def test_pending_joins_when_active():
	soon = person(user_id="ana@x.com", starts=TODAY + timedelta(5), onboarded=True)
	change = planned(soon, None, account(roles=frozenset()))
	assert change.fields["status"] == "Pending"
	assert "joins" not in change.after
	known = learner(status="Pending", joined=False)
	assert planned(person(user_id="ana@x.com"), known, account()).after["joins"]


def test_vanished_records():
	change = plan_vanished(learner(), account(), False, POLICY)
	assert (change.action, change.reason) == ("Archive", "No longer in HR")
	assert "account" not in change.after
	made = plan_vanished(learner(account_from_sync=True), account(), False, POLICY)
	assert made.after["account"] == "disable"
	assert plan_vanished(learner(), account(), True, POLICY).reason == "Other account"
	assert plan_vanished(learner(employee=None), account(), False, POLICY).reason == "No longer in HR"
	manual = learner(employee=None, source="Manual")
	assert plan_vanished(manual, account(), False, POLICY) is None
	archived = learner(status="Archived", reason="Left")
	assert plan_vanished(archived, account(), False, POLICY).fields == {"employee": None}


def matched(*people: Employee, learners=None, users=(), emails=None):
	return resolve(people, learners or {}, {u.casefold(): u for u in users}, emails or {}, POLICY)


def test_user_id_then_learner_then_email_then_new():
	one = person(user_id="Set@x.com", email="mail@x.com")
	assert matched(one, users=["set@x.com", "mail@x.com"]).account_of == {"E1": "set@x.com"}
	assert matched(person(email="mail@x.com"), learners={"E1": "old@x.com"}).account_of == {"E1": "old@x.com"}
	assert matched(person(email="mail@x.com"), emails={"mail@x.com": "m@x.com"}).account_of == {
		"E1": "m@x.com"
	}
	assert matched(person(email="mail@x.com")).account_of == {"E1": "mail@x.com"}
	assert matched(person()).problems == {"E1": Problem(problems.NO_EMAIL, "E1")}
	assert matched(person(status="Left")).problems == {}


def test_two_with_one_email():
	first = person(name="E1", email="a@x.com", serial="1")
	second = person(name="E2", email="a@x.com", starts=date(2025, 1, 1), serial="2")
	for order in ((first, second), (second, first)):
		found = matched(*order)
		assert found.primary["a@x.com"] is first
		assert found.problems == {"E2": Problem(problems.SHARED, "E2", "E1")}
	taken = matched(first, second, learners={"E2": "a@x.com"})
	assert taken.primary["a@x.com"] is second


def test_transfer_to_a_new_id_and_rehire_under_one():
	old = person(name="E1", status="Left", email="a@x.com")
	new = person(name="E2", email="a@x.com", user_id="a@x.com")
	found = matched(old, new, learners={"E1": "a@x.com"}, users=["a@x.com"])
	assert found.primary["a@x.com"] is new
	assert found.problems == {}


def test_manager_loops():
	assert manager_loops({"a": "b", "b": "c", "c": None, "d": None}) == []
	assert manager_loops({"x": "a", "a": "b", "b": "c", "c": "a", "z": "z"}) == [["a", "b", "c"], ["z"]]


def test_too_many():
	assert too_many({"A": 19}, {"A": 20}, 10, 20) is None
	assert too_many({"A": 20}, {"A": 20, "B": 1000}, 10, 20) == "A"
	assert too_many({"A": 100, "B": 100}, {"A": 1000, "B": 1000}, 10, 20) is None
	assert too_many({"A": 101, "B": 100}, {"A": 1000, "B": 1000}, 10, 20) == ""
	assert too_many({None: 5}, {None: 9}, 10, 20) is None


def test_changes_are_changes():
	assert isinstance(planned(person(), None, account(roles=frozenset())), Change)


@pytest.mark.parametrize(("status", "kept"), [("Left", False), ("Suspended", True), ("Inactive", True)])
def test_only_who_may_be_back_tomorrow_keeps_the_profile(status, kept):
	known = learner(profile="Author", employee="E1", source="HR")
	change = planned(person(status=status), known, account())
	assert change.action == "Archive"
	assert ("learning_profile" not in change.fields) is kept
	if not kept:
		assert (change.before["fields"]["learning_profile"], change.fields["learning_profile"]) == (
			"Author",
			None,
		)
