"""HR records around an Employee, and the moment after HR's commit."""

import frappe
from frappe.utils import add_days, today

from smooth_lms.learners import events
from tests.support.factories import company, unique


def email(word: str = "person") -> str:
	return f"{unique(word).replace(' ', '.')}@example.com".lower()


def make_applicant(**values) -> str:
	values = {"applicant_name": "Noor Hadi", "email_id": email("applicant"), "status": "Open", **values}
	return frappe.get_doc({"doctype": "Job Applicant", **values}).insert().name


def make_onboarding(applicant: str | None = None, *, submit: bool = True, **values):
	"""An Employee Onboarding with its Job Applicant and Job Offer, submitted unless told otherwise."""
	applicant = applicant or make_applicant()
	where = values.pop("company", None) or company()
	if not frappe.db.exists("Designation", "Test Clerk"):
		frappe.get_doc({"doctype": "Designation", "designation_name": "Test Clerk"}).insert()
	offer = frappe.get_doc(
		{
			"doctype": "Job Offer",
			"job_applicant": applicant,
			"applicant_name": "Noor Hadi",
			"offer_date": today(),
			"designation": "Test Clerk",
			"company": where,
			"status": "Awaiting Response",
		}
	).insert()
	doc = frappe.get_doc(
		{
			"doctype": "Employee Onboarding",
			"job_applicant": applicant,
			"job_offer": offer.name,
			"date_of_joining": add_days(today(), -1),
			"company": where,
			"boarding_begins_on": today(),
			"holiday_list": frappe.db.get_value("Company", where, "default_holiday_list"),
			**values,
		}
	).insert()
	if submit:
		doc.submit()
	return doc


def after_commit() -> None:
	"""Do what the background job does after HR's commit."""
	events.run_noted()


def roles(user: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role"))


def standing(batch: str, user: str) -> str | None:
	return frappe.db.get_value("LMS Batch Enrollment", {"batch": batch, "member": user}, "status")
