"""Hostile uploads: each is refused or harmless, and nothing is written outside the package's own folder."""

import io
import os
import stat
import struct
import zipfile

import pytest

import frappe

from smooth_lms.courses.scorm import address as scorm_address
from smooth_lms.courses.scorm import archive as scorm_archive
from smooth_lms.courses.scorm import content
from smooth_lms.courses.scorm import package as scorm_package
from smooth_lms.exceptions import PackageRefusedError
from tests.support.factories import make_course
from tests.support.packages.build import NAMESPACES, make_package, manifest, package, zipped

GOOD = ("imsmanifest.xml", manifest())
PAGE = ("index.html", "<html></html>")
BOMB_XML = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE_XML = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
REMOTE_XML = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/evil.dtd">'
PARAMETER_XML = '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'

ESCAPING = {
	"zip slip": "../evil.html",
	"zip slip, deeper": "a/../../evil.html",
	"zip slip at the end": "a/..",
	"zip slip with backslashes": "..\\evil.html",
	"zip slip with both": "a\\../..\\evil.html",
	"absolute": "/etc/cron.d/evil",
	"absolute with a backslash": "\\etc\\evil",
	"absolute on Windows": "C:\\evil.html",
	"drive": "C:evil.html",
	"network": "//host/share/evil.html",
	"null byte in a name": "a.html\x00.exe",
}
"""Refused."""
ODD = {
	"script in a name": "<script>alert(1)</script>.html",
	"quote in a name": 'a"onload="alert(1).html',
	"line break in a name": "a\r\nSet-Cookie: sid=1.html",
	"escape sequence in a name": "a\x1b[2J.html",
	"bidi override in a name": "a\u202elmth.exe",
	"zero width in a name": "index\u200b.html",
	"colon in a name": "part:1.html",
	"question mark in a name": "what?.html",
	"too long": "a" * 300 + ".html",
	"too deep": "a/" * 40 + "b.html",
	"program": "setup.exe",
	"program in capitals": "Setup.EXE",
	"program with a blank": "setup.exe ",
	"shell script": "run.sh",
	"page for a server": "shell.php",
	"page for a server, hidden": "shell.php.txt",
	"python": "evil.py",
	"library": "evil.so",
	"server settings": ".htaccess",
	"shortcut": "evil.lnk",
	"java": "evil.jar",
}
"""Left out and listed."""
MEANT = {
	"page.html": "page.html",
	"folder\\page.html": "folder/page.html",
	"./page.html": "page.html",
	"a//page.html": "a/page.html",
	"page.html ": "page.html",
	"page.html.": "page.html",
	"folder /page.html": "folder/page.html",
	"aux.js": "aux.js",
	"con.html": "con.html",
	"strings.pl": "strings.pl",
	"game.bin": "game.bin",
}
"""Taken under the name that is meant."""

MANIFESTS = {
	"entity expansion": manifest(head=BOMB_XML),
	"file by an entity": manifest(head=OUTSIDE_XML, item="<x>&secret;</x>"),
	"remote document type": manifest(head=REMOTE_XML),
	"parameter entity": manifest(head=PARAMETER_XML),
	"not XML": "Hello",
	"empty": "",
	"cut off": manifest()[:200],
	"other XML": "<html/>",
	"nested without end": "<a>" * 5_000 + "</a>" * 5_000,
	"undefined entity": manifest(item="<x>&evil;</x>"),
	"starts outside": manifest(parts=(("A", "../../../site_config.json"),)),
	"starts at an address": manifest(parts=(("A", "https://evil.example/"),)),
	"starts a script": manifest(parts=(("A", "javascript:alert(1)"),)),
	"starts something missing": manifest(parts=(("A", "gone.html"),)),
	"nothing to start": manifest(parts=()),
	"not SCORM": manifest(metadata="").replace("adlcp_rootv1p2", "other"),
	"two parts of one name": manifest(parts=(("A", "index.html"), ("A", "index.html"))),
}


@pytest.fixture(autouse=True)
def nothing_outside():
	"""Whatever is uploaded, no file appears next to the packages' folder or above it."""
	root = os.path.realpath(frappe.get_site_path("private", "files", scorm_package.FOLDER))
	os.makedirs(root, exist_ok=True)
	around = [root, os.path.dirname(root), os.path.dirname(os.path.dirname(root)), frappe.get_site_path()]
	before = [set(os.listdir(folder)) for folder in around]
	yield root
	for folder, known in zip(around[2:], before[2:], strict=True):
		assert set(os.listdir(folder)) == known


def take(path: str, folder: str) -> None:
	scorm_archive.unpack(scorm_archive.inspect(path), folder)


def taken(data: bytes, tmp_path) -> scorm_archive.Archive:
	path = tmp_path / "package.zip"
	path.write_bytes(data)
	found = scorm_archive.inspect(str(path))
	scorm_archive.unpack(found, str(tmp_path / "out" / "package"))
	return found


def refuse(data: bytes, tmp_path) -> str:
	path = tmp_path / "package.zip"
	path.write_bytes(data)
	with pytest.raises(PackageRefusedError) as caught:
		take(str(path), str(tmp_path / "out" / "package"))
	assert not (tmp_path / "out" / "package").exists()
	said = str(caught.value)
	assert "<script" not in said
	assert "\x1b" not in said
	return said


@pytest.mark.parametrize("name", ESCAPING.values(), ids=ESCAPING.keys())
def test_names_that_lead_out_are_refused(name, tmp_path):
	assert "Zip the package again" in refuse(zipped([GOOD, PAGE, (_info(name), "evil")]), tmp_path)


@pytest.mark.parametrize("name", ODD.values(), ids=ODD.keys())
def test_odd_files_are_left_out_and_listed(name, tmp_path):
	found = taken(zipped([GOOD, PAGE, (_info(name), "evil")]), tmp_path)
	assert sorted(found.members) == ["imsmanifest.xml", "index.html"]
	(line,) = found.left_out
	assert line.isprintable()
	assert not {"<", ">", '"'} & set(line)


@pytest.mark.parametrize(("name", "meant"), MEANT.items(), ids=MEANT.keys())
def test_names_are_read_as_they_are_meant(name, meant, tmp_path):
	found = taken(zipped([GOOD, PAGE, (_info(name), "x")]), tmp_path)
	assert meant in found.members
	assert found.left_out == ()
	assert (tmp_path / "out" / "package" / meant).read_text() == "x"


@pytest.mark.parametrize("content", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_manifests(content, tmp_path):
	refuse(zipped([("imsmanifest.xml", content), PAGE]), tmp_path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind, tmp_path):
	info = zipfile.ZipInfo("link.html")
	info.external_attr = (kind | 0o777) << 16
	assert "link" in refuse(zipped([GOOD, PAGE, (info, "/etc/passwd")]), tmp_path)


def test_a_bomb_of_one_file(tmp_path):
	assert "grows too much" in refuse(zipped([GOOD, PAGE, ("bomb.txt", b"0" * 200_000_000)]), tmp_path)


def test_a_bomb_of_many_files(tmp_path):
	entries = [(f"{n}.txt", b"0" * 1_000_000) for n in range(60)]
	assert "grows too much" in refuse(zipped([GOOD, PAGE, *entries]), tmp_path)


def test_too_many_files(tmp_path):
	entries = [(f"{n}.txt", b"") for n in range(scorm_archive.MOST_FILES)]
	assert "more than" in refuse(zipped([GOOD, PAGE, *entries]), tmp_path)


def test_a_file_that_is_bigger_than_it_says(tmp_path):
	data = bytearray(package({"big.txt": os.urandom(5_000)}))
	at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"big.txt"))
	data[at + 24 : at + 28] = struct.pack("<I", 10)
	refuse(bytes(data), tmp_path)


def test_files_that_share_their_bytes(tmp_path):
	data = bytearray(package({"one.txt": os.urandom(500), "two.txt": os.urandom(500)}))
	first = data.index(b"PK\x03\x04", data.index(b"index.html") + 1)
	at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"two.txt"))
	data[at + 42 : at + 46] = struct.pack("<I", first)
	refuse(bytes(data), tmp_path)


def test_names_that_differ_between_the_two_lists(tmp_path):
	data = bytearray(package({"abcde.txt": "x"}))
	at = data.index(b"abcde.txt")
	data[at : at + 9] = b"../..etc/"
	refuse(bytes(data), tmp_path)


@pytest.mark.parametrize(
	("first", "second"),
	[
		("Page.html", "page.html"),
		("page.html", "page.html"),
		("caf\u00e9.html", "cafe\u0301.html"),
		("ﬁle.html", "file.html"),
		("a", "a/b.html"),
		("A", "a/b.html"),
	],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_meet_on_some_disks(first, second, tmp_path):
	refuse(zipped([GOOD, PAGE, (first, "1"), (second, "2")]), tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_manifests(tmp_path):
	refuse(zipped([GOOD, PAGE, ("IMSMANIFEST.XML", manifest())]), tmp_path)
	refuse(zipped([GOOD, PAGE, ("imsmanifest.xml", manifest(head=BOMB_XML))]), tmp_path)


def test_a_password(tmp_path):
	data = bytearray(package())
	at = data.rindex(b"PK\x01\x02")
	data[at + 8] |= 1
	assert "password" in refuse(bytes(data), tmp_path)


def test_unusual_compression(tmp_path):
	buffer = io.BytesIO()
	with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
		archive.writestr(*GOOD)
		archive.writestr(*PAGE)
	assert "unusual" in refuse(buffer.getvalue(), tmp_path)


@pytest.mark.parametrize(
	"data",
	[b"", b"PK", b"not a zip at all", b"\x1f\x8b\x08" + b"\0" * 50, package()[:-40], b"<html><script>"],
	ids=["empty", "two letters", "text", "gzip", "cut off", "page"],
)
def test_no_zip(data, tmp_path):
	refuse(data, tmp_path)


def test_damaged_bytes(tmp_path):
	data = bytearray(zipped([GOOD, PAGE, ("a.txt", os.urandom(4_000))]))
	at = data.index(b"a.txt") + 1_000
	data[at : at + 20] = bytes(20)
	refuse(bytes(data), tmp_path)


def test_the_folder_that_was_zipped_is_opened(tmp_path):
	data = zipped(
		[
			("course/imsmanifest.xml", manifest()),
			("course/index.html", "x"),
			("course/a/b.js", "y"),
			("note.txt", "z"),
		]
	)
	found = taken(data, tmp_path)
	assert sorted(found.members) == ["a/b.js", "imsmanifest.xml", "index.html"]
	assert found.left_out == ("note.txt: it is not in the folder of the package",)


def test_several_packages_in_one_zip_are_explained(tmp_path):
	entries = [(f"{name}/{file}", text) for name in ("one", "two") for file, text in (GOOD, PAGE)]
	assert "upload each by itself" in refuse(zipped(entries), tmp_path)


@pytest.mark.parametrize("before", ["\n", "\r\n  ", "\ufeff", "\ufeff\n"])
@pytest.mark.parametrize("name", ["imsmanifest.xml", "IMSMANIFEST.XML", "ImsManifest.xml"])
def test_a_manifest_is_read_with_blanks_before_it_and_in_capitals(before, name, tmp_path):
	found = taken(zipped([(name, before + manifest()), PAGE]), tmp_path)
	assert found.manifest.title == "Fire drill"
	assert "imsmanifest.xml" in found.members


@pytest.mark.parametrize(
	("href", "file"),
	[
		("./index.html", "index.html"),
		("/index.html", "index.html"),
		("a\\b.html", "a/b.html"),
		("a/../index.html", "index.html"),
		("INDEX.HTML", "index.html"),
		("a%20b.html", "a b.html"),
		("100%.html", "100%.html"),
		("index.html?x=1#top", "index.html"),
		(" index.html ", "index.html"),
	],
)
def test_start_files_are_read_as_they_are_meant(href, file, tmp_path):
	found = taken(zipped([("imsmanifest.xml", manifest(parts=(("A", href),))), (file, "x")]), tmp_path)
	assert found.manifest.parts[0].href == file


def test_what_cannot_start_is_named(tmp_path):
	data = zipped([("imsmanifest.xml", manifest(parts=(("A", "gone.html"),))), PAGE])
	assert "starts with gone.html, which is not in the package: publish it again" in refuse(data, tmp_path)


def test_a_resource_that_does_not_say_what_it_is_can_be_started(tmp_path):
	silent = manifest(parts=(("A", "index.html"),)).replace(' adlcp:scormtype="sco"', "")
	assert [
		part.href for part in taken(zipped([("imsmanifest.xml", silent), PAGE]), tmp_path).manifest.parts
	] == ["index.html"]


def test_beside_one_that_says_so_it_is_no_part(tmp_path):
	two = manifest(parts=(("A", "index.html"), ("B", "index.html"))).replace(' adlcp:scormtype="sco"', "", 1)
	found = taken(zipped([("imsmanifest.xml", two), PAGE]), tmp_path)
	assert [part.identifier for part in found.manifest.parts] == ["B"]


def test_what_was_left_out_is_shown_to_the_author():
	doc = make_package(make_course(published=0).name, zipped([GOOD, PAGE, ("setup.exe", "x")]))
	assert doc.left_out == "setup.exe: it is a program"


@pytest.mark.parametrize(
	("page", "expected"),
	[
		('<iframe src="a.html"></iframe>', True),
		("<FRAMESET rows='*'>", True),
		("<script>window.opener.RecordTest(1)</script>", True),
		("<p>framework</p>", False),
	],
)
def test_a_package_that_needs_frames_is_told_without_a_host_of_its_own(page, expected, monkeypatch):
	data = zipped([GOOD, ("index.html", page)])
	course = make_course(published=0).name
	assert ("Address for SCORM content" in (make_package(course, data).notes or "")) is expected
	monkeypatch.setattr(content, "content_origin", lambda: "https://content.example")
	assert not make_package(course, data).notes


@pytest.mark.parametrize(
	("asked", "file"),
	[
		("A/B.HTML", "a/b.html"),
		("a\\b.html", "a/b.html"),
		("a/b.html ", "a/b.html"),
		("a/c.html", None),
		("../a/b.html", None),
	],
)
def test_addresses_are_read_as_they_are_meant(asked, file):
	doc = make_package(make_course(published=0).name, package({"a/b.html": "x"}))
	found = scorm_address.find(doc.folder, asked)
	assert (os.path.relpath(found.path, scorm_package._path(doc.folder)) if found else None) == file


def test_no_manifest_is_explained(tmp_path):
	assert "no imsmanifest.xml" in refuse(zipped([PAGE]), tmp_path)


@pytest.mark.parametrize(
	("files", "kind"),
	[
		(("h5p.json", "content/content.json"), "H5P"),
		(("course.crs", "course.au", "course.des", "course.cst"), "AICC"),
	],
)
def test_packages_of_other_standards_are_named(files, kind, tmp_path):
	said = refuse(zipped([(name, "x") for name in files]), tmp_path)
	assert f"This is {'an ' if kind == 'AICC' else ''}" in said
	assert f"{kind} " in said
	assert "SCORM" in said


def test_litter_of_systems_is_left_out(tmp_path):
	path = tmp_path / "package.zip"
	path.write_bytes(package({"__MACOSX/._index.html": "x", "images/.DS_Store": "x", "images/a.png": "x"}))
	assert sorted(scorm_archive.inspect(str(path)).members) == [
		"images/a.png",
		"imsmanifest.xml",
		"index.html",
	]


def test_markup_in_titles_stays_text():
	title = "&lt;img src=x onerror=alert(1)&gt;"
	content = manifest().replace("Fire drill", title).replace("Part A", title)
	doc = make_package(make_course(published=0).name, zipped([("imsmanifest.xml", content), PAGE]))
	assert doc.title == doc.scos[0].title == "‹img src=x onerror=alert(1)›"


def test_other_encodings_are_read(tmp_path):
	path = tmp_path / "package.zip"
	content = manifest().replace("UTF-8", "UTF-16").encode("utf-16")
	path.write_bytes(zipped([("imsmanifest.xml", content), PAGE]))
	assert scorm_archive.inspect(str(path)).manifest.title == "Fire drill"


def test_bombs_in_other_encodings_are_refused(tmp_path):
	content = manifest(head=BOMB_XML).replace("UTF-8", "UTF-16").encode("utf-16")
	refuse(zipped([("imsmanifest.xml", content), PAGE]), tmp_path)


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_good_package_is_taken_and_can_go_again(version, nothing_outside):
	item = {
		"1.2": "<adlcp:masteryscore>80</adlcp:masteryscore>",
		"2004": "<imsss:sequencing><imsss:objectives>"
		'<imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.8'
		"</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing>",
	}[version]
	doc = make_package(
		make_course(published=0).name, package({"a/b c.html": "x"}, version=version, item=item)
	)
	assert (doc.scorm_version, doc.title, doc.file_count) == (version, "Fire drill", 3)
	assert doc.scos[0].mastery_score in ("80", "0.8")
	folder = os.path.join(nothing_outside, doc.folder)
	assert sorted(os.listdir(folder)) == ["a", "imsmanifest.xml", "index.html"]
	assert not os.stat(os.path.join(folder, "index.html")).st_mode & 0o111
	frappe.db.rollback()
	if hasattr(frappe.db, "after_rollback"):
		assert not os.path.exists(folder)


@pytest.mark.parametrize(
	"path",
	[
		"../../../site_config.json",
		"a/../../x",
		"/etc/passwd",
		"..\\x",
		"index.html\0.png",
		"",
		"a",
		".",
		"%2e%2e/x",
	],
)
def test_paths_stay_in_the_package(path):
	doc = make_package(make_course(published=0).name, package({"a/b.html": "x"}))
	assert scorm_package.file_path(doc.folder, path) is None
	assert scorm_package.file_path("", "site_config.json") is None
	assert scorm_package.file_path("../..", "site_config.json") is None
	assert scorm_package.file_path(doc.folder, "a/b.html")


def test_a_link_that_got_there_leads_nowhere():
	doc = make_package(make_course(published=0).name)
	os.symlink("/etc/passwd", frappe.get_site_path("private", "files", scorm_package.FOLDER, doc.folder, "x"))
	assert scorm_package.file_path(doc.folder, "x") is None


def test_the_corpus_is_as_big_as_promised():
	assert len(ESCAPING) + len(ODD) + len(MANIFESTS) >= 40
	assert set(NAMESPACES) == {"1.2", "2004"}


def _info(name: str) -> zipfile.ZipInfo:
	info = zipfile.ZipInfo("x")
	info.filename = name  # as it is: the constructor would mend it
	return info
