"""HR changes a work e-mail: the account follows, or mails do, and nobody gets a second account."""

import pytest

import frappe
from frappe.utils.password import check_password, update_password

from smooth_lms.cohorts import enrollment
from smooth_lms.learners import accounts, why
from smooth_lms.learners.sync import planner, undo
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.people.addresses import mail_address
from tests.support.boarding import after_commit, email
from tests.support.factories import make_batch, make_employee, make_user
from tests.support.roster import empty_roster

RENAME, MAIL, LEAVE = "Rename the account", "Mail to the new address", "Leave the account as it is"


@pytest.fixture(autouse=True)
def _renames(site):
	choose(RENAME)


def choose(setting: str) -> None:
	frappe.db.set_single_value("LMS Settings", "changed_work_email", setting)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def hired(**values):
	"""An Employee whose account was made for the work e-mail. Returns the Employee and the User's name."""
	address = email("old")
	employee = make_employee(company_email=address, **values)
	after_commit()
	return employee, address


def change_email(employee, address: str):
	employee = frappe.get_doc("Employee", employee.name)
	employee.company_email = address
	employee.save()
	after_commit()
	return employee


def test_the_account_and_all_that_hangs_on_it_follow_the_work_email():
	employee, old = hired(create_user_permission=1)
	batch = make_batch()
	enrollment.enroll(batch.name, old, source="Desk")
	update_password(old, "a long word nobody knows")
	change = frappe.db.get_value("LMS Sync Change", {"learner": old})
	new = email("new")
	employee = change_email(employee, new.upper().replace("@EXAMPLE.COM", "@example.com"))
	assert not frappe.db.exists("User", old)
	assert frappe.db.get_value("User", new, ["email", "enabled"]) == (new, 1)
	employee.reload()
	assert employee.user_id == new
	assert frappe.db.get_value("LMS Learner", new, ["user", "status", "employee"]) == (
		new,
		"Active",
		employee.name,
	)
	for doctype in ("LMS Batch Enrollment", "LMS Enrollment"):
		assert frappe.db.exists(doctype, {"member": new})
		assert not frappe.db.exists(doctype, {"member": old})
	assert frappe.db.get_value("LMS Sync Change", change, "learner") == new
	assert check_password(new, "a long word nobody knows") == new
	assert {"LMS Student", "Employee"} <= set(frappe.get_roles(new))
	assert frappe.db.exists("User Permission", {"user": new, "allow": "Employee", "for_value": employee.name})
	assert frappe.db.count("LMS Learner", {"employee": employee.name}) == 1


def test_following_twice_changes_nothing():
	employee, _old = hired()
	new = email("new")
	change_email(employee, new)
	assert not planner.follow([employee.name]).done


def test_an_account_named_otherwise_from_the_start_keeps_its_name():
	user = make_user(roles=()).name
	employee = make_employee(user, company_email=email("mail"))
	after_commit()
	new = email("new")
	change_email(employee, new)
	assert frappe.db.exists("User", user)
	assert frappe.db.get_value("LMS Learner", user, "work_email") == new


def test_a_clash_is_listed_and_stops_nothing_else():
	employee, old = hired()
	taken = make_user(roles=()).name
	employee = frappe.get_doc("Employee", employee.name)
	employee.update({"company_email": taken, "cell_number": "+34 1"})
	employee.save()
	after_commit()
	assert frappe.db.get_value("LMS Learner", old, ["work_email", "cell_phone"]) == (old, "+34 1")
	(planned,) = planner.Planner([employee.name]).chunks()
	assert [(p.code, p.other) for p in planned.problems] == [("email-taken", taken)]
	assert not planned.changes
	assert any(taken in sentence for sentence in why.why(employee.name)["answer"])
	frappe.rename_doc("User", taken, email("moved"), force=True)
	planner.follow([employee.name])
	assert frappe.db.exists("LMS Learner", taken)
	assert not frappe.db.exists("User", old)


@pytest.mark.parametrize("role", ["System Manager", "Moderator", "HR User"])
def test_an_account_with_more_rights_is_not_renamed_by_hr(role):
	employee, old = hired()
	frappe.get_doc("User", old).add_roles(role)
	new = email("new")
	change_email(employee, new)
	assert frappe.db.exists("User", old)
	assert not frappe.db.exists("User", new)
	(planned,) = planner.Planner([employee.name]).chunks()
	assert [problem.code for problem in planned.problems] == ["more-rights"]


def test_mails_follow_where_accounts_do_not():
	choose(MAIL)
	employee, old = hired()
	new = email("new")
	change_email(employee, new)
	assert frappe.db.exists("User", old)
	assert not frappe.db.exists("User", new)
	assert mail_address(old) == new
	assert any(new in sentence and old in sentence for sentence in why.why(employee.name)["answer"])
	choose(LEAVE)
	assert mail_address(old) == old


@pytest.mark.full
def test_a_run_renames_in_chunks_of_one_and_can_be_undone():
	empty_roster()
	frappe.db.commit()
	people = [hired() for _number in range(3)]
	fresh = {employee.name: email("new") for employee, _old in people}
	for name, address in fresh.items():
		frappe.db.set_value("Employee", name, "company_email", address)
	run = sync_run.run_now()
	assert frappe.db.get_value("LMS Sync Run", run, ["status", "updated", "failed"]) == ("Completed", 3, 0)
	rows = frappe.get_all("LMS Sync Change", {"run": run}, ["batch_no", "learner", "state"])
	assert sorted(row.batch_no for row in rows) == [1, 2, 3]
	assert {row.learner for row in rows} == set(fresh.values())
	for name, address in fresh.items():
		assert frappe.db.get_value("Employee", name, "user_id") == address
	undo.undo(run)
	for employee, old in people:
		assert frappe.db.get_value("Employee", employee.name, "user_id") == old
		assert frappe.db.get_value("LMS Learner", old, "work_email") == old
	frappe.db.set_single_value("LMS Settings", "hold_next_run", 0)
	frappe.db.commit()


def test_a_rename_that_fails_stops_no_other(monkeypatch):
	(first, first_old), (second, second_old) = hired(), hired()
	rename, new, other = accounts.rename, email("new"), email("new")

	def fails_for_one(old, to):
		if to == new:
			raise frappe.ValidationError("refused")
		rename(old, to)

	monkeypatch.setattr(accounts, "rename", fails_for_one)
	frappe.db.set_value("Employee", first.name, "company_email", new)
	frappe.db.set_value("Employee", second.name, "company_email", other)
	outcome = planner.follow([first.name, second.name])
	assert set(outcome.failed) == {first_old}
	assert frappe.db.exists("User", other)
	assert frappe.db.exists("User", first_old)
	assert not frappe.db.exists("User", second_old)
