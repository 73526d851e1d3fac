"""Learners follow HR on a real site."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.learners.sync import planner
from tests.support.boarding import after_commit, email, roles, standing
from tests.support.factories import make_batch, make_employee, make_user, make_users, unique
from tests.support.hr import make_address, make_department


def learner(user: str):
	return frappe.get_doc("LMS Learner", user)


def save(employee, **values):
	employee = frappe.get_doc("Employee", employee.name)
	employee.update(values)
	employee.save()
	after_commit()
	return employee


def group_titles(user: str) -> list[str]:
	return [frappe.db.get_value("LMS Group", row.group, "title") for row in learner(user).groups]


def test_everything_hr_knows_arrives():
	country = frappe.get_doc({"doctype": "LMS Content Region", "title": unique("South")})
	country.append("countries", {"country": "Spain"})
	country.insert()
	boss_user = make_user(roles=()).name
	boss = make_employee(boss_user)
	department, address = make_department(), email("Ana.Ruiz")
	if not frappe.db.exists("Designation", "Clerk"):
		frappe.get_doc({"doctype": "Designation", "designation_name": "Clerk"}).insert()
	employee = make_employee(
		company_email=address,
		last_name="Ruiz",
		department=department,
		designation="Clerk",
		reports_to=boss.name,
		cell_number="+34 600 000 000",
	)
	home = make_address(
		employee.name,
		country="Spain",
		address_line1="Calle Mayor 1",
		address_line2="2º B",
		city="Alcalá",
		state="Madrid",
		pincode="28013",
		phone="+34 910 000 000",
	)
	after_commit()
	known = learner(address)
	expected = {
		"employee": employee.name,
		"full_name": employee.employee_name,
		"status": "Active",
		"source": "HR",
		"learning_profile": "Learner",
		"last_name": "Ruiz",
		"work_email": address,
		"company": employee.company,
		"job_title": "Clerk",
		"department": department,
		"cell_phone": "+34 600 000 000",
		"home_phone": "+34 910 000 000",
		"address": "Calle Mayor 1",
		"address_line_2": "2º B",
		"city": "Alcalá",
		"province": "Madrid",
		"country": "Spain",
		"postal_code": "28013",
		"content_region": country.name,
		"approver": boss_user,
		"access_mode": "Request",
		"notifications_enabled": 1,
	}
	assert {key: known.get(key) for key in expected} == expected
	assert str(known.registration_date) == "2024-01-01"
	assert str(known.expiration_date) == "2124-01-01"
	assert group_titles(address) == [department]
	assert frappe.db.get_value("Employee", employee.name, ["user_id", "lms_status"]) == (address, "Active")

	frappe.delete_doc("Address", home)
	planner.follow([employee.name])
	known.reload()
	assert (known.country, known.content_region, known.address) == ("Germany", country.name, None)

	before = frappe.db.count("LMS Sync Change")
	outcome = planner.follow([employee.name, boss.name])
	assert outcome.done == []
	assert frappe.db.count("LMS Sync Change") == before


def test_what_hr_does_not_own_stays():
	address = email()
	employee = make_employee(company_email=address)
	after_commit()
	own = frappe.get_doc({"doctype": "LMS Group", "title": unique("Book club")}).insert()
	known = learner(address)
	known.append("groups", {"group": own.name})
	known.approver = make_user().name
	known.job_title = "King"
	known.save()
	department = make_department()
	save(employee, department=department)
	known.reload()
	assert known.job_title is None
	assert known.approver
	assert sorted(group_titles(address)) == sorted([own.title, department])


def test_leaver_frees_seats_and_comes_back():
	address = email("leaver")
	employee = make_employee(company_email=address)
	after_commit()
	batch = make_batch(seat_count=1, enable_waitlist=1)
	(waiting,) = make_users(1)
	from smooth_lms.cohorts import enrollment
	from smooth_lms.courses import enrollment as course_enrollment

	enrollment.enroll(batch.name, address, source="HR")
	enrollment.enroll(batch.name, waiting, source="Desk")
	course = batch.courses[0].course
	frappe.db.set_value("LMS Enrollment", {"member": address, "course": course}, "licence_state", "Assigned")
	frappe.get_doc(
		{
			"doctype": "OAuth Bearer Token",
			"user": address,
			"access_token": unique("token"),
			"refresh_token": unique("refresh"),
			"status": "Active",
			"expires_in": 3600,
		}
	).insert(ignore_mandatory=True, ignore_permissions=True)
	frappe.db.sql(
		"insert into tabSessions (sid, user, sessiondata, lastupdate, status) values (%s, %s, '{}', now(), 'Active')",
		(unique("sid"), address),
	)

	save(employee, status="Left", relieving_date=today())
	known = learner(address)
	assert (known.status, known.archived_reason) == ("Archived", "Left")
	assert frappe.db.get_value("User", address, "enabled") == 0
	assert "LMS Student" not in roles(address)
	assert standing(batch.name, address) == "Withdrawn"
	assert standing(batch.name, waiting) == "Enrolled"
	assert frappe.db.get_value("LMS Enrollment", {"member": address}, "licence_state") == "Returned"
	assert frappe.db.get_value("OAuth Bearer Token", {"user": address}, "status") == "Revoked"
	assert not frappe.db.sql("select 1 from tabSessions where user = %s", address)
	assert frappe.db.exists("Version", {"ref_doctype": "LMS Learner", "docname": address})
	assert course_enrollment.return_licences([address]) == {}

	save(employee, status="Active", relieving_date=None)
	known.reload()
	assert (known.status, known.archived_reason) == ("Active", None)
	assert frappe.db.get_value("User", address, "enabled") == 1
	assert "LMS Student" in roles(address)
	assert frappe.db.count("User", {"name": address}) == 1


def test_rehired_under_a_new_record_and_a_changed_email():
	address, other = email("again"), email("renamed")
	old = make_employee(company_email=address)
	after_commit()
	save(old, status="Left", relieving_date=today())
	new = make_employee(company_email=address, date_of_joining=today())
	after_commit()
	assert learner(address).employee == new.name
	assert learner(address).status == "Active"
	assert frappe.db.get_value("Employee", new.name, "user_id") == address
	save(new, company_email=other)
	assert learner(other).work_email == other
	assert not frappe.db.exists("User", address)  # the account has followed


def test_two_with_one_email_and_one_changed_to_it():
	address = email("double")
	first = make_employee(company_email=address)
	after_commit()
	second = make_employee(company_email=address.upper())
	after_commit()
	third = make_employee(company_email=email("third"))
	after_commit()
	save(third, company_email=address)
	assert learner(address).employee == first.name
	assert frappe.db.get_value("Employee", second.name, "user_id") is None
	assert frappe.db.count("LMS Learner", {"employee": ["in", [first.name, second.name]]}) == 1
	assert frappe.db.get_value("LMS Learner", {"employee": third.name}, "status") == "Active"


def test_record_deleted_renamed_and_merged():
	address, gone = email("moved"), email("gone")
	employee, doomed = make_employee(company_email=address), make_employee(company_email=gone)
	after_commit()
	new_name = unique("EMP").replace(" ", "-")
	frappe.rename_doc("Employee", employee.name, new_name, force=True)
	after_commit()
	assert learner(address).employee == new_name
	from smooth_lms.cohorts import enrollment

	batch = make_batch()
	enrollment.enroll(batch.name, gone, source="HR")
	frappe.delete_doc("Employee", doomed.name)
	after_commit()
	known = learner(gone)
	assert (known.status, known.archived_reason, known.employee) == ("Archived", "No longer in HR", None)
	assert standing(batch.name, gone) == "Withdrawn"


def test_manager_who_gets_an_account_becomes_the_approver():
	boss = make_employee()
	address = email("report")
	make_employee(company_email=address, reports_to=boss.name)
	after_commit()
	assert learner(address).approver is None
	boss_email = email("boss")
	save(boss, company_email=boss_email)
	assert learner(address).approver == boss_email


def test_start_date_counts():
	address = email("soon")
	employee = make_employee(company_email=address, date_of_joining=add_days(today(), 5))
	after_commit()
	assert not frappe.db.exists("User", address)
	frappe.db.set_single_value("LMS Settings", "days_before_start", 5)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	planner.follow([employee.name])
	assert learner(address).status == "Active"
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def test_an_account_that_cannot_be_made_stops_nobody(monkeypatch):
	good, bad = email("good"), email("bad")
	employees = [make_employee(company_email=address) for address in (bad, good)]
	from smooth_lms.learners import accounts, events

	events._forget()
	make = accounts.make

	def broken(address, **values):
		if address == bad:
			raise frappe.ValidationError("no such mail domain")
		return make(address, **values)

	monkeypatch.setattr(accounts, "make", broken)
	outcome = planner.follow([each.name for each in employees])
	assert outcome.failed == {bad: "no such mail domain"}
	assert learner(good).status == "Active"
	assert frappe.db.get_value("LMS Sync Change", {"learner": bad}, ["state", "error"]) == (
		"Failed",
		"no such mail domain",
	)


def test_renamed_accounts_and_departments():
	address, other = email("before"), email("after")
	department = make_department()
	make_employee(company_email=address, department=department)
	after_commit()
	group = learner(address).groups[0].group
	frappe.rename_doc("User", address, other, force=True)
	after_commit()
	assert not frappe.db.exists("LMS Learner", address)
	assert learner(other).user == other
	new_name = frappe.rename_doc("Department", department, unique("Renamed"), force=True)
	employee = learner(other).employee
	planner.follow([employee])
	known = learner(other)
	assert [row.group for row in known.groups] == [group]
	assert known.department == new_name
	assert group_titles(other) == [new_name]


def test_access_ends_on_the_relieving_date_of_a_separation():
	address = email("separated")
	employee = make_employee(company_email=address)
	after_commit()
	save(employee, relieving_date=add_days(today(), 3))
	separation = frappe.get_doc(
		{
			"doctype": "Employee Separation",
			"employee": employee.name,
			"company": employee.company,
			"boarding_begins_on": today(),
		}
	).insert()
	separation.submit()
	after_commit()
	assert learner(address).status == "Active"
	frappe.db.set_value("Employee", employee.name, "relieving_date", today())
	planner.follow([employee.name])
	assert learner(address).archived_reason == "Left"
	separation.reload()
	separation.cancel()
	after_commit()
	assert learner(address).status == "Active"


def test_a_moved_home_moves_the_region():
	address = email("mover")
	employee = make_employee(company_email=address)
	after_commit()
	assert learner(address).country == "Germany"
	make_address(employee.name, country="Norway", city="Oslo")
	after_commit()
	assert learner(address).country == "Norway"
