"""A package that loads a script from elsewhere: blocked and said, suggested and allowed, in both ways of showing it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE, wait_for_row
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)


class _Library(BaseHTTPRequestHandler):
	"""A host that gives a script for whatever is asked."""

	def do_GET(self) -> None:
		self.send_response(200)
		self.send_header("Content-Type", "text/javascript")
		self.end_headers()
		self.wfile.write(b"document.getElementById('library').textContent = 'from elsewhere';")

	def log_message(self, *_values: object) -> None:
		"""Nothing."""


@pytest.fixture
def library():
	"""The host of a script library that is not this site's: its name and port."""
	server = ThreadingHTTPServer(("127.0.0.1", 0), _Library)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield f"localhost:{server.server_port}"
	server.shutdown()


@pytest.mark.parametrize("place", ["page", "inner frame"])
@pytest.mark.usefixtures("both_ways")
def test_what_comes_from_elsewhere_is_said_and_can_be_allowed(open_page, library, place):
	# by a script, so that it loads when the page is there
	loads = (
		'<p id="library"></p><script>'
		f"var s = document.createElement('script'); s.src = 'http://{library}/x.js'; document.body.append(s);"
		"</script>"
	)
	inner = f"<!DOCTYPE html><html><head></head><body>{loads}</body></html>"
	shown_in_page = loads if place == "page" else '<iframe src="inner.html"></iframe>'
	page_12 = build.PAGE_12.replace("</body>", f"{shown_in_page}</body>")
	files = {"index.html": page_12, "inner.html": inner}
	course = factories.make_course(lessons=0).name
	package = build.make_package(course, build.package(files)).name
	lesson = factories.make_lesson(course, "SCORM", scorm_package=package).name
	learner = factories.make_user().name
	author = factories.make_user(roles=("Moderator", "Desk User")).name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	open_page.expected += ["Loading the script", "Refused to load the script", "Failed to load resource"]
	address = f"/lms/courses/{course}/{lesson}"
	page = open_page(learner, address)
	notice = page.locator("[data-scorm-blocked]")
	expect(notice).to_contain_text(f"This lesson wants to show something from {library}")
	wait_for_row("LMS SCORM Package", {"name": package, "blocked_hosts": f"{library}: script"})

	desk = open_page(author, f"/app/lms-scorm-package/{package}")
	desk.get_by_role("button", name="Allow hosts").click()
	dialog = desk.locator(".modal-dialog:visible")
	expect(dialog.get_by_text(library)).to_be_visible()
	dialog.get_by_role("button", name="Allow", exact=True).click()
	wait_for_row("LMS SCORM Package", {"name": package, "allowed_hosts": library})

	page.goto(address)
	shows = page.frame_locator(".scorm__frame")
	shows = shows if place == "page" else shows.frame_locator("iframe")
	expect(shows.locator("#library")).to_have_text("from elsewhere")
	expect(notice).to_be_hidden()
