"""Packages that arrive in pieces: through nginx, by whoever began, up to the app's own limit."""

import base64
import os
import time

import pytest

import frappe

from smooth_lms.courses import uploads as upload
from smooth_lms.courses.scorm.archive import LARGEST_ARCHIVE, MEGABYTE
from tests.support.factories import make_course, make_user
from tests.support.packages.build import package

NGINX_TAKES = 50 * MEGABYTE
PIECE = 4 * MEGABYTE


class Author:
	"""An author with a course of their own, who sends packages over HTTP. Committed."""

	def __init__(self, server) -> None:
		frappe.set_user("Administrator")
		self.server = server
		self.name = make_user(roles=("Course Creator",)).name
		self.course = make_course(lessons=0, instructors=[{"instructor": self.name}]).name
		frappe.db.commit()
		self.session = server.session(self.name)

	def begin(self, size: int, file_name: str = "fire.zip", course: str | None = None):
		said = {"filename": file_name, "course": course or self.course}
		metadata = ",".join(
			f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
		)
		headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
		return self.session.post(f"{self.server.url}/lms-upload", headers=headers, timeout=60)

	def begun(self, size: int) -> str:
		answer = self.begin(size)
		assert answer.status_code == 201, answer.text
		return answer.headers["Location"]

	def send(self, address: str, offset: int, piece: bytes):
		headers = {
			"X-HTTP-Method-Override": "PATCH",
			"Upload-Offset": str(offset),
			"Content-Type": upload.PIECE,
		}
		return self.session.post(self.server.url + address, data=piece, headers=headers, timeout=120)

	def arrived(self, address: str) -> int:
		answer = self.session.head(self.server.url + address, timeout=60)
		assert answer.status_code == 200
		return int(answer.headers["Upload-Offset"])

	def take(self, address: str, course: str | None = None):
		name = address.rpartition("/")[2]
		return self.server.call(self.session, "scorm.take_upload", upload=name, course=course or self.course)

	def upload(self, data: bytes) -> str:
		address = self.begun(len(data))
		for offset in range(0, len(data), PIECE):
			answer = self.send(address, offset, data[offset : offset + PIECE])
			assert answer.status_code == 204, answer.text
		return address


@pytest.fixture
def author(server):
	return Author(server)


@pytest.fixture(scope="module")
def large() -> bytes:
	"""A package that no request through nginx can bring."""
	data = package({"film.mp4": os.urandom(NGINX_TAKES + PIECE)})
	assert len(data) > NGINX_TAKES
	return data


def test_a_package_larger_than_any_request_arrives_in_pieces(author, large):
	address = author.upload(large)
	made = author.take(address).json()["message"]
	frappe.db.rollback()
	found = frappe.get_doc("LMS SCORM Package", made["name"])
	assert (found.course, found.owner, found.file_count) == (author.course, author.name, 3)
	assert found.total_bytes > NGINX_TAKES
	assert author.session.head(author.server.url + address, timeout=60).status_code == 404
	left = os.listdir(frappe.get_site_path("private", "files", upload.FOLDER))
	assert not [name for name in left if address.rpartition("/")[2] in name]


def test_it_goes_on_after_an_interruption(author):
	data = package({"film.mp4": os.urandom(3 * MEGABYTE)})
	address = author.begun(len(data))
	author.send(address, 0, data[:MEGABYTE])
	assert author.arrived(address) == MEGABYTE
	assert author.send(address, 0, data[:MEGABYTE]).status_code == 409
	assert author.take(address).status_code >= 400
	assert author.send(address, MEGABYTE, data[MEGABYTE:]).status_code == 204
	assert author.take(address).json()["message"]["title"] == "Fire drill"


def test_an_upload_belongs_to_its_sender(author, server):
	data = package()
	address = author.begun(len(data))
	other = Author(server)
	assert other.session.head(server.url + address, timeout=60).status_code == 404
	assert other.send(address, 0, data).status_code == 404
	author.send(address, 0, data)
	assert other.take(address).status_code >= 400
	assert author.arrived(address) == len(data)
	assert server.session().head(server.url + address, timeout=60).status_code in (403, 404)


def test_only_authors_of_the_course_begin(author, server):
	other = Author(server)
	assert author.begin(100, course=other.course).status_code == 403
	learner = make_user().name
	frappe.db.commit()
	author.session = server.session(learner)
	assert author.begin(100).status_code == 403
	author.session = server.session()
	assert author.begin(100).status_code == 403


def test_a_package_is_taken_for_an_own_course_only(author, server):
	address = author.upload(package())
	assert author.take(address, Author(server).course).status_code == 403


@pytest.mark.parametrize(
	("size", "name", "status"),
	[(LARGEST_ARCHIVE + 1, "x.zip", 413), (0, "x.zip", 413), (100, "x.exe", 415), (10**14, "x.zip", 413)],
)
def test_what_could_never_be_taken_is_refused_at_once(author, size, name, status):
	answer = author.begin(size, name)
	assert answer.status_code == status
	assert answer.text


def test_no_upload_grows_beyond_what_was_said(author):
	address = author.begun(10)
	assert author.send(address, 0, b"x" * 11).status_code == 413
	assert author.send(address, 5, b"x").status_code == 409
	assert author.arrived(address) == 0


def test_names_lead_nowhere_else(author):
	for name in (
		"../../site_config.json",
		"..%2f..%2fsite_config.json",
		"x" * 20,
		"0" * 19,
		"0" * 20 + ".json",
	):
		answer = author.session.head(f"{author.server.url}/lms-upload/{name}", timeout=60)
		assert answer.status_code in (400, 404), name  # nginx refuses some of them itself


def test_what_is_no_package_is_said_and_forgotten(author):
	address = author.upload(b"no zip at all")
	answer = author.take(address)
	assert answer.status_code >= 400
	assert "not a zip file" in answer.text
	assert author.session.head(author.server.url + address, timeout=60).status_code == 404


def test_somebody_has_few_uploads_at_a_time(author):
	addresses = []
	for _number in range(upload.MOST_EACH + 1):
		addresses.append(author.begun(100))
		time.sleep(0.05)
	states = [
		author.session.head(author.server.url + address, timeout=60).status_code for address in addresses
	]
	assert states == [404] + [200] * upload.MOST_EACH


def test_a_full_disk_is_said(author, monkeypatch):
	frappe.set_user(author.name)
	monkeypatch.setattr(upload, "KEPT_FREE", 10**18)
	with pytest.raises(upload.UploadRefusedError, match="too little room"):
		upload.begin(author.course, "x.zip", 100)


def test_abandoned_uploads_go(author):
	frappe.set_user(author.name)
	old, young = (upload.begin(author.course, "x.zip", 100) for _number in range(2))
	past = time.time() - (upload.KEPT_HOURS + 1) * 3600
	os.utime(old.path, (past, past))
	upload.remove_abandoned()
	assert not os.path.exists(old.path)
	assert upload.find(young.name) == young
