"""Files and links that authors put into the outline: each becomes a lesson, or a part of the lesson it lies on."""

import os
import re
import zipfile
from typing import Any
from urllib.parse import unquote, urlsplit

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base import file_kinds
from smooth_lms.base import files as stored_files
from smooth_lms.base.reads import read_rows, read_value
from smooth_lms.courses import files, held, links, structure, uploads
from smooth_lms.courses.builder.places import CHAPTER, LESSON, LONGEST_TITLE, course_of, is_published
from smooth_lms.courses.scorm import taking

NEW = "new-course-lesson"
"""What a file belongs to until its lesson has a name."""
LANGUAGE = re.compile(r"[._ -]([a-z]{2})(?:[-_][A-Za-z]{2})?$")
FILMS = (b"\x1a\x45\xdf\xa3", b"OggS")
"""How WebM and Ogg begin; MP4 names itself four bytes later."""
FIELDS = {"Video": "video_file", "File": "attachment"}


def take_file(chapter: str, upload: str, lesson: str | None = None) -> str:
	"""Make a lesson of a file that has arrived, at the end of a chapter; captions go to their film.

	A zip file becomes a SCORM lesson, a film a video lesson, anything else a file lesson. In a published course it is a
	draft that learners do not see.

	Args: upload, see `uploads.begin`; lesson, the one that captions were put on; None looks for their film.

	Returns the Course Lesson. Raises ValidationError with what to do, PackageRefusedError, UploadRefusedError.
	"""
	course = course_of(CHAPTER, chapter)
	arrived = uploads.complete(upload)
	name = arrived.file_name.lower()
	if name.endswith(files.CAPTIONS):
		lesson = lesson if lesson and _is_video(lesson) else _film_of(course, chapter, arrived.file_name)
		give_file(lesson, upload)
		return lesson
	if name.endswith(files.PACKAGES):
		package = taking.take_upload(upload, course)
		title = package.title or _title_of(arrived.file_name)
		return _insert(course, chapter, title, "SCORM", scorm_package=package.name)
	kind = "Video" if name.endswith(files.VIDEOS) else "File"
	url = _adopt(arrived, NEW, FIELDS[kind])
	made = _insert(course, chapter, _title_of(arrived.file_name), kind, **{FIELDS[kind]: url})
	_forget(arrived)
	return made


def give_file(lesson: str, upload: str) -> None:
	"""Put a file that has arrived into the lesson that shows such: another film, another file, captions.

	In a published course another film or file is held back, see `held`; captions help at once.

	Raises ValidationError for a file that the lesson cannot show.
	"""
	course = course_of(LESSON, lesson)
	arrived = uploads.complete(upload)
	doc = frappe.get_doc(LESSON, lesson, for_update=True)
	is_captions = arrived.file_name.lower().endswith(files.CAPTIONS)
	if doc.lesson_type not in FIELDS or (is_captions and doc.lesson_type != "Video"):
		frappe.throw(_("This lesson shows no such file: put it onto a chapter."))
	field = FIELDS[doc.lesson_type]
	if is_captions:
		_set_captions(doc, _language_of(arrived.file_name), _adopt(arrived, lesson, None))
		doc.save()
	elif held.is_holding(doc, course):
		new = {field: _adopt(arrived, lesson, None)}
		held.hold(doc, {**new, "video_url": None} if doc.lesson_type == "Video" else new)
	else:
		doc.set(field, _adopt(arrived, lesson, field))
		if doc.lesson_type == "Video":
			doc.video_url = None
		doc.flags.by_module = True
		doc.save()
	_forget(arrived)


def add_to_text(lesson: str, upload: str) -> dict[str, str]:
	"""Keep a film, captions or another file that has arrived for the text of a lesson.

	Returns `url`, its private address, `name`, and of captions `language` and `language_name`. Raises ValidationError for
	a file that no text shows.
	"""
	course_of(LESSON, lesson)
	arrived = uploads.complete(upload)
	name = arrived.file_name.lower()
	if name.endswith(files.PACKAGES):
		frappe.throw(_("A package is a lesson of its own: put it onto a chapter."))
	found = {"url": _adopt(arrived, lesson, None), "name": arrived.file_name}
	if name.endswith(files.CAPTIONS):
		language = _language_of(arrived.file_name)
		label = read_value("Language", "language_name", {"name": language}) or language
		found |= {"language": language, "language_name": label}
	_forget(arrived)
	return found


def remove_captions(lesson: str, language: str) -> None:
	"""Take the captions in a language away from a film."""
	course_of(LESSON, lesson)
	doc = frappe.get_doc(LESSON, lesson, for_update=True)
	_set_captions(doc, language)
	doc.save()


def take_link(chapter: str, url: str) -> str:
	"""Make a lesson of an address, at the end of a chapter: a video lesson of a film, a link of anything else.

	Args: url, beginning with https://.

	Returns the Course Lesson. Raises ValidationError for another address.
	"""
	course = course_of(CHAPTER, chapter)
	url = links.require_https(url, _("Address"))
	parts = urlsplit(url)
	if links.player_url(url) or parts.path.lower().endswith(files.VIDEOS):
		return _insert(course, chapter, _title_of_link(url), "Video", video_url=url)
	return _insert(course, chapter, _title_of_link(url), "External Link", external_url=url)


def shown_files(doc: Any) -> dict[str, Any]:
	"""What a lesson shows besides its text: `file`, its name; `captions`, rows with `language` and `name`; `package`."""
	field = FIELDS.get(doc.lesson_type)
	captions = doc.captions if doc.lesson_type == "Video" else ()
	return {
		"file": stored_files.shown_name(doc.get(field)) if field else "",
		"captions": [
			{"language": row.language, "name": stored_files.shown_name(row.file)} for row in captions
		],
		"package": read_value("LMS SCORM Package", "title", {"name": doc.scorm_package})
		if doc.scorm_package
		else "",
	}


def _insert(course: str, chapter: str, title: str, lesson_type: str, **values: Any) -> str:
	structure.lock(course)
	doc = frappe.get_doc(
		{
			"doctype": LESSON,
			"title": title[:LONGEST_TITLE],
			"chapter": chapter,
			"lesson_type": lesson_type,
			"draft": int(is_published(course)),
			**values,
		}
	)
	doc.flags.by_module = True
	doc.insert()
	if doc.video_seconds:
		doc.estimated_minutes = max(round(doc.video_seconds / 60), 1)
		doc.save()
	return doc.name


def _adopt(arrived: uploads.Upload, lesson: str, field: str | None) -> str:
	"""The address of the file among those of the lesson. Raises ValidationError for what it is not by its name."""
	_require_content(arrived.path, arrived.file_name)
	return stored_files.adopt(arrived.path, arrived.file_name, LESSON, lesson, field, link=True)


def _forget(arrived: uploads.Upload) -> None:
	frappe.db.after_commit.add(lambda: uploads.remove(arrived))


def _require_content(path: str, file_name: str) -> None:
	"""Refuse a file that is not what its ending says, which would only fail before learners."""
	ending = os.path.splitext(file_name.lower())[1]
	with open(path, "rb") as file:
		head = file.read(file_kinds.HEAD)
	fits = True
	if ending in files.VIDEOS:
		fits = head[4:8] == b"ftyp" or head.startswith(FILMS)
	elif ending == ".pdf":
		fits = b"%PDF-" in head[:1024]
	elif ending in files.DOCUMENTS:
		fits = head.startswith(file_kinds.OLD_OFFICE) or zipfile.is_zipfile(path)
	elif ending in files.CAPTIONS:
		fits = head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
	if not fits:
		sentence = _(
			"{0} is not what its ending says: open it in the program it comes from and save it anew."
		)
		frappe.throw(sentence.format(escape_html(file_name)))


def _is_video(lesson: str) -> bool:
	return read_value(LESSON, "lesson_type", {"name": lesson}) == "Video"


def _film_of(course: str, chapter: str, file_name: str) -> str:
	"""The video lesson whose film has the name of the captions; the only one of the chapter where none has."""
	rows = read_rows(
		LESSON,
		("name", "chapter", "video_file", "retired_on"),
		{"course": course, "lesson_type": "Video"},
	)
	rows = [row for row in rows if row.video_file and not row.retired_on]
	wanted = LANGUAGE.sub("", _stem(file_name)).casefold()
	# nobody is asked to type names exactly as the server keeps them
	named = [row for row in rows if _plain(_stem(stored_files.shown_name(row.video_file))) == _plain(wanted)]
	near = [row for row in rows if row.chapter == chapter]
	found = named or near
	if len(found) != 1:
		frappe.throw(_("Put captions onto the lesson that shows their film."))
	return found[0].name


def _set_captions(doc: Any, language: str, url: str | None = None) -> None:
	"""Give a film the captions in a language; none takes them away."""
	doc.captions = [row for row in doc.captions if row.language != language]
	if url:
		doc.append("captions", {"language": language, "file": url})
	doc.flags.by_module = True


def _language_of(file_name: str) -> str:
	"""The language that a name ends with, as in `film.de.vtt`; the author's otherwise."""
	found = LANGUAGE.search(_stem(file_name))
	if found and frappe.db.exists("Language", found[1]):
		return found[1]
	return frappe.local.lang or "en"


def _title_of(file_name: str) -> str:
	return _words(_stem(file_name)) or _("File")


def _title_of_link(url: str) -> str:
	"""Words of the address, as far as it has any; its host otherwise."""
	parts = urlsplit(url)
	host = (parts.hostname or "").removeprefix("www.")
	last = unquote(parts.path.rstrip("/").rpartition("/")[2])
	words = _words(_stem(last))
	is_told = re.search(r"[^\W\d_]{4}", words) and not links.player_url(url)
	return words if is_told else host


def _stem(file_name: str) -> str:
	return os.path.splitext(os.path.basename(file_name))[0]


def _plain(name: str) -> str:
	return re.sub(r"\W|_", "", name).casefold()


def _words(text: str) -> str:
	return " ".join(re.sub(r"[<>]", "", re.sub(r"[_-]+", " ", text)).split())
