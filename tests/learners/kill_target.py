"""A synchronization in a process of its own, to be killed: python -m sandbox.in_site SITE tests.learners.kill_target:main."""

import frappe

from smooth_lms.learners.sync import chunks, run


def main() -> None:
	"""Run once with small chunks, so that a kill meets every stage."""
	frappe.flags.smooth_lms_no_helpers = True
	run.NEW_A_CHUNK = 10
	run.ROWS_A_CHUNK = chunks.ROWS_A_CHUNK = 100
	run.run_now()
