import datetime

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.model.document import Document
from frappe.utils import add_days, flt, unique

from erpnext.setup.doctype.employee.employee import get_holiday_list_for_employee
from erpnext.setup.doctype.holiday_list.holiday_list import is_holiday

BOARDING_DOCTYPES = ("Employee Onboarding", "Employee Separation")


class EmployeeBoardingController(Document):
	"""Onboarding and separation: submitting makes a project with a task for each activity."""

	def validate(self) -> None:
		if self.amended_from:
			# The tasks belong to the cancelled document and are gone.
			for activity in self.activities:
				activity.task = ""

	def on_submit(self) -> None:
		onboarding = self.doctype == "Employee Onboarding"
		project = frappe.get_doc(
			{
				"doctype": "Project",
				"project_name": f"{_(self.doctype)} : {self.job_applicant if onboarding else self.employee}",
				"expected_start_date": self.date_of_joining if onboarding else self.resignation_letter_date,
				"department": self.department,
				"company": self.company,
			}
		).insert(ignore_permissions=True, ignore_mandatory=True)

		self.db_set("project", project.name)
		self.db_set("boarding_status", "Pending")
		self.reload()
		self.create_task_and_notify_user()

	def create_task_and_notify_user(self) -> None:
		# Asked for even when there is no activity, so a missing list always stops the submit.
		holiday_list = self.get_holiday_list()

		for activity in self.activities:
			if activity.task:
				continue
			start, end = self.get_task_dates(activity, holiday_list)
			task = frappe.get_doc(
				{
					"doctype": "Task",
					"project": self.project,
					"subject": f"{activity.activity_name} : {self.employee_name}",
					"description": activity.description,
					"department": self.department,
					"company": self.company,
					"task_weight": activity.task_weight,
					"exp_start_date": start,
					"exp_end_date": end,
				}
			).insert(ignore_permissions=True)
			activity.db_set("task", task.name)
			self.assign_task_to_users(task, self.get_assignees(activity))

	def get_assignees(self, activity: Document) -> list[str]:
		"""The activity's user, and everybody enabled with its role."""
		users = [activity.user] if activity.user else []
		if activity.role:
			holders = frappe.get_all(
				"Has Role", filters={"parenttype": "User", "role": activity.role}, pluck="parent"
			)
			users += frappe.get_all("User", filters={"name": ("in", holders), "enabled": 1}, pluck="name")
			users = [user for user in unique(users) if user != "Administrator"]
		return users

	def assign_task_to_users(self, task: Document, users: list[str]) -> None:
		for user in users:
			assign_to.add(
				{
					"assign_to": [user],
					"doctype": task.doctype,
					"name": task.name,
					"description": task.description or task.subject,
					"notify": self.notify_users_by_email,
				}
			)

	def get_holiday_list(self) -> str:
		"""The employee's or its company's; an onboarding without employee must name one itself."""
		if self.employee:
			return get_holiday_list_for_employee(self.employee)
		if not self.holiday_list:
			frappe.throw(_("Please set the Holiday List."), frappe.MandatoryError)
		return self.holiday_list

	def get_task_dates(
		self, activity: Document, holiday_list: str
	) -> tuple[datetime.date | None, datetime.date | None]:
		start = end = None
		if activity.begin_on is not None:
			start = self.skip_holidays(add_days(self.boarding_begins_on, activity.begin_on), holiday_list)
			if activity.duration is not None:
				days = activity.begin_on + activity.duration
				end = self.skip_holidays(add_days(self.boarding_begins_on, days), holiday_list)
		return start, end

	def skip_holidays(self, date: datetime.date, holiday_list: str) -> datetime.date:
		while is_holiday(holiday_list, date):
			date = add_days(date, 1)
		return date

	def on_cancel(self) -> None:
		project = self.project
		for task in frappe.get_all("Task", filters={"project": project}, pluck="name"):
			frappe.delete_doc("Task", task, force=1)
		frappe.delete_doc("Project", project, force=1)
		self.db_set("project", "")
		for activity in self.activities:
			activity.db_set("task", "")
		frappe.msgprint(
			_("Linked Project {} and Tasks deleted.").format(project), alert=True, indicator="blue"
		)


@frappe.whitelist()
def get_onboarding_details(parent: str, parenttype: str) -> list[dict]:
	"""Activities of a template, for the form to copy."""
	return frappe.get_all(
		"Employee Boarding Activity",
		fields=[
			"activity_name",
			"role",
			"user",
			"required_for_employee_creation",
			"description",
			"task_weight",
			"begin_on",
			"duration",
		],
		filters={"parent": parent, "parenttype": parenttype},
		order_by="idx",
	)


def update_employee_boarding_status(project: Document, event: str | None = None) -> None:
	"""Writes how far the project is to its onboarding or separation, past every document event."""
	done = flt(project.percent_complete)
	status = "Completed" if done == 100 else "In Process" if done > 0 else "Pending"
	for doctype in BOARDING_DOCTYPES:
		name = frappe.db.get_value(doctype, {"project": project.name})
		if name:
			frappe.db.set_value(doctype, name, "boarding_status", status)
			return


def update_task(task: Document, event: str | None = None) -> None:
	if task.project and not task.flags.from_project:
		update_employee_boarding_status(frappe.get_doc("Project", task.project))
