"""The repair of learning profiles with foreign roles, of access that people gave themselves, and of doubled roles."""

import frappe

from smooth_lms.base.rows import insert_rows, record_changes
from smooth_lms.patches.v0_2 import (
	access_that_people_gave_themselves,
	one_row_for_each_role,
	profiles_grant_learning_roles_only,
)
from tests.support.factories import make_employee, make_learners, make_user, unique


def roles_of(user):
	return sorted(frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role"))


def old_profile(*roles):
	"""A profile as it could be saved before."""
	doc = frappe.get_doc(
		{"doctype": "LMS Learning Profile", "title": unique("Profile"), "name": unique("Profile")}
	)
	doc.name = doc.title
	doc.db_insert()
	fields = ("parent", "parenttype", "parentfield", "role")
	rows = [(doc.name, doc.doctype, "roles", role) for role in roles]
	insert_rows("LMS Learning Profile Role", fields, rows)
	return doc.name


def test_foreign_roles_go_from_profiles_and_from_whom_the_app_gave_them():
	profile = old_profile("LMS Student", "Moderator", "System Manager")
	given, own = (
		make_user(roles=("LMS Student", "System Manager")).name,
		make_user(roles=("System Manager",)).name,
	)
	make_learners([given], granted_roles="LMS Student, System Manager", learning_profile=profile)
	make_learners([own], granted_roles="Moderator", learning_profile=profile)
	for _twice in range(2):
		profiles_grant_learning_roles_only.execute()
		doc = frappe.get_doc("LMS Learning Profile", profile)
		assert sorted(row.role for row in doc.roles) == ["LMS Student", "Moderator"]
		assert doc.given_by == "System Manager"
		assert roles_of(given) == ["LMS Student"]
		assert frappe.db.get_value("User", given, "user_type") == "Website User"
		assert frappe.db.get_value("LMS Learner", given, "granted_roles") == "LMS Student"
		assert roles_of(own) == ["System Manager"]
	logged = frappe.get_all("Error Log", {"method": ["like", "%must not grant%"]}, pluck="error")
	assert any(given in text and "System Manager" in text for text in logged)


def history(employee, field, old, new, by):
	frappe.set_user(by)
	record_changes("Employee", {employee: [(field, old, new)]})
	frappe.set_user("Administrator")
	frappe.db.set_value("Employee", employee, field, new)


def test_profiles_that_people_gave_themselves_are_put_back():
	hr, manager = make_user(roles=("HR User",)).name, make_user(roles=("HR Manager",)).name
	keeper = make_user(roles=("System Manager",)).name
	people = {name: make_user().name for name in ("by_self", "by_hr", "by_keeper", "free")}
	records = {name: make_employee(user, company_email=user).name for name, user in people.items()}
	own = make_employee(hr, company_email=hr).name
	history(own, "lms_learning_profile", None, "Author", manager)
	history(own, "lms_learning_profile", "Author", "Moderator", hr)
	history(records["by_self"], "lms_learning_profile", None, "Instructor", people["by_self"])
	history(records["by_hr"], "lms_learning_profile", None, "Moderator", hr)
	history(records["by_keeper"], "lms_learning_profile", None, "Moderator", keeper)
	history(records["free"], "lms_learning_profile", None, "Author", hr)
	make_learners(
		[hr], granted_roles="LMS Student, Moderator", learning_profile="Moderator", joined_on="2026-01-01"
	)
	frappe.get_doc("User", hr).add_roles("Moderator", "LMS Student")
	for _twice in range(2):
		access_that_people_gave_themselves.execute()
		profiles = {
			name: frappe.db.get_value("Employee", row, "lms_learning_profile")
			for name, row in records.items()
		}
		assert profiles == {"by_self": None, "by_hr": None, "by_keeper": "Moderator", "free": "Author"}
		assert frappe.db.get_value("Employee", own, "lms_learning_profile") == "Author"
		assert "Moderator" not in roles_of(hr)
		assert "HR User" in roles_of(hr)


def test_employees_who_left_training_by_themselves_are_back():
	user, hr = make_user().name, make_user(roles=("HR User",)).name
	own, by_hr = make_employee(user, company_email=user).name, make_employee(make_user().name).name
	history(own, "exclude_from_lms", 0, 1, user)
	history(by_hr, "exclude_from_lms", 0, 1, hr)
	for _twice in range(2):
		access_that_people_gave_themselves.execute()
		assert frappe.db.get_value("Employee", own, "exclude_from_lms") == 0
		assert frappe.db.get_value("Employee", by_hr, "exclude_from_lms") == 1
	assert frappe.db.get_value("LMS Learner", user, "status") == "Active"


def test_a_role_that_was_given_twice_stays_once():
	user = make_user(roles=("LMS Student", "Moderator")).name
	fields = ("parent", "parenttype", "parentfield", "role")
	insert_rows("Has Role", fields, [(user, "User", "roles", "LMS Student")] * 2)
	assert len(roles_of(user)) == 4
	for _twice in range(2):
		one_row_for_each_role.execute()
		assert roles_of(user) == ["LMS Student", "Moderator"]
