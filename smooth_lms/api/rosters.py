"""Choosing people at the desk over HTTP: what can be filtered by, and who can be enrolled."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api.arguments import checked
from smooth_lms.cohorts import roster

MOST_SHOWN = 100


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_filters() -> dict[str, list[dict[str, str]]]:
	"""For each employee filter the values that occur among the employees the caller may see.

	Returns lists of `value` and `label` by filter; a filter that this site has no field for is left out.
	Raises PermissionError for learners.
	"""
	return roster.options()


@frappe.whitelist(methods=["GET", "POST"])
@checked
@frappe.validate_and_sanitize_search_inputs
def search_learners(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: Any = None
) -> list[tuple[str, str]]:
	"""A query for Link fields to User: accounts the caller may enroll, with the person's name.

	Arguments as Frappe's link search gives them. Raises PermissionError for learners.
	"""
	permissions.require_enroller()
	return roster.search_learners(txt, start=max(start, 0), limit=min(max(page_len, 1), MOST_SHOWN))
