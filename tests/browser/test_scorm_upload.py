"""An author uploads a package at the desk in pieces, and goes on after the connection was lost."""

import os
import re

import frappe

from tests.browser.conftest import PATIENCE, OpenPage
from tests.support import factories
from tests.support.packages import build


def test_a_lost_connection_costs_nothing(open_page: OpenPage, tmp_path):
	moderator = factories.make_user(roles=("Moderator", "Desk User")).name
	course = factories.make_course(lessons=0).name
	frappe.db.commit()
	file = tmp_path / "fire.zip"
	file.write_bytes(build.package({"film.mp4": os.urandom(13_000_000)}))
	open_page.expected.append("Failed to load resource")
	page = open_page(moderator, f"/app/lms-scorm-package/new?course={course}")
	page.wait_for_function(f"window.cur_frm?.doc.course === {course!r}")
	pieces: list[int] = []

	def interrupt(route) -> None:
		request = route.request
		if request.headers.get("x-http-method-override") != "PATCH":
			return route.continue_()
		pieces.append(int(request.headers["upload-offset"]))
		return route.abort() if len(pieces) == 2 else route.continue_()

	page.route("**/lms-upload/**", interrupt)
	with page.expect_file_chooser() as chooser:
		page.get_by_role("button", name="Upload package").click()
	chooser.value.set_files(file)
	page.wait_for_url(re.compile(r"/lms-scorm-package/(?!new)"), timeout=PATIENCE * 4)
	frappe.db.rollback()
	(made,) = frappe.get_all("LMS SCORM Package", {"course": course}, ["name", "file_count"])
	assert made.file_count == 3
	assert len(pieces) == len(set(pieces)) + 1  # the one that was lost is sent once more, and no other
