"""Stand-in for ERPNext: a test double for machines that reach package registries only."""

import frappe

__version__ = "15.0.0"

# Lets anyone tell the double from the real app, which has no such attribute.
IS_STANDIN = True


def get_default_company(user: str | None = None) -> str | None:
	"""The user's default company, else the site's."""
	from frappe.defaults import get_user_default_as_list

	companies = get_user_default_as_list("company", user or frappe.session.user)
	return companies[0] if companies else frappe.db.get_single_value("Global Defaults", "default_company")


def get_company_currency(company: str) -> str | None:
	"""Currency the company keeps its books in."""
	return frappe.get_cached_value("Company", company, "default_currency")


def get_default_currency() -> str | None:
	"""Currency of the default company."""
	company = get_default_company()
	return get_company_currency(company) if company else None


def get_default_cost_center(company: str | None) -> str | None:
	"""Cost center used where a document names none."""
	return frappe.get_cached_value("Company", company, "cost_center") if company else None


def get_region(company: str | None = None) -> str | None:
	"""Country of the company, else of the site."""
	if company:
		return frappe.get_cached_value("Company", company, "country")
	return frappe.db.get_single_value("System Settings", "country")
