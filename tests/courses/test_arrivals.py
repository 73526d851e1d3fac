"""Files and links that authors put into the outline of a course: what becomes of each, and what is refused."""

import io
import zipfile
from dataclasses import dataclass

import pytest

import frappe

from smooth_lms.base import files as stored_files
from smooth_lms.courses import structure, uploads
from smooth_lms.courses.builder import arrivals, overview, places, text
from smooth_lms.exceptions import PackageRefusedError, UploadRefusedError
from tests.support.authors import arrived
from tests.support.factories import make_course, make_user
from tests.support.packages.build import package

LESSON, CHAPTER = "Course Lesson", "Course Chapter"
PDF = b"%PDF-1.7 fire"
FILM = b"\x00\x00\x00\x18ftypmp42 fire"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nFire\n"


@dataclass
class Disk:
	free: int


def office() -> bytes:
	held = io.BytesIO()
	with zipfile.ZipFile(held, "w") as archive:
		archive.writestr("[Content_Types].xml", "<Types/>")
	return held.getvalue()


def taken(chapter: str, file_name: str, content: bytes, lesson: str | None = None):
	course = frappe.db.get_value(CHAPTER, chapter, "course")
	return frappe.get_doc(LESSON, arrivals.take_file(chapter, arrived(course, file_name, content), lesson))


@pytest.mark.parametrize(
	("file_name", "content", "kind", "title", "field"),
	[
		("fire_drill-2026.pdf", PDF, "File", "fire drill 2026", "attachment"),
		("Slides.pptx", office(), "File", "Slides", "attachment"),
		("Old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "File", "Old", "attachment"),
		("talk.mp3", b"ID3 sound", "File", "talk", "attachment"),
		("Film.mp4", FILM, "Video", "Film", "video_file"),
		("Film.webm", b"\x1a\x45\xdf\xa3 film", "Video", "Film", "video_file"),
		("<i>Ladder.pdf", PDF, "File", "iLadder", "attachment"),
	],
)
def test_a_file_becomes_a_lesson_of_its_kind(chapter, file_name, content, kind, title, field):
	made = taken(chapter, file_name, content)
	assert (made.lesson_type, made.chapter, made.draft) == (kind, chapter, 0)
	assert made.title == title
	with open(stored_files.path_of(made.get(field)), "rb") as stored:
		assert stored.read() == content
	assert stored_files.belongs_to(made.get(field), LESSON, made.name)
	assert stored_files.shown_name(made.get(field))


def test_a_zip_becomes_a_scorm_lesson_named_as_its_package(course, chapter):
	made = taken(chapter, "x.zip", package())
	assert (made.lesson_type, made.title) == ("SCORM", "Fire drill")
	assert frappe.db.get_value("LMS SCORM Package", made.scorm_package, "course") == course


def test_what_has_arrived_is_forgotten_once_it_is_a_lesson(course, chapter):
	name = arrived(course, "a.pdf", PDF)
	arrivals.take_file(chapter, name)
	assert uploads.find(name)
	frappe.db.commit()
	with pytest.raises(UploadRefusedError):
		uploads.find(name)


@pytest.mark.parametrize(
	("file_name", "content"),
	[
		("a.pdf", b"<html><script>1</script>"),
		("a.mp4", b"<html>"),
		("a.docx", b"no zip"),
		("a.vtt", b"<script>1</script>"),
	],
)
def test_a_file_that_is_not_what_its_ending_says_is_refused(chapter, file_name, content):
	if file_name.endswith("vtt"):
		taken(chapter, "film.mp4", FILM)
	with pytest.raises(frappe.ValidationError, match="not what its ending says"):
		taken(chapter, file_name, content)


@pytest.mark.parametrize("file_name", ["a.exe", "a.html", "a.svg", "a", "a.pdf.js"])
def test_other_files_do_not_even_arrive(course, file_name):
	with pytest.raises(UploadRefusedError):
		uploads.begin(course, file_name, 10)


def test_a_film_may_be_larger_than_a_package_and_captions_are_small(course, monkeypatch):
	two_gigabytes = 2 * 1024 * uploads.MEGABYTE
	with pytest.raises(UploadRefusedError, match="bigger than 512 MB"):
		uploads.begin(course, "a.zip", two_gigabytes)
	with pytest.raises(UploadRefusedError, match="bigger than 2 MB"):
		uploads.begin(course, "a.vtt", 3 * uploads.MEGABYTE)
	monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _path: Disk(free=two_gigabytes * 2))
	assert uploads.begin(course, "a.mp4", two_gigabytes).size == two_gigabytes
	monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _path: Disk(free=two_gigabytes))
	with pytest.raises(UploadRefusedError, match="too little room"):
		uploads.begin(course, "a.mp4", two_gigabytes)


def test_a_zip_that_is_no_package_leaves_no_lesson(course, chapter):
	with pytest.raises(PackageRefusedError):
		taken(chapter, "a.zip", office())
	assert overview.course(course)["chapters"][0]["lessons"] == []


class TestCaptions:
	def test_they_go_to_the_film_they_were_put_on_in_the_language_they_name(self, chapter):
		film = taken(chapter, "Ladders.mp4", FILM)
		taken(chapter, "Other.mp4", FILM)
		assert taken(chapter, "x.de.vtt", CAPTIONS, film.name).name == film.name
		taken(chapter, "y.vtt", CAPTIONS, film.name)
		film.reload()
		assert [row.language for row in film.captions] == ["de", "en"]
		assert all(stored_files.belongs_to(row.file, LESSON, film.name) for row in film.captions)

	def test_they_find_the_film_of_their_name(self, chapter):
		film = taken(chapter, "On ladders (1).mp4", FILM)
		taken(chapter, "Other.mp4", FILM)
		assert taken(chapter, "On ladders (1).fr.vtt", CAPTIONS).name == film.name

	def test_they_ask_for_a_place_where_two_films_could_be_meant(self, chapter):
		for name in ("One.mp4", "Two.mp4"):
			taken(chapter, name, FILM)
		with pytest.raises(frappe.ValidationError, match="Put captions onto the lesson"):
			taken(chapter, "three.vtt", CAPTIONS)

	def test_new_ones_in_a_language_take_the_place_of_the_old(self, course, chapter):
		film = taken(chapter, "Ladders.mp4", FILM)
		for content in (CAPTIONS, CAPTIONS + b"\nmore"):
			arrivals.give_file(film.name, arrived(course, "Ladders.de.vtt", content))
		film.reload()
		assert len(film.captions) == 1
		with open(stored_files.path_of(film.captions[0].file), "rb") as stored:
			assert stored.read().endswith(b"more")
		arrivals.remove_captions(film.name, "de")
		assert text.read(film.name)["shown"]["captions"] == []


def test_another_file_takes_the_place_of_the_first(course, chapter):
	made = taken(chapter, "Old plan.pdf", PDF)
	arrivals.give_file(made.name, arrived(course, "New plan.pdf", PDF + b" new"))
	assert text.read(made.name)["shown"]["file"] == "New plan.pdf"
	with pytest.raises(frappe.ValidationError, match="shows no such file"):
		arrivals.give_file(made.name, arrived(course, "a.vtt", CAPTIONS))


def test_in_a_published_course_a_file_is_a_draft_until_its_author_shows_it(course, chapter):
	taken(chapter, "a.pdf", PDF)
	overview.publish(course, True)
	made = taken(chapter, "b.pdf", PDF)
	assert made.draft
	assert made.name not in {
		row.name for each in structure.outline(course, drafts=False) for row in each.lessons
	}


@pytest.mark.parametrize(
	("url", "kind", "field", "title"),
	[
		(
			"https://intranet.example/policies/fire-safety_rules.html",
			"External Link",
			"external_url",
			"fire safety rules",
		),
		("https://www.example.com/", "External Link", "external_url", "example.com"),
		("https://youtu.be/dQw4w9WgXcQ", "Video", "video_url", "youtu.be"),
		("https://vimeo.com/76979871", "Video", "video_url", "vimeo.com"),
		("https://films.example/On%20Ladders.mp4", "Video", "video_url", "On Ladders"),
	],
)
def test_a_link_becomes_a_lesson(chapter, url, kind, field, title):
	made = frappe.get_doc(LESSON, arrivals.take_link(chapter, url))
	assert (made.lesson_type, made.get(field), made.title) == (kind, url, title)


@pytest.mark.parametrize(
	"url", ["http://example.com", "javascript:alert(1)", "https://a@b.example/", "", "x"]
)
def test_other_addresses_become_none(chapter, url):
	with pytest.raises(frappe.ValidationError, match="begins with https"):
		arrivals.take_link(chapter, url)


def test_the_address_of_a_link_is_changed_in_place(chapter):
	lesson = arrivals.take_link(chapter, "https://example.com/a")
	marks = text.read(lesson)["marks"]
	text.save(lesson, {"external_url": "https://example.com/b"}, marks)
	assert frappe.db.get_value(LESSON, lesson, "external_url") == "https://example.com/b"
	with pytest.raises(frappe.ValidationError):
		text.save(lesson, {"external_url": "javascript:alert(1)"}, text.read(lesson)["marks"])


def test_only_authors_of_the_course_put_files_and_links_into_it(course, chapter):
	name = arrived(course, "a.pdf", PDF)
	frappe.set_user("Administrator")
	foreign = make_course().name
	lesson = frappe.get_all(LESSON, {"course": foreign}, pluck="name")[0]
	there = frappe.get_all(CHAPTER, {"course": foreign}, pluck="name")[0]
	other = make_user(roles=("Course Creator",)).name
	mine = frappe.db.get_value("LMS Course", course, "owner")
	frappe.set_user(mine)
	for act in (
		lambda: arrivals.take_file(there, name),
		lambda: arrivals.give_file(lesson, name),
		lambda: arrivals.take_link(there, "https://example.com"),
		lambda: arrivals.remove_captions(lesson, "en"),
	):
		with pytest.raises(frappe.PermissionError):
			act()
	frappe.set_user(other)
	with pytest.raises(frappe.PermissionError):
		uploads.begin(course, "a.pdf", 10)
	with pytest.raises(UploadRefusedError):
		uploads.find(name)


class TestTexts:
	"""Files that stand in a text."""

	@pytest.mark.parametrize(
		("file_name", "content", "told"),
		[
			("drill.mp4", FILM, {}),
			("plan.pdf", PDF, {}),
			("drill.de.vtt", CAPTIONS, {"language": "de", "language_name": "Deutsch"}),
		],
	)
	def test_a_file_for_the_text_belongs_to_the_lesson(self, course, chapter, file_name, content, told):
		lesson = places.add_lesson(chapter, "Exits")
		found = arrivals.add_to_text(lesson, arrived(course, file_name, content))
		assert found == {"url": found["url"], "name": file_name, **told}
		assert stored_files.belongs_to(found["url"], LESSON, lesson)

	def test_packages_and_what_is_not_what_it_says_are_refused(self, course, chapter):
		lesson = places.add_lesson(chapter, "Exits")
		with pytest.raises(frappe.ValidationError, match="lesson of its own"):
			arrivals.add_to_text(lesson, arrived(course, "drill.zip", package()))
		with pytest.raises(frappe.ValidationError, match="not what its ending says"):
			arrivals.add_to_text(lesson, arrived(course, "plan.pdf", b"<script>1</script>"))

	def test_a_film_in_a_text_is_stored_with_nothing_that_runs(self, course, chapter):
		lesson = places.add_lesson(chapter, "Exits")
		body = (
			'<video src="javascript:alert(1)" autoplay onplay="alert(1)" poster="https://example.com/x.png" controls>'
			'<track src="data:text/vtt,x" onload="alert(1)" kind="captions" srclang="de"></video>'
		)
		answer = text.save(lesson, {"body": body}, text.read(lesson)["marks"])
		assert answer["values"]["body"] == ('<video controls=""><track kind="captions" srclang="de"></video>')
