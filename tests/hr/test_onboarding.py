"""Onboarding puts people into the mandatory courses and a cohort, whatever comes first."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.learners import events
from smooth_lms.training import newcomers
from tests.support.boarding import after_commit, email, make_applicant, make_onboarding, roles, standing
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_department,
	make_employee,
	make_requirement,
	make_user,
	unique,
)


@pytest.fixture(autouse=True)
def _only_our_cohorts(site) -> None:
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)


def state(onboarding) -> tuple[str, str | None]:
	return frappe.db.get_value("Employee Onboarding", onboarding.name, ["lms_state", "lms_enrolled_batch"])


def new_hire_cohort(**values):
	return make_batch(for_new_hires=1, allow_self_enrollment=0, **values)


def test_an_employee_with_a_user_becomes_a_learner():
	user = make_user(roles=()).name
	make_employee(user)
	after_commit()
	assert "LMS Student" in roles(user)


def test_a_user_added_later_becomes_a_learner():
	employee = make_employee()
	after_commit()
	user = make_user(roles=()).name
	employee.reload()
	employee.user_id = user
	employee.save()
	after_commit()
	assert "LMS Student" in roles(user)


def test_a_disabled_user_gets_nothing():
	user = make_user(roles=()).name
	employee = make_employee(user)
	frappe.db.set_value("User", user, "enabled", 0)
	frappe.db.set_value("Employee", employee.name, "status", "Left")
	after_commit()
	assert "LMS Student" not in roles(user)


def test_an_account_is_made_for_a_work_email():
	address = email("New.Hire")
	employee = make_employee(company_email=address, create_user_permission=1)
	after_commit()
	assert frappe.db.get_value("Employee", employee.name, "user_id") == address
	assert {"LMS Student", "Employee"} <= roles(address)
	assert frappe.db.get_value("User", address, ["enabled", "user_type", "send_welcome_email"]) == (
		1,
		"System User",
		0,
	)
	permissions = frappe.get_all("User Permission", {"user": address}, ["allow", "for_value"], as_list=True)
	assert set(permissions) == {("Employee", employee.name), ("Company", employee.company)}


def test_employee_first_then_onboarding():
	course, batch = make_course(is_mandatory=1), new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	assert state(onboarding) == ("Enrolled", batch.name)
	enrolled = frappe.db.get_value(
		"LMS Batch Enrollment", {"batch": batch.name, "member": user}, ["status", "source"]
	)
	assert enrolled == ("Enrolled", "HR")
	assert frappe.db.exists("LMS Enrollment", {"member": user, "course": course.name})


def test_onboarding_first_then_employee_then_user():
	batch = new_hire_cohort()
	applicant = make_applicant()
	onboarding = make_onboarding(applicant)
	after_commit()
	assert state(onboarding) == ("Waiting", None)
	employee = make_employee(job_applicant=applicant)
	after_commit()
	assert state(onboarding)[0] == "Waiting"
	employee.reload()
	employee.user_id = make_user(roles=()).name
	employee.save()
	after_commit()
	assert state(onboarding) == ("Enrolled", batch.name)


def test_onboarding_first_then_employee_with_work_email():
	batch = new_hire_cohort()
	applicant, address = make_applicant(), email("fresh")
	make_onboarding(applicant)
	after_commit()
	make_employee(job_applicant=applicant, company_email=address)
	after_commit()
	assert standing(batch.name, address) == "Enrolled"


def test_chosen_cohort_wins_over_the_template_and_the_next():
	soonest = new_hire_cohort()
	by_template, chosen = make_batch(), make_batch()
	template = frappe.get_doc(
		{
			"doctype": "Employee Onboarding Template",
			"title": unique("Template"),
			"company": company(),
			"lms_batch": by_template.name,
		}
	).insert()
	for values, expected in (
		({"lms_batch": chosen.name, "employee_onboarding_template": template.name}, chosen),
		({"employee_onboarding_template": template.name}, by_template),
		({}, soonest),
	):
		applicant = make_applicant()
		user = make_user(roles=()).name
		make_employee(user, job_applicant=applicant)
		make_onboarding(applicant, **values)
		after_commit()
		assert standing(expected.name, user) == "Enrolled"


def test_next_cohort_is_of_the_company_and_has_a_seat():
	far = new_hire_cohort(start_date=add_days(today(), 30), end_date=add_days(today(), 31))
	new_hire_cohort(company=company("Another Test House"))
	full = new_hire_cohort(seat_count=1, enable_waitlist=1, company=company())
	users = []
	for _person in range(2):
		applicant = make_applicant()
		users.append(make_user(roles=()).name)
		make_employee(users[-1], job_applicant=applicant)
		make_onboarding(applicant)
		after_commit()
	assert standing(full.name, users[0]) == "Enrolled"
	assert standing(far.name, users[1]) == "Enrolled"


def test_no_cohort_is_said_and_tried_again():
	applicant = make_applicant()
	user = make_user(roles=()).name
	employee = make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	assert state(onboarding) == ("No cohort", None)
	batch = new_hire_cohort()
	frappe.get_doc("Employee", employee.name).save()
	after_commit()
	assert state(onboarding) == ("Enrolled", batch.name)


def test_another_cohort_chosen_later_moves_the_person():
	new_hire_cohort()
	other = make_batch()
	applicant = make_applicant()
	user = make_user(roles=()).name
	make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	onboarding.reload()
	onboarding.lms_batch = other.name
	onboarding.save()
	after_commit()
	assert state(onboarding) == ("Enrolled", other.name)
	assert standing(other.name, user) == "Enrolled"


@pytest.mark.parametrize("started", [False, True])
def test_cancelling_withdraws_whoever_has_not_started(started):
	batch = new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	if started:
		frappe.db.set_value("LMS Enrollment", {"member": user, "batch": batch.name}, "status", "In Progress")
	onboarding.reload()
	onboarding.cancel()
	after_commit()
	assert standing(batch.name, user) == ("Enrolled" if started else "Withdrawn")
	assert state(onboarding)[0] == "Withdrawn"


def _enrolled_hire() -> tuple:
	"""A cohort, a user who has a seat in it because of an onboarding, the Employee and the onboarding."""
	batch = new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	employee = make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	assert state(onboarding) == ("Enrolled", batch.name)
	return batch, user, employee, onboarding


def _set_status(employee, status: str, **values) -> None:
	employee.reload()
	employee.update({"status": status, **values})
	employee.save()
	after_commit()


@pytest.mark.parametrize("status", ["Inactive", "Suspended", "Left"])
def test_an_onboarding_keeps_its_outcome_whatever_becomes_of_the_employee(status):
	batch, _user, employee, onboarding = _enrolled_hire()
	_set_status(employee, status, relieving_date=today() if status == "Left" else None)
	events.catch_up(onboardings=[onboarding.name])
	assert state(onboarding) == ("Enrolled", batch.name)


def test_cancelling_gives_the_seat_of_a_suspended_employee_back():
	batch, user, employee, onboarding = _enrolled_hire()
	_set_status(employee, "Suspended")
	assert standing(batch.name, user) == "Enrolled"
	onboarding.reload()
	onboarding.cancel()
	after_commit()
	assert standing(batch.name, user) == "Withdrawn"
	assert state(onboarding) == ("Withdrawn", batch.name)


def test_a_rehire_is_not_put_into_the_next_cohort_by_the_old_onboarding():
	first, user, employee, onboarding = _enrolled_hire()
	_set_status(employee, "Left", relieving_date=today())
	second = new_hire_cohort(start_date=add_days(today(), 40), end_date=add_days(today(), 41))
	_set_status(employee, "Active", relieving_date=None)
	assert standing(second.name, user) is None
	assert standing(first.name, user) == "Withdrawn"
	assert state(onboarding) == ("Enrolled", first.name)


def test_an_onboarding_that_found_no_seat_ends_when_the_employee_leaves():
	applicant = make_applicant()
	user = make_user(roles=()).name
	employee = make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	assert state(onboarding)[0] == "No cohort"
	_set_status(employee, "Left", relieving_date=today())
	assert state(onboarding)[0] == "Ended"
	batch = new_hire_cohort()
	_set_status(employee, "Active", relieving_date=None)
	assert standing(batch.name, user) is None


def test_a_new_onboarding_enrolls_a_rehire():
	first, user, employee, _onboarding = _enrolled_hire()
	_set_status(employee, "Left", relieving_date=today())
	applicant = make_applicant()
	frappe.db.set_value("LMS Batch", first.name, "published", 0)
	second = new_hire_cohort(start_date=add_days(today(), 40), end_date=add_days(today(), 41))
	again = make_onboarding(applicant, date_of_joining=add_days(today(), 20))
	_set_status(employee, "Left", job_applicant=applicant)
	assert state(again)[0] == "Waiting"  # hired again, but not back yet
	_set_status(employee, "Active", relieving_date=None)
	assert state(again) == ("Enrolled", second.name)
	assert standing(second.name, user) == "Enrolled"


def test_amended_onboarding_enrolls_again():
	batch = new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	make_employee(user, job_applicant=applicant)
	onboarding = make_onboarding(applicant)
	after_commit()
	onboarding.reload()
	onboarding.cancel()
	after_commit()
	amended = frappe.copy_doc(onboarding)
	amended.amended_from = onboarding.name
	amended.docstatus = 0
	amended.insert()
	amended.submit()
	after_commit()
	assert standing(batch.name, user) == "Enrolled"
	assert state(amended) == ("Enrolled", batch.name)


def test_switched_off_and_old_onboardings_are_left_alone():
	batch = new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	make_employee(user, job_applicant=applicant)
	settings = frappe.get_doc("LMS Settings")
	settings.enroll_from_onboarding = 0
	settings.save()
	onboarding = make_onboarding(applicant)
	after_commit()
	assert standing(batch.name, user) is None
	settings.enroll_from_onboarding, settings.onboarding_from = 1, add_days(today(), 1)
	settings.save()
	frappe.get_doc("Employee Onboarding", onboarding.name).save()
	after_commit()
	assert standing(batch.name, user) is None


def test_following_twice_changes_nothing():
	batch = new_hire_cohort()
	applicant = make_applicant()
	user = make_user(roles=()).name
	employee = make_employee(user, job_applicant=applicant)
	make_onboarding(applicant)
	after_commit()
	before = frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "modified"])
	for _time in range(2):
		frappe.get_doc("Employee", employee.name).save()
		after_commit()
	assert frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "modified"]) == before
	assert frappe.db.count("LMS Batch Enrollment", {"member": user}) == 1


@pytest.fixture
def at_once(monkeypatch):
	"""What is left to a background job after the commit is done at once, in the test's transaction."""
	monkeypatch.setattr(newcomers, "_later", newcomers.follow)
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_, **__: None)


def training(user, course):
	filters = {"member": user, "course": course}
	fields = ["status", "due_date", "source", "employee", "closed_because"]
	return frappe.get_all("LMS Training Assignment", filters=filters, fields=fields)


@pytest.mark.parametrize("days", [30, 14])
def test_an_onboarding_gives_mandatory_courses_a_due_date(at_once, days):
	new_hire_cohort()
	course = make_course(is_mandatory=1).name
	frappe.db.set_single_value("LMS Settings", "mandatory_days", days)
	try:
		applicant = make_applicant()
		user = make_user(roles=()).name
		employee = make_employee(user, job_applicant=applicant)
		make_onboarding(applicant)
		after_commit()
	finally:
		frappe.db.set_single_value("LMS Settings", "mandatory_days", 30)
	(row,) = training(user, course)
	assert (row.status, row.source, row.employee) == ("Pending", "Mandatory course", employee.name)
	assert row.due_date == getdate(add_days(today(), days))


def test_an_onboarding_gives_a_course_with_licences_only_while_there_are_any(at_once):
	new_hire_cohort()
	course = make_course(is_mandatory=1, licence_count=1).name
	users = []
	for _ in range(2):
		applicant = make_applicant()
		users.append(make_user(roles=()).name)
		make_employee(users[-1], job_applicant=applicant)
		make_onboarding(applicant)
		after_commit()
	assert frappe.db.get_value("LMS Course", course, "licences_in_use") == 1
	assert frappe.db.count("LMS Enrollment", {"course": course}) == 1
	assert frappe.db.count("LMS Training Assignment", {"course": course}) == 1


def test_a_change_in_hr_moves_training_along(at_once):
	here, there = make_department(), make_department()
	doc = make_requirement(audience=[("Include", "Department", here)])
	doc.db_set("active", 1)
	course = doc.courses[0].course
	user = make_user(roles=()).name
	employee = make_employee(user, department=here)
	after_commit()
	assert [row.status for row in training(user, course)] == ["Pending"]
	employee.reload()
	employee.department = there
	employee.save()
	after_commit()
	assert [row.closed_because for row in training(user, course)] == ["Left the audience"]
	employee.reload()
	employee.department = here
	employee.save()
	after_commit()
	employee.reload()
	employee.update({"status": "Left", "relieving_date": today()})
	employee.save()
	after_commit()
	assert [row.closed_because for row in training(user, course)] == ["Left the audience", "Archived"]
