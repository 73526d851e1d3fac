"""What people ask and do about learners, and who may."""

import pytest

import frappe
from frappe.utils import today

from benchmarks.measure import Statements
from smooth_lms import permissions
from smooth_lms.api import learners as api
from smooth_lms.cohorts import enrollment
from smooth_lms.learners import events
from smooth_lms.learners.sync import planner
from smooth_lms.training import newcomers
from tests.support.boarding import after_commit, email, roles, standing
from tests.support.factories import (
	company,
	make_batch,
	make_employee,
	make_requirement,
	make_user,
	make_users,
	unique,
)
from tests.support.hr import make_hr_user
from tests.support.roster import hire


@pytest.fixture
def hired() -> tuple[str, str]:
	"""An Employee and their user."""
	address = email("hired")
	employee = make_employee(company_email=address)
	after_commit()
	return employee.name, address


def test_why(hired):
	employee, user = hired
	batch = make_batch()
	enrollment.enroll(batch.name, user, source="HR")
	told = api.why(employee)
	assert told["has_access"]
	assert told["account"] == {"user": user, "enabled": 1}
	assert told["next_sync"] is None
	assert [(row["batch"], row["why"]) for row in told["cohorts"]] == [
		(batch.name, "Enrolled by HR, from an onboarding.")
	]
	frappe.db.set_value("Employee", employee, {"status": "Left", "relieving_date": today()})
	told = api.why(employee)
	assert told["answer"] == ["The employee has left: no access."]
	assert told["next_sync"]["action"] == "Archive"
	assert "The user account is disabled." in told["next_sync"]["details"]


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"company_email": None}, "has no company e-mail: a work e-mail is required."),
		({"exclude_from_lms": 1}, "is excluded from Smooth LMS"),
		({"date_of_joining": "2099-01-01"}, "no access before that"),
	],
)
def test_why_not(values, sentence):
	employee = make_employee(**values)
	told = api.why(employee.name)
	assert not told["has_access"]
	assert any(sentence in line for line in told["answer"])


@pytest.mark.parametrize(
	("source", "values", "sentence"),
	[
		("Manual", {"date_of_joining": "2099-01-01"}, "a learner made by hand has access before that."),
		("HR", {"date_of_joining": "2099-01-01"}, "access that was given already stays."),
		("Manual", {"exclude_from_lms": 1}, "a learner made by hand has access all the same."),
	],
)
def test_why_does_not_deny_access_that_somebody_has(hired, source, values, sentence):
	employee, user = hired
	frappe.db.set_value("LMS Learner", user, "source", source)
	frappe.db.set_value("Employee", employee, values)
	told = api.why(employee)
	assert told["has_access"]
	assert sentence in told["answer"][0]
	assert not any("no access" in line for line in told["answer"])


def test_the_form_hears_which_fields_hr_overwrites(hired):
	_employee, user = hired
	doc = frappe.get_doc("LMS Learner", user)
	doc.run_method("onload")
	assert {"work_email", "job_title", "learning_profile"} <= set(doc.get_onload("from_hr"))
	assert "approver" not in doc.get_onload("from_hr")
	frappe.db.set_value("LMS Learner", user, "source", "Manual")
	doc = frappe.get_doc("LMS Learner", user)
	doc.run_method("onload")
	assert not doc.get("__onload")


def test_an_account_that_somebody_disables_or_enables_is_seen_at_once(hired):
	_employee, user = hired
	account = frappe.get_doc("User", user)
	after_commit()
	account.enabled = 0
	account.save()
	assert list(events._noted().users) == [user]
	after_commit()
	account.enabled = 1
	account.save()
	assert list(events._noted().users) == [user]
	after_commit()
	account.bio = "No news"
	account.save()
	assert not events._noted().users
	# disabled while HR hired them: left out, and there as soon as it is enabled
	other = make_user(roles=(), enabled=0)
	make_employee(company_email=other.name)
	after_commit()
	assert not frappe.db.exists("LMS Learner", other.name)
	other.enabled = 1
	other.save()
	after_commit()
	assert frappe.db.get_value("LMS Learner", other.name, "status") == "Active"


def test_profiles_for_many_and_cleared(hired):
	employee, user = hired
	assert api.set_learning_profile([employee], "Author") == {"changed": 1}
	assert api.set_learning_profile([employee], "Author") == {"changed": 0}
	after_commit()
	assert "Course Creator" in roles(user)
	assert frappe.db.get_value("LMS Learner", user, "learning_profile") == "Author"
	assert api.set_learning_profile([employee], None) == {"changed": 1}
	frappe.db.set_single_value("LMS Settings", "who_gets_access", "Only people with a learning profile")
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	after_commit()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	assert frappe.db.get_value("LMS Learner", user, ["status", "archived_reason"]) == (
		"Archived",
		"No learning profile",
	)
	assert not {"Course Creator", "LMS Student"} & roles(user)
	assert frappe.db.get_value("User", user, "enabled") == 1


def test_archived_by_hand_stays_away_and_can_be_brought_back(hired):
	employee, user = hired
	batch = make_batch()
	enrollment.enroll(batch.name, user, source="Desk")
	api.archive([user])
	assert standing(batch.name, user) == "Withdrawn"
	assert planner.follow([employee]).done == []
	assert frappe.db.get_value("LMS Learner", user, "status") == "Archived"
	api.restore([user])
	assert frappe.db.get_value("LMS Learner", user, "status") == "Active"
	assert "LMS Student" in roles(user)


def test_a_leaver_is_not_said_to_be_back(hired):
	employee, user = hired
	batch = make_batch()
	enrollment.enroll(batch.name, user, source="Desk")
	frappe.db.set_value("Employee", employee, {"status": "Left", "relieving_date": today()})
	planner.follow([employee])
	seat = {"batch": batch.name, "member": user}
	assert frappe.db.get_value("LMS Batch Enrollment", seat, "status") == "Withdrawn"
	assert api.restore([user]) == {"changed": 0}
	assert frappe.db.get_value("LMS Learner", user, "status") == "Archived"


def people(number: int) -> list[str]:
	"""Learners whom HR knows."""
	users = make_users(number, roles=())
	planner.follow(hire(number, users=users))
	return users


def test_many_are_archived_and_brought_back_by_sets():
	sent = {}
	for number in (6, 6, 12):  # the first fills what is cached
		users = people(number)
		with Statements() as there:
			assert api.archive(users) == {"changed": number}
		with Statements() as back:
			assert api.restore(users) == {"changed": number}
		sent[number] = (there.total, back.total)
		assert api.restore(users) == {"changed": 0}
	assert sent[6] == sent[12]
	assert frappe.db.count("LMS Learner", {"name": ["in", users], "status": "Active"}) == 12


def make_group(**values) -> str:
	return frappe.get_doc({"doctype": "LMS Group", "title": unique("Group"), **values}).insert().name


def in_group(group: str) -> set[str]:
	return set(frappe.get_all("LMS Learner Group", {"group": group}, pluck="parent"))


def test_many_are_put_in_a_group_and_taken_out():
	users, group = people(3), make_group()
	assert api.put_in_group(users[:2], group) == {"changed": 2}
	assert api.put_in_group(users, group) == {"changed": 1}
	assert api.put_in_group([*users, "nobody@example.com"], group) == {"changed": 0}
	assert in_group(group) == set(users)
	assert planner.follow(users=users).done == []  # HR lets it be
	assert api.take_out_of_group(users[1:], group) == {"changed": 2}
	assert in_group(group) == {users[0]}


def test_training_follows_who_comes_into_a_group_and_leaves_it(monkeypatch):
	(user, other), group = people(2), make_group()
	requirement = make_requirement(audience=[("Include", "LMS Group", group)])
	requirement.db_set("active", 1)
	open_one = {"member": user, "status": "Pending", "requirement": requirement.name}
	changed: list[str] = []
	monkeypatch.setattr(newcomers, "_later", changed.extend)
	api.put_in_group([user], group)
	newcomers.bring_in_line(changed)
	assert frappe.db.exists("LMS Training Assignment", open_one)
	api.put_in_group([user], group)
	api.take_out_of_group([other, user], group)
	assert changed == [user, user]
	newcomers.bring_in_line(changed)
	assert not frappe.db.exists("LMS Training Assignment", open_one)


def test_nobody_is_put_by_hand_into_a_group_that_follows_hr():
	(user,) = people(1)
	group = make_group(source="HR", follows="Department", followed_record="Sales")
	with pytest.raises(frappe.ValidationError, match="follows HR"):
		api.put_in_group([user], group)
	with pytest.raises(frappe.ValidationError, match="follows HR"):
		api.take_out_of_group([user], group)
	with pytest.raises(frappe.DoesNotExistError, match="There is no group"):
		api.put_in_group([user], "no such group")


def test_archived_by_mistake_can_keep_the_seat(hired):
	_employee, user = hired
	batch = make_batch(seat_count=1, enable_waitlist=1)
	for person in (user, make_user().name):
		enrollment.enroll(batch.name, person, source="Desk")
	means = api.get_archive_means([user])
	assert means == {
		"people": 1,
		"cohorts": [{"title": batch.title, "people": 1}],
		"seats": 1,
		"licences": 0,
	}
	api.archive([user], keep_seats=True)
	assert standing(batch.name, user) == "Enrolled"
	api.restore([user])
	assert standing(batch.name, user) == "Enrolled"
	api.archive([user])
	assert standing(batch.name, user) == "Withdrawn"


def test_what_leaving_means(hired):
	employee, user = hired
	batch = make_batch()
	enrollment.enroll(batch.name, user, source="HR")
	means = api.leaving_means(employee)
	assert (means["user"], means["cohorts"], means["disables"]) == (user, [batch.title], True)
	assert api.leaving_means(make_employee().name) == {}


KEEPERS = (
	lambda: api.sync_now(dry_run=True),
	lambda: api.sync_status(),
	lambda: api.approve_sync("LMS-SYNC-0"),
	lambda: api.discard_sync("LMS-SYNC-0"),
	lambda: api.abort_sync("LMS-SYNC-0"),
	lambda: api.undo_sync("LMS-SYNC-0"),
	lambda: api.archive(["a@example.com"]),
	lambda: api.restore(["a@example.com"]),
	lambda: api.invite(["a@example.com"]),
	lambda: api.put_in_group(["a@example.com"], "a group"),
	lambda: api.take_out_of_group(["a@example.com"], "a group"),
)


@pytest.mark.parametrize("call", KEEPERS)
@pytest.mark.parametrize("role", ["LMS Student", "Batch Evaluator", "HR User"])
def test_refused(call, role):
	frappe.set_user(make_user(roles=(role,)).name)
	if role == "HR User" and call is KEEPERS[1]:
		return  # HR that may see every employee may see how it stands
	with pytest.raises(frappe.PermissionError):
		call()


def test_hr_reaches_its_own_company_only(hired):
	employee, user = hired
	own = make_hr_user(company())
	other = make_hr_user(company("Another Test House"))
	for who, sees in ((own, True), (other, False)):
		frappe.set_user(who)
		assert bool(frappe.get_list("LMS Learner", {"name": user})) is sees
		assert frappe.has_permission("LMS Learner", "read", doc=user) is sees
		assert bool(frappe.get_list("LMS Sync Change", {"learner": user})) is sees
		if not sees:
			with pytest.raises(frappe.PermissionError):
				api.why(employee)
			with pytest.raises(frappe.PermissionError):
				api.set_learning_profile([employee], "Author")


def test_who_may_be_given_a_profile_is_asked_for_all_at_once(hired):
	employee, _user = hired
	names = [employee, *hire(3)]
	own, other = make_hr_user(company()), make_hr_user(company("Another Test House"))
	queries = []
	for number in (2, 4):
		frappe.set_user(own)
		permissions.require_employees(names[:1])  # what is cached
		with Statements() as sent:
			permissions.require_employees(names[:number])
		queries.append(sent.total)
	assert queries[0] == queries[1]
	frappe.set_user(other)
	with pytest.raises(frappe.PermissionError):
		permissions.require_employees(names)
	# shared with them to read, which is not to write
	frappe.set_user("Administrator")
	for name in names:
		frappe.share.add("Employee", name, other, read=1)
	frappe.set_user(other)
	with pytest.raises(frappe.PermissionError):
		permissions.require_employees(names)
	frappe.set_user("Administrator")
	for name in names:
		frappe.share.add("Employee", name, other, read=1, write=1)
	frappe.set_user(other)
	permissions.require_employees(names)
	with pytest.raises(frappe.DoesNotExistError):
		permissions.require_employees([*names, "nobody"])


def test_a_learner_sees_themselves(hired):
	_employee, user = hired
	stranger = make_user().name
	for who, sees in ((user, True), (stranger, False)):
		frappe.set_user(who)
		assert bool(frappe.get_list("LMS Learner", {"name": user})) is sees
		assert frappe.has_permission("LMS Learner", "read", doc=user) is sees
		assert not frappe.has_permission("LMS Learner", "write", doc=user)
