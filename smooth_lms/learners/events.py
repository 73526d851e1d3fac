"""Changes in HR, noted while HR saves and followed after the commit by a background job.

Noting costs no query. If what was noted is lost, the next run of the synchronization does its work: it compares
everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe

from smooth_lms.base.rows import set_value
from smooth_lms.base.transactions import at_once, in_one_transaction
from smooth_lms.learners import announce, news, onboarding
from smooth_lms.learners.sync import planner
from smooth_lms.people.employees import employees_with, users_of


@dataclass
class Noted:
	"""What one transaction has changed."""

	database: Any
	employees: dict[str, None] = field(default_factory=dict)
	onboardings: dict[str, None] = field(default_factory=dict)
	users: dict[str, None] = field(default_factory=dict)


def employee_changed(employee: str) -> None:
	"""An Employee was made, changed or renamed: look at the person again after the commit."""
	_note("employees", employee)


def employee_deleted(employee: str) -> None:
	"""An Employee is being deleted: our links to it go, so that Frappe lets it go; then the learner is archived."""
	users = frappe.get_all("LMS Learner", filters={"employee": employee}, pluck="name", limit=0)
	_forget_employee(employee)
	for user in users:
		_note("users", user)


def employees_merged(into: str) -> None:
	"""Two Employee records became one: the learners of both point to it now, and only one of them stays."""
	employee_changed(into)
	for user in frappe.get_all("LMS Learner", filters={"employee": into}, pluck="name", limit=0):
		_note("users", user)


def record_renamed(doctype: str, name: str) -> None:
	"""A department, designation and so on has a new name, which Frappe has written into the Employees without a save."""
	for employee in employees_with(doctype, name):
		employee_changed(employee)


def user_changed(user: str) -> None:
	"""An account was renamed, took another one in, or was enabled or disabled."""
	_note("users", user)


def onboarding_changed(name: str) -> None:
	"""An Employee Onboarding was submitted, changed or cancelled: act on it after the commit."""
	_note("onboardings", name)


def catch_up(
	employees: Sequence[str] = (), onboardings: Sequence[str] = (), users: Sequence[str] = ()
) -> None:
	"""Bring learners in line with HR for these records. Safe to repeat; writes only what differs.

	Args: Employee names; Employee Onboarding names; Users whose Employee record is gone.
	"""
	# somebody who starts later gets an account because of the onboarding
	employees = [*dict.fromkeys([*employees, *onboarding.employees_of(onboardings)])]
	planner.follow(employees, users)
	onboarding.follow([*onboardings, *onboarding.waiting_for(employees)])
	announce.changed([*users_of(employees), *users])


def follow(employees: Sequence[str] = (), onboardings: Sequence[str] = (), users: Sequence[str] = ()) -> None:
	"""`catch_up`, once more where another process was in its way or quicker. Commits."""
	in_one_transaction(lambda: catch_up(employees, onboardings, users))


def follow_news() -> None:
	"""The background job: follow everything that HR has changed until now, to the last of it. Commits.

	Who listens to the announcements goes on in this job: a new employee is ready when it ends.
	"""
	with at_once():
		news.take_all(follow)


def sweep_news() -> None:
	"""Scheduler: call a job for news whose job is gone, because its worker was killed or the queue was emptied."""
	if news.are_waiting():
		news.call_job()


def run_noted() -> None:
	"""Follow at once what this transaction has noted so far, for code that cannot wait for a job: data loaders."""
	noted = getattr(frappe.local, "smooth_lms_noted", None)
	_forget()
	if noted:
		catch_up(list(noted.employees), list(noted.onboardings), list(noted.users))


def _note(kind: str, name: str) -> None:
	getattr(_noted(), kind)[name] = None


def _noted() -> Noted:
	noted = getattr(frappe.local, "smooth_lms_noted", None)
	if noted is None or noted.database is not frappe.local.db:
		noted = frappe.local.smooth_lms_noted = Noted(frappe.local.db)
		frappe.db.after_commit.add(_hand_over)
		frappe.db.after_rollback.add(_forget)
	return noted


def _hand_over() -> None:
	noted = getattr(frappe.local, "smooth_lms_noted", None)
	_forget()
	if not noted:
		return
	try:
		news.add(
			(
				(news.EMPLOYEES, noted.employees),
				(news.ONBOARDINGS, noted.onboardings),
				(news.USERS, noted.users),
			)
		)
	except Exception:  # HR has saved; a queue that is down must not look like a failed save
		frappe.logger("smooth_lms").exception("Changes in HR wait for the next synchronization")


def _forget() -> None:
	frappe.local.smooth_lms_noted = None


def _forget_employee(employee: str) -> None:
	"""Take the link to an Employee that is being deleted out of our records, so that these do not forbid it.

	Where the Employee is what a record is about (a mandatory field), the link stays and Frappe refuses the deletion.
	"""
	field, doctype = frappe.qb.DocType("DocField"), frappe.qb.DocType("DocType")
	module = frappe.qb.DocType("Module Def")
	links = (
		frappe.qb.from_(field)
		.join(doctype)
		.on(doctype.name == field.parent)
		.join(module)
		.on(module.name == doctype.module)
		.select(field.parent, field.fieldname)
		.where(
			(field.fieldtype == "Link")
			& (field.options == "Employee")
			& (field.reqd == 0)
			& (doctype.issingle == 0)
			& (module.app_name == "smooth_lms")
		)
	).run()
	for parent, fieldname in links:
		set_value(parent, {fieldname: employee}, fieldname, None, update_modified=False)
