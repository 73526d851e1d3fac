"""Somebody who waited for a licence was also asked about a due date, and then looked over when one came free."""

import frappe

from smooth_lms.base.rows import set_value


def execute() -> None:
	"""Settle the questions about due dates of everybody who waits for a licence of the same course.

	The next run asks again where the date is still past.
	"""
	past, licence = (frappe.qb.DocType("LMS Training Review").as_(each) for each in ("past", "licence"))
	names = (
		frappe.qb.from_(past)
		.join(licence)
		.on(
			(licence.rule_key == past.rule_key)
			& (licence.member == past.member)
			& (licence.course_root == past.course_root)
		)
		.select(past.name)
		.where((past.kind == "The due date is past") & (past.open_mark == "1"))
		.where((licence.kind == "No licence is free") & (licence.open_mark == "1"))
	).run(pluck=True)
	if names:
		values = {"state": "Settled", "open_mark": None}
		set_value("LMS Training Review", {"name": ["in", names]}, values)
	# its successor knows the course
	frappe.db.sql_ddl("alter table `tabLMS Training Assignment` drop index if exists `at_rest`")
