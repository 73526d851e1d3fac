"""What Frappe HR's onboarding and separation do, on the stand-in and on the real app alike."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from .records import (
	COMPANY,
	NO_HOLIDAYS,
	applicant,
	company,
	company_holidays,
	department,
	employee,
	employee_values,
	ensure,
	holiday_list,
	new,
	offer,
	onboarding,
	recorded_events,
	unique,
	user,
)


def activity(name: str = "Sign the contract", **values) -> dict:
	return {"activity_name": name, **values}


def finish(task: str) -> None:
	doc = frappe.get_doc("Task", task)
	doc.update({"status": "Completed", "completed_on": today()})
	doc.save()


def status_of(doc) -> str:
	return frappe.db.get_value(doc.doctype, doc.name, "boarding_status")


class TestApplicant:
	def test_named_by_address(self):
		first = applicant(email_id="twice@example.com")
		assert first == "twice@example.com"
		assert applicant(email_id="twice@example.com") == "twice@example.com-1"

	def test_one_offer(self):
		name = applicant()
		offer(name)
		with pytest.raises(frappe.ValidationError, match="is already for Job Applicant"):
			offer(name)

	def test_accepted_offer_accepts_the_applicant(self):
		name = applicant()
		doc = frappe.get_doc("Job Offer", offer(name))
		doc.status = "Accepted"
		doc.save()
		assert frappe.db.get_value("Job Applicant", name, "status") == "Accepted"


class TestOnboarding:
	@pytest.mark.parametrize(
		"fieldname", ["job_applicant", "job_offer", "date_of_joining", "company", "boarding_begins_on"]
	)
	def test_mandatory(self, fieldname):
		doc = onboarding()
		doc.set(fieldname, None)
		with pytest.raises(frappe.MandatoryError):
			doc.save()

	def test_fetches_the_name(self):
		doc = onboarding()
		assert doc.employee_name == "Ada Byron"
		assert doc.name.startswith("HR-EMP-ONB-")
		assert doc.boarding_status == "Pending"

	def test_fetches_from_the_template(self):
		clerk = ensure("Designation", "Conformance Clerk", "designation_name")
		template = new(
			"Employee Onboarding Template",
			title="Clerks",
			company=company(),
			designation=clerk,
			department=department("Clerks"),
			activities=[activity()],
		)
		assert template.name.startswith("HR-EMP-ONT-")
		doc = onboarding(employee_onboarding_template=template.name)
		assert (doc.designation, doc.department) == (clerk, "Clerks - CFW")
		# Activities are copied by the form, never by the server.
		assert doc.activities == []

		from hrms.controllers.employee_boarding_controller import get_onboarding_details

		rows = get_onboarding_details(template.name, template.doctype)
		assert [row.activity_name for row in rows] == ["Sign the contract"]

	def test_template_empties_what_it_does_not_name(self):
		template = new("Employee Onboarding Template", title="Anybody", activities=[activity()])
		with pytest.raises(frappe.MandatoryError, match="company"):
			onboarding(employee_onboarding_template=template.name)

	def test_submit_makes_project_and_tasks(self):
		closed = add_days(today(), 2)
		doc = onboarding(
			holiday_list=holiday_list(closed),
			activities=[activity(begin_on=2, duration=3), activity("Get a badge")],
		)
		doc.submit()
		doc.reload()
		project = frappe.get_doc("Project", doc.project)
		assert project.project_name == f"Employee Onboarding : {doc.job_applicant}"
		assert (project.company, project.status, project.percent_complete) == (COMPANY, "Open", 0)

		first, second = (frappe.get_doc("Task", row.task) for row in doc.activities)
		assert first.subject == "Sign the contract : Ada Byron"
		assert (first.project, first.company, first.status) == (doc.project, COMPANY, "Open")
		# The day off moves the start, and not the end, by one day.
		assert getdate(first.exp_start_date) == getdate(add_days(today(), 3))
		assert getdate(first.exp_end_date) == getdate(add_days(today(), 5))
		# An unset number is 0 in the database, so the second begins at once.
		assert getdate(second.exp_start_date) == getdate(today())

	def test_tasks_are_assigned(self):
		helper, mate = user(), user()
		role = new("Role", role_name=unique("Guide"), desk_access=1).name
		mate.add_roles(role)
		doc = onboarding(activities=[activity(user=helper.name), activity("Get a badge", role=role)])
		doc.submit()
		doc.reload()
		holders = [
			frappe.get_all(
				"ToDo", {"reference_type": "Task", "reference_name": row.task}, pluck="allocated_to"
			)
			for row in doc.activities
		]
		assert holders == [[helper.name], [mate.name]]

	def test_holiday_list_is_needed_even_without_activities(self):
		doc = onboarding(holiday_list=None)
		with pytest.raises(frappe.MandatoryError, match="Please set the Holiday List"):
			doc.submit()

	def test_company_s_list_is_not_enough_for_an_applicant(self):
		company_holidays()
		with pytest.raises(frappe.MandatoryError, match="Please set the Holiday List"):
			onboarding(holiday_list=None).submit()

	def test_with_an_employee_the_list_is_theirs(self):
		name = applicant()
		hired = employee(job_applicant=name)
		doc = onboarding(name)
		assert doc.employee == hired.name
		# The one on the onboarding does not count any more.
		with pytest.raises(frappe.ValidationError, match=NO_HOLIDAYS):
			doc.submit()

	def test_with_an_employee_the_company_s_list_will_do(self):
		company_holidays()
		name = applicant()
		employee(job_applicant=name)
		doc = onboarding(name, holiday_list=None)
		doc.submit()
		assert doc.docstatus == 1

	def test_one_for_each_applicant(self):
		doc = onboarding()
		with pytest.raises(frappe.ValidationError, match="already exists for Job Applicant"):
			onboarding(doc.job_applicant, job_offer=doc.job_offer)

	def test_status_follows_tasks_without_an_event(self):
		doc = onboarding(activities=[activity(), activity("Get a badge")])
		doc.submit()
		doc.reload()
		modified = doc.modified
		with recorded_events("Employee Onboarding") as events:
			finish(doc.activities[0].task)
			assert status_of(doc) == "In Process"
			finish(doc.activities[1].task)
			assert status_of(doc) == "Completed"
		assert events == []
		assert frappe.db.get_value("Project", doc.project, ["status", "percent_complete"]) == (
			"Completed",
			100,
		)
		assert frappe.db.get_value(doc.doctype, doc.name, "modified") != modified

	def test_status_follows_the_project(self):
		doc = onboarding(activities=[activity()])
		doc.submit()
		doc.reload()
		frappe.db.set_value("Task", doc.activities[0].task, "status", "Completed")
		assert status_of(doc) == "Pending"
		frappe.get_doc("Project", doc.project).save()
		assert status_of(doc) == "Completed"

	def test_mark_as_completed(self):
		doc = onboarding(activities=[activity()])
		doc.submit()
		doc.reload()
		with recorded_events("Employee Onboarding") as events:
			doc.mark_onboarding_as_completed()
		assert "on_update_after_submit" in events
		assert status_of(doc) == "Completed"
		assert frappe.db.get_value("Task", doc.activities[0].task, "status") == "Completed"

	def test_activity_added_later_gets_a_task(self):
		doc = onboarding()
		doc.submit()
		doc.reload()
		doc.append("activities", activity("Get a badge"))
		doc.save()
		doc.reload()
		assert frappe.db.exists("Task", {"name": doc.activities[0].task, "project": doc.project})

	def test_cancel_deletes_project_and_tasks(self):
		doc = onboarding(activities=[activity()])
		doc.submit()
		doc.reload()
		project, task = doc.project, doc.activities[0].task
		doc.cancel()
		assert not frappe.db.exists("Project", project)
		assert not frappe.db.exists("Task", task)
		assert not frappe.db.get_value(doc.doctype, doc.name, "project")

		again = frappe.copy_doc(doc)
		again.amended_from = doc.name
		again.insert()
		again.submit()
		again.reload()
		assert again.name == f"{doc.name}-1"
		assert frappe.db.exists("Task", again.activities[0].task)


class TestHiring:
	def test_make_employee_saves_nothing(self):
		from hrms.hr.doctype.employee_onboarding.employee_onboarding import make_employee

		grade = new("Employee Grade", name=unique("Grade"), __newname=unique("Grade")).name
		doc = onboarding(employee_grade=grade, department=department("Clerks"))
		with pytest.raises(frappe.ValidationError, match="Submit this to create the Employee record"):
			make_employee(doc.name)

		doc.submit()
		hired = make_employee(doc.name)
		assert hired.is_new()
		assert hired.doctype == "Employee"
		assert hired.employee_name == "Ada Byron"
		# The form's first name is left to the person.
		assert not hired.first_name
		assert hired.personal_email == doc.job_applicant
		assert (hired.status, hired.company, hired.department) == ("Active", COMPANY, "Clerks - CFW")
		assert (hired.grade, hired.job_applicant) == (grade, doc.job_applicant)
		assert getdate(hired.date_of_joining) == getdate(today())

	def test_onboarding_first(self):
		doc = onboarding()
		doc.submit()
		assert not doc.employee
		with recorded_events("Employee Onboarding", doc.name) as events:
			hired = employee(job_applicant=doc.job_applicant)
		assert frappe.db.get_value(doc.doctype, doc.name, "employee") == hired.name
		assert events == ["on_change"]
		assert frappe.db.get_value("Job Applicant", doc.job_applicant, "status") == "Accepted"
		assert frappe.db.get_value("Job Offer", doc.job_offer, "status") == "Accepted"

	def test_employee_first(self):
		name = applicant()
		hired = employee(job_applicant=name)
		assert onboarding(name).employee == hired.name

	def test_draft_onboarding_is_not_told(self):
		doc = onboarding()
		hired = employee(job_applicant=doc.job_applicant)
		assert not frappe.db.get_value(doc.doctype, doc.name, "employee")
		doc.reload()
		doc.save()
		assert doc.employee == hired.name

	def test_required_activities_come_first(self):
		from hrms.hr.doctype.employee_onboarding.employee_onboarding import IncompleteTaskError

		doc = onboarding(activities=[activity(required_for_employee_creation=1), activity("Get a badge")])
		doc.submit()
		doc.reload()
		values = employee_values(job_applicant=doc.job_applicant)
		with pytest.raises(IncompleteTaskError):
			new("Employee", **values)
		finish(doc.activities[0].task)
		hired = new("Employee", **values)
		assert frappe.db.get_value(doc.doctype, doc.name, "employee") == hired.name


class TestSeparation:
	def separation(self, member, **values):
		return new(
			"Employee Separation",
			employee=member.name,
			company=company(),
			boarding_begins_on=today(),
			**values,
		)

	def test_makes_tasks_and_leaves_the_employee_alone(self):
		member = employee(holiday_list=holiday_list(), resignation_letter_date=today())
		doc = self.separation(member, activities=[activity("Return the badge")])
		assert doc.employee_name == "Ada Byron"
		assert getdate(doc.resignation_letter_date) == getdate(today())

		with recorded_events("Employee") as events:
			doc.submit()
			doc.reload()
			finish(doc.activities[0].task)
		assert events == []
		assert status_of(doc) == "Completed"
		assert frappe.db.get_value("Employee", member.name, ["status", "relieving_date"]) == ("Active", None)
		assert (
			frappe.db.get_value("Project", doc.project, "project_name")
			== f"Employee Separation : {member.name}"
		)

		project = doc.project
		doc.reload()
		doc.cancel()
		assert not frappe.db.exists("Project", project)

	def test_a_second_one_needs_the_first_cancelled(self):
		member = employee(holiday_list=holiday_list())
		first, second = self.separation(member), self.separation(member)
		first.submit()
		# The project's name is made of the employee's, and is unique.
		with pytest.raises(frappe.UniqueValidationError):
			second.submit()

	def test_needs_a_holiday_list(self):
		doc = self.separation(employee())
		with pytest.raises(frappe.ValidationError, match=NO_HOLIDAYS):
			doc.submit()
