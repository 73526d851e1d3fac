"""Answers every address under /lms. Frappe's website asks it first (hook `page_renderer`).

Frappe's own page templates do not escape values and bring the site's bundle along; docs/decisions/ says why the
portal has its own. A page function gets a `Visit` and answers with a Page, a Redirect or a Download.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.utils.jinja_globals import is_rtl

from smooth_lms import permissions
from smooth_lms.base import words
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.cohorts import display, wording
from smooth_lms.exceptions import Refusal
from smooth_lms.portal import assets, navigation
from smooth_lms.portal.answers import Answer, Download, Page, Redirect, as_text
from smooth_lms.portal.brand import brand
from smooth_lms.portal.resolver import is_portal
from smooth_lms.portal.routes import PUBLIC, ROUTES
from smooth_lms.portal.templating import render
from smooth_lms.portal.visit import Visit

POLICY = (
	"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; style-src-attr 'unsafe-inline'; "
	"img-src 'self' data: https:; media-src 'self' https:; object-src 'none'; base-uri 'none'; "
	"form-action 'self'; frame-ancestors 'self'; frame-src 'self' {frames}"
)
HEADERS = {
	"Cache-Control": "private, no-store",
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "same-origin",
}
GET_METHODS = ("GET", "HEAD")


class PortalPage:
	"""Frappe's interface of a page renderer."""

	def __init__(self, path: str, http_status_code: int | None = None) -> None:
		self.path = path.strip("/ ")

	def can_render(self) -> bool:
		"""Whether the address is the portal's."""
		return is_portal(self.path)

	def render(self) -> Response:
		"""The response; never raises."""
		words.remember()
		try:
			return _respond(tried_again_on_deadlock(_answer)())
		except Exception as error:
			frappe.db.rollback()
			return _respond(_failure(error))


def _answer() -> Answer:
	request = frappe.request
	page, values = _route(request)
	if page not in PUBLIC:
		if frappe.session.user == "Guest":
			address = request.path if request.method not in GET_METHODS else request.full_path.rstrip("?")
			return Redirect(navigation.sign_in_path(address))
		if request.method not in GET_METHODS and not _is_from_our_form():
			again = _("Nothing was changed. Go back, reload the page and try again.")
			return _message(400, _("This page is out of date"), again)
		permissions.require_portal()
	answer = page(Visit(frappe.session.user, request.args, request.form), **values)
	if request.method not in GET_METHODS and isinstance(answer, Page) and answer.alert:
		frappe.db.rollback()
	return answer


def _route(request: Any) -> tuple[Callable[..., Answer], dict[str, str]]:
	"""The page function for an address; one that does not exist is for people who are signed in to learn."""
	adapter = ROUTES.bind(server_name="", script_name="/", path_info=request.path)
	try:
		return adapter.match(method=request.method)
	except HTTPException as error:
		missing = error

	def refuse(_visit: Visit) -> Answer:
		raise missing

	return refuse, {}


def _is_from_our_form() -> bool:
	"""Frappe checks the token only of sessions that have one; a form of ours always carries it."""
	token = frappe.session.data.csrf_token
	sent = frappe.request.form.get("csrf_token") or frappe.get_request_header("X-Frappe-CSRF-Token") or ""
	return bool(token) and hmac.compare_digest(token.encode(), sent.encode())


def _failure(error: Exception) -> Page:
	"""The page for what went wrong, in the portal's look."""
	status = getattr(error, "code", None) if isinstance(error, HTTPException) else None
	status = status or getattr(error, "http_status_code", 500)
	frappe.clear_messages()
	if status == 404:
		return _message(
			404,
			_("Page not found"),
			_("It may have been moved or closed, or the address has a typo. Look for it among the cohorts."),
		)
	if status == 403:
		return _message(
			403, _("You cannot see this page"), as_text(error) or _("Ask your administrator for access.")
		)
	if status >= 500:
		# not in this transaction: looking at a page commits nothing
		frappe.log_error(title=_("Portal page failed"), defer_insert=True)
		if isinstance(error, Refusal):  # it knows what is wrong
			return _message(status, _("This does not work at the moment"), error.text)
		return _message(
			500,
			_("Something went wrong on our side"),
			_("Nothing was changed. Try again in a moment; if it stays, tell your administrator."),
		)
	return _message(status, _("This did not work"), as_text(error))


def _message(status: int, title: str, text: str) -> Page:
	return Page("message.html", title, {"text": text}, status=status)


def _respond(answer: Answer) -> Response:
	if isinstance(answer, Redirect):
		return Response(status=303, headers={"Location": answer.path, "Cache-Control": "no-store"})
	if isinstance(answer, Download):
		disposition = f"attachment; filename*=UTF-8''{quote(answer.filename)}"
		headers = {**HEADERS, "Content-Disposition": disposition}
		return Response(answer.content, headers=headers, content_type=answer.mimetype)
	nonce = secrets.token_urlsafe(16)
	response = Response(render(answer.template, _context(answer, nonce)), answer.status, HEADERS)
	response.content_type = "text/html; charset=utf-8"
	response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce, frames=" ".join(answer.frames))
	return response


def _context(page: Page, nonce: str) -> dict:
	"""What every template has, and what the page adds."""
	user = frappe.session.user
	allowed = permissions.may_use_portal(user)
	language = frappe.local.lang or "en"
	return {
		"page": page,
		"is_guest": user == "Guest",
		"brand": brand(),
		"language": language,
		"direction": "rtl" if is_rtl() else "ltr",
		"sections": navigation.sections() if allowed else [],
		"desk": navigation.desk_path() if permissions.works_at_desk(user) else None,
		"person": {
			"name": (name := wording.own_name(user)),
			"email": user,
			"initials": wording.initials(name),
			"photo": frappe.get_cached_value("User", user, "user_image") if user != "Guest" else None,
		},
		"reader_zone": display.reader_zone(user),
		"has_own_zone": bool(display.chosen_zone(user)),
		"csrf_token": get_csrf_token() if user != "Guest" else "",
		"modules": assets.modules(page.scripts),
		"nonce": nonce,
		**page.context,
	}
