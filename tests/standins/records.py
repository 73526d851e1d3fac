"""Records that the tests of the HR behaviour need, made the same way on the stand-ins and the real apps."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today
from frappe.utils.user import get_system_managers

import erpnext

from sandbox.demo.records import give_holidays

COMPANY = "Conformance Works"
ABBR = "CFW"
ROOT = "All Departments"
NO_HOLIDAYS = "Please set a default Holiday List|No Holiday List was found"
"""The sentence of version 15, and that of 16."""
SINCE_16 = int(erpnext.__version__.split(".")[0]) >= 16
"""Whether HR is of version 16: what it does otherwise than 15, and so than the stand-ins, stands in the tests."""

# What a save runs, as far as it tells a handled document from one that was only written to.
EVENTS = {
	"before_validate",
	"validate",
	"before_save",
	"after_insert",
	"on_update",
	"on_submit",
	"on_update_after_submit",
	"on_cancel",
	"on_trash",
	"on_change",
}


def new(doctype: str, **values) -> Document:
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def ensure(doctype: str, name: str, fieldname: str) -> str:
	if not frappe.db.exists(doctype, name):
		new(doctype, **{fieldname: name})
	return name


def unique(prefix: str) -> str:
	return f"{prefix}-{uuid.uuid4().hex[:8]}"


def email(prefix: str = "person") -> str:
	return f"{unique(prefix)}@example.com"


def company(name: str = COMPANY, abbr: str = ABBR) -> str:
	"""A bare company: written past its controller, because its departments and books take seconds."""
	if not frappe.db.exists("Company", name):
		doc = frappe.get_doc({"doctype": "Company", **company_values(name, abbr)})
		doc.name = name
		doc.db_insert()
		frappe.clear_document_cache("Company", name)
	return name


def company_values(name: str, abbr: str) -> dict:
	return {"company_name": name, "abbr": abbr, "default_currency": "EUR", "country": "Germany"}


def full_company(name: str = COMPANY, abbr: str = ABBR, **values) -> str:
	"""A company as a person makes it, but without books: the real app makes a chart of accounts."""
	frappe.local.flags.ignore_chart_of_accounts = True
	return new("Company", **company_values(name, abbr), **values).name


def department(title: str, **values) -> str:
	"""A department of the company; named with the abbreviation."""
	if not frappe.db.exists("Department", ROOT):
		root = frappe.get_doc({"doctype": "Department", "department_name": ROOT, "is_group": 1})
		root.flags.ignore_mandatory = True
		root.insert()
	return new("Department", department_name=title, company=company(), **values).name


def holiday_list(*days: str, **values) -> str:
	return new(
		"Holiday List",
		holiday_list_name=unique("Holidays"),
		from_date=add_days(today(), -400),
		to_date=add_days(today(), 400),
		holidays=[{"holiday_date": day, "description": "Closed"} for day in days],
		**values,
	).name


def company_holidays() -> str:
	"""Gives the company a default holiday list."""
	name = holiday_list()
	give_holidays("Company", company(), name)
	return name


def user(**values) -> Document:
	"""A user without roles, so a website user."""
	ensure_system_manager()
	address = values.pop("email", None) or email("user")
	return new(
		"User", **{"email": address, "first_name": "Una", "enabled": 1, "send_welcome_email": 0, **values}
	)


def ensure_system_manager() -> None:
	# On a site without one, Frappe makes the next user a System Manager and lets nobody be disabled.
	if not get_system_managers(only_name=True):
		doc = frappe.new_doc("User")
		doc.update({"email": email("manager"), "first_name": "Sys", "send_welcome_email": 0})
		doc.append("roles", {"role": "System Manager"})
		doc.insert()


def disable(account: Document) -> None:
	account.reload()
	account.enabled = 0
	account.save()


def employee_values(**values) -> dict:
	return {
		"first_name": "Ada",
		"last_name": "Byron",
		"gender": ensure("Gender", "Female", "gender"),
		"date_of_birth": "1990-04-01",
		"date_of_joining": "2020-01-06",
		"company": company(),
		"status": "Active",
		**values,
	}


def employee(**values) -> Document:
	doc = new("Employee", **employee_values(**values))
	if doc.get("holiday_list"):
		give_holidays("Employee", doc.name, doc.holiday_list)
	return doc


def applicant(**values) -> str:
	return new(
		"Job Applicant",
		**{"applicant_name": "Ada Byron", "email_id": email("applicant"), "status": "Open", **values},
	).name


def offer(job_applicant: str) -> str:
	return new(
		"Job Offer",
		job_applicant=job_applicant,
		applicant_name="Ada Byron",
		offer_date=today(),
		designation=ensure("Designation", "Conformance Clerk", "designation_name"),
		company=company(),
		status="Awaiting Response",
	).name


def onboarding(job_applicant: str | None = None, **values) -> Document:
	"""An Employee Onboarding in draft, with a holiday list of its own unless told otherwise."""
	job_applicant = job_applicant or applicant()
	if "holiday_list" not in values:
		values["holiday_list"] = holiday_list()
	return new(
		"Employee Onboarding",
		**{
			"job_applicant": job_applicant,
			"job_offer": values.pop("job_offer", None) or offer(job_applicant),
			"date_of_joining": today(),
			"company": company(),
			"boarding_begins_on": today(),
			**values,
		},
	)


def roles(name: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parent": name, "parenttype": "User"}, pluck="role"))


def permissions(name: str) -> set[tuple[str, str]]:
	rows = frappe.get_all("User Permission", {"user": name}, ["allow", "for_value"])
	return {(row.allow, row.for_value) for row in rows}


@contextmanager
def recorded_events(doctype: str, name: str | None = None) -> Iterator[list[str]]:
	"""Lists the document events that run meanwhile, in order, for the doctype or one document."""
	seen = []
	original = Document.run_method

	def run_method(self, method, *args, **kwargs):
		if self.doctype == doctype and name in (None, self.name) and method in EVENTS:
			seen.append(method)
		return original(self, method, *args, **kwargs)

	with patch.object(Document, "run_method", run_method):
		yield seen


@contextmanager
def session(name: str) -> Iterator[None]:
	before = frappe.session.user
	frappe.set_user(name)
	try:
		yield
	finally:
		frappe.set_user(before)
