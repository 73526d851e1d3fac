"""A synchronization in a process of its own, to be killed: python -m sandbox.in_site SITE tests.learners.kill_target:main."""

import frappe

from smooth_lms.learners import chunks, sync


def main() -> None:
	"""Run once with small chunks, so that a kill meets every stage."""
	frappe.flags.smooth_lms_no_helpers = True
	sync.NEW_A_CHUNK = 10
	sync.ROWS_A_CHUNK = chunks.ROWS_A_CHUNK = 100
	sync.run_now()
