"""What a field takes: looked for in what is stored, because a name says nothing. Which field takes what stands in the
hook `smooth_lms_file_kinds`.
"""

import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from io import BytesIO

from PIL import Image, ImageFile

import frappe

from smooth_lms.marked import _

MEGABYTE = 1024 * 1024
LARGEST_PICTURE = 10 * MEGABYTE
MOST_PIXELS = 40_000_000
"""Of a picture. More than any screen shows; each takes four bytes of memory when it is read."""
SHOWN_PICTURES = ("JPEG", "PNG", "GIF", "WEBP")
"""What browsers show, in the names of Pillow."""
READING = threading.Lock()
"""Pillow has one switch for all threads of a process."""
HEAD = 4096
SCANS = (b"II*\0", b"MM\0*")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Word, Excel and PowerPoint began their files before 2007, and Outlook its mails still."""
OFFICE_MARKS = ("[Content_Types].xml", "mimetype")
MAIL_HEADERS = ("From", "Date", "Received", "Message-ID", "Subject", "To")


class UnfitFileError(Exception):
	"""A file is not what its field takes; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class FileKind:
	"""What a field takes.

	Args: endings, of usual names, for the dialog that chooses a file; sentence, for people, marked for translators;
	fits, whether some content is of the kind, which may raise UnfitFileError with a better sentence; largest, bytes.
	"""

	endings: tuple[str, ...]
	sentence: str
	fits: Callable[[bytes], bool]
	largest: int | None = None

	def check(self, content: bytes) -> None:
		"""Raise UnfitFileError for content that is not of the kind."""
		if not content:
			raise UnfitFileError(empty())
		self.check_size(len(content))
		if not self.fits(content):
			raise UnfitFileError(frappe._(self.sentence))

	def check_size(self, size: int) -> None:
		"""Raise UnfitFileError for so many bytes if they are too many."""
		if self.largest and size > self.largest:
			raise UnfitFileError(
				frappe._("The file has {0} MB; at most {1} MB are possible here.").format(
					round(size / MEGABYTE, 1), self.largest // MEGABYTE
				)
			)


def kind_of(doctype: str | None, fieldname: str | None) -> FileKind | None:
	"""What a field takes; None for anything."""
	paths = frappe.get_hooks("smooth_lms_file_kinds").get(f"{doctype}.{fieldname}")
	return frappe.get_attr(paths[0]) if paths else None


def empty() -> str:
	"""The sentence about a file without content."""
	return frappe._("The file is empty: choose another one.")


def pixels(content: bytes) -> int:
	"""How many pixels a picture has, by its head; 0 for what is no picture."""
	picture = _open(content)
	return picture.width * picture.height if picture else 0


def too_many_pixels() -> str:
	"""The sentence about a picture that is too large to be read."""
	return frappe._("The picture has more than {0} million pixels: make it smaller.").format(
		MOST_PIXELS // 1_000_000
	)


def unreadable_picture() -> str:
	"""The sentence about a file that is named like a picture."""
	return frappe._(
		"The file is named like a picture but cannot be read as one: open it in an image editor, save it as JPEG or PNG, and upload that."
	)


def _open(content: bytes) -> Image.Image | None:
	"""The picture, of which the head only has been read."""
	try:
		return Image.open(BytesIO(content))
	except Image.DecompressionBombError as error:
		raise UnfitFileError(too_many_pixels()) from error
	except Exception:  # the readers raise whatever the broken part of the file makes them
		return None


def _is_shown_picture(content: bytes) -> bool:
	picture = _open(content)
	if picture is None or picture.format not in SHOWN_PICTURES:
		return False
	if picture.width * picture.height > MOST_PIXELS:
		raise UnfitFileError(too_many_pixels())
	try:
		picture.draft("RGB", (1024, 1024))  # JPEG need not be read in full size to see whether it is whole
		_read_whole(picture)
	except Exception as error:  # as in `_open`
		raise UnfitFileError(unreadable_picture()) from error
	return True


def _read_whole(picture: Image.Image) -> None:
	"""Read every pixel. Raises for a picture that ends too early, which Frappe lets Pillow pass over in silence."""
	with READING:
		passed_over, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
		try:
			picture.load()
		finally:
			ImageFile.LOAD_TRUNCATED_IMAGES = passed_over


def _is_evidence(content: bytes) -> bool:
	head = content[:HEAD]
	if b"%PDF-" in head[:1024] or head.startswith((*SCANS, OLD_OFFICE)):
		return True
	if head.startswith(b"PK"):
		return _is_office(content)
	return _is_phone_picture(head) or _is_shown_picture(content) or _is_mail(content)


def _is_phone_picture(head: bytes) -> bool:
	return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif")


def _is_office(content: bytes) -> bool:
	try:
		with zipfile.ZipFile(BytesIO(content)) as archive:
			return any(mark in archive.NameToInfo for mark in OFFICE_MARKS)
	except zipfile.BadZipFile:
		return False


def _is_mail(content: bytes) -> bool:
	if b"\0" in content[:HEAD]:
		return False
	headers = BytesHeaderParser().parsebytes(content[: 64 * 1024])
	return sum(name in headers for name in MAIL_HEADERS) >= 2


PICTURE = FileKind(
	(".jpg", ".jpeg", ".png", ".gif", ".webp"),
	_("Choose a picture that every browser shows: JPEG, PNG, GIF or WebP."),
	_is_shown_picture,
	LARGEST_PICTURE,
)
EVIDENCE = FileKind(
	(
		*(".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".heic"),
		*(".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".eml", ".msg"),
	),
	_("Choose a PDF, a picture or scan, an office document or a saved mail."),
	_is_evidence,
)
