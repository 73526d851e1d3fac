"""People whom a moderator makes learners, corrects, and whose activity is archived."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.api import courses as courses_api
from smooth_lms.api import learners as api
from smooth_lms.cohorts import enrollment as cohort
from smooth_lms.exceptions import OwnedByHRError, ProfileRefusedError
from smooth_lms.training import decisions
from tests.support import factories
from tests.support.factories import make_batch, make_course, make_user
from tests.support.training import rows_of

LEARNER = "LMS Learner"


@pytest.fixture(autouse=True)
def moderator() -> str:
	name = make_user(roles=("Moderator",)).name
	frappe.set_user(name)
	return name


def as_administrator(act):
	me = frappe.session.user
	frappe.set_user("Administrator")
	try:
		return act()
	finally:
		frappe.set_user(me)


def address() -> str:
	return f"{factories.unique('guest').replace(' ', '.').lower()}@example.com"


def profile(*roles: str, **values) -> str:
	doc = {"doctype": "LMS Learning Profile", "title": factories.unique("Profile"), **values}
	doc["roles"] = [{"role": role} for role in roles]
	return as_administrator(lambda: frappe.get_doc(doc).insert().name)


def group(source: str = "Manual") -> str:
	title = factories.unique("Group")
	return as_administrator(
		lambda: frappe.get_doc({"doctype": "LMS Group", "title": title, "source": source}).insert().name
	)


def added(**values) -> str:
	email = address()
	done = api.add([{"email": email, "full_name": "Gina van Guest", **values}])
	assert done["added"] == 1, done
	return email


def roles_of(user: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parenttype": "User", "parent": user}, pluck="role"))


def test_somebody_new_gets_an_account_a_profile_and_groups():
	name, team = profile("LMS Student", "Batch Evaluator"), group()
	email = added(profile=name, groups=[team])
	user = frappe.db.get_value("User", email, ["first_name", "last_name", "enabled"])
	assert user == ("Gina van", "Guest", 1)
	row = frappe.db.get_value(LEARNER, email, ["status", "source", "learning_profile", "joined_on"])
	assert row[:3] == ("Active", "Manual", name)
	assert row[3]
	assert {"LMS Student", "Batch Evaluator"} <= roles_of(email)
	assert frappe.get_all("LMS Learner Group", {"parent": email}, pluck="group") == [team]


def test_who_is_not_approved_waits_without_access():
	email = address()
	api.add([{"email": email, "full_name": "Wanda Waits"}], approve=False)
	assert frappe.db.get_value(LEARNER, email, "status") == "Pending"
	assert "LMS Student" not in roles_of(email)
	assert api.approve([email]) == {"approved": 1, "sent": 0, "skipped": 0}
	assert "LMS Student" in roles_of(email)
	assert api.approve([email]) == {"approved": 0, "sent": 0, "skipped": 1}


def test_each_refusal_says_why_and_stops_no_other(moderator):
	employee = as_administrator(lambda: factories.make_employee(None, company_email=address()).name)
	known, restricted = added(), profile("Moderator")
	archived, disabled = added(), make_user().name
	api.archive([archived])
	as_administrator(lambda: frappe.db.set_value("User", disabled, "enabled", 0))
	work = frappe.db.get_value("Employee", employee, "company_email")
	fine = address()
	rows = [
		({"email": "nobody"}, "is no e-mail address"),
		({"email": known}, "is a learner already"),
		({"email": archived}, "bring them back"),
		({"email": work}, f"as employee {employee}"),
		({"email": disabled}, "is disabled"),
		({"email": moderator}, "your own training"),
		({"email": address(), "full_name": ""}, "Enter a name"),
		({"email": address(), "profile": "No such"}, "no learning profile No such"),
		({"email": address(), "profile": restricted}, "Only a System Manager"),
		({"email": address(), "groups": ["No such"]}, "no group No such"),
		({"email": fine}, ""),
		({"email": fine.upper()}, "twice: the first time in line 11"),
	]
	people = [{"full_name": "Some Body", **row} for row, _reason in rows]
	before = frappe.db.count("User")
	outcomes = api.preview_adding(people)
	assert frappe.db.count("User") == before
	for outcome, (row, reason) in zip(outcomes, rows, strict=True):
		assert reason in outcome["reason"], row
		assert (outcome["state"] == "Refused") == bool(reason), outcome
	assert api.add(people)["added"] == 1
	assert frappe.db.get_value(LEARNER, fine, "status") == "Active"


def test_at_most_so_many_at_once():
	with pytest.raises(frappe.ValidationError, match="At most 200"):
		api.preview_adding([{"email": f"a{number}@example.com"} for number in range(201)])


class TestCorrecting:
	def test_name_e_mail_and_profile(self):
		email, new, name = added(), address(), profile("LMS Student", "Course Creator")
		assert api.correct(email, full_name="Gina  Guest", email=new, profile=name) == {"user": new}
		assert frappe.db.get_value("User", new, ["full_name", "email"]) == ("Gina Guest", new)
		assert frappe.db.get_value(LEARNER, new, ["full_name", "learning_profile"]) == ("Gina Guest", name)
		assert not frappe.db.exists(LEARNER, email)
		assert "Course Creator" in roles_of(new)
		api.correct(new, profile="")
		assert "Course Creator" not in roles_of(new)
		assert "LMS Student" in roles_of(new)

	def test_a_profile_that_a_system_manager_gives_is_refused(self):
		email = added()
		with pytest.raises(ProfileRefusedError):
			api.correct(email, profile=profile("Moderator"))

	def test_nobody_elevates_themself(self, moderator):
		name = profile("Course Creator")
		values = {"doctype": LEARNER, "user": moderator, "status": "Active", "source": "Manual"}
		doc = as_administrator(lambda: frappe.get_doc(values).insert())
		with pytest.raises(frappe.PermissionError):
			api.correct(moderator, profile=name)
		doc.reload()
		doc.learning_profile = name
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_what_hr_keeps_is_refused_with_a_link_to_the_employee(self):
		user = make_user().name
		employee = as_administrator(lambda: factories.make_employee(user).name)
		as_administrator(lambda: factories.make_learners([user]))
		values = {"source": "HR", "employee": employee}
		as_administrator(lambda: frappe.db.set_value(LEARNER, user, values))
		for change in ({"full_name": "X"}, {"profile": profile("Course Creator")}, {"email": address()}):
			with pytest.raises(OwnedByHRError, match=employee):
				api.correct(user, **change)
		doc = frappe.get_doc(LEARNER, user)
		doc.learning_profile = profile("Course Creator")
		with pytest.raises(OwnedByHRError, match=employee):
			doc.save()

	@pytest.mark.parametrize("role", ["System Manager", "Moderator", "HR Manager"])
	def test_accounts_of_others_who_run_the_site_are_not_taken_over(self, role):
		email = added()
		as_administrator(lambda: frappe.get_doc("User", email).add_roles(role))
		with pytest.raises(frappe.PermissionError, match="more than a learner"):
			api.correct(email, email=address())
		with pytest.raises(frappe.PermissionError, match="more than a learner"):
			api.send_password_mail(email)
		with pytest.raises(frappe.PermissionError, match="more than a learner"):
			api.correct(email, full_name="Somebody Else")
		assert frappe.db.get_value("User", email, "full_name") != "Somebody Else"


def test_archiving_activity_leaves_the_person_and_what_is_completed():
	email = added()
	own, assigned, seated, done = (as_administrator(lambda: make_course().name) for _each in range(4))
	as_administrator(lambda: decisions.assign_course(assigned, [email], add_days(today(), 9)))
	batch = as_administrator(lambda: make_batch(courses=[seated]))
	as_administrator(lambda: cohort.enroll(batch.name, email, source="Desk"))
	me = frappe.session.user
	frappe.set_user(email)
	courses_api.join(own)
	courses_api.join(done)
	for lesson in frappe.get_all("Course Lesson", {"course": done}, pluck="name"):
		courses_api.finish_lesson(lesson)
	frappe.set_user(me)
	assert api.archive_activity([email]) == {"people": 1, "courses": 2, "assignments": 1}
	still = frappe.get_all(
		"LMS Enrollment", {"member": email, "withdrawn_on": ["is", "not set"]}, pluck="course"
	)
	assert set(still) == {seated, done}
	assert rows_of(email)[0].status == "Cancelled"
	assert frappe.db.get_value(LEARNER, email, "status") == "Active"
