"""What fields with files take: every field × every kind of unfit file is answered with a sentence, never a 500."""

import io
import random
import zipfile

import openpyxl
import pytest
from PIL import Image

import frappe

from smooth_lms.base import file_kinds
from smooth_lms.base.file_kinds import EVIDENCE, PICTURE, UnfitFileError
from tests.security.test_record_files import FIELDS
from tests.support.factories import make_course, make_user


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
	out = io.BytesIO()
	image = Image.new(mode, size)
	image.putdata([random.randrange(256)] * (size[0] * size[1])) if mode == "L" else None
	image.save(out, kind)
	return out.getvalue()


def noise(kind: str) -> bytes:
	out = io.BytesIO()
	Image.effect_noise((400, 300), 80).convert("RGB").save(out, kind)
	return out.getvalue()


def workbook() -> bytes:
	out = io.BytesIO()
	openpyxl.Workbook().save(out)
	return out.getvalue()


def zipped(name: str) -> bytes:
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w") as archive:
		archive.writestr(name, "x")
	return out.getvalue()


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
PDF = b"%PDF-1.4\n1 0 obj\n"
MAIL = b"Received: from a\r\nFrom: a@b.example\r\nSubject: Passed\r\n\r\nYou have passed."
OUTLOOK = file_kinds.OLD_OFFICE + b"\0" * 100
BOMB = picture("PNG", (12_000, 9_000), "1")
SHOWN = {kind: picture(kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")}


@pytest.mark.parametrize("kind", SHOWN)
def test_pictures_that_browsers_show_fit_both(kind):
	PICTURE.check(SHOWN[kind])
	EVIDENCE.check(SHOWN[kind])


@pytest.mark.parametrize(
	("content", "sentence"),
	[
		(b"", "The file is empty"),
		(HEIC, "JPEG, PNG, GIF or WebP"),
		(PDF, "JPEG, PNG, GIF or WebP"),
		(workbook(), "JPEG, PNG, GIF or WebP"),
		(picture("TIFF"), "JPEG, PNG, GIF or WebP"),
		(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG, PNG, GIF or WebP"),
		(noise("JPEG")[:2000], "cannot be read as one"),
		(noise("PNG")[:2000], "cannot be read as one"),
		(BOMB, "more than 40 million pixels"),
		(b"\xff\xd8\xff" + b"\0" * file_kinds.LARGEST_PICTURE, "at most 10 MB"),
	],
)
def test_other_files_are_no_picture(content, sentence):
	with pytest.raises(UnfitFileError, match=sentence):
		PICTURE.check(content)


@pytest.mark.parametrize(
	"content", [PDF, MAIL, OUTLOOK, HEIC, picture("TIFF"), workbook(), zipped("mimetype")]
)
def test_documents_and_mails_are_evidence(content):
	EVIDENCE.check(content)


@pytest.mark.parametrize(
	"content",
	[
		b"MZ\x90\0 program",
		b"<script>alert(1)</script>",
		zipped("setup.exe"),
		b"PK\x03\x04 broken",
		b"\0\0\0\x18ftypmp42" + b"\0" * 99,
		b"Just: a text\nwith: colons\n",
	],
)
def test_programs_pages_and_films_are_no_evidence(content):
	with pytest.raises(UnfitFileError, match="Choose a PDF, a picture or scan"):
		EVIDENCE.check(content)


UNFIT = {
	"empty": ("x.csv", b""),
	"empty picture": ("x.jpg", b""),
	"a phone's picture renamed": ("IMG_1.jpg", HEIC),
	"a text named as picture": ("x.jpeg", b"no picture"),
	"a picture cut off": ("x.jpg", noise("JPEG")[:2000]),
	"a bomb": ("x.png", BOMB),
	"a large JPEG": ("x.jpg", picture("JPEG", (8_000, 6_000), "L")),
}
EDITED = ("description", "body", "question", "batch_details", "discussion_guidelines")
ATTACHED = sorted(key for key in FIELDS if not key.endswith(EDITED))
"""Each field with a file; tests/security/test_record_files.py compares its list with the meta."""


@pytest.fixture(scope="module")
def author(_connection):
	frappe.set_user("Administrator")
	user = make_user(roles=("System Manager", "Moderator")).name
	frappe.db.commit()
	return user


def send(server, user: str, doctype: str | None, field: str | None, name: str, content: bytes):
	"""Upload as the desk's dialog does for a record that is not saved yet."""
	data = {"is_private": 1}
	if doctype:
		data |= {"doctype": doctype, "docname": f"new-{frappe.scrub(doctype)}-1", "fieldname": field}
	return server.session(user).post(
		f"{server.url}/api/method/upload_file", data=data, files={"file": (name, content)}, timeout=60
	)


@pytest.mark.parametrize("key", [*ATTACHED, "a file of nothing"])
def test_unfit_files_are_answered_with_a_sentence(server, author, key):
	doctype, _dot, field = key.partition(".") if "." in key else (None, None, None)
	broken = {}
	for kind, (name, content) in UNFIT.items():
		answer = send(server, author, doctype, field, name, content)
		if answer.status_code >= 500 or (kind.startswith("empty") and answer.status_code == 200):
			broken[kind] = (answer.status_code, answer.text[:300])
		elif answer.status_code == 417:
			assert answer.json().get("_server_messages"), answer.text
	assert broken == {}


@pytest.mark.parametrize("name", ["plan.docx", "film.mp4", "face.heic", "face.png"])
def test_a_course_takes_no_picture_that_browsers_do_not_show(name):
	content = {"plan.docx": workbook(), "film.mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 99}.get(name, HEIC)
	values = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
	file = frappe.get_doc(values).insert()
	course = frappe.get_doc("LMS Course", make_course().name)
	course.image = file.file_url
	with pytest.raises(frappe.ValidationError, match="JPEG, PNG, GIF or WebP"):
		course.save()


def test_a_course_takes_a_picture_whatever_its_name():
	values = {"doctype": "File", "file_name": "picture.txt", "content": SHOWN["PNG"], "is_private": 1}
	course = frappe.get_doc("LMS Course", make_course().name)
	course.image = frappe.get_doc(values).insert().file_url
	course.save()
	assert course.image


def test_what_fields_take_is_named_by_fields_that_are_there():
	named = frappe.get_hooks("smooth_lms_file_kinds")
	assert set(named) <= set(FIELDS)
	for key in named:
		assert file_kinds.kind_of(*key.split("."))
	assert file_kinds.kind_of("LMS Course", "description") is None
