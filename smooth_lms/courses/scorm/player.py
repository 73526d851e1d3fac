"""What the lesson page shows of a SCORM package: its parts, and the one that runs."""

from typing import Any

import frappe

from smooth_lms.courses import access
from smooth_lms.courses.scorm import content, run


def player(found: access.LessonAccess, package: str, wanted: str | None = None) -> dict[str, Any]:
	"""The parts of a package for somebody who may open its lesson, and how to start one.

	Args: wanted, the identifier of the part to start; by default the first that is not completed.

	Returns `parts` (identifier, title, is_done, score, is_current), `part` and `title` of the one that runs, the
	`enrollment` in which it counts, `address` and `sandbox` of the frame, and its `ticket`.
	"""
	doc = frappe.get_cached_doc("LMS SCORM Package", package)
	states = run.states(found.enrollment, found.lesson.name)
	parts = [
		{
			"identifier": row.identifier,
			"title": row.title,
			"is_done": bool((state := states.get(row.identifier)) and state.completed_on),
			"score": state.score if state else None,
		}
		for row in doc.scos
	]
	current = next((part for part in parts if part["identifier"] == wanted), None)
	current = current or next((part for part in parts if not part["is_done"]), parts[0])
	for part in parts:
		part["is_current"] = part is current
	row = next(row for row in doc.scos if row.identifier == current["identifier"])
	about = {"parts": parts, "title": row.title, "part": row.identifier, "enrollment": found.enrollment}
	return {**about, **content.launch(found, doc, row)}
