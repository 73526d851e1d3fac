"""Two transactions that gave a person the same role at the same moment wrote two rows."""

import frappe

from smooth_lms.learners.accounts import OURS


def execute() -> None:
	"""Leave one row of each role that the app gives for each User."""
	# nothing in the statement comes from users
	doubles = frappe.db.sql(
		"""
		select distinct later.name
		from `tabHas Role` later
		join `tabHas Role` first
			on first.parenttype = later.parenttype
			and first.parent = later.parent
			and first.role = later.role
			and first.name < later.name
		where later.parenttype = 'User' and later.role in %(roles)s
		""",
		{"roles": tuple(sorted(OURS))},
		pluck=True,
	)
	if doubles:
		frappe.db.delete("Has Role", {"name": ["in", doubles]})
