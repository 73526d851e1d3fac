"""What the lesson page needs besides the lesson, for each kind."""

import html
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import frappe

from smooth_lms.base.files import NAMED_IN_TEXT, PRIVATE, shown_name
from smooth_lms.cohorts.catalog import classes_of_lesson
from smooth_lms.courses import access, attendance, links
from smooth_lms.courses.quiz import results
from smooth_lms.courses.scorm import content
from smooth_lms.courses.scorm import player as scorm_player
from smooth_lms.portal.visit import Visit

FILE_METHOD = "/api/method/smooth_lms.api.courses.file"


def context(found: access.LessonAccess, lesson, visit: Visit) -> dict[str, Any]:
	"""What the template shows for this kind of lesson."""
	if lesson.lesson_type == "Quiz":
		return {"quiz": results.overview(found)}
	if lesson.lesson_type == "SCORM":
		return {"player_of": scorm_player.player(found, lesson.scorm_package, visit.query.get("part"))}
	if lesson.lesson_type == attendance.KIND:
		return {"classes": classes_of_lesson(lesson.name, visit.user)}
	return {}


def files(lesson) -> dict[str, Any]:
	"""The addresses of a lesson's own files: `video, attachment, name` and `captions`."""
	return {
		"video": _file(lesson, "video_file") if lesson.video_file else lesson.video_url,
		"attachment": _file(lesson, "attachment") if lesson.attachment else None,
		"name": shown_name(lesson.attachment),
		"captions": [
			{
				"language": row.language,
				"label": frappe.get_cached_value("Language", row.language, "language_name") or row.language,
				"address": _file(lesson, "captions", row.name),
			}
			for row in lesson.captions
		],
	}


def body(lesson) -> str:
	"""The lesson's text, with its pictures at addresses from which learners get them."""

	def own(found: re.Match) -> str:
		name = html.unescape(found["url"]).removeprefix(PRIVATE)
		return found["before"] + html.escape(_file(lesson, "body", name))

	return NAMED_IN_TEXT.sub(own, lesson.body or "")


def frames(lesson) -> tuple[str, ...]:
	"""Origins besides our own that the page may show in a frame."""
	if lesson.lesson_type == "SCORM":
		origin = content.content_origin()
		return (origin,) if origin else ()
	player = (
		links.player_url(lesson.video_url) if lesson.lesson_type == "Video" and lesson.video_url else None
	)
	return (f"https://{urlsplit(player).hostname}",) if player else ()


def _file(lesson, field: str, row: str | None = None) -> str:
	asked = {"lesson": lesson.name, "field": field, **({"row": row} if row else {})}
	if lesson.flags.as_written:
		asked["held"] = 1
	return f"{FILE_METHOD}?{urlencode(asked)}"
