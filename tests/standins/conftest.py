"""Caches that outlive a rolled-back test would carry one test's settings into the next."""

import pytest

import frappe


@pytest.fixture(autouse=True)
def fresh_caches(site) -> None:
	frappe.db.value_cache.clear()
	frappe.clear_document_cache("HR Settings", "HR Settings")
	frappe.flags.company_currency = {}
