"""Employees who may write their own record (Employee Self Service) leave our fields alone; HR sees and writes them."""

from collections.abc import Iterator
from typing import Any

import pytest

import frappe
from frappe.permissions import setup_custom_perms

from smooth_lms.exceptions import ProfileRefusedError
from smooth_lms.learners import by_hand
from smooth_lms.setup import custom_fields
from smooth_lms.setup.custom_fields import CUSTOM_FIELDS, KEEPERS, LEVEL, _take_level, sync_custom_fields
from tests.support.factories import make_department, make_employee, make_user

NO_VALUE = ("Tab Break", "Section Break", "Column Break")
OTHER: dict[str, Any] = {
	"lms_learning_profile": "Author",
	"exclude_from_lms": 1,
	"lms_keep_access": 1,
	"lms_status": "Archived",
}
"""What somebody would like to see in each of our fields of Employee."""
SELF = "Employee"
"""The role of everybody who has an Employee record; `writers` lets it write, as Employee Self Service does."""


def our_fields(doctype: str) -> list[str]:
	return [field["fieldname"] for field in CUSTOM_FIELDS[doctype] if field["fieldtype"] not in NO_VALUE]


def rules(doctype: str, kind: str = "Custom DocPerm") -> list[tuple]:
	rows = frappe.get_all(
		kind, {"parent": doctype}, ["role", "permlevel", "read", "write", "create", "delete"]
	)
	return sorted(tuple(row.values()) for row in rows)


@pytest.fixture
def writers() -> None:
	"""A site on which employees may write their own record."""
	setup_custom_perms("Employee")
	rule = {"parent": "Employee", "role": SELF, "permlevel": 0}
	if name := frappe.db.get_value("Custom DocPerm", rule):
		frappe.db.set_value("Custom DocPerm", name, "write", 1)
	else:
		frappe.get_doc({"doctype": "Custom DocPerm", **rule, "read": 1, "write": 1}).insert()
	frappe.clear_cache(doctype="Employee")


def present() -> list[str]:
	return [doctype for doctype in CUSTOM_FIELDS if frappe.db.exists("DocType", doctype)]


@pytest.fixture(autouse=True)
def afresh(monkeypatch) -> Iterator[None]:
	"""What a test has changed about the DocTypes is forgotten with it: the fields are made without altering tables."""
	monkeypatch.setattr(custom_fields, "create_custom_fields", _without_tables)
	yield
	frappe.db.rollback()
	for doctype in present():
		frappe.clear_cache(doctype=doctype)


def _without_tables(fields: dict[str, list[dict]], **_options: object) -> None:
	for doctype, some in fields.items():
		for field in some:
			key = {"dt": doctype, "fieldname": field["fieldname"]}
			frappe.db.set_value("Custom Field", key, "permlevel", field["permlevel"])


class TestLevel:
	def test_every_field_of_ours_on_a_foreign_doctype_has_it(self):
		"""From the site: also a field that is not in the list any more, or made in another way."""
		names = [field["fieldname"] for fields in CUSTOM_FIELDS.values() for field in fields]
		found = frappe.get_all(
			"Custom Field",
			filters={"fieldname": ["in", names]},
			fields=["dt", "fieldname", "permlevel"],
			limit=0,
		)
		assert {row.permlevel for row in found} == {LEVEL}
		assert {(row.dt, row.fieldname) for row in found} == {
			(doctype, field["fieldname"]) for doctype in present() for field in CUSTOM_FIELDS[doctype]
		}

	def test_hr_has_it_as_far_as_it_has_the_record(self):
		for doctype in present():
			meta = frappe.get_meta(doctype)
			rights = {rule.role: (rule.read, rule.write) for rule in meta.permissions if not rule.permlevel}
			level = {
				rule.role: (rule.read, rule.write) for rule in meta.permissions if rule.permlevel == LEVEL
			}
			assert level == {role: right for role, right in rights.items() if role in KEEPERS and right[0]}, (
				doctype
			)
			assert level, doctype

	def test_the_sites_own_rules_stay(self):
		"""What a DocType brings along is copied, since Frappe reads only one of both."""
		for doctype in present():
			own = [rule for rule in rules(doctype) if rule[1] != LEVEL]
			assert set(rules(doctype, "DocPerm")) <= set(own), doctype

	def test_making_it_again_changes_nothing(self):
		before = {doctype: rules(doctype) for doctype in present()}
		sync_custom_fields()
		assert {doctype: rules(doctype) for doctype in present()} == before

	def test_what_a_site_decides_about_it_stays(self):
		frappe.db.delete("Custom DocPerm", {"parent": "Employee", "role": "HR User", "permlevel": LEVEL})
		before = rules("Employee")
		frappe.clear_cache(doctype="Employee")
		sync_custom_fields()
		assert rules("Employee") == before

	def test_it_comes_back_where_the_rules_were_reset(self):
		before = rules("Employee")
		frappe.db.delete("Custom DocPerm", {"parent": "Employee"})
		frappe.clear_cache(doctype="Employee")
		sync_custom_fields()
		assert [rule for rule in rules("Employee") if rule[1] == LEVEL] == [
			rule for rule in before if rule[1] == LEVEL
		]
		# those that the DocType brings along still count: Frappe reads them no more once there are others
		assert set(rules("Employee", "DocPerm")) <= set(rules("Employee"))

	def test_a_site_that_has_had_our_fields_without_it_gets_it(self):
		names = [field["fieldname"] for field in CUSTOM_FIELDS["Employee"]]
		frappe.db.set_value("Custom Field", {"dt": "Employee", "fieldname": ["in", names]}, "permlevel", 0)
		frappe.db.delete("Custom DocPerm", {"parent": "Employee", "permlevel": LEVEL})
		sync_custom_fields()
		assert any(rule[1] == LEVEL and rule[0] == "HR User" for rule in rules("Employee"))

	@pytest.mark.parametrize("own_rules", [False, True])
	def test_uninstalling_leaves_the_rules_as_they_were(self, own_rules):
		frappe.db.delete("Custom DocPerm", {"parent": "Employee"})
		if own_rules:
			setup_custom_perms("Employee")
			rule = {"parent": "Employee", "role": "Accounts User", "permlevel": 0, "read": 1}
			frappe.get_doc({"doctype": "Custom DocPerm", **rule}).insert()
		before = rules("Employee")
		frappe.clear_cache(doctype="Employee")
		sync_custom_fields()
		assert rules("Employee") != before
		_take_level("Employee")
		assert rules("Employee") == before

	def test_fields_of_others_at_the_level_are_not_opened_by_ours(self):
		salary = {"dt": "Employee", "fieldname": "secret_salary", "label": "Salary", "fieldtype": "Data"}
		frappe.get_doc({"doctype": "Custom Field", **salary, "permlevel": LEVEL}).db_insert()
		frappe.db.delete("Custom DocPerm", {"parent": "Employee", "permlevel": LEVEL})
		frappe.clear_cache(doctype="Employee")
		sync_custom_fields()
		assert not [rule for rule in rules("Employee") if rule[1] == LEVEL]


@pytest.mark.usefixtures("writers")
class TestEmployees:
	def test_every_field_is_tried(self):
		assert sorted(OTHER) == sorted(our_fields("Employee"))

	@pytest.mark.parametrize("field", sorted(OTHER))
	def test_change_nothing_of_ours_on_their_own_record(self, field):
		user = make_user(roles=("LMS Student",)).name
		name = make_employee(user).name
		frappe.set_user(user)
		doc = frappe.get_doc("Employee", name)
		before = doc.get(field)
		doc.set(field, OTHER[field])
		doc.bio = "My own words."
		doc.save()
		frappe.set_user("Administrator")
		stored = frappe.db.get_value("Employee", name, [field, "bio"], as_dict=True)
		assert (stored[field] or None, stored.bio) == (before or None, "My own words.")

	def test_do_not_see_them(self):
		user = make_user(roles=("LMS Student",)).name
		name = make_employee(user, lms_learning_profile="Author").name
		frappe.set_user(user)
		doc = frappe.get_doc("Employee", name)
		doc.apply_fieldlevel_read_permissions()
		assert [field for field in OTHER if doc.get(field)] == []


class TestHR:
	@pytest.mark.parametrize("role", ["HR User", "HR Manager"])
	def test_sees_and_writes_what_it_decides(self, role):
		name = make_employee(make_user().name).name
		frappe.set_user(make_user(roles=(role,)).name)
		doc = frappe.get_doc("Employee", name)
		chosen = {field: value for field, value in OTHER.items() if field != "lms_status"}
		doc.update(chosen)
		doc.save()
		doc.reload()
		doc.apply_fieldlevel_read_permissions()
		assert {field: doc.get(field) for field in chosen} == chosen

	def test_cannot_write_what_the_synchronization_writes(self):
		name = make_employee(make_user().name).name
		frappe.db.set_value("Employee", name, "lms_status", "Active")
		frappe.set_user(make_user(roles=("HR Manager",)).name)
		doc = frappe.get_doc("Employee", name)
		doc.lms_status = "Archived"
		doc.save()
		assert frappe.db.get_value("Employee", name, "lms_status") == "Active"

	@pytest.mark.parametrize("field", ["exclude_from_lms", "lms_keep_access"])
	@pytest.mark.parametrize("role", ["HR User", "HR Manager"])
	def test_cannot_take_themselves_out_of_training(self, role, field):
		user = make_user(roles=(role,)).name
		name = make_employee(user).name
		frappe.set_user(user)
		doc = frappe.get_doc("Employee", name)
		doc.set(field, 1)
		with pytest.raises(ProfileRefusedError, match="your own learning profile or access"):
			doc.save()


@pytest.mark.usefixtures("writers")
class TestOwnFacts:
	"""What training reads of HR's record: whose account it is, and what decides about requirements."""

	@pytest.fixture
	def own(self):
		user = make_user(roles=(SELF,)).name
		return make_employee(user, company_email=user)

	@pytest.mark.parametrize(
		("field", "value"),
		[
			("user_id", "other"),
			("company_email", "mine@attacker.example"),
			("status", "Inactive"),
			("date_of_joining", "2030-01-01"),
			("reports_to", None),
			("department", None),
		],
	)
	def test_are_not_written_by_the_employee(self, own, field, value):
		for each, there in (("reports_to", make_employee().name), ("department", make_department())):
			frappe.db.set_value("Employee", own.name, each, there)
		value = make_user().name if value == "other" else value
		frappe.set_user(own.user_id)
		doc = frappe.get_doc("Employee", own.name)
		doc.set(field, value)
		with pytest.raises(ProfileRefusedError, match="ask a colleague"):
			doc.save()

	@pytest.mark.parametrize("known_by", ["personal_email", "prefered_email", "address", "learner"])
	def test_nor_where_the_record_names_them_in_another_way(self, known_by):
		user = make_user(roles=(SELF, "HR User")).name
		own = make_employee(make_user().name if known_by == "learner" else None)
		if known_by == "learner":
			frappe.get_doc({"doctype": "LMS Learner", "user": user}).insert()
			frappe.db.set_value("LMS Learner", user, "employee", own.name)
		elif known_by == "address":
			frappe.db.set_value("User", user, "email", f"own.{user}")
			frappe.clear_document_cache("User", user)
			frappe.db.set_value("Employee", own.name, "company_email", f"Own.{user}")
		else:
			frappe.db.set_value("Employee", own.name, known_by, user.upper())
		frappe.set_user(user)
		doc = frappe.get_doc("Employee", own.name)
		doc.status = "Inactive"
		with pytest.raises(ProfileRefusedError, match="ask a colleague"):
			doc.save()
		doc.reload()
		doc.lms_learning_profile = "Author"
		with pytest.raises(ProfileRefusedError, match="your own learning profile"):
			doc.save()
		with pytest.raises(ProfileRefusedError, match="your own learning profile"):
			by_hand.set_profile([own.name], "Author")

	def test_the_rest_is_theirs(self, own):
		frappe.set_user(own.user_id)
		doc = frappe.get_doc("Employee", own.name)
		doc.cell_number = "+49 30 000000"
		doc.save()
		assert frappe.db.get_value("Employee", own.name, "cell_number") == "+49 30 000000"

	def test_hr_takes_no_account_by_its_own_record(self):
		user = make_user(roles=(SELF, "HR Manager")).name
		own = make_employee(user, company_email=user)
		frappe.set_user(user)
		doc = frappe.get_doc("Employee", own.name)
		doc.user_id = make_user().name
		with pytest.raises(ProfileRefusedError):
			doc.save()
		doc.reload()
		doc.department = make_department()
		doc.save()

	def test_hr_writes_what_it_knows_of_others(self, own):
		frappe.set_user(make_user(roles=(SELF, "HR Manager")).name)
		doc = frappe.get_doc("Employee", own.name)
		doc.status = "Inactive"
		doc.save()
