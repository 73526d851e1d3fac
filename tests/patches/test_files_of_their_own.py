"""The repair of files that records shared, took from others, or kept under names that anybody could guess."""

from pathlib import Path

import pytest

import frappe

from smooth_lms.base import files
from smooth_lms.patches.v0_2.give_records_files_of_their_own import execute
from tests.support.factories import make_course, make_lesson, make_user
from tests.support.packages.build import upload


def on_disk(url: str) -> Path:
	return Path(files.disk_path(url))


@pytest.fixture
def place():
	"""Puts a file on the disk, and Files for it as Frappe would have; all of it goes when the test ends."""
	made = []

	def put(url: str, content: str, *rows: dict) -> list[str]:
		on_disk(url).write_text(content)
		made.append(on_disk(url))
		names = []
		for values in rows:
			file = frappe.get_doc({"doctype": "File", "file_name": url.rpartition("/")[2], "file_url": url})
			file.update({"is_private": int(url.startswith("/private")), "content_hash": f"md5 {content}"})
			file.update(values)
			file.name = frappe.generate_hash(length=10)
			file.db_insert()
			frappe.db.set_value("File", file.name, "owner", values.get("owner", "Administrator"))
			names.append(file.name)
		return names

	yield put
	for path in made:
		path.unlink(missing_ok=True)


def attached(doctype: str, name: str, field: str | None = None, **values: str) -> dict:
	return {
		"attached_to_doctype": doctype,
		"attached_to_name": name,
		"attached_to_field": field,
		**values,
	}


def twice():
	for _time in range(2):
		execute()


def test_records_that_shared_a_file_get_one_each(place):
	course = make_course(lessons=0).name
	first, second = (
		make_lesson(course, "File", attachment=upload(b"x", "plan.txt").file_url).name for _time in range(2)
	)
	url = f"/private/files/{frappe.generate_hash()}.txt"
	place(url, "plan", attached("Course Lesson", first, "attachment"))
	frappe.db.set_value("Course Lesson", {"name": ["in", [first, second]]}, "attachment", url)
	frappe.db.set_value("Course Lesson", first, "body", f'<img src="{url}">')
	execute()
	kept = [frappe.db.get_value("Course Lesson", name, "attachment") for name in (first, second)]
	execute()
	assert kept == [frappe.db.get_value("Course Lesson", name, "attachment") for name in (first, second)]
	assert len({url, *kept}) == 3
	for name, own in zip((first, second), kept, strict=True):
		assert files.OWN_NAME.search(own)
		assert on_disk(own).read_text() == "plan"
		row = frappe.get_doc("File", {"file_url": own})
		assert (row.attached_to_name, row.is_private) == (name, 1)
	assert kept[0] in frappe.db.get_value("Course Lesson", first, "body")
	assert not frappe.db.exists("File", {"file_url": url})


def test_a_logo_that_became_private_with_a_lesson_is_public_again(place):
	course = make_course(lessons=0).name
	lesson = make_lesson(course, "File", attachment=upload(b"x", "plan.txt").file_url).name
	name = f"{frappe.generate_hash()}.png"
	logo, theirs = place(
		f"/private/files/{name}",
		"logo",
		attached("Website Settings", "Website Settings", "app_logo"),
		attached("Course Lesson", lesson, "attachment"),
	)
	frappe.db.set_value("Course Lesson", lesson, "attachment", f"/private/files/{name}")
	frappe.db.set_single_value("Website Settings", "app_logo", f"/files/{name}")
	try:
		twice()
		assert frappe.db.get_value("File", logo, ["file_url", "is_private"]) == (f"/files/{name}", 0)
		assert on_disk(f"/files/{name}").read_text() == "logo"
		own = frappe.db.get_value("Course Lesson", lesson, "attachment")
		assert own == frappe.db.get_value("File", theirs, "file_url") != f"/private/files/{name}"
		assert on_disk(own).read_text() == "logo"
	finally:
		on_disk(f"/files/{name}").unlink(missing_ok=True)


def test_a_file_of_others_is_taken_from_who_named_it(place):
	author = make_user(roles=("Course Creator",)).name
	course = make_course(instructors=[{"instructor": author}]).name
	fair = make_course(instructors=[{"instructor": author}]).name
	secret, mine = (f"/private/files/{frappe.generate_hash()}.txt" for _time in range(2))
	owner, wrong = place(
		secret,
		"salaries",
		{"creation": "2026-01-01 00:00:00"},
		attached("LMS Course", course, "image", owner=author, creation="2026-01-02 00:00:00"),
	)
	place(mine, "mine", attached("LMS Course", fair, "image", owner=author))
	frappe.db.set_value("LMS Course", course, "image", secret)
	frappe.db.set_value("LMS Course", fair, "image", mine)
	twice()
	assert not frappe.db.get_value("LMS Course", course, "image")
	assert not frappe.db.exists("File", wrong)
	assert frappe.db.get_value("File", owner, "file_url") == secret
	assert on_disk(secret).read_text() == "salaries"
	assert files.shown_name(frappe.db.get_value("LMS Course", fair, "image")) == mine.rpartition("/")[2]
