"""What the catalogue and the course's own page say of it: its title, introduction, category, cover and certificate."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.courses.builder import pictures
from smooth_lms.courses.builder.places import require_title

COURSE = "LMS Course"
FIELDS = ("title", "short_introduction", "category", "certification")
LONGEST = 1_000
"""Characters of an introduction."""


def read(course: str) -> dict[str, Any]:
	"""What authors change of a course's page.

	Returns `values` (by FIELDS), `has_cover`, whether somebody has chosen a picture, and `categories` to choose from.
	"""
	permissions.require_course_author(course)
	return _answer(frappe.get_doc(COURSE, course))


def save(course: str, values: Mapping[str, Any]) -> dict[str, Any]:
	"""Change what a course's page says, by FIELDS. Returns as `read`."""
	permissions.require_course_author(course)
	doc = frappe.get_doc(COURSE, course, for_update=True)
	doc.update({field: _value(field, values[field]) for field in FIELDS if field in values})
	doc.save()
	return _answer(doc)


def set_cover(course: str, file_name: str = "", content: bytes = b"") -> dict[str, Any]:
	"""Give a course a picture of its own; without one its cover is drawn from its title. Returns as `read`.

	Args: as `pictures.add`. Raises ValidationError for what is no picture.
	"""
	permissions.require_course_author(course)
	doc = frappe.get_doc(COURSE, course, for_update=True)
	doc.image = pictures.keep(COURSE, course, file_name, content, field="image") if content else None
	doc.save()
	return _answer(doc)


def _value(field: str, value: Any) -> Any:
	if field == "certification":
		return int(bool(frappe.utils.cint(value)))
	text = " ".join(str(value or "").split())
	if len(text) > LONGEST:
		frappe.throw(_("This text is too long: use at most {0} characters.").format(LONGEST))
	return require_title(text) if field == "title" else text or None


def _answer(doc: Any) -> dict[str, Any]:
	return {
		"values": {
			**{field: doc.get(field) or "" for field in FIELDS},
			"certification": int(doc.certification or 0),
		},
		"has_cover": bool(doc.image),
		"categories": frappe.get_all("LMS Category", pluck="name", order_by="name", limit=0),
	}
