"""Content from elsewhere: what a package names is suggested, only what is listed is allowed, what was blocked is told."""

import re

import pytest

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs

from smooth_lms.base import links
from smooth_lms.base.notices import bell
from smooth_lms.courses.scorm import archive as scorm_archive
from smooth_lms.courses.scorm import blocked, outside, trust
from tests.support.factories import make_course, make_user
from tests.support.packages.build import make_package, package

PAGE = """<html><head>
<script src="https://cdn.jsdelivr.net/npm/x@1/x.min.js"></script>
<link rel="stylesheet" href='//fonts.googleapis.com/css?family=Lato'>
<link rel="canonical" href="https://vendor.example.net/course">
<style>body { background: url(https://pictures.example.org/a.png) }</style></head>
<body xmlns="http://www.w3.org/1999/xhtml"><a href="https://reading.example.org/page">read</a>
<iframe src="https://player.vimeo.com/video/1"></iframe></body></html>"""
SCRIPT = """/* see https://licence.example.org/mit */ load("https://cdn.example.org/three.js?v=1");
film = 'https://films.example.org/a.mp4'; page = "https://about.example.org/";"""


def named(**files: str) -> list[str]:
	doc = make_package(make_course(published=0).name, package(files))
	return (doc.found_hosts or "").splitlines()


def test_what_a_package_loads_is_suggested_with_the_names_of_known_libraries():
	found = named(**{"index.html": PAGE, "a/b.js": SCRIPT})
	assert found == [
		"cdn.example.org",
		"cdn.jsdelivr.net (jsDelivr)",
		"films.example.org",
		"fonts.googleapis.com (Google Fonts)",
		"fonts.gstatic.com (Google Fonts)",
		"pictures.example.org",
		"player.vimeo.com (Vimeo)",
	]


def test_a_package_that_has_everything_in_it_names_nothing():
	assert (
		named(**{"a.js": "x = '//comment'; y = \"./lib/a.js\"", "a.css": "p { background: url(a.png) }"})
		== []
	)


def test_looking_for_hosts_takes_no_time_that_grows_with_tricks(tmp_path):
	trick = "<script " * 40_000 + "url(" * 40_000 + '"https://a.b/' * 20_000 + "a." * 40_000
	path = tmp_path / "package.zip"
	# stored, because what repeats itself so much is refused as a bomb
	path.write_bytes(package({"index.html": trick[: 1024 * 900]}))
	assert scorm_archive.inspect(str(path)).hosts == ()


@pytest.mark.parametrize(
	("written", "kept"),
	[
		("", ""),
		("CDN.example.com", "cdn.example.com"),
		(
			" https://cdn.example.com/x/y.js , //b.example.com;c.example.com ",
			"cdn.example.com\nb.example.com\nc.example.com",
		),
		("*.example.com", "*.example.com"),
		("cdn.example.com:8443", "cdn.example.com:8443"),
		("a.example.com\na.example.com", "a.example.com"),
	],
)
def test_hosts_are_kept_as_they_are_meant(written, kept):
	assert outside.checked(written, "Allowed hosts") == kept


@pytest.mark.parametrize(
	"written",
	[
		"*",
		"*.com",
		"https:",
		"'self'",
		"a.example.com'unsafe-hashes'",
		"a_b.example.com",
		"data:",
		"x" * 300,
		"<b>.example.com",
	],
)
def test_what_is_no_host_is_refused(written):
	with pytest.raises(frappe.ValidationError, match="no host name"):
		outside.checked(written, "Allowed hosts")


def test_the_site_itself_is_never_one(monkeypatch):
	monkeypatch.setattr(links, "absolute", lambda _path="": "https://learn.example.com:8443")
	for written in ("learn.example.com", "https://learn.example.com:8000/x", "*.example.com"):
		with pytest.raises(frappe.ValidationError, match="this site itself"):
			outside.checked(written, "Allowed hosts")
	assert outside.checked("content.example.com", "Allowed hosts")


def test_nor_by_another_of_its_names():
	doc = make_package(make_course(published=0).name)
	doc.allowed_hosts = "*.example.com\ncdn.example.org"
	doc.save()
	assert outside.allowed(doc.name, ("https://learn.example.com",), is_trusted=False) == ["cdn.example.org"]


def test_a_package_has_the_sites_hosts_and_its_own_and_a_trusted_one_its_own_only():
	settings = frappe.get_single("LMS Settings")
	settings.scorm_allowed_hosts = "site.example.org"
	settings.save()
	doc = make_package(make_course(published=0).name)
	doc.allowed_hosts = "own.example.org"
	doc.save()
	assert outside.allowed(doc.name, (), is_trusted=False) == ["own.example.org", "site.example.org"]
	assert outside.allowed(doc.name, (), is_trusted=True) == ["own.example.org"]


def test_only_a_system_manager_adds_to_what_a_trusted_package_loads():
	author, manager = (make_user(roles=(role,)).name for role in ("Moderator", "System Manager"))
	doc = make_package(make_course(published=0).name)
	trust.trust(doc.name, "One name only")
	for user, may in ((author, False), (manager, True)):
		frappe.set_user(user)
		doc = frappe.get_doc("LMS SCORM Package", doc.name)
		doc.allowed_hosts = f"{user.partition('@')[0]}.example.org".replace("_", "-")
		if may:
			doc.save()
		else:
			with pytest.raises(frappe.PermissionError):
				doc.save()
	frappe.set_user("Administrator")


def test_what_was_blocked_is_kept_once_and_told_once(monkeypatch):
	told = []

	def make(users, notice):
		told.append((users, notice["subject"]))
		make_notification_logs(frappe._dict(notice), users)

	monkeypatch.setattr(bell, "enqueue_create_notification", make)
	author = make_user(roles=("Course Creator", "Desk User")).name
	doc = make_package(make_course(published=0, instructors=[{"instructor": author}]).name)
	for host, kind in (
		("cdn.jsdelivr.net", "script"),
		("cdn.jsdelivr.net", "script"),
		("cdn.jsdelivr.net", "style"),
	):
		blocked.note(doc.name, host, kind)
	frappe.db.after_commit.run() if hasattr(frappe.db.after_commit, "run") else None
	stored = frappe.db.get_value("LMS SCORM Package", doc.name, "blocked_hosts")
	assert stored.splitlines() == [
		"cdn.jsdelivr.net (jsDelivr): script",
		"cdn.jsdelivr.net (jsDelivr): style",
	]
	(one,) = told
	assert author in one[0]
	assert re.search(r"content of cdn\.jsdelivr\.net \(jsDelivr\) is not shown", one[1])


@pytest.mark.parametrize(
	("host", "kind"),
	[
		("<b>x</b>", "script"),
		("a.example.org", "other"),
		("*.example.org", "script"),
		("x" * 300, "font"),
		("", ""),
	],
)
def test_what_a_browser_makes_up_is_not_kept(host, kind):
	doc = make_package(make_course(published=0).name)
	blocked.note(doc.name, host, kind)
	assert not frappe.db.get_value("LMS SCORM Package", doc.name, "blocked_hosts")


def test_a_browser_cannot_fill_the_record():
	doc = make_package(make_course(published=0).name)
	for number in range(outside.MOST_HOSTS + 5):
		blocked.note(doc.name, f"h{number}.example.org", "script")
	assert (
		len(frappe.db.get_value("LMS SCORM Package", doc.name, "blocked_hosts").splitlines())
		== outside.MOST_HOSTS
	)
