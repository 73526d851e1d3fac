"""Whether somebody can have watched a video: asked by the clock of the server, since a browser says what it likes.

No server sees a viewer. It can ask that as much time has passed since the lesson was opened as the wanted part of the
video takes at double speed, and that this time was not spent on another video as well.
"""

import struct
from typing import BinaryIO

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime

from smooth_lms.courses.progress import COMPLETED
from smooth_lms.exceptions import LessonLockedError

FASTEST = 2
"""How many times as fast as it was recorded a video is watched at most."""
KIND = "Video"
MOST_BOXES = 1_000
"""Parts of a file that are looked at for its header."""
LONGEST = 24 * 3600


def require_time(enrollment: str, lesson: str, user: str, *, here: int, by_word: bool) -> None:
	"""Raises LessonLockedError while `user` cannot have watched enough of a video lesson of known length.

	Args:
	        here: seconds since the last report; as `counted`.
	        by_word: the learner says that it is done, and not the player that it was played.
	"""
	fields = ["video_seconds", "watch_percent", "only_by_watching"]
	video = frappe.db.get_value("Course Lesson", lesson, fields, as_dict=True)
	begun = _begun(enrollment, lesson)
	if begun and begun.status == COMPLETED:
		return
	if video.only_by_watching and by_word:
		_refuse(_("This lesson is completed by watching its video."))
	needed = _needed(video.video_seconds, video.watch_percent)
	if not needed:
		return
	passed = (now_datetime() - begun.started_on).total_seconds() if begun else 0
	missing = needed + (_spent_on_others(user, begun.started_on) if begun else 0) - passed
	if video.only_by_watching:
		missing = max(missing, needed - here - (cint(begun.seconds) if begun else 0))
	if missing > 0:
		sentence = _("Watch the video first: this lesson can be completed in {0} seconds at the earliest.")
		_refuse(sentence.format(cint(missing) + 1))


def counted(enrollment: str, lesson: str, seconds: int) -> int:
	"""What counts of the seconds that a browser reports: no more than have passed since its last report came."""
	begun = _begun(enrollment, lesson)
	return min(seconds, int((now_datetime() - begun.modified).total_seconds())) if begun else 0


def seconds_of(file: BinaryIO) -> int:
	"""The length of an MP4 video by its header; 0 for what is none or does not say. Never reads the film itself."""
	try:
		return _seconds_of(file)
	except (struct.error, OSError, OverflowError, ValueError):
		return 0


def _seconds_of(file: BinaryIO) -> int:
	for _box in range(MOST_BOXES):
		size, kind = struct.unpack(">I4s", file.read(8))
		content = size - 8
		if size == 1:
			content = struct.unpack(">Q", file.read(8))[0] - 16
		if kind == b"mvhd":
			return _duration(file.read(32))
		if kind != b"moov":  # what we look for lies within that one
			file.seek(max(content, 0), 1)
	return 0


def _duration(head: bytes) -> int:
	wide = head[:1] == b"\1"
	scale, length = struct.unpack(">IQ", head[20:32]) if wide else struct.unpack(">II", head[12:20])
	return min(round(length / scale), LONGEST) if scale else 0


def _begun(enrollment: str, lesson: str) -> frappe._dict | None:
	fields = ["status", "started_on", "modified", "seconds"]
	key = {"enrollment": enrollment, "lesson": lesson}
	return frappe.db.get_value("LMS Course Progress", key, fields, as_dict=True)


def _refuse(reason: str) -> None:
	frappe.throw(LessonLockedError(reason=reason).text, LessonLockedError)


def _needed(seconds: int | None, percent: float | None) -> float:
	return cint(seconds) * min(flt(percent) or 90, 100) / 100 / FASTEST


def _spent_on_others(user: str, since: object) -> float:
	"""The seconds that videos took which the person has completed since then: nobody watches two at once."""
	done, lesson = frappe.qb.DocType("LMS Course Progress"), frappe.qb.DocType("Course Lesson")
	rows = (
		frappe.qb.from_(done)
		.join(lesson)
		.on(lesson.name == done.lesson)
		.select(lesson.video_seconds, lesson.watch_percent)
		.where((done.member == user) & (done.status == COMPLETED) & (done.completed_on >= since))
		.where((lesson.lesson_type == KIND) & (lesson.video_seconds > 0))
	).run()
	return sum(_needed(*row) for row in rows)
