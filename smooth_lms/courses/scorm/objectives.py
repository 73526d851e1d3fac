"""The learning objectives with which a part of SCORM 2004 starts: those of its manifest, and what is shared of them."""

from typing import Any

import frappe

from smooth_lms.base import stored_json

RUN = "LMS SCORM Run"
SHARED = ("success_status", "completion_status", "progress_measure", "score")


def declared(part: Any) -> list[dict[str, Any]]:
	"""What the manifest says of a part's objectives: identifier, reads, writes. Args: part, a row of the package's."""
	found = stored_json.read(part.get("objectives"), [], doctype="LMS SCORM SCO", name=part.name)
	return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def at_start(
	stored: Any, part: Any, parts: list[Any], enrollment: str | None, lesson: str
) -> dict[str, dict[str, Any]]:
	"""`cmi.objectives` as a part finds it.

	Args:
	        stored: what it had when it was left.
	        part, parts: the row of the part, and those of the whole package.
	        enrollment, lesson: whose results of other parts are shared.
	"""
	rows = list(stored.values()) if isinstance(stored, dict) else stored
	rows = [row for row in rows if isinstance(row, dict) and row.get("id")] if isinstance(rows, list) else []
	by_name = {row["id"]: row for row in rows}
	wanted = declared(part)
	shared = _shared(parts, part, enrollment, lesson) if any(each.get("reads") for each in wanted) else {}
	for each in wanted:
		row = by_name.setdefault(each["identifier"], {"id": each["identifier"]})
		for target in each.get("reads") or ():
			row.update(shared.get(target, {}))
	return {str(index): row for index, row in enumerate(by_name.values())}


def _shared(parts: list[Any], own: Any, enrollment: str | None, lesson: str) -> dict[str, dict[str, Any]]:
	"""By shared objective the state that another part has given it."""
	writers = {part.identifier: declared(part) for part in parts if part.identifier != own.identifier}
	rows = frappe.get_all(
		RUN,
		filters={
			"enrollment": enrollment or "",
			"lesson": lesson,
			"package": own.parent,
			"sco": ["in", [*writers, ""]],
		},
		fields=["name", "sco", "run_data"],
		order_by="modified asc",
		limit=0,
	)
	found: dict[str, dict[str, Any]] = {}
	for row in rows:
		cmi = stored_json.read(row.run_data, {}, doctype=RUN, name=row.name)
		objectives = cmi.get("objectives") if isinstance(cmi, dict) else None
		values = objectives.values() if isinstance(objectives, dict) else objectives or ()
		states = {each.get("id"): each for each in values if isinstance(each, dict)}
		for each in writers[row.sco]:
			state = states.get(each["identifier"], {})
			for target in each.get("writes") or ():
				found[target] = {field: state[field] for field in SHARED if state.get(field)}
	return found
