"""What has to be the same before each of these tests, whatever the site and the tests before it."""

from collections.abc import Callable
from functools import partial

import pytest

import frappe


@pytest.fixture(autouse=True)
def fresh_start(site, monkeypatch) -> None:
	# Caches outlive a rolled-back test and would carry its settings into the next.
	frappe.db.value_cache.clear()
	frappe.clear_document_cache("HR Settings", "HR Settings")
	frappe.flags.company_currency = {}
	# Frappe stops at 60 new users an hour, and other tests may have left some.
	monkeypatch.setitem(frappe.local.conf, "throttle_user_limit", 100_000)
	# Saving an Employee forgets every DocType of the site; reading them again takes most of the time.
	monkeypatch.setattr(frappe, "clear_cache", partial(clear_some, frappe.clear_cache))


def clear_some(clear_cache: Callable, *args, **kwargs) -> None:
	if args or kwargs:
		clear_cache(*args, **kwargs)
