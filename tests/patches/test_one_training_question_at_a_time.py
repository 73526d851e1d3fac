"""The repair of review lists that asked two things about one person and course."""

import frappe

from smooth_lms.patches.v0_2.one_training_question_at_a_time import execute
from smooth_lms.training.assignments.review_list import DOCTYPE, NO_LICENCE, PAST
from tests.support.factories import make_course, make_requirement, make_users


def asked(user):
	filters = {"member": user, "open_mark": "1"}
	return frappe.get_all(DOCTYPE, filters=filters, pluck="kind", order_by="kind")


def test_the_question_about_the_date_is_settled_where_a_licence_is_missing(monkeypatch):
	monkeypatch.setattr(frappe.db, "sql_ddl", lambda statement: None)  # it would keep what this test makes
	both, late, without = make_users(3)
	course, requirement = make_course().name, make_requirement().name
	for user, kinds in ((both, [PAST, NO_LICENCE]), (late, [PAST]), (without, [NO_LICENCE])):
		for kind in kinds:
			values = {"member": user, "course": course, "course_root": course, "kind": kind, "state": "Open"}
			values |= {"requirement": requirement, "rule_key": requirement, "open_mark": "1", "cycle": 1}
			frappe.get_doc({"doctype": DOCTYPE, **values}).insert()
	for _twice in range(2):
		execute()
		assert [asked(user) for user in (both, late, without)] == [[NO_LICENCE], [PAST], [NO_LICENCE]]
