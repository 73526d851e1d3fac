"""Packages from before objectives, frames and content from elsewhere were read: the patch fills in what is empty."""

import json

import frappe

from smooth_lms.patches.v0_2 import scorm_packages_are_read_again as patch
from tests.courses.test_scorm_objectives import OBJECTIVES
from tests.support.factories import make_course
from tests.support.packages.build import make_package, package

PACKAGE, PART = "LMS SCORM Package", "LMS SCORM SCO"
NEW = ("needs_frames", "found_hosts", "notes")
ITEM = OBJECTIVES + "<adlcp:completionThreshold>0.75</adlcp:completionThreshold>"
PAGE = """<html><head><script src="https://code.jquery.com/jquery.js"></script></head>
<body><iframe src="a.html"></iframe></body></html>"""


def from_before(**made: object) -> tuple[str, dict]:
	"""A package as it was stored when nothing of this was read, and what it has to say."""
	doc = make_package(make_course(published=0).name, package({"index.html": PAGE}, **made))
	said = {field: doc.get(field) for field in NEW}
	frappe.db.set_value(PACKAGE, doc.name, {"needs_frames": 0, "found_hosts": None, "notes": None})
	frappe.db.set_value(PART, {"parent": doc.name}, {"objectives": None, "completion_threshold": None})
	return doc.name, said


def test_what_was_not_read_is_filled_in_and_a_second_run_changes_nothing():
	name, said = from_before(version="2004", item=ITEM, parts=(("A", "index.html"), ("B", "index.html")))
	assert said["needs_frames"]
	assert said["found_hosts"] == "code.jquery.com (jQuery)"
	for _twice in range(2):
		patch.execute()
		stored = frappe.db.get_value(PACKAGE, name, NEW, as_dict=True)
		assert stored.needs_frames == 1
		assert stored.found_hosts == said["found_hosts"]
		parts = frappe.get_all(PART, {"parent": name}, ["objectives", "completion_threshold", "title"])
		assert {part.completion_threshold for part in parts} == {"0.75"}
		assert [each["identifier"] for each in json.loads(parts[0].objectives)] == [
			"PRIMARY",
			"etiquette",
			"playing",
		]


def test_what_people_and_earlier_versions_have_written_stays():
	name, _said = from_before()
	frappe.db.set_value(PACKAGE, name, "notes", "Written before")
	frappe.db.set_value(PART, {"parent": name}, {"title": "Another title", "mastery_score": "70"})
	patch.execute()
	assert frappe.db.get_value(PACKAGE, name, "notes") == "Written before"
	assert frappe.db.get_value(PART, {"parent": name}, ["title", "mastery_score"]) == ("Another title", "70")


def test_one_whose_files_are_gone_is_named_and_stops_none_of_the_others():
	gone, _said = from_before()
	frappe.db.set_value(PACKAGE, gone, "folder", "0" * 20)
	name, said = from_before()
	patch.execute()
	assert frappe.db.get_value(PACKAGE, name, "found_hosts") == said["found_hosts"]
	error = frappe.get_last_doc("Error Log")
	assert "could not read" in error.method
	assert gone in error.error
