"""A bench's nginx in front, and gunicorn alone: packages arrive whole, and what could run is held by its headers."""

import json
import mimetypes

import pytest

import frappe

from smooth_lms.courses import access, enrollment, files
from smooth_lms.courses.scorm import address as scorm_address
from smooth_lms.courses.scorm import archive
from smooth_lms.courses.scorm import content as scorm_content
from tests.support.factories import make_course, make_lesson, make_user
from tests.support.packages.build import make_package, package, upload

BYTES = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
KNOWN = mimetypes.MimeTypes().types_map[True]
ENDINGS = sorted({*KNOWN, *files.TYPES, "", ".unknown"} - archive.REFUSED_ENDINGS)
"""Every ending that Python knows a media type for, and what has none."""
PAGES = {
	"index.html": "root",
	"plain.html": "plain",
	"a/index.html": "a, index",
	"a/b c.html": "a, b c",
	"file": "a file",
	"file.html": "a page",
	"both.html": "a page",
	"both/index.html": "a folder",
	"a/links.html": '<a href="../both.html?x=1#y">1</a><a href="../both/index.html">2</a><a href="../plain.html">3</a>'
	"<iframe src='/lms/both.html'></iframe><a href=\"https://example.com/both.html\">4</a>",
	"upper.HTML": "upper",
	"script.js": "location.href",
}


def own_bytes(ending: str) -> bytes:
	"""Something that runs; unlike for each ending, because Frappe keeps what is alike as one file."""
	return BYTES + f"<!-- {ending} -->".encode()


class World:
	"""A learner with a package of one file of each type, another one of pages, and lessons with such files."""

	def __init__(self) -> None:
		self.learner = make_user().name
		self.course = make_course(lessons=0).name
		self.types = self._package({f"files/x{ending}": BYTES for ending in ENDINGS})
		self.pages = self._package(PAGES)
		enrollment.enroll({self.learner: "Learner"}, [self.course])
		self.lessons = {
			ending: make_lesson(
				self.course,
				"File",
				attachment=upload(own_bytes(ending), f"{frappe.generate_hash(length=12)}{ending}").file_url,
			).name
			for ending in (".svg", ".html", ".xhtml", ".xml", ".png", ".mp4", ".txt", ".json", ".js")
		}

	def _package(self, content: dict) -> str:
		made = make_package(self.course, package(content))
		return make_lesson(self.course, "SCORM", scorm_package=made.name).name

	def base(self, lesson: str) -> str:
		"""The address of the folder of a lesson's package, for the learner."""
		doc = frappe.get_cached_doc(
			"LMS SCORM Package", frappe.db.get_value("Course Lesson", lesson, "scorm_package")
		)
		found = access.lesson_access(lesson, self.learner)
		return scorm_content.launch(found, doc, doc.scos[0])["address"].rpartition("/")[0]


@pytest.fixture(scope="module")
def world(_connection):
	frappe.set_user("Administrator")
	made = World()
	frappe.db.commit()
	return made


def read(door, address: str, user: str | None = None, **headers: str):
	session = door.session(user)
	session.headers["Accept"] = "*/*"
	return session.get(door.url + address, headers=headers, timeout=60)


def test_files_of_every_type_come_whole_and_with_every_header(world, door):
	base = world.base(world.types)
	wrong = {}
	for ending in ENDINGS:
		mark = scorm_address.MARK if ending == scorm_address.PAGE else ""  # files/x has no ending
		answer = read(door, f"{base}/files/x{ending}{mark}", Range="bytes=0-3")
		markup = ending in scorm_content.MARKUP
		headers = answer.headers
		policy = headers.get("Content-Security-Policy", "")
		seen = {
			"status": answer.status_code == (200 if markup else 206),
			"bytes": answer.content.endswith(BYTES) if markup else answer.content == BYTES[:4],
			"sandbox": policy.startswith("sandbox allow-scripts") and "allow-same-origin" not in policy,
			"sources": "default-src http" in policy and "script-src http" in policy,
			"type": headers["Content-Type"].partition(";")[0] == files.media_type(f"x{ending}"),
			"nosniff": headers.get("X-Content-Type-Options", "").startswith("nosniff"),
			"origins": headers.get("Access-Control-Allow-Origin") == "*",
			"referrer": "no-referrer" in headers.get("Referrer-Policy", ""),
			"caching": headers["Cache-Control"] == ("no-store" if markup else "private, max-age=3600"),
		}
		if not all(seen.values()):
			wrong[ending] = [name for name, holds in seen.items() if not holds]
	assert wrong == {}


@pytest.mark.parametrize(
	("asked", "text"),
	[
		("index.html", "root"),
		("", "root"),
		("plain.html", "plain"),
		("plain.html?x=1&y=%20", "plain"),
		("plain", "plain"),
		("a/index.html", "a, index"),
		("a/", "a, index"),
		("a", "a, index"),
		("a/b%20c.html", "a, b c"),
		("upper.HTML", "upper"),
		("both.html:", "a page"),
		("both/index.html:", "a folder"),
		("file.html:", "a page"),
		("file", "a file"),
		("script.js", "location.href"),
	],
)
def test_a_page_is_found_by_its_name(world, door, asked, text):
	answer = read(door, f"{world.base(world.pages)}/{asked}")
	assert answer.status_code == 200
	assert answer.text.endswith(text)
	assert answer.url.partition("?")[2] == asked.partition("?")[2]
	# relative links of the page lead to where they would without nginx
	assert answer.url.partition("?")[0].endswith(("/", ":", ".HTML", "/file", "script.js", ".html"))


def test_a_page_is_shown_before_a_file_without_an_ending_of_its_name(world, door):
	base = world.base(world.pages)
	for headers in ({"Sec-Fetch-Dest": "iframe"}, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}):
		assert read(door, f"{base}/file.html", **headers).text.endswith("a page")
	assert read(door, f"{base}/file", **{"Sec-Fetch-Dest": "empty"}).text == "a file"


def test_pages_are_shown_in_frames_with_no_headers_but_ours(world, door):
	base = world.base(world.pages)
	for path in ("index.html", "a/b%20c.html:", "script.js", "upper.HTML"):
		answer = read(door, f"{base}/{path}", **{"Sec-Fetch-Dest": "iframe"})
		assert answer.ok
		assert "X-Frame-Options" not in answer.headers
		assert answer.headers["Referrer-Policy"] == "no-referrer"
		assert answer.headers["X-Content-Type-Options"] == "nosniff"
	assert read(door, f"{base}/script.js").status_code == 200  # scripts that read a file look for it


def test_links_to_files_that_nginx_would_confuse_are_clear(world, door):
	text = read(door, f"{world.base(world.pages)}/a/links.html").text
	assert 'href="../both.html:?x=1#y"' in text
	assert 'href="../both/index.html:"' in text
	assert 'href="../plain.html"' in text
	assert "src='/lms/both.html'" in text
	assert 'href="https://example.com/both.html"' in text


def test_the_mark_is_in_no_name_of_a_package():
	assert scorm_address.MARK in archive.FORBIDDEN


def test_files_of_lessons_that_could_run_are_downloads_with_a_policy(world, door):
	for ending, lesson in world.lessons.items():
		answer = read(
			door, f"/api/method/smooth_lms.api.courses.file?lesson={lesson}&field=attachment", world.learner
		)
		assert (answer.status_code, answer.content) == (200, own_bytes(ending))
		assert answer.headers["X-Content-Type-Options"].startswith("nosniff")
		shown = files.media_type(f"x{ending}").startswith(files.SHOWN)
		assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
		if not shown:
			assert answer.headers["Content-Security-Policy"].startswith("sandbox;"), ending


def test_no_private_file_runs_in_the_portal(world, door):
	"""Frappe's own address of private files: a bench's nginx keeps the disposition of its answer only."""
	for ending, lesson in world.lessons.items():
		address = frappe.db.get_value("Course Lesson", lesson, "attachment")
		answer = read(door, address, "Administrator")
		kind = answer.headers["Content-Type"].partition(";")[0]
		if answer.status_code != 200:  # nginx cuts .html off, and nothing is there
			assert (ending, door.nginx) == (".html", True)
		elif files.can_run(kind):
			assert answer.headers["Content-Disposition"].startswith("attachment"), ending


def test_what_browsers_run_is_known():
	shown = [kind for kind in KNOWN.values() if kind.startswith(files.SHOWN)]
	assert not any(files.can_run(kind) for kind in shown)
	for kind in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"):
		assert files.can_run(kind)


def test_commits_arrive(world, door):
	address = door.url + world.base(world.pages) + "/~commit"
	sent = json.dumps({"completionStatus": "incomplete"})
	assert door.session().post(address, data=sent, timeout=60).json()["result"] == "true"


@pytest.mark.parametrize("levels", [900, 980, 990, 200_000])
def test_commits_that_nest_too_deeply_are_refused(world, door, levels):
	address = door.url + world.base(world.pages) + "/~commit"
	deep = "[" * levels + "]" * levels
	sent = '{"completionStatus": "incomplete", "runtimeData": {"cmi": {"a": ' + deep + "}}}"
	answer = door.session().post(address, data=sent, timeout=60)
	assert (answer.status_code, answer.json()["errorCode"]) == (400, 101)


def test_pages_of_the_portal_say_their_own_policies(world, door):
	session = door.session(world.learner)
	session.headers["Accept"] = "text/html"
	page = session.get(f"{door.url}/lms", timeout=60)
	assert page.status_code == 200
	assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
	assert page.headers["X-Content-Type-Options"].startswith("nosniff")
	assert page.headers["Cache-Control"] == "private, no-store"
	# nginx puts another one behind the header, and the last counts
	assert '<meta name="referrer" content="same-origin" />' in page.text
