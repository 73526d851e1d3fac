"""Lets `bench run-tests --app smooth_lms` find the suite, which is pytest's and stands beside the app: CONTRIBUTING.md."""

import os
import shlex
import subprocess
import sys
import unittest
from importlib.util import find_spec
from pathlib import Path

import frappe
from frappe.utils import get_bench_path

import smooth_lms

CHECKOUT = Path(smooth_lms.__file__).resolve().parents[1]


class TestSuite(unittest.TestCase):
	"""The quick suite, or what SMOOTH_TESTS says, on the site at hand: tests write to it, and what they make stays."""

	@unittest.skipUnless((CHECKOUT / "tests").is_dir(), "the tests come with the repository")
	def test_passes(self) -> None:
		"""Run pytest with all of its set-up, in a process of its own."""
		missing = [name for name in ("pytest", "hypothesis", "playwright", "xdist") if not find_spec(name)]
		assert missing == [], "install them: sandbox/requirements-test.in names them"
		frappe.db.commit()  # the suite has a connection of its own
		chosen = shlex.split(os.environ.get("SMOOTH_TESTS") or "tests")
		command = [sys.executable, "-m", "pytest", "-p", "sandbox.pytest_in_sites", "-m", "not full", *chosen]
		done = subprocess.run(command, cwd=CHECKOUT, env=_environment())
		assert done.returncode == 0, "the suite above has failed"


def _environment() -> dict[str, str]:
	"""What `./smooth test` says to the tests."""
	bench, site = Path(get_bench_path()).resolve(), frappe.local.site
	return os.environ | {
		"GIT_PYTHON_REFRESH": "quiet",
		"PYTHONPATH": str(CHECKOUT),
		"SMOOTH_BENCH": str(bench),
		"SMOOTH_ENGINE": "sandbox" if bench.is_relative_to(CHECKOUT / ".sandbox") else "bench",
		"SMOOTH_SITE": site,
		"SMOOTH_SITES": site,
	}
