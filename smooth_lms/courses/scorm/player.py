"""What the lesson page shows of a SCORM package: its parts, and the one that runs."""

from typing import Any

import frappe
from frappe.utils import format_datetime

from smooth_lms.courses import access
from smooth_lms.courses.scorm import attempts, content, run


def player(found: access.LessonAccess, package: str, wanted: str | None = None) -> dict[str, Any]:
	"""The parts of a package for somebody who may open its lesson, and how to start one.

	Args: wanted, the identifier of the part to start; by default the first that is not completed.

	Returns `parts` (identifier, title, is_done, score, is_current), the learner's `attempts` (the newest first), whether
	none is left (`is_used_up`: it opens for looking back, and nothing is recorded), whether its frames can talk to each
	other (`frames_can_talk`), `part` and `title` of the one that runs, the
	`package`, whether it wants a window of its own (`own_window`), the `enrollment` in which it counts, `address` and `sandbox` of the frame, its `ticket`,
	and the `csrf_token` of a package that is trusted.
	"""
	doc = frappe.get_cached_doc("LMS SCORM Package", package)
	states = run.states(found.enrollment, found.lesson.name)
	parts = [
		{
			"identifier": row.identifier,
			"title": row.title,
			"is_done": bool((state := states.get(row.identifier)) and state.completed_on),
			"score": state.score if state and state.has_score else None,
		}
		for row in doc.scos
	]
	current = next((part for part in parts if part["identifier"] == wanted), None)
	current = current or next((part for part in parts if not part["is_done"]), parts[0])
	for part in parts:
		part["is_current"] = part is current
	row = next(row for row in doc.scos if row.identifier == current["identifier"])
	past = attempts.of_lesson(found.enrollment, found.lesson.name)
	titles = {part["identifier"]: part["title"] for part in parts}
	about = {
		"attempts": [
			{
				**each,
				"title": titles.get(each.sco, each.sco),
				"started_label": format_datetime(each.started_on),
			}
			for each in past
		],
		"is_used_up": attempts.used_up(found.enrollment, found.lesson.name, row.identifier),
		"frames_can_talk": content.frames_can_talk(doc),
	}
	about |= {"parts": parts, "title": row.title, "part": row.identifier, "enrollment": found.enrollment}
	about |= {"package": package, "own_window": bool(row.own_window), "csrf_token": content.csrf_token(doc)}
	return {**about, **content.launch(found, doc, row)}
