"""A round lost its place as the current one when somebody assigned the course by hand while a run was writing."""

import frappe

from smooth_lms.base.rows import set_value

LOST = """
	select name from (
		select
			name,
			row_number() over (
				partition by rule_key, member, course_root order by cycle desc, creation desc, name desc
			) as place,
			max(current_mark) over (partition by rule_key, member, course_root) as current
		from `tabLMS Training Assignment`
		where rule_key != ''
	) ranked
	where place = 1 and current is null
"""


def execute() -> None:
	"""Make the latest round of each person, course and requirement the current one where none is."""
	names = frappe.db.sql_list(LOST)
	for start in range(0, len(names), 1_000):
		part = names[start : start + 1_000]
		set_value(
			"LMS Training Assignment", {"name": ["in", part]}, {"current_mark": "1"}, update_modified=False
		)
