"""Archived learners lose the profile that HR gave; whoever is only away, or was made by hand, keeps it."""

import frappe

from smooth_lms.patches.v0_2 import archived_learners_have_no_profile
from tests.support.factories import make_learners, make_users


def test_only_of_people_from_hr_whose_access_has_ended_for_good():
	kinds = {
		"Left": ("Archived", "Left", "HR", None),
		"Away": ("Archived", "Suspended", "HR", "Author"),
		"By hand": ("Archived", "By hand", "HR", "Author"),
		"Manual": ("Archived", "Left", "Manual", "Author"),
		"Here": ("Active", None, "HR", "Author"),
	}
	users = dict(zip(kinds, make_users(len(kinds)), strict=True))
	make_learners(list(users.values()))
	for kind, (status, reason, source, _expected) in kinds.items():
		values = {"status": status, "archived_reason": reason, "source": source, "learning_profile": "Author"}
		frappe.db.set_value("LMS Learner", users[kind], values)
	for _again in range(2):
		archived_learners_have_no_profile.execute()
		found = {
			kind: frappe.db.get_value("LMS Learner", user, "learning_profile") for kind, user in users.items()
		}
		assert found == {kind: expected for kind, (*_values, expected) in kinds.items()}
