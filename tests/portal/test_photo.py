"""The photo of one's own page: what is no longer shown can no longer be fetched."""

import io

import pytest
from PIL import Image

import frappe

from tests.support.factories import make_user
from tests.support.server import Server


def picture(color: str) -> bytes:
	out = io.BytesIO()
	Image.new("RGB", (300, 200), color).save(out, "PNG")
	return out.getvalue()


@pytest.fixture
def photos(server: Server):
	"""Sets, changes and removes the photo of a new learner, each by the page's own form."""

	def of_somebody():
		user = make_user().name
		frappe.db.commit()
		session = server.session(user)
		token = {"csrf_token": session.headers["X-Frappe-CSRF-Token"]}

		def send(part: str, content: bytes | None = None) -> str | None:
			sent = {"photo": ("me.png", content, "image/png")} if content else None
			data = {"part": part, **token}
			answer = session.post(f"{server.url}/lms/profile", data=data, files=sent, timeout=60)
			assert answer.url.endswith(f"done={part}"), answer.text[:500]
			frappe.db.rollback()
			return frappe.db.get_value("User", user, "user_image")

		return send

	return of_somebody


def status(server: Server, url: str) -> int:
	"""What a guest gets at an address."""
	return server.session().get(server.url + url, timeout=60).status_code


def test_a_removed_photo_is_gone_for_whoever_kept_its_address(server, photos):
	send = photos()
	url = send("photo", picture("red"))
	assert status(server, url) == 200
	assert send("no_photo") is None
	assert status(server, url) == 404
	assert not frappe.db.exists("File", {"file_url": url})


def test_a_replaced_photo_is_gone_and_the_new_one_is_shown(server, photos):
	send = photos()
	old, new = send("photo", picture("green")), send("photo", picture("blue"))
	assert old != new
	assert (status(server, old), status(server, new)) == (404, 200)


def test_the_same_photo_of_somebody_else_stays(server, photos):
	one, other = photos(), photos()
	urls = {send("photo", picture("orange")) for send in (one, other)}
	one("no_photo")
	kept = other("photo", picture("orange"))
	assert status(server, kept) == 200
	assert urls


def test_the_same_photo_again_stays(server, photos):
	send = photos()
	for _again in range(2):
		url = send("photo", picture("black"))
	assert status(server, url) == 200
