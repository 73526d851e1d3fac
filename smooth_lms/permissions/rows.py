"""Rows of child tables: whoever lists them by themselves sees those of the records that they may see."""

from collections.abc import Callable

import frappe
from frappe.model import table_fields

from smooth_lms.base.sql import list_condition, quoted

NOTHING = "1 = 0"


def rows_query(doctype: str, user: str | None = None) -> str:
	"""The query condition of a child DocType: what that of each of its records says.

	Args:
	        doctype: the child DocType.
	        user: whose list it is; the session's user by default.
	"""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	table = f"`tab{doctype}`"
	ways = [
		f"({table}.parenttype = {quoted(parent)}{seen})"
		for parent in parents_of(doctype)
		if (seen := _of_those_seen(table, parent, user)) is not None
	]
	return f"({' or '.join(ways)})" if ways else NOTHING


def parents_of(doctype: str) -> list[str]:
	"""The DocTypes that have a table of these rows, in this app or another."""
	filters = {"options": doctype, "fieldtype": ["in", table_fields]}
	fields = frappe.get_all("DocField", filters=filters, pluck="parent", distinct=True)
	return sorted({*fields, *frappe.get_all("Custom Field", filters=filters, pluck="dt", distinct=True)})


def _of_those_seen(table: str, parent: str, user: str) -> str | None:
	"""The rest of the condition about the rows of one kind of record; None where the user may read none of them."""
	if not frappe.has_permission(parent, "read", user=user):
		return None
	if frappe.get_meta(parent).issingle:
		return ""
	condition = list_condition(parent, user)
	if not condition:
		return ""
	return f" and {table}.parent in (select `tab{parent}`.name from `tab{parent}` where {condition})"


def _query_of(doctype: str) -> Callable[..., str]:
	"""The function that a hook names: older versions of Frappe do not tell it the DocType."""

	def query(user: str | None = None, **_context: object) -> str:
		return rows_query(doctype, user)

	return query


batch_course_query = _query_of("LMS Batch Course")
batch_timetable_query = _query_of("LMS Batch Timetable")
compliance_type_course_query = _query_of("Compliance Type Course")
compliance_type_quiz_query = _query_of("Compliance Type Quiz")
content_region_country_query = _query_of("LMS Content Region Country")
course_instructor_query = _query_of("Course Instructor")
course_prerequisite_query = _query_of("LMS Course Prerequisite")
field_map_query = _query_of("LMS Field Map")
learner_group_query = _query_of("LMS Learner Group")
learning_profile_role_query = _query_of("LMS Learning Profile Role")
lesson_caption_query = _query_of("Course Lesson Caption")
notice_setting_query = _query_of("LMS Notice Setting")
purge_request_line_query = _query_of("LMS Purge Request Line")
question_option_query = _query_of("LMS Question Option")
quiz_pool_query = _query_of("LMS Quiz Pool")
quiz_question_query = _query_of("LMS Quiz Question")
quiz_result_query = _query_of("LMS Quiz Result")
requirement_course_query = _query_of("LMS Training Requirement Course")
scorm_part_query = _query_of("LMS SCORM SCO")
training_audience_query = _query_of("LMS Training Audience")
training_exception_query = _query_of("LMS Training Exception")
