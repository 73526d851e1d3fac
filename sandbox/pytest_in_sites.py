"""A pytest plugin: tests are named by their path in the checkout, but run where Frappe runs.

Frappe reads and writes relative to the folder of the sites. Where tests run in several processes, each of them has a
site to itself.
"""

import os
from pathlib import Path

import pytest

BROKEN = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
	"""Change the folder after pytest has noted where it was started, before any conftest.py is read."""
	sites = os.environ["SMOOTH_SITES"].split()
	worker = os.environ.get("PYTEST_XDIST_WORKER")  # gw0, gw1, …
	if worker:
		os.environ["SMOOTH_SITE"] = sites[int(worker.removeprefix("gw"))]
	elif processes := getattr(early_config.known_args_namespace, "numprocesses", None):
		if processes > len(sites):
			raise pytest.UsageError(
				"each process needs a site: say how many with ./smooth test --processes N"
			)
		return  # this process runs no tests, and the others start in the folder it is in
	os.chdir(Path(os.environ["SMOOTH_BENCH"], "sites"))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
	"""Notice a process that broke down."""
	if error:
		node.config.stash[BROKEN] = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
	"""Fail then: pytest-xdist reports success when a process breaks down before its first test."""
	if session.config.stash.get(BROKEN, False) and exitstatus == pytest.ExitCode.OK:
		session.exitstatus = pytest.ExitCode.TESTS_FAILED
