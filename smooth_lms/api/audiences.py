"""Audiences of courses and cohorts over HTTP."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.courses import audiences
from smooth_lms.people import audience
from smooth_lms.permissions.shown import BATCH, COURSE

MOST_SHOWN = 50
ROWS = {
	"audience": ("effect", "kind", "value"),
	"exceptions": ("effect", "member", "until"),
	"courses": ("course",),
}


@frappe.whitelist(methods=["POST"])
@checked
def preview(doctype: str, values: dict | str) -> dict[str, Any]:
	"""To whom a course or cohort would be shown as it stands in a form: see `audiences.preview`.

	For those who may save it; names are for moderators alone.

	Args:
	        doctype: LMS Course or LMS Batch.
	        values: of the form: `name`, `company`, and the rows of `audience`, `exceptions` and `courses`.
	"""
	asked = arguments.mapping(values) or {}
	if doctype == COURSE:
		permissions.require_author()
		course = _text(asked.get("name"))
		if course and frappe.db.exists(COURSE, course):
			permissions.require_course_author(course)
	else:
		permissions.require_moderator()
	doc = frappe._dict(doctype=COURSE if doctype == COURSE else BATCH, company=_text(asked.get("company")))
	for field, columns in ROWS.items():
		rows = arguments.mappings(asked.get(field) or [])
		doc[field] = [frappe._dict({column: _text(row.get(column)) for column in columns}) for row in rows]
	return audiences.preview(doc, with_names=permissions.is_moderator())


@frappe.whitelist(methods=["GET", "POST"])
@checked
@frappe.validate_and_sanitize_search_inputs
def find(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: Any = None
) -> list[tuple[str, ...]]:
	"""A query for the lines of an audience: departments, designations and so on, whatever HR's own roles are.

	Arguments as Frappe's link search gives them. For authors and moderators.
	"""
	permissions.require_author()
	return audience.values(doctype, txt, start=max(start, 0), limit=min(max(page_len, 1), MOST_SHOWN))


def _text(value: Any) -> str | None:
	return str(value)[:140] if value else None
