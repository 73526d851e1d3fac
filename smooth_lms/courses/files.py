"""Files of lessons: private ones, which only those who may open the lesson can fetch."""

import mimetypes
import os
from urllib.parse import quote

import werkzeug.utils
from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.files import PRIVATE, shown_name

MEGABYTE = 1024 * 1024
LARGEST_PACKAGE = 512 * MEGABYTE
PACKAGES = (".zip",)
VIDEOS = (".mp4", ".m4v", ".webm", ".ogv")
CAPTIONS = (".vtt",)
DOCUMENTS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp")
SOUNDS = (".mp3", ".m4a", ".ogg", ".wav")
SHOWN = (
	"application/pdf",
	"audio/",
	"image/avif",
	"image/gif",
	"image/jpeg",
	"image/png",
	"image/webp",
	"text/vtt",
	"video/",
)
"""Types that a browser shows without being able to run what is in them; everything else is downloaded."""
RUN = ("text/html", "text/xml", "text/xsl", "application/xml", "application/xslt+xml", "multipart/related")
TYPES = {".vtt": "text/vtt", ".m4v": "video/mp4", ".webm": "video/webm", ".avif": "image/avif"}


def require_kind(doc, fieldname: str, extensions: tuple[str, ...] | None = None, row=None) -> None:
	"""Refuse what a lesson cannot show: its files are stored here, and of the right kind.

	Args:
	        doc: the document being saved; `base.files.claim` has made the file its own.
	        fieldname: its Attach field, or that of `row`.
	        extensions: allowed endings, lower case with the dot; None for any.
	        row: a row of one of the document's tables.

	Raises ValidationError.
	"""
	url = (row or doc).get(fieldname)
	if not url or doc.flags.is_copy:
		return
	if not url.startswith(PRIVATE):
		frappe.throw(_("The file is not stored here: upload it once more."))
	if extensions and not url.lower().endswith(extensions):
		sentence = _("{0} is not a file of the right kind: use {1}.")
		frappe.throw(sentence.format(escape_html(shown_name(url)), escape_html(", ".join(extensions))))


def is_h5p() -> str:
	"""What to say of H5P content."""
	return _(
		"This is H5P content, which is not taken: export it as a SCORM package with the tool it was made with."
	)


def send(path: str, download_name: str | None = None) -> Response:
	"""The file as a response with ranges, so that videos can be wound.

	What a browser could run is sent as a download, and nothing is guessed from the content.
	"""
	kind = media_type(path)
	shown = kind.startswith(SHOWN)
	by_web_server = shown and frappe.local.request.headers.get("X-Use-X-Accel-Redirect")
	response = _hand_over(path, kind) if by_web_server else stream(path, kind)
	name = quote(download_name or shown_name(path))
	response.headers["Content-Disposition"] = (
		f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
	)
	if kind != "application/pdf":  # browsers refuse to show a sandboxed PDF
		response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
	return response


def stream(path: str, kind: str) -> Response:
	"""The bytes of a file in chunks, with ranges, and with every header that the caller adds."""
	environ = frappe.local.request.environ
	response = werkzeug.utils.send_file(path, environ=environ, conditional=True, mimetype=kind)
	return _with_headers(response, kind)


def _hand_over(path: str, kind: str) -> Response:
	"""Leave a file below the site's private folder to the web server.

	That keeps only the type, the disposition and the caching of our headers: nothing that needs a policy may go so.
	"""
	response = Response()
	below = os.path.relpath(path, os.path.realpath(frappe.get_site_path()))
	response.headers["X-Accel-Redirect"] = quote(f"/protected/{below}")
	response.headers["Accept-Ranges"] = "bytes"
	return _with_headers(response, kind)


def _with_headers(response: Response, kind: str) -> Response:
	response.headers["Content-Type"] = kind
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers["Cache-Control"] = "private, max-age=3600"
	return response


def media_type(path: str) -> str:
	"""The media type by the file's ending."""
	ending = os.path.splitext(path)[1].lower()
	return TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def can_run(kind: str) -> bool:
	"""Whether a browser that shows this media type runs the scripts in it."""
	return kind.endswith("+xml") or kind in RUN


def keep_from_running(response: Response | None = None, **_others: object) -> None:
	"""Hook `after_request`: private files in which scripts could run are downloads, whoever sends them.

	Frappe says so itself of some, where it sends the bytes, but not where it leaves them to the web server.
	"""
	if not response or not _is_private_file(response):
		return
	said = response.headers.get("Content-Disposition", "")
	if can_run(response.mimetype or "") and not said.startswith("attachment"):
		name = quote(shown_name(frappe.request.path))
		response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"


def _is_private_file(response: Response) -> bool:
	return "X-Accel-Redirect" in response.headers or frappe.request.path.startswith("/private/files/")
