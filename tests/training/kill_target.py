"""What the scheduler does for one requirement and the morning's mails, in a process of its own, to be killed."""

import frappe

from smooth_lms.training import reminders
from smooth_lms.training.assignments import assign, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start


def main(key: str) -> None:
	"""Bring one requirement up to date and send what is to be said, with small chunks, so that a kill meets each stage."""
	assign.CHUNK = 25
	reminders.MORNING = 0
	rules.active_keys = lambda: [key]
	status.daily()
	if run := start.at_work(key):
		start.work(run, stale_seconds=0)
	else:
		start.assign_all(now=True)
	frappe.db.commit()
	reminders.scheduled()
