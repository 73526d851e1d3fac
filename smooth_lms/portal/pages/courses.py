"""The catalogue, one course, and its lessons: reading on, marking as done, going on to the next."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _

from smooth_lms.api import courses as api
from smooth_lms.cohorts.requests import reading as requests
from smooth_lms.compliance import certificates
from smooth_lms.courses import access, catalog, enrollment, links, media, progress, wording
from smooth_lms.exceptions import Refusal
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.pages import author, lesson_kinds
from smooth_lms.portal.pages.certificates import ROOT as CERTIFICATES
from smooth_lms.portal.pages.lists import other_pages
from smooth_lms.portal.visit import Visit

LIST = "/lms/courses"
SECTION = "courses"


def index(visit: Visit) -> Page:
	"""The catalogue; tab, search, category and page are in the address."""
	asked = {"search": visit.query.get("q"), "category": visit.query.get("category")}
	query = catalog.Query.of(**asked, tab=visit.query.get("tab"), page=visit.query.get("page"))
	found = catalog.courses(query, visit.user)
	used = {key: value for key, value in (("q", query.search), ("category", query.category)) if value}

	def address(**changes: Any) -> str:
		return f"{LIST}?{urlencode({'tab': query.tab, **used, **changes})}"

	context = {
		"total": found["total"],
		"courses": [wording.card(each) for each in found["courses"]],
		"query": asdict(query),
		"tabs": [
			(tab, label, address(tab=tab), found["counts"][tab])
			for tab, label in (("all", _("Catalogue")), ("mine", _("Mine")))
		],
		"categories": catalog.categories(visit.user),
		"is_filtered": bool(used),
		"cleared": f"{LIST}?{urlencode({'tab': query.tab})}",
		**other_pages(found, address),
	}
	return Page("courses.html", _("Courses"), context, section=SECTION)


def show(visit: Visit, course: str) -> Page:
	"""One course."""
	return _course_page(visit, course, notice=_done(visit.query.get("done")))


def join(visit: Visit, course: str) -> Answer:
	"""Enroll the person in the course; then show it again."""
	try:
		api.join(course)
	except Refusal as refusal:
		return refused(visit, course, refusal)
	return Redirect(f"{address_of(course)}?done=enrolled")


def confirm_leaving(visit: Visit, course: str) -> Answer:
	"""Ask before somebody gives up a course; who cannot leave it sees the course."""
	found = access.course_access(course)
	if _leave_refusal(course, found.enrollment.status if found.enrollment else None):
		return Redirect(address_of(course))
	context = {"title": found.course.title, "address": address_of(course)}
	return Page("leave.html", _("Leave this course?"), context, section=SECTION)


def leave(visit: Visit, course: str) -> Answer:
	"""Take the person out of a course that they joined themselves; then show it again."""
	try:
		api.leave(course)
	except Refusal as refusal:
		return refused(visit, course, refusal)
	return Redirect(f"{address_of(course)}?done=left")


def lesson(visit: Visit, course: str, lesson: str) -> Answer:
	"""One lesson, or its course with the reason why it cannot be opened."""
	try:
		found = open_lesson(course, lesson)
	except Refusal as refusal:
		return refused(visit, course, refusal)
	return lesson_page(visit, found, notice=_done(visit.query.get("done")))


def finish(visit: Visit, course: str, lesson: str) -> Answer:
	"""Mark the lesson as done and go on to the next, or back to the course after the last."""
	try:
		found = access.lesson_access(lesson, of_course=course, lock=True)
		standing = api.record(found, completed=True, by_word=True)
	except Refusal as refusal:
		return refused(visit, course, refusal)
	after = catalog.next_lesson(found)
	if standing["status"] == progress.COMPLETED and not after:
		return Redirect(f"{address_of(course)}?done=completed")
	return Redirect(address_of(course, after.name) if after else address_of(course))


def lesson_page(visit: Visit, found: access.LessonAccess, *, notice: str = "", alert: str = "") -> Page:
	"""The page of an opened lesson, whatever its kind."""
	shown = catalog.lesson(found, as_written=visit.query.get(author.AS_WRITTEN) == "1")
	doc, course = shown["lesson"], found.course.course.name
	kind = lesson_kinds.context(found, doc, visit)
	return Page(
		"lesson.html",
		doc.title,
		{
			**shown,
			"course": wording.outline(shown["course"], address_of(course)),
			"address": address_of(course, doc.name),
			"back": address_of(course),
			"previous_address": _lesson_address(course, shown["previous"]),
			"next_address": _lesson_address(course, shown["next"]),
			"is_done": shown["status"] == progress.COMPLETED,
			"by_hand": doc.lesson_type in api.BY_HAND and not doc.only_by_watching,
			"only_by_watching": bool(doc.only_by_watching),
			"kind": wording.kind(doc.lesson_type),
			"body": lesson_kinds.body(doc),
			"minutes_label": wording.minutes(doc.estimated_minutes),
			"file_kind": media.kind_of(doc.attachment),
			"player": links.player_url(doc.video_url) if doc.video_url else None,
			"files": lesson_kinds.files(doc),
			"manage": author.address_of(course, doc.name) if found.course.is_author else None,
			**kind,
		},
		section=SECTION,
		notice=notice,
		alert=alert,
		frames=lesson_kinds.frames(doc),
	)


def open_lesson(course: str, lesson: str) -> access.LessonAccess:
	"""The lesson for the person who is signed in. Raises the refusal, or DoesNotExistError for another course's."""
	return access.lesson_access(lesson, of_course=course)


def address_of(course: str, lesson: str | None = None) -> str:
	"""The address of a course or of one of its lessons."""
	return f"{LIST}/{quote(course, safe='')}" + (f"/{quote(lesson, safe='')}" if lesson else "")


def _course_page(
	visit: Visit, name: str, *, notice: str = "", alert: str = "", refusal: Refusal | None = None
) -> Page:
	course = catalog.course(name, visit.user)
	certificate = certificates.of_course(visit.user, name) if course["certification"] else None
	return Page(
		"course.html",
		course["title"],
		{
			"course": wording.course(course, address_of(name)),
			"address": address_of(name),
			"newer": address_of(course["newer_version"]) if course["newer_version"] else None,
			"manage": author.address_of(name) if course["is_author"] else None,
			"request": requests.own(visit.user, course=name) if course["can_ask"] else None,
			"may_leave": not _leave_refusal(name, course["status"]),
			"certificate": f"{CERTIFICATES}/{certificate.verification_code}" if certificate else None,
		},
		section=SECTION,
		status=refusal.http_status_code if refusal else 200,
		notice=notice,
		alert=alert,
	)


def _leave_refusal(course: str, status: str | None) -> Refusal | None:
	return enrollment.leave_refusal(course, frappe.session.user, status)


def refused(visit: Visit, course: str, refusal: Refusal) -> Page:
	"""The page of the course with the refusal; what was done for it is undone."""
	frappe.db.rollback()
	frappe.clear_messages()
	return _course_page(visit, course, alert=as_text(refusal), refusal=refusal)


def _lesson_address(course: str, row: frappe._dict | None) -> str | None:
	return address_of(course, row.name) if row else None


def _done(code: str | None) -> str:
	return {
		"enrolled": _("You are enrolled. Start with the first lesson."),
		"asked": _("You have asked for this course. You are told what is decided."),
		"taken_back": _("Your request is taken back."),
		"left": _("You have left this course. What you have done is kept: enroll again to go on."),
		"completed": _("You have completed this course."),
		"saved": _("Your answers are saved. You can go on later."),
	}.get(code or "", "")
