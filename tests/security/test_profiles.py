"""Learning profiles: they grant learning roles only, say who gives them, and nobody gives one to themselves."""

import contextlib
import json
from collections.abc import Callable

import pytest

import frappe
from frappe.client import set_value
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import set_request

from smooth_lms import permissions
from smooth_lms.api import learners as api
from smooth_lms.base.rows import record_changes
from smooth_lms.exceptions import ProfileRefusedError
from smooth_lms.learners import accounts, why
from smooth_lms.learners.sync import planner, problems
from smooth_lms.setup.learners import PROFILES
from tests.support.factories import make_employee, make_user, unique

FREE, RESTRICTED = "Author", "Moderator"


def make_profile(*roles: str, **values):
	rows = [{"role": role} for role in roles]
	return frappe.get_doc(
		{"doctype": "LMS Learning Profile", "title": unique("Profile"), "roles": rows, **values}
	)


def profile_of(employee: str) -> str | None:
	return frappe.db.get_value("Employee", employee, "lms_learning_profile")


def roles_of(user: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role"))


class TestRoles:
	def test_only_learning_roles_can_be_granted(self):
		"""Of all roles of the site, whatever app brought them."""
		saved = set()
		for role in frappe.get_all("Role", pluck="name", limit=0):
			frappe.db.savepoint("profile")
			with contextlib.suppress(frappe.ValidationError):
				make_profile(role).insert()
				saved.add(role)
			frappe.db.rollback(save_point="profile")
		assert saved == permissions.LEARNING_ROLES == {
			"LMS Student", "LMS Team Viewer", "Course Creator", "Batch Evaluator", "Moderator",
		}  # fmt: skip

	def test_a_foreign_role_cannot_be_added_later(self):
		profile = make_profile("LMS Student").insert()
		profile.append("roles", {"role": "System Manager"})
		with pytest.raises(frappe.ValidationError, match="take out System Manager"):
			profile.save()

	def test_what_stands_in_a_profile_all_the_same_is_not_granted(self):
		profile = make_profile("LMS Student", given_by="HR").insert()
		row = {"parent": profile.name, "parenttype": profile.doctype, "parentfield": "roles"}
		frappe.get_doc({"doctype": "LMS Learning Profile Role", "role": "System Manager", **row}).db_insert()
		user = make_user().name
		employee = make_employee(user, company_email=user, lms_learning_profile=profile.name)
		planner.follow([employee.name])
		assert "System Manager" not in roles_of(user)
		assert frappe.db.get_value("LMS Learner", user, "learning_profile") == profile.name

	def test_nothing_grants_or_takes_other_roles(self):
		"""Whatever the record of a run or a learner says."""
		user = make_user(roles=("System Manager",)).name
		assert accounts.grant({user: ["HR Manager", "Moderator"]}) == {user: ["Moderator"]}
		accounts.revoke({user: ["System Manager", "Moderator"]})
		assert {"HR Manager", "Moderator", "System Manager"} & roles_of(user) == {"System Manager"}


class TestShipped:
	def test_the_moderator_is_given_by_a_system_manager_and_the_others_by_hr(self):
		found = dict(frappe.get_all("LMS Learning Profile", fields=["name", "given_by"], as_list=True))
		assert {name: found[name] for name in PROFILES} == {
			name: "System Manager" if name == "Moderator" else "HR" for name in PROFILES
		}

	def test_a_new_profile_with_the_moderators_role_is_restricted_unless_it_says_otherwise(self):
		assert make_profile("LMS Student").insert().given_by == "HR"
		assert make_profile("LMS Student", "Moderator").insert().given_by == "System Manager"
		assert make_profile("Moderator", given_by="HR").insert().given_by == "HR"

	@pytest.mark.parametrize("role", ["HR User", "HR Manager", "Moderator"])
	def test_only_system_managers_write_profiles(self, role):
		frappe.set_user(make_user(roles=(role,)).name)
		with pytest.raises(frappe.PermissionError):
			make_profile("LMS Student").insert()
		doc = frappe.get_doc("LMS Learning Profile", "Moderator")
		doc.given_by = "HR"
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_a_restricted_profile_is_nobodys_default(self):
		settings = frappe.get_doc("LMS Settings")
		settings.default_learning_profile = RESTRICTED
		with pytest.raises(frappe.ValidationError, match="choose a profile that HR may give"):
			settings.save()


def _form(employee: str, profile: str) -> None:
	doc = frappe.get_doc("Employee", employee)
	doc.lms_learning_profile = profile
	doc.save()


def _import(employee: str, profile: str) -> None:
	frappe.flags.in_import = True
	try:
		_form(employee, profile)
	finally:
		frappe.flags.in_import = False


def _bulk_update(employee: str, profile: str) -> None:
	changes = json.dumps({"lms_learning_profile": profile})
	submit_cancel_or_update_docs("Employee", json.dumps([employee]), action="update", data=changes)


def _savedocs(employee: str, profile: str) -> None:
	from frappe.desk.form.save import savedocs

	doc = frappe.get_doc("Employee", employee).as_dict()
	doc.lms_learning_profile = profile
	savedocs(frappe.as_json(doc), "Save")


def _with_ignored_permissions(employee: str, profile: str) -> None:
	"""As HRMS saves an Employee for whoever submits a promotion."""
	doc = frappe.get_doc("Employee", employee)
	doc.lms_learning_profile = profile
	doc.flags.ignore_permissions = True
	doc.save()


WAYS: dict[str, Callable[[str, str], object]] = {
	"form": _form,
	"desk": _savedocs,
	"import": _import,
	"client": lambda employee, profile: set_value("Employee", employee, "lms_learning_profile", profile),
	"bulk update": _bulk_update,
	"another app's save": _with_ignored_permissions,
	"API": lambda employee, profile: api.set_learning_profile([employee], profile),
}
PEOPLE = {
	"hr user": ("HR User",),
	"hr manager": ("HR Manager",),
	"moderator": ("HR User", "Moderator"),
	"system manager": ("HR User", "System Manager"),
}


@pytest.fixture
def patiently(monkeypatch):
	"""A request, and no job of the bulk update that commits."""
	set_request(method="POST", path="/")
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe.db, "rollback", lambda **kwargs: None)
	yield
	monkeypatch.undo()
	del frappe.local.request


@pytest.mark.usefixtures("patiently")
class TestGiving:
	@pytest.mark.parametrize("way", sorted(WAYS))
	@pytest.mark.parametrize("person", sorted(PEOPLE))
	@pytest.mark.parametrize("profile", [FREE, RESTRICTED])
	def test_to_others(self, person, way, profile):
		employee = make_employee(make_user().name).name
		frappe.set_user(make_user(roles=PEOPLE[person]).name)
		refused = self.refused(WAYS[way], employee, profile)
		frappe.set_user("Administrator")
		may = profile == FREE or person == "system manager"
		assert profile_of(employee) == (profile if may else None)
		if way != "bulk update":  # which lists what failed and goes on
			assert refused is not may

	@pytest.mark.parametrize("way", sorted(WAYS))
	@pytest.mark.parametrize("person", sorted(PEOPLE))
	@pytest.mark.parametrize("own_by", ["user_id", "company_email"])
	def test_never_to_oneself(self, person, way, own_by):
		user = make_user(roles=PEOPLE[person]).name
		values = {"user_id": user} if own_by == "user_id" else {"company_email": user}
		employee = make_employee(**values).name
		# linking an account restricts it to its own record; the roles above stay
		frappe.set_user(user)
		for profile in (FREE, RESTRICTED):
			self.refused(WAYS[way], employee, profile)
		frappe.set_user("Administrator")
		assert profile_of(employee) is None

	def test_a_new_record_is_asked_about_too(self):
		frappe.set_user(make_user(roles=("HR User",)).name)
		for values, profile in (({}, RESTRICTED), ({"company_email": frappe.session.user}, FREE)):
			with pytest.raises(ProfileRefusedError):
				make_employee(lms_learning_profile=profile, **values)

	def test_a_record_with_a_profile_of_ones_own_choice_is_not_made_ones_own(self):
		frappe.set_user(make_user(roles=("HR User",)).name)
		doc = make_employee(lms_learning_profile=FREE)
		doc.reload()
		doc.company_email = frappe.session.user
		with pytest.raises(ProfileRefusedError):
			doc.save()

	def test_what_hr_does_besides_goes_on(self):
		"""Somebody of HR saves a record with a restricted profile, and their own record, without touching it."""
		user = make_user(roles=("HR User",)).name
		own = make_employee(user, lms_learning_profile=FREE).name
		other = make_employee(make_user().name, lms_learning_profile=RESTRICTED).name
		frappe.set_user(user)
		for name in (own, other):
			doc = frappe.get_doc("Employee", name)
			doc.bio = "Changed."
			doc.save()
		frappe.set_user("Administrator")
		assert (profile_of(own), profile_of(other)) == (FREE, RESTRICTED)

	def test_the_api_takes_all_or_none(self):
		names = [make_employee(make_user().name).name for _ in range(2)]
		user = make_user(roles=("HR User",)).name
		own = make_employee(user).name
		frappe.set_user(user)
		with pytest.raises(ProfileRefusedError, match="your own learning profile"):
			api.set_learning_profile([*names, own], FREE)
		frappe.set_user("Administrator")
		assert [profile_of(name) for name in names] == [None, None]

	@staticmethod
	def refused(way: Callable[[str, str], object], employee: str, profile: str) -> bool:
		frappe.db.savepoint("giving")
		try:
			way(employee, profile)
		except (ProfileRefusedError, frappe.PermissionError):
			frappe.db.sql("rollback to savepoint giving")
			frappe.clear_messages()
			return True
		return False


class TestSynchronization:
	"""What comes into the record without a save, as from an interface that writes into HR's table."""

	def test_a_restricted_profile_that_nobody_has_given_grants_nothing_and_is_listed(self):
		frappe.set_user(make_user(roles=("HR Manager",)).name)
		user = make_user().name
		employee = make_employee(user, company_email=user).name
		frappe.set_user("Administrator")
		frappe.db.set_value("Employee", employee, "lms_learning_profile", RESTRICTED)
		planner.follow([employee])
		assert "Moderator" not in roles_of(user)
		assert [each.code for each in self.problems(employee)] == [problems.NOT_GIVEN]
		assert "System Manager has to give it" in str(why.why(employee))

	def test_one_that_a_system_manager_has_given_is_granted(self):
		user = make_user().name
		employee = make_employee(user, company_email=user).name
		frappe.set_user(make_user(roles=("HR Manager", "System Manager")).name)
		_form(employee, RESTRICTED)
		frappe.set_user("Administrator")
		planner.follow([employee])
		assert "Moderator" in roles_of(user)
		assert self.problems(employee) == []

	def test_one_that_hr_had_given_is_not(self):
		"""As before only System Managers could."""
		user = make_user().name
		employee = make_employee(user, company_email=user).name
		hr = make_user(roles=("HR Manager",)).name
		frappe.db.set_value("Employee", employee, "lms_learning_profile", RESTRICTED)
		frappe.set_user(hr)
		record_changes("Employee", {employee: [("lms_learning_profile", None, RESTRICTED)]})
		frappe.set_user("Administrator")
		planner.follow([employee])
		assert "Moderator" not in roles_of(user)

	@staticmethod
	def problems(employee: str) -> list:
		return [each for planned in planner.Planner([employee], []).chunks() for each in planned.problems]
