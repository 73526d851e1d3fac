"""Serves the files of SCORM packages and takes their commits (hook `page_renderer`).

What a package does is unknown, so it runs apart: the response's own policy puts it into a sandbox without the
portal's origin, cookies and storage, and lets it reach nothing but its own files. docs/decisions/ tells why.
"""

import hashlib
import html
import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import NotFound, abort
from werkzeug.wrappers import Response

import frappe
import frappe.sessions
from frappe import _

from smooth_lms.base import links
from smooth_lms.base.nesting import is_too_deep
from smooth_lms.base.settings import setting
from smooth_lms.base.transactions import tried_again_on_deadlock
from smooth_lms.courses import files
from smooth_lms.courses.scorm import address as scorm_address
from smooth_lms.courses.scorm import blocked as scorm_blocked
from smooth_lms.courses.scorm import host as scorm_host
from smooth_lms.courses.scorm import kinds, outside, pages
from smooth_lms.courses.scorm import package as package_files
from smooth_lms.courses.scorm import run as scorm_run
from smooth_lms.courses.scorm import shared_data as scorm_shared_data
from smooth_lms.courses.scorm import ticket as scorm_ticket
from smooth_lms.courses.scorm.ticket import Ticket
from smooth_lms.courses.scorm.xapi import door
from smooth_lms.exceptions import Refusal

ROOT = scorm_address.CONTENT
COMMIT = "~commit"
BLOCKED = "~blocked"
LARGEST_REPORT = 1_000
"""Bytes of a report that something was blocked."""
RENEWED = "by"
"""Names a younger ticket than that of the address: see `api.scorm.get_ticket`."""
SHOWN = {"completionStatus": "completed", "successStatus": "unknown", "ended": True}
"""What a part that reports nothing has said by being shown."""
LIBRARY = "/assets/smooth_lms/scorm-again"
SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads"
SANDBOX_APART = f"{SANDBOX} allow-same-origin"
POLICY = (
	"sandbox {sandbox}; default-src {own} data: blob: 'unsafe-inline' 'unsafe-eval'{others}; "
	"script-src {own} {library} blob: 'unsafe-inline' 'unsafe-eval'{others}; form-action {own}; base-uri {own}; "
	"object-src {own}"
)
SHOWING = ("document", "iframe", "frame", "embed", "object")
MARKUP = (".htm", ".html", ".xhtml", ".xht")


class ScormContent:
	"""Frappe's interface of a page renderer."""

	def __init__(self, path: str, http_status_code: int | None = None) -> None:
		self.path = path.strip("/ ")

	def can_render(self) -> bool:
		"""Whether the address is that of a package's file."""
		return self.path.startswith(f"{ROOT}/")

	def render(self) -> Response:
		"""The file; never raises. Where packages have a host of their own, only there."""
		if self.path == f"{ROOT}/{scorm_address.PROOF}":
			return _proof()
		if content_origin() and not _is_on_own_host():
			return _nothing(404)
		text, path = _ticket_and_path()
		ticket = scorm_ticket.check(text)
		if not ticket:
			return _with_headers(_over(), text)
		if frappe.request.method == "POST":
			return _with_headers(_nothing(405), text, ticket)
		if page := door.PAGES.get(path):
			response = page(ticket, _folder(text)) or _over()
			frappe.db.commit()  # Frappe keeps nothing of a request that only reads
			return _with_headers(response, text, ticket)
		response = _with_headers(_file(ticket, text, path), text, ticket)
		if response.status_code in (200, 203, 206) and _is_shown_asset(ticket, path):
			_commit_of(ticket, text, SHOWN)
			frappe.db.commit()  # Frappe keeps nothing of a request that only reads
		return response


def _proof() -> Response:
	response = _nothing(200)
	response.set_data(scorm_host.proof(frappe.request.args.get("nonce", "")[:100]))
	response.headers["Cache-Control"] = "no-store"
	return response


def take_commit() -> None:
	"""Hook `before_request`: answer what packages send before Frappe looks for a page at its address, which costs more.

	Raises an HTTPException that is the answer. Where packages have a host of their own, only there.
	"""
	if not frappe.request.path.startswith(f"/{ROOT}/"):
		return
	if frappe.request.method == "OPTIONS":
		abort(_leave_to_read())
	text, path = _ticket_and_path()
	take = _takes(frappe.request.method, path)
	if not take or frappe.form_dict.cmd or (content_origin() and not _is_on_own_host()):
		return
	# the page's own policy lets it reach the folder of the ticket it was opened with only
	ticket = scorm_ticket.check(frappe.request.args.get(RENEWED) or text)
	if ticket:
		response = _with_headers(take(ticket, text), text, ticket)
	else:
		response = _with_headers(_over(), text)
	frappe.db.commit()  # Frappe takes back what was done before such an answer
	abort(response)


def _takes(method: str, path: str) -> Callable[[Ticket, str], Response] | None:
	"""What answers a request that is no look at a file. Args: path, below the folder of a ticket."""
	if path.partition("/")[0] == door.ENDPOINT:
		return lambda ticket, text: door.answer(ticket, _folder(text))
	return (
		{COMMIT: _commit, BLOCKED: _blocked, door.FETCH: door.token}.get(path) if method == "POST" else None
	)


def _leave_to_read() -> Response:
	"""To a page without an origin its own files are another's: where its player adds a header, the browser asks first.

	Who may read a file, or say something, is decided when it is read, or said.
	"""
	response = _nothing(204)
	response.headers["Access-Control-Allow-Origin"] = "*"
	response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, PUT, POST, DELETE"
	response.headers["Access-Control-Allow-Headers"] = "*, Authorization"
	response.headers["Access-Control-Max-Age"] = "600"
	return response


def _ticket_and_path() -> tuple[str, str]:
	"""What the address of a package's file says: whose it is, and which file."""
	_root, _mark, rest = frappe.request.path.lstrip("/").partition("/")
	text, _mark, path = rest.partition("/")
	return text, path


def guard_host() -> None:
	"""Hook `before_request`: a host of its own for packages answers for nothing else.

	Frappe carries out what a parameter `cmd` names at any address.
	"""
	if not _is_on_own_host():
		return
	if not frappe.request.path.startswith((f"/{ROOT}/", f"{LIBRARY}/")) or frappe.form_dict.cmd:
		raise NotFound


def content_origin() -> str | None:
	"""The origin that packages are served from, if the site has one for them, such as https://content.example."""
	value = setting("scorm_content_origin") if frappe.db else None
	return value.rstrip("/") if value else None


def checked_origin(value: str | None) -> str:
	"""An origin that packages may be served from, as LMS Settings keeps it; empty for none.

	Raises ValidationError for anything but `https://host` (`http://` on loopback), or the portal's own host.
	"""
	origin = (value or "").strip().rstrip("/")
	if not origin:
		return ""
	parts = urlsplit(origin)
	loopback = parts.hostname in ("localhost", "127.0.0.1")
	if (
		not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", origin)
		or (parts.scheme != "https" and not loopback)
		# cookies know no ports: another port of the portal's host would be no host of its own
		or parts.hostname == urlsplit(links.absolute()).hostname
	):
		frappe.throw(
			_("Address for SCORM content: enter https:// and a host name of its own, not that of this site.")
		)
	return origin


def launch(found, package, part) -> dict[str, str]:
	"""The address that starts a part for somebody who may open the lesson, its ticket, and the frame's sandbox.

	Args: found, a LessonAccess; package, the LMS SCORM Package; part, a row of its parts.
	"""
	portal = _origin() if getattr(frappe.local, "request", None) else links.absolute()
	text = scorm_ticket.issue(found, package, part.identifier, portal)
	folder = f"/{ROOT}/{text}/"
	start = door.LAUNCH if package.scorm_version in kinds.BY_STATEMENTS else scorm_address.start_of(part)
	return {
		"address": f"{content_origin() or ''}{folder}{start}",
		"ticket": text,
		# with a host of its own a package has that host's origin: frames of one package can then talk to each other
		"sandbox": SANDBOX_APART if content_origin() or package.trusted else SANDBOX,
	}


def csrf_token(package) -> str | None:
	"""What Frappe wants with the commits of a package that runs as a page of the portal; None for others.

	Such a page sends the portal's cookies with everything. Others have none, and nothing to prove.
	"""
	is_own_page = _is_trusted(package.name) and frappe.session.user != "Guest"
	return frappe.sessions.get_csrf_token() if is_own_page else None


def frames_can_talk(package) -> bool:
	"""Whether frames and windows of the LMS SCORM Package can talk to each other, or need not."""
	return bool(not package.needs_frames or content_origin() or package.trusted)


def _file(ticket: Ticket, text: str, path: str) -> Response:
	wants_page = _wants_page()
	found = scorm_address.find(ticket.folder, path, wants_page=wants_page)
	if not found:
		return _nothing(404)
	if found.address:
		query = frappe.request.query_string.decode("ascii", "replace")
		address = f"/{ROOT}/{quote(text)}/{found.address}"
		return Response(status=302, headers={"Location": f"{address}?{query}" if query else address})
	response = _content(ticket, text, path, found.path)
	if wants_page and response.status_code == 200:
		# "changed on the way", which shows like any page: to a 200 the nginx of a bench adds an X-Frame-Options that no
		# frame without an origin can satisfy, and a Referrer-Policy that takes the place of ours
		response.status_code = 203
	return response


def _content(ticket: Ticket, text: str, path: str, file: str) -> Response:
	kind = files.media_type(file)
	if not file.lower().endswith(MARKUP):
		return files.stream(file, kind)
	with open(file, "rb") as source:
		page = source.read()
	mend = partial(scorm_address.with_clear_links, folder=ticket.folder, path=path)
	response = Response(pages.with_runtime(page, _runtime(ticket, text), mend), content_type=kind)
	response.headers["Cache-Control"] = "no-store"
	return response


def _wants_page() -> bool:
	"""Whether the browser asks for something to show in a window or frame."""
	headers = frappe.request.headers
	wanted = headers.get("Sec-Fetch-Dest")
	return wanted in SHOWING if wanted else headers.get("Accept", "").startswith("text/html")


def _runtime(ticket: Ticket, text: str) -> str:
	"""The script tags: the library for the package's SCORM version, and what connects it. ASCII only."""
	package, part = frappe.get_cached_doc("LMS SCORM Package", ticket.package), _part(ticket)
	if package.scorm_version in kinds.BY_STATEMENTS:
		return _script({"endpoint": f"/{ROOT}/{text}/{door.ENDPOINT}", **_common(package, text)})
	run = {
		"version": package.scorm_version,
		"asset": bool(part.is_asset),
		**_common(package, text),
		"seconds": scorm_run.seconds_so_far(ticket.enrollment, ticket.lesson, ticket.part),
		"cmi": scorm_run.resume_data(
			ticket.enrollment, ticket.lesson, part, package.scorm_version, ticket.user
		),
		"shared": scorm_shared_data.at_start(part, ticket.enrollment, ticket.lesson),
	}
	library = "scorm12" if package.scorm_version == "1.2" else "scorm2004"
	return f'<script src="{LIBRARY}/{library}.min.js"></script>{_script(run)}'


def _common(package, text: str) -> dict[str, str | None]:
	"""What connect.js needs for every kind of package."""
	return {"token": csrf_token(package), "commit": f"/{ROOT}/{text}/{COMMIT}"}


def _script(run: dict[str, Any]) -> str:
	values = html.escape(json.dumps(run))
	return f'<script src="{LIBRARY}/connect.js" data-run="{values}"></script>'


def _folder(text: str) -> str:
	"""The address of a ticket's folder, as content has to be told it."""
	origin = _origin()
	return f"{door.UNKNOWN if origin.endswith(':*') else origin}/{ROOT}/{quote(text)}/"


def _part(ticket: Ticket):
	package = frappe.get_cached_doc("LMS SCORM Package", ticket.package)
	return next(row for row in package.scos if row.identifier == ticket.part)


def _commit(ticket: Ticket, text: str) -> Response:
	if (frappe.request.content_length or 0) > scorm_run.LARGEST_COMMIT:
		return _answer({"result": "false", "errorCode": 391}, 413)
	body = frappe.request.get_data(cache=True)
	try:
		commit = None if is_too_deep(body.decode("utf-8", "replace")) else json.loads(body)
	except (ValueError, RecursionError):
		commit = None
	if not isinstance(commit, dict):
		return _answer({"result": "false", "errorCode": 101}, 400)
	return _commit_of(ticket, text, commit)


def _is_shown_asset(ticket: Ticket, path: str) -> bool:
	"""Whether a browser shows what a part that reports nothing starts with, for the first time.

	Args: path, untrusted, of a file that was found.
	"""
	if not ticket.enrollment or frappe.request.method != "GET" or not _wants_page():
		return False
	part = _part(ticket)
	found = scorm_address.find(ticket.folder, path, wants_page=True)
	start = package_files.file_path(ticket.folder, part.href)
	if not part.is_asset or not found or found.path != start:
		return False
	return ticket.part not in scorm_run.states(ticket.enrollment, ticket.lesson)


def _commit_of(ticket: Ticket, text: str, commit: dict) -> Response:
	"""Keep what a part has reported, for whoever holds the ticket."""
	if not ticket.enrollment:  # authors look, and leave no trace
		return _answer({"result": "true", "errorCode": 0})
	before = frappe.session.user
	if before != ticket.user:  # a session that is theirs already would be another one afterwards
		frappe.set_user(ticket.user)
	try:
		_save(ticket, text, commit)
	except (Refusal, frappe.PermissionError, frappe.DoesNotExistError):
		frappe.db.rollback()
		frappe.clear_messages()
		return _answer({"result": "false", "errorCode": 391}, 403)
	except Exception:
		frappe.db.rollback()
		frappe.log_error("SCORM commit failed")
		return _answer({"result": "false", "errorCode": 391}, 500)
	finally:
		if before != ticket.user:
			frappe.set_user(before)
	return _answer({"result": "true", "errorCode": 0})


def _blocked(ticket: Ticket, _text: str) -> Response:
	"""A browser says what it did not load."""
	try:
		said = json.loads(frappe.request.get_data(cache=True)[:LARGEST_REPORT])
	except (ValueError, RecursionError):
		said = None
	if isinstance(said, dict):
		scorm_blocked.note(ticket.package, str(said.get("host", "")), str(said.get("kind", "")))
	return _nothing(204)


@tried_again_on_deadlock
def _save(ticket: Ticket, text: str, commit: dict) -> None:
	# the enrollment's lock has to be the first thing of its transaction: see `run`
	frappe.db.rollback()
	if commit.get("left") is True:
		scorm_run.left(ticket.enrollment, ticket.lesson, ticket.part)
		return
	# the ticket in the address is that of the page, whichever younger one it names
	opened = hashlib.sha256(text.encode()).hexdigest()[:20]
	scorm_run.save(ticket.enrollment, ticket.lesson, ticket.part, commit, opened)


def _answer(values: dict, status: int = 200) -> Response:
	return Response(json.dumps(values), status, content_type="application/json")


def _nothing(status: int) -> Response:
	return Response("", status, content_type="text/plain; charset=utf-8")


def _over() -> Response:
	"""The answer to a ticket that has ended, readable where somebody sees it."""
	response = _nothing(403)
	if _wants_page():
		sentence = _(
			"This lesson was opened too long ago, or you have signed out or lost access since. Reload the page to go on."
		)
		response.set_data(f"<!DOCTYPE html><title>403</title><p>{html.escape(sentence)}</p>")
		response.content_type = "text/html; charset=utf-8"
	return response


def _with_headers(response: Response, text: str, ticket: Ticket | None = None) -> Response:
	own = f"{_origin()}/{ROOT}/{quote(text)}/"
	# where the request was sent to decides, not the setting: the portal's own origin is never a package's, unless a
	# System Manager trusts this one with it
	is_trusted = bool(ticket) and _is_trusted(ticket.package)
	has_origin = _is_on_own_host() or is_trusted
	sandbox = SANDBOX_APART if has_origin else SANDBOX
	hosts = outside.allowed(ticket.package, (ticket.portal,), is_trusted=is_trusted) if ticket else []
	policy = POLICY.format(
		sandbox=sandbox,
		own=own,
		library=f"{_origin()}{LIBRARY}/",
		others="".join(f" {host}" for host in hosts),
	)
	if _is_on_own_host() and ticket and ticket.portal:
		policy += f"; frame-ancestors {ticket.portal} {_origin()}"
	response.headers["Content-Security-Policy"] = policy
	# the frame has no origin: without this its own scripts could not read its own files
	response.headers["Access-Control-Allow-Origin"] = "*"
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers["Referrer-Policy"] = "no-referrer"
	response.headers.setdefault("Cache-Control", "no-store")
	return response


def _is_trusted(package: str) -> bool:
	return bool(not content_origin() and frappe.get_cached_value("LMS SCORM Package", package, "trusted"))


def _is_on_own_host() -> bool:
	"""Whether the request was sent to the packages' own host, by whatever spelling or port."""
	origin = content_origin()
	return bool(origin) and links.is_for_host_of(origin)


def _origin() -> str:
	"""The origin that the request was sent to, as the policy names it."""
	return links.origin_of_request(content_origin())
