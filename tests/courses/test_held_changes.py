"""Changes to a published course wait until they are published, all together or as a new version."""

import os

import pytest

import frappe

from smooth_lms.base import files as stored_files
from smooth_lms.compliance import certificates
from smooth_lms.courses import access, catalog, held, structure
from smooth_lms.courses.builder import arrivals, checks, overview, places, publishing, text
from tests.support.authors import LESSON, arrived, first_chapter, put, written
from tests.support.completions import completed
from tests.support.factories import make_user

WORDS = " ".join(f"word{index}" for index in range(100))


def stored(lesson: str, *fields: str):
	return frappe.db.get_value(LESSON, lesson, fields if len(fields) > 1 else fields[0])


@pytest.fixture
def lesson(course) -> str:
	"""The only lesson of a published course."""
	name = written(course, "Exits", f"<p>{WORDS}</p>")
	overview.publish(course, True)
	return name


def waiting(course: str) -> list[tuple[str, bool, list[str]]]:
	found = publishing.waiting(course, 0)["lessons"]
	return [(each["title"], each["is_new"], each["what"]) for each in found]


def advice(course: str, certified: int = 0) -> str:
	return publishing.waiting(course, certified)["advice"]


def done(course: str) -> str:
	"""The enrollment of somebody who has completed the course."""
	return completed(make_user().name, course)


class TestHolding:
	def test_learners_see_the_old_text_until_it_is_published(self, course, lesson):
		answer = put(lesson, body="<p>New</p>", title="Ways out", required=0)
		assert answer["values"]["body"] == "<p>New</p>"
		assert answer["held"] == ["body", "required", "title"]
		assert text.read(lesson)["values"]["title"] == "Ways out"
		assert stored(lesson, "title", "body", "required") == ("Exits", f"<p>{WORDS}</p>", 1)
		(row,) = overview.course(course)["chapters"][0]["lessons"]
		assert (row["title"], row["required"], row["held"]) == ("Ways out", 0, 1)
		publishing.publish_changes(course, [lesson])
		assert stored(lesson, "title", "body", "required") == ("Ways out", "<p>New</p>", 0)
		assert stored(lesson, held.STORE) is None
		assert waiting(course) == []

	def test_what_is_as_before_again_waits_no_longer(self, course, lesson):
		put(lesson, title="Ways out")
		assert waiting(course) == [("Ways out", False, ["title"])]
		put(lesson, title="Exits")
		assert waiting(course) == []

	def test_authors_alone_see_it_on_the_lesson_page(self, course, lesson, author):
		put(lesson, body="<p>New</p>")
		found = access.lesson_access(lesson)
		assert catalog.lesson(found, as_written=True)["lesson"].body == "<p>New</p>"
		assert catalog.lesson(found)["lesson"].body == f"<p>{WORDS}</p>"
		learner = make_user().name
		frappe.get_doc({"doctype": "LMS Enrollment", "member": learner, "course": course}).insert(
			ignore_permissions=True
		)
		frappe.set_user(learner)
		found = access.lesson_access(lesson)
		assert catalog.lesson(found, as_written=True)["lesson"].body == f"<p>{WORDS}</p>"

	def test_two_authors_lose_nothing_here_either(self, course, lesson, author):
		seen = text.read(lesson)["marks"]
		frappe.set_user(make_user(roles=("Moderator",)).name)
		text.save(lesson, {"body": "<p>Theirs</p>"}, seen)
		frappe.set_user(author)
		answer = text.save(lesson, {"body": "<p>Mine</p>", "title": "Ways out"}, seen)
		assert answer["conflicts"] == ["body"]
		assert answer["values"]["body"] == "<p>Theirs</p>"
		assert answer["values"]["title"] == "Ways out"

	def test_what_was_published_is_in_the_history(self, course, lesson):
		put(lesson, body="<p>Second</p>")
		publishing.publish_changes(course, [lesson])
		put(lesson, body="<p>Third</p>")
		texts = [text.earlier_text(lesson, row["name"]) for row in text.history(lesson)]
		assert "<p>Second</p>" in texts
		assert f"<p>{WORDS}</p>" in texts
		entry = next(
			row["name"]
			for row in text.history(lesson)
			if text.earlier_text(lesson, row["name"]) == f"<p>{WORDS}</p>"
		)
		assert text.bring_back(lesson, entry)["values"]["body"] == f"<p>{WORDS}</p>"
		assert stored(lesson, "body") == "<p>Second</p>"

	def test_names_and_settings_wait_as_well(self, course, lesson):
		places.rename(LESSON, lesson, "Ways out")
		assert places.set_lessons(course, [lesson], {"required": 0, "estimated_minutes": 9}) == 1
		assert places.set_lessons(course, [lesson], {"required": 0}) == 0
		assert stored(lesson, "title", "required") == ("Exits", 1)
		assert places.set_lessons(course, [lesson], {"required": 1}) == 1
		publishing.publish_changes(course, [lesson])
		assert stored(lesson, "title", "required", "estimated_minutes") == ("Ways out", 1, 9)

	def test_another_file_waits_and_captions_do_not(self, course, lesson):
		chapter = first_chapter(course)
		film = b"\x00\x00\x00\x18ftypmp42 "
		made = arrivals.take_file(chapter, arrived(course, "One.mp4", film + b"one"))
		places.show_lesson(made)
		before = stored(made, "video_file")
		arrivals.give_file(made, arrived(course, "Two.mp4", film + b"two"))
		captions = arrived(course, "one.de.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nFire\n")
		arrivals.give_file(made, captions)
		assert stored(made, "video_file") == before
		assert text.read(made)["shown"]["file"] == "Two.mp4"
		assert len(text.read(made)["shown"]["captions"]) == 1
		publishing.publish_changes(course, [made])
		with open(stored_files.path_of(stored(made, "video_file")), "rb") as file:
			assert file.read().endswith(b"two")

	def test_a_copy_is_of_what_its_author_sees(self, course, lesson):
		put(lesson, body="<p>New</p>")
		(copy,) = places.copy_lessons(first_chapter(course), [lesson])["copied"]
		assert stored(copy, "body") == "<p>New</p>"

	def test_unpublishing_ends_the_waiting(self, course, lesson):
		put(lesson, body="<p>New</p>")
		overview.publish(course, False)
		assert stored(lesson, "body") == "<p>New</p>"
		put(lesson, body="<p>Newer</p>")
		assert stored(lesson, "body") == "<p>Newer</p>"

	def test_what_publishing_would_refuse_is_refused_at_once(self, course, lesson):
		link = arrivals.take_link(first_chapter(course), "https://example.com/a")
		places.show_lesson(link)
		with pytest.raises(frappe.ValidationError, match="https://"):
			put(link, external_url="http://example.com")

	def test_what_waits_is_as_clean_as_what_is_stored(self, course, lesson):
		attack = "<img src=x onerror=alert(1)><script>alert(1)</script>"
		answer = put(lesson, title=f"Exits {attack}", body=f"<p>Leave.</p>{attack}")
		kept = stored(lesson, held.STORE)
		assert "onerror" not in kept
		assert "<script" not in kept
		assert "onerror" not in str(answer["values"])
		with pytest.raises(frappe.ValidationError, match="Enter a title"):
			put(lesson, title="<img src=x onerror=alert(1)>")

	def test_nobody_writes_it_by_a_generic_door(self, course, lesson):
		doc = frappe.get_doc(LESSON, lesson)
		doc.held_changes = '{"body": "<p>Hacked</p>"}'
		doc.save()
		assert not stored(lesson, held.STORE)


class TestPublishing:
	def test_drafts_and_changes_go_out_together_or_those_that_are_chosen(self, course, lesson):
		put(lesson, body="<p>New</p>")
		late = written(course, "Late")
		places.add_lesson(first_chapter(course), "Empty")
		assert waiting(course) == [
			("Exits", False, ["text rewritten"]),
			("Late", True, ["new, needed to complete the course"]),
		]
		assert publishing.publish_changes(course, [late]) == [late]
		assert stored(lesson, "body") != "<p>New</p>"
		assert publishing.publish_changes(course, [lesson, late, "nothing"]) == [lesson]
		assert [row.title for row in structure.lessons_in_order(structure.outline(course))] == [
			"Exits",
			"Late",
		]

	def test_what_would_break_is_found_before_and_refused(self, course, lesson):
		made = arrivals.take_file(first_chapter(course), arrived(course, "Plan.pdf", b"%PDF-1.7 fire"))
		os.remove(stored_files.disk_path(stored(made, "attachment")))
		assert [each.stops for each in checks.findings(course) if each.code == "file"] == [True]
		with pytest.raises(frappe.ValidationError, match="Plan: The file of this lesson is gone"):
			publishing.publish_changes(course, [made])

	@pytest.mark.parametrize(
		("values", "is_grave"),
		[
			({"title": "Ways out"}, False),
			({"body": f"<p>{WORDS} twice</p>"}, False),
			({"body": "<p>Quite another text.</p>"}, True),
			({"required": 0}, False),
		],
	)
	def test_a_new_version_is_due_for_more_than_corrections_once_somebody_is_done(
		self, course, lesson, values, is_grave
	):
		put(lesson, **values)
		assert advice(course) == "changes"
		done(course)
		assert advice(course) == ("version" if is_grave else "changes")

	def test_a_lesson_that_is_needed_makes_a_version_due_and_an_optional_one_does_not(self, course, lesson):
		done(course)
		late = written(course, "Late")
		assert advice(course) == "version"
		put(late, required=0)
		assert advice(course) == "changes"

	def test_certificates_count_as_long_as_they_are_valid(self, course, lesson):
		put(lesson, body="<p>Quite another text.</p>")
		enrolled = done(course)
		frappe.db.set_value("LMS Course", course, "certification", 1)
		frappe.set_user("Administrator")
		made = certificates.issue(enrolled)
		assert certificates.holders(course) == 1
		assert any("1 person holds" in each for each in publishing.waiting(course, 1)["why"])
		certificates.revoke(made, "Wrong person")
		assert certificates.holders(course) == 0

	def test_a_new_version_has_all_changes_and_the_old_one_stays_as_it_was(self, course, lesson):
		put(lesson, body="<p>New</p>")
		written(course, "Late")
		places.add_lesson(first_chapter(course), "Empty")
		enrolled = done(course)
		made = publishing.publish_as_version(course, "  Other  exits ")
		doc = frappe.get_doc("LMS Course", made)
		assert (doc.published, doc.version, doc.change_note) == (1, 2, "Other exits")
		rows = structure.lessons_in_order(structure.outline(made))
		assert [row.title for row in rows] == ["Exits", "Late"]
		assert stored(rows[0].name, "body") == "<p>New</p>"
		assert stored(lesson, "body") == f"<p>{WORDS}</p>"
		assert frappe.db.get_value("LMS Course", course, "superseded_by") == made
		assert frappe.db.get_value("LMS Enrollment", enrolled, "status") == "Completed"

	def test_only_authors_of_the_course_publish(self, course, lesson):
		frappe.set_user(make_user(roles=("Course Creator",)).name)
		for act in (
			lambda: publishing.waiting(course, 0),
			lambda: publishing.publish_changes(course, [lesson]),
			lambda: publishing.publish_as_version(course, ""),
		):
			with pytest.raises(frappe.PermissionError):
				act()
