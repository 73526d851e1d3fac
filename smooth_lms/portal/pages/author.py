"""The course builder: the courses somebody may write, and the page on which they write one."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import authoring as api
from smooth_lms.base.links import path_of_form
from smooth_lms.courses import wording
from smooth_lms.courses.builder import templates
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.visit import Visit

LIST = "/lms/author"
SECTION = "author"
SCRIPTS = "author"
AS_WRITTEN = "held"
"""In the address of a lesson's page: its authors see it as it will be when its changes are published."""


def index(visit: Visit) -> Page:
	"""The courses that the person may write, and a form for a new one."""
	return _list(visit)


def create(visit: Visit) -> Answer:
	"""Make a course of a title and open it."""
	try:
		name = api.new_course(visit.form.get("title", ""), visit.form.get("template", templates.EMPTY))
	except frappe.ValidationError as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _list(visit, alert=as_text(refusal))
	return Redirect(address_of(name))


def show(visit: Visit, course: str) -> Page:
	"""One course in the builder."""
	found = api.get_course(course)
	return Page(
		"author.html",
		found["title"],
		{
			"course": found,
			"outline": frappe.parse_json(frappe.as_json(found)),
			"list": LIST,
			"as_written": AS_WRITTEN,
			"in_portal": f"/lms/courses/{quote(course, safe='')}",
			"at_desk": path_of_form("LMS Course", course) if permissions.works_at_desk(visit.user) else "",
			"lesson_at_desk": path_of_form("Course Lesson", "")
			if permissions.works_at_desk(visit.user)
			else "",
			"kinds": _kinds(),
		},
		section=SECTION,
		scripts=SCRIPTS,
	)


def address_of(course: str, lesson: str | None = None) -> str:
	"""The address of a course in the builder, with one of its lessons opened."""
	return f"{LIST}/{quote(course, safe='')}" + (f"?lesson={quote(lesson, safe='')}" if lesson else "")


def _list(visit: Visit, *, alert: str = "") -> Page:
	search = visit.query.get("q", "").strip()[:140]
	rows = [
		{**row, "address": address_of(row.name), "size": wording.size(row.lessons, row.minutes)}
		for row in api.get_courses(search)
	]
	context: dict[str, Any] = {
		"courses": rows,
		"search": search,
		"title": visit.form.get("title", ""),
		"templates": templates.choices(),
		"template": visit.form.get("template", templates.EMPTY),
	}
	return Page("author_list.html", _("Write courses"), context, section=SECTION, alert=alert)


def _kinds() -> dict[str, str]:
	"""What each kind of lesson is called."""
	options = frappe.get_meta("Course Lesson").get_field("lesson_type").options.split("\n")
	return {each: wording.kind(each)["label"] for each in options}
