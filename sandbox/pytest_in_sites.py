"""A pytest plugin: tests are named by their path in the checkout, but run where Frappe runs.

Frappe reads and writes relative to the folder of the sites.
"""

import os
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
	"""Change the folder after pytest has noted where it was started, before any conftest.py is read."""
	os.chdir(Path(os.environ["SMOOTH_BENCH"], "sites"))
