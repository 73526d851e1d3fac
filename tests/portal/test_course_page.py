"""A course's page over HTTP: what learners read of its versions."""

import frappe

from smooth_lms.courses import versions
from tests.support import factories
from tests.support.portal import ATTACK, Person


def test_the_change_log_is_there_for_learners_and_hr(server):
	course = factories.make_course(compliance_control_id="OHS-3.1")
	copy = versions.new_version(course.name)
	copy.update({"change_note": f"Two new exits. {ATTACK}", "published": 1})
	copy.save()
	learner = factories.make_user().name
	hr = factories.make_user(roles=("HR User",)).name
	frappe.db.commit()
	for user in (learner, hr):
		page = Person(server, user).see(f"/lms/courses/{copy.name}")
		new, first = page.select("section[aria-labelledby=versions] .row")
		assert "Version 2" in new.text
		assert "Two new exits." in new.text
		assert not new.select("script, img")
		assert "First version." in first.text
		assert "Compliance control OHS-3.1" in page.text
	old = Person(server, learner).see(f"/lms/courses/{course.name}")
	assert old.select_one(f"a[href$='/{copy.name}']"), "newcomers are led to the newest version"
