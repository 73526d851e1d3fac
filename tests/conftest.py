"""Connects the tests to a real site, the sandbox's or a real bench's. `./smooth test` sets the variables."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import frappe

from benchmarks.measure import Statements
from tests.factories import make_system_manager
from tests.server import Server

SITE = os.environ.get("SMOOTH_SITE")

# a busy machine is no reason for a test to fail
settings.register_profile("smooth", deadline=None)
settings.load_profile("smooth")


def pytest_configure(config: pytest.Config) -> None:
	if not SITE:
		raise pytest.UsageError("No site to test on: run the tests with ./smooth test")


@pytest.fixture(scope="session", autouse=True)
def _connection() -> Iterator[None]:
	frappe.init(site=SITE, sites_path=".")
	frappe.connect()
	frappe.flags.mute_messages = True
	make_system_manager()
	yield
	frappe.destroy()


@pytest.fixture(autouse=True)
def site(_connection: None) -> Iterator[None]:
	"""Each test starts as Administrator in a fresh transaction, which is rolled back after it."""
	frappe.db.rollback()
	frappe.db.value_cache.clear()
	frappe.set_user("Administrator")
	frappe.clear_messages()
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.local.form_dict = frappe._dict()
	# the older engine leaves in_safe_exec behind when a Server Script throws
	for flag in ("in_import", "in_safe_exec", "mute_emails"):
		frappe.flags.pop(flag, None)


@pytest.fixture(scope="session")
def server(_connection: None) -> Iterator[Server]:
	"""The site behind several real server processes. What it shall see has to be committed first."""
	with Server(SITE) as running:
		yield running


@pytest.fixture
def statements() -> type[Statements]:
	"""Counts the statements sent to the database: `with statements() as sent: … sent.total, sent.writes`."""
	return Statements
