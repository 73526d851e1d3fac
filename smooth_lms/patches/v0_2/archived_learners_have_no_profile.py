"""Learners whose access had ended kept the learning profile that HR had given them."""

import frappe

from smooth_lms.base.rows import set_value
from smooth_lms.people.presence import ARCHIVED

FOR_GOOD = ("Left", "No longer in HR", "Excluded", "No learning profile")


def execute() -> None:
	"""Take it from whom HR has taken access for good; whoever is only away gets it back as it was."""
	names = frappe.get_all(
		"LMS Learner",
		filters={
			"status": ARCHIVED,
			"archived_reason": ["in", FOR_GOOD],
			"source": "HR",
			"learning_profile": ["is", "set"],
		},
		pluck="name",
		limit=0,
	)
	if names:
		set_value("LMS Learner", {"name": ["in", names]}, "learning_profile", None, update_modified=False)
