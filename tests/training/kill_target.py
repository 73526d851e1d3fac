"""What the scheduler does for one requirement and the morning's mails, in a process of its own, to be killed."""

import frappe

from smooth_lms.training import assign, reminders, rules, runs, status


def main(key: str) -> None:
	"""Bring one requirement up to date and send what is to be said, with small chunks, so that a kill meets each stage."""
	assign.CHUNK = 25
	reminders.MORNING = 0
	rules.active_keys = lambda: [key]
	status.daily()
	if run := runs.at_work(key):
		runs.work(run, stale_seconds=0)
	else:
		runs.assign_all(now=True)
	frappe.db.commit()
	reminders.scheduled()
