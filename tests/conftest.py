"""Connects the tests to a real site, the sandbox's or a real bench's. `./smooth test` sets the variables."""

import gc
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from unittest.mock import patch

import pytest
import sqlparse
from hypothesis import settings

import frappe

from benchmarks.measure import Statements
from tests.support.factories import company, make_mail_account, make_system_manager
from tests.support.server import Door, Server
from tests.support.sweeps import leave_some_for_full

SITE = os.environ.get("SMOOTH_SITE")
LONG = ("tests/browser/", "tests/learners/test_year.py", "tests/training/test_runs.py", "tests/security/")
"""What takes minutes on a busy machine."""

# a busy machine is no reason for a test to fail; a failure prints `@reproduce_failure(…)` for the test that failed
settings.register_profile("smooth", deadline=None, print_blob=True)
settings.load_profile("smooth")


@pytest.hookimpl(tryfirst=True)  # before Hypothesis reads its seed, and before other processes are told
def pytest_configure(config: pytest.Config) -> None:
	if not SITE:
		raise pytest.UsageError("No site to test on: run the tests with ./smooth test")
	if config.option.hypothesis_seed is None:
		config.option.hypothesis_seed = str(random.SystemRandom().getrandbits(32))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
	"""Say what draws the same examples again, where a test has failed."""
	if terminalreporter.stats.get("failed"):
		seed = config.option.hypothesis_seed
		terminalreporter.write_line(f"The same random examples again: --hypothesis-seed={seed}")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
	"""Sweeps are made shorter before tests are chosen by their marks.

	Where several processes take the files one by one, the long ones come first: all then end at the same time.
	"""
	leave_some_for_full(items)
	yield
	if hasattr(config, "workerinput"):
		items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session", autouse=True)
def _connection() -> Iterator[None]:
	frappe.init(site=SITE, sites_path=".")
	frappe.connect()
	frappe.flags.mute_messages = True
	with keep_caches() if os.environ.get("SMOOTH_ENGINE") == "sandbox" else nullcontext():
		make_system_manager()
		company()
		frappe.db.commit()
		gc.collect()
		gc.freeze()  # what is loaded by now stays: thousands of tests need not look through it again
		yield
	frappe.destroy()


@contextmanager
def keep_caches() -> Iterator[None]:
	"""Keep what the sandbox's engine reads or works out again and again; a real bench runs as it is.

	Each save of a User, an Employee or a Company empties the site's whole cache, in passing. Reading all DocTypes again took
	most of the suite's time. What a save changes is forgotten all the same: the caches of the user and of the document.
	"""
	with (
		patch("frappe.core.doctype.user.user.ask_pass_update"),
		patch("erpnext.setup.doctype.employee.employee.frappe", _Quiet()),
		patch("erpnext.setup.doctype.company.company.frappe", _Quiet()),
		# Frappe looks for comments in the same few names of columns at every query
		patch.object(sqlparse, "format", lru_cache(maxsize=50_000)(sqlparse.format)),
	):
		yield


class _Quiet:
	"""`frappe`, as one module sees it, but that clears the cache of a user only."""

	def __getattr__(self, name: str) -> object:
		return getattr(frappe, name)

	def clear_cache(self, user: str | None = None, doctype: str | None = None) -> None:
		if user or doctype:
			frappe.clear_cache(user=user, doctype=doctype)


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
	"""The site behind nginx and several real server processes. What it shall see has to be committed first."""
	with Server(SITE) as running:
		yield running


@pytest.fixture(params=["server", "bare_server"])
def door(request: pytest.FixtureRequest, server: Server) -> Door:
	"""Both ways to the site: through the nginx of a bench, and gunicorn alone."""
	return server if request.param == "server" else server.alone


@pytest.fixture
def statements() -> type[Statements]:
	"""Counts the statements sent to the database: `with statements() as sent: … sent.total, sent.writes`."""
	return Statements


@pytest.fixture
def outgoing_mail() -> Iterator[str]:
	"""An outgoing account, committed for the server's processes, and removed again."""
	frappe.db.rollback()
	account = make_mail_account()
	frappe.db.commit()
	yield account
	frappe.db.rollback()
	frappe.db.delete("Email Account", {"name": account})
	frappe.db.commit()
