"""Files of lessons and packages over HTTP: who gets them, and how they are sent, by nginx and without it."""

import json

import pytest

import frappe

from smooth_lms.courses import access, enrollment
from smooth_lms.courses.scorm import content, run
from tests.support.factories import make_course, make_lesson, make_user, make_users
from tests.support.packages.build import make_package, package, upload

FILES = {
	"images/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	"data.json": "{}",
	"film.mp4": b"0123456789" * 100,
}


class World:
	"""A course with a file lesson and a package."""

	def __init__(self) -> None:
		self.learner, self.stranger = make_users(2)
		self.course = make_course(lessons=0).name
		self.attached = upload(b"0123456789" * 100, f"{frappe.generate_hash()}.mp4").file_url
		self.page = upload(b"<script>alert(1)</script>", f"{frappe.generate_hash()}.html").file_url
		self.film = make_lesson(self.course, "Video", video_file=self.attached).name
		self.html = make_lesson(self.course, "File", attachment=self.page).name
		self.package = make_package(self.course, package(FILES))
		self.scorm = make_lesson(self.course, "SCORM", scorm_package=self.package.name).name
		enrollment.enroll({self.learner: "Learner"}, [self.course])
		found = access.lesson_access(self.scorm, self.learner)
		launched = content.launch(found, self.package, self.package.scos[0])
		self.base = launched["address"].rpartition("/")[0]


@pytest.fixture(scope="module")
def world(_connection):
	frappe.set_user("Administrator")
	made = World()
	frappe.db.commit()
	return made


def file_of(world, door, user: str | None, lesson: str, field: str, **headers: str):
	session = door.session(user)
	session.headers["Accept"] = "*/*"
	address = f"{door.url}/api/method/smooth_lms.api.courses.file"
	return session.get(address, params={"lesson": lesson, "field": field}, headers=headers, timeout=60)


def test_a_video_is_sent_to_who_is_enrolled_and_can_be_wound(world, door):
	whole = file_of(world, door, world.learner, world.film, "video_file")
	assert (whole.status_code, len(whole.content)) == (200, 1000)
	assert whole.headers["Content-Type"] == "video/mp4"
	assert whole.headers["X-Content-Type-Options"].startswith("nosniff")
	part = file_of(world, door, world.learner, world.film, "video_file", Range="bytes=10-19")
	assert (part.status_code, part.content) == (206, b"0123456789")


def test_others_get_no_file_by_any_address(world, door):
	for user in (world.stranger, None):
		assert file_of(world, door, user, world.film, "video_file").status_code in (403, 404)
		assert door.session(user).get(f"{door.url}{world.attached}", timeout=60).status_code in (
			401,
			403,
			404,
		)


def test_a_page_as_a_file_is_downloaded_and_never_run(world, door):
	answer = file_of(world, door, world.learner, world.html, "attachment")
	assert answer.status_code == 200
	assert answer.headers["Content-Disposition"].startswith("attachment")
	assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("field", ["name", "owner", "quiz", "captions", "external_url", ""])
def test_other_fields_are_no_files(world, door, field):
	assert file_of(world, door, world.learner, world.film, field).status_code == 404


def test_a_package_is_served_apart(world, door):
	page = door.session().get(f"{door.url}{world.base}/index.html", timeout=60)
	assert page.status_code == 200
	assert "scorm12.min.js" in page.text
	policy = page.headers["Content-Security-Policy"]
	assert policy.startswith("sandbox allow-scripts")
	assert "allow-same-origin" not in policy
	assert "allow-top-navigation" not in policy
	origin = "http://127.0.0.1:*" if door.nginx else door.url  # nginx does not say the port
	assert f"default-src {origin}{world.base}/" in policy
	assert page.headers["Access-Control-Allow-Origin"] == "*"
	assert page.headers["Referrer-Policy"].startswith("no-referrer")
	drawing = door.session().get(f"{door.url}{world.base}/images/a.svg", timeout=60)
	assert "sandbox" in drawing.headers["Content-Security-Policy"]
	film = door.session().get(f"{door.url}{world.base}/film.mp4", headers={"Range": "bytes=0-4"}, timeout=60)
	assert (film.status_code, film.content) == (206, b"01234")


@pytest.mark.parametrize(
	"path",
	[
		"gone.html",
		"..%2f..%2fsite_config.json",
		"%2e%2e/%2e%2e/%2e%2e/site_config.json",
		"..%5c..%5csite_config.json",
		"images",
		"index.html:/x",
		"gone.html:",
		"%00",
	],
)
def test_nothing_else_is_served(world, door, path):
	answer = door.session().get(f"{door.url}{world.base}/{path}", timeout=60)
	assert answer.status_code in (400, 403, 404)
	assert "db_password" not in answer.text


def test_without_a_good_ticket_there_is_nothing(world, door):
	for ticket in ("x", "x.y", world.base.rpartition("/")[2][:-2]):
		answer = door.session().get(f"{door.url}/lms-content/{ticket}/index.html", timeout=60)
		assert answer.status_code == 403


def test_commits_are_kept_and_their_size_is_limited(world, door):
	address = f"{door.url}{world.base}/~commit"
	good = json.dumps({"completionStatus": "incomplete", "runtimeData": {"cmi": {"suspend_data": "x"}}})
	session = door.session()
	plain = {"Content-Type": "text/plain;charset=UTF-8"}
	assert session.post(address, data=good, headers=plain, timeout=60).json()["result"] == "true"
	frappe.db.rollback()
	row = frappe.db.get_value("LMS SCORM Run", {"lesson": world.scorm}, ["member", "owner"])
	assert row == (world.learner, world.learner)
	for bad, status in (("[]", 400), ("{", 400), (json.dumps({"x": "y" * run.LARGEST_COMMIT}), 413)):
		assert session.post(address, data=bad, headers=plain, timeout=60).status_code == status
	for path in ("index.html:", "film.mp4"):
		assert session.post(f"{door.url}{world.base}/{path}", data=good, timeout=60).status_code == 405


def test_authors_look_without_a_trace(world, door):
	moderator = make_user(roles=("Moderator",)).name
	frappe.db.commit()
	player = door.call(door.session(moderator), "scorm.get_player", lesson=world.scorm).json()["message"]
	address = door.url + player["address"].rpartition("/")[0] + "/~commit"
	sent = json.dumps({"completionStatus": "completed"})
	assert door.session().post(address, data=sent, timeout=60).json()["result"] == "true"
	frappe.db.rollback()
	assert not frappe.db.exists("LMS SCORM Run", {"member": moderator})
