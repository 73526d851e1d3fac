"""A video is completed only once there was time to watch it, by the server's clock."""

import io
import struct
from datetime import timedelta

import pytest

import frappe
from frappe.utils import now_datetime

from smooth_lms.api import courses as api
from smooth_lms.courses import access, enrollment, watching
from smooth_lms.exceptions import LessonLockedError
from tests.support.factories import make_course, make_lesson, make_user


class Viewer:
	"""A learner in a course with two videos of ten minutes."""

	def __init__(self, **values) -> None:
		self.course = make_course(lessons=0).name
		values = {
			"video_url": "https://films.example.com/a.mp4",
			"video_seconds": 600,
			"watch_percent": 90,
			**values,
		}
		self.lessons = [make_lesson(self.course, "Video", **values).name for _ in range(2)]
		self.user = make_user().name
		enrollment.enroll({self.user: "Viewer"}, [self.course])
		frappe.set_user(self.user)

	def open(self, *numbers: int, minutes_ago: float = 0) -> None:
		for number in numbers:
			api.save_progress(self.lessons[number], position="0")
			moment = now_datetime() - timedelta(minutes=minutes_ago)
			key = {"member": self.user, "lesson": self.lessons[number]}
			frappe.db.set_value("LMS Course Progress", key, "started_on", moment)

	def finish(self, number: int = 0) -> bool:
		return api.finish_lesson(self.lessons[number], seconds=600)["lesson_completed"]


def test_not_at_once():
	viewer = Viewer()
	viewer.open(0)
	with pytest.raises(LessonLockedError, match="Watch the video first"):
		viewer.finish()


def test_not_without_having_opened_it():
	with pytest.raises(LessonLockedError):
		Viewer().finish()


def test_what_the_browser_claims_does_not_count():
	viewer = Viewer()
	viewer.open(0)
	for _report in range(3):
		api.save_progress(viewer.lessons[0], position="599", seconds=600)
	with pytest.raises(LessonLockedError):
		viewer.finish()


def test_once_the_wanted_part_has_passed_at_double_speed():
	viewer = Viewer()
	viewer.open(0, minutes_ago=4.4)
	with pytest.raises(LessonLockedError, match="seconds at the earliest"):
		viewer.finish()
	viewer.open(0, minutes_ago=4.6)
	assert viewer.finish()
	assert viewer.finish()  # what is completed stays so


def test_two_tabs_at_the_same_time_take_twice_as_long():
	viewer = Viewer()
	viewer.open(0, 1, minutes_ago=5)
	assert viewer.finish(0)
	with pytest.raises(LessonLockedError):
		viewer.finish(1)
	viewer.open(1, minutes_ago=9.5)
	assert viewer.finish(1)


def test_a_video_of_unknown_length_is_the_learners_word():
	viewer = Viewer(video_seconds=0)
	assert viewer.finish()


class TestOnlyByWatching:
	def test_the_learners_word_is_refused_however_long_it_was_open(self):
		viewer = Viewer(only_by_watching=1)
		viewer.open(0, minutes_ago=60)
		found = access.lesson_access(viewer.lessons[0], lock=True)
		with pytest.raises(LessonLockedError, match="completed by watching"):
			api.record(found, completed=True, by_word=True)

	def test_time_counts_only_while_the_lesson_is_open(self):
		viewer = Viewer(only_by_watching=1)
		viewer.open(0, minutes_ago=60)
		with pytest.raises(LessonLockedError, match=r"in 27. seconds"):
			viewer.finish()
		key = {"member": viewer.user, "lesson": viewer.lessons[0]}
		moment = now_datetime() - timedelta(seconds=250)
		frappe.db.set_value("LMS Course Progress", key, "modified", moment, update_modified=False)
		with pytest.raises(LessonLockedError, match=r"in 2. seconds"):
			viewer.finish()
		api.save_progress(viewer.lessons[0], seconds=600)
		assert frappe.db.get_value("LMS Course Progress", key, "seconds") in range(249, 256)
		moment = now_datetime() - timedelta(seconds=30)
		frappe.db.set_value("LMS Course Progress", key, "modified", moment, update_modified=False)
		assert viewer.finish()

	def test_needs_a_player_that_says_what_was_played_and_a_length(self):
		with pytest.raises(frappe.ValidationError, match="YouTube and Vimeo"):
			Viewer(only_by_watching=1, video_url="https://youtu.be/abc")
		with pytest.raises(frappe.ValidationError, match="how long it is"):
			Viewer(only_by_watching=1, video_seconds=0)


def box(kind: bytes, content: bytes) -> bytes:
	return struct.pack(">I4s", len(content) + 8, kind) + content


class TestLength:
	@pytest.mark.parametrize("large", [False, True])
	def test_is_read_from_the_header_of_a_file(self, large):
		head = (
			b"\1\0\0\0" + bytes(16) + struct.pack(">IQ", 1000, 61_400)
			if large
			else bytes(12) + struct.pack(">II", 1000, 61_400)
		)
		film = (
			box(b"ftyp", b"isom") + box(b"mdat", bytes(1000)) + box(b"moov", box(b"mvhd", head + bytes(80)))
		)
		assert watching.seconds_of(io.BytesIO(film)) == 61

	@pytest.mark.parametrize(
		"film", [b"", b"abc", b"\x1aE\xdf\xa3" + bytes(60), box(b"moov", box(b"mvhd", b"\0"))]
	)
	def test_of_anything_else_is_unknown(self, film):
		assert watching.seconds_of(io.BytesIO(film)) == 0
