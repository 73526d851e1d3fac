"""Packages, films and other files of lessons that arrive in pieces, whatever size of request the server takes, and go on after an interruption.

The protocol is tus 1.0 (https://tus.io/protocols/resumable-upload) with its extensions for creation and termination;
the browser's side is tus-js-client. What has arrived lies among the site's private files, below a folder that Frappe
serves nothing from, and belongs to whoever sends it.
"""

import base64
import binascii
import fcntl
import json
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass

from werkzeug.wrappers import Response

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.courses import files
from smooth_lms.courses.files import MEGABYTE, PACKAGES, is_h5p
from smooth_lms.exceptions import UploadRefusedError

ROOT = "lms-upload"
FOLDER = "smooth_lms_uploads"
"""Below private/files."""
NAME = re.compile(r"[0-9a-f]{20}")
LARGEST_PIECE = 16 * MEGABYTE
MOST_EACH = 3
"""So many uploads of one person wait to be finished; an older one gives way."""
KEPT_HOURS = 24
LARGEST = (
	(PACKAGES, files.LARGEST_PACKAGE),
	(files.VIDEOS, 4096 * MEGABYTE),
	((*files.DOCUMENTS, *files.SOUNDS), 512 * MEGABYTE),
	(files.CAPTIONS, 2 * MEGABYTE),
)
"""How many bytes a file may have, by its ending. No other endings arrive."""
KEPT_FREE = 1024 * MEGABYTE
"""What stays free on the disk."""
VERSION = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
PIECE = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
	"""A file on its way."""

	name: str
	owner: str
	file_name: str
	size: int
	"""Bytes, when it is complete."""

	@property
	def path(self) -> str:
		"""Where its bytes are."""
		return os.path.join(_folder(), self.name)

	@property
	def arrived(self) -> int:
		"""How many bytes of it are there."""
		return os.path.getsize(self.path)


class FileUpload:
	"""Takes the pieces (hook `page_renderer`). Frappe has asked for the CSRF token before."""

	def __init__(self, path: str, http_status_code: int | None = None) -> None:
		self.path = path.strip("/ ")

	def can_render(self) -> bool:
		"""Whether the address is that of an upload."""
		return self.path == ROOT or self.path.startswith(f"{ROOT}/")

	def render(self) -> Response:
		"""The answer; never raises."""
		request, name = frappe.request, self.path.removeprefix(ROOT).strip("/")
		# nginx and Frappe let few methods through, so that clients say in a header which one they mean
		method = request.headers.get("X-HTTP-Method-Override", request.method)
		try:
			if request.method == "POST" and method == "POST" and not name:
				return _created()
			upload = find(name)
			if request.method == "POST" and method == "PATCH":
				return _extended(upload)
			if request.method == "POST" and method == "DELETE":
				remove(upload)
				return _answer(204)
			if request.method == "HEAD":
				return _answer(200, upload)
		except UploadRefusedError as refused:
			frappe.clear_messages()
			return _answer(refused.status, text=str(refused))
		except frappe.PermissionError:
			frappe.clear_messages()
			return _answer(403, text=_("You may not upload files for this course."))
		return _answer(405)


def begin(course: str, file_name: str, size: int) -> Upload:
	"""Make room for a file of a lesson.

	Args: course, for which it is meant; file_name, as the sender has it; size, in bytes.

	Raises PermissionError for somebody who may not write into the course, and UploadRefusedError.
	"""
	permissions.require_course_author(course)
	if file_name.lower().endswith(".h5p"):
		_refuse(415, is_h5p())
	largest = next((most for endings, most in LARGEST if file_name.lower().endswith(endings)), 0)
	if not largest:
		_refuse(
			415,
			_(
				"Choose a SCORM package (zip), a film (mp4, webm), a PDF, an office document, a sound (mp3) or captions (vtt)."
			),
		)
	if not 0 < size <= largest:
		_refuse(
			413,
			_("The file is empty or bigger than {0} MB: make it smaller, or split it into several.").format(
				largest // MEGABYTE
			),
		)
	os.makedirs(_folder(), exist_ok=True)
	_make_room(frappe.session.user)
	# a package is copied and unpacked besides
	needed = 3 * size if file_name.lower().endswith(PACKAGES) else size
	if shutil.disk_usage(_folder()).free < needed + KEPT_FREE:
		_refuse(507, _("There is too little room on the server: tell whoever runs this site."))
	upload = Upload(os.urandom(10).hex(), frappe.session.user, os.path.basename(file_name)[:120], size)
	with open(upload.path, "xb"):
		pass
	with open(f"{upload.path}.json", "x") as about:
		json.dump(asdict(upload), about)
	return upload


def find(name: str) -> Upload:
	"""An upload of the session's user. Raises UploadRefusedError where there is none of that name."""
	found = _read(name) if NAME.fullmatch(name) else None
	if not found or found.owner != frappe.session.user:
		_refuse(404, _("This upload is gone: begin it again."))
	return found


def extend(upload: Upload, offset: int, piece: bytes) -> None:
	"""Add a piece. Args: offset, how many bytes its sender knows to be there.

	Raises UploadRefusedError where others are there, or the upload would become larger than was said.
	"""
	if len(piece) > LARGEST_PIECE or offset + len(piece) > upload.size:
		_refuse(413, _("This piece is larger than what is missing."))
	with open(upload.path, "r+b") as target:
		try:
			fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except OSError:
			_refuse(423, _("Another piece is just being written."))
		target.seek(0, os.SEEK_END)
		if target.tell() != offset:
			_refuse(409, _("Another piece is expected."))
		target.write(piece)


def complete(name: str) -> Upload:
	"""An upload that has arrived as a whole. Raises UploadRefusedError for any other."""
	upload = find(name)
	if upload.arrived != upload.size:
		_refuse(409, _("The file has not arrived as a whole: go on with the upload."))
	return upload


def remove(upload: Upload) -> None:
	"""Forget an upload and what has arrived of it."""
	for path in (upload.path, f"{upload.path}.json"):
		if os.path.exists(path):
			os.remove(path)


def remove_abandoned() -> None:
	"""Scheduler: forget uploads that nobody has gone on with for a day."""
	for upload in _all():
		if os.path.getmtime(upload.path) < time.time() - KEPT_HOURS * 3600:
			remove(upload)


def _created() -> Response:
	headers = frappe.request.headers
	about = _metadata(headers.get("Upload-Metadata", ""))
	size = headers.get("Upload-Length", "")
	upload = begin(
		about.get("course", ""),
		about.get("filename", ""),
		int(size) if re.fullmatch(r"\d{1,15}", size) else 0,
	)
	response = _answer(201, upload)
	response.headers["Location"] = f"/{ROOT}/{upload.name}"
	response.autocorrect_location_header = False
	return response


def _extended(upload: Upload) -> Response:
	headers = frappe.request.headers
	offset = headers.get("Upload-Offset", "")
	if headers.get("Content-Type") != PIECE or not re.fullmatch(r"\d{1,15}", offset):
		_refuse(415, _("This is no piece of an upload."))
	extend(upload, int(offset), frappe.request.get_data())
	return _answer(204, upload)


def _answer(status: int, upload: Upload | None = None, text: str = "") -> Response:
	response = Response(text, status, content_type="text/plain; charset=utf-8")
	response.headers.update(VERSION)
	if upload:
		response.headers["Upload-Offset"] = str(upload.arrived)
		response.headers["Upload-Length"] = str(upload.size)
	return response


def _metadata(text: str) -> dict[str, str]:
	"""What a client says about its file: `name base64,name base64`."""
	found = {}
	for pair in text.split(","):
		name, _blank, value = pair.strip().partition(" ")
		try:
			found[name] = base64.b64decode(value, validate=True).decode()
		except (binascii.Error, UnicodeDecodeError):
			continue
	return found


def _make_room(user: str) -> None:
	"""Leave at most one less than MOST_EACH uploads of somebody: the youngest ones."""
	own = sorted(
		(each for each in _all() if each.owner == user), key=lambda each: os.path.getmtime(each.path)
	)
	for upload in own[: len(own) - MOST_EACH + 1]:
		remove(upload)


def _all() -> list[Upload]:
	names = os.listdir(_folder()) if os.path.isdir(_folder()) else []
	return [upload for name in names if NAME.fullmatch(name) and (upload := _read(name))]


def _read(name: str) -> Upload | None:
	try:
		with open(os.path.join(_folder(), f"{name}.json")) as about:
			upload = Upload(**json.load(about))
	except (OSError, ValueError, TypeError):
		return None
	return upload if os.path.isfile(upload.path) else None


def _folder() -> str:
	return frappe.get_site_path("private", "files", FOLDER)


def _refuse(status: int, sentence: str) -> None:
	frappe.msgprint(sentence)  # what the desk shows of a refused call
	raise UploadRefusedError(sentence, status)
