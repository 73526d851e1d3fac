"""What authoring tools' players do with their own files: read them with headers of their own, and start workers."""

import pytest
from playwright.sync_api import expect

import frappe

from smooth_lms.courses import enrollment
from tests.browser.conftest import PATIENCE
from tests.support import factories
from tests.support.packages import build

expect.set_options(timeout=PATIENCE)
PAGE = """<!DOCTYPE html><html><head></head><body><p id="read"></p><p id="worked"></p><script>
const request = new XMLHttpRequest();
request.open("GET", "media/bell.mp3");
request.setRequestHeader("X-Player", "1");
request.onload = () => (document.getElementById("read").textContent = request.responseText);
request.send();
const worker = new Worker("work/packing.js");
worker.onmessage = (event) => (document.getElementById("worked").textContent = event.data);
worker.postMessage("pack");
</script></body></html>"""
WORKER = 'onmessage = (event) => postMessage(event.data + "ed");'


@pytest.mark.usefixtures("both_ways")
def test_a_player_reads_its_files_and_starts_a_worker(open_page):
	course = factories.make_course(lessons=0).name
	files = {"index.html": PAGE, "media/bell.mp3": b"ding", "work/packing.js": WORKER}
	package = build.make_package(course, build.package(files)).name
	lesson = factories.make_lesson(course, "SCORM", scorm_package=package).name
	learner = factories.make_user().name
	enrollment.enroll({learner: "Amira"}, [course])
	frappe.db.commit()
	shown = open_page(learner, f"/lms/courses/{course}/{lesson}").frame_locator(".scorm__frame")
	expect(shown.locator("#read")).to_have_text("ding")
	expect(shown.locator("#worked")).to_have_text("packed")
