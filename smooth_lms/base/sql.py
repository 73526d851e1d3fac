"""SQL as text, for the one place that Frappe leaves no other way."""

import frappe


def quoted(value: str) -> str:
	"""A text as it stands in SQL: for Frappe's query conditions, which are texts themselves, and for nothing else."""
	return frappe.db.escape(
		value
	)  # sql: the hook's answer is put into Frappe's statement, which takes no parameters
