"""Texts that the parts of a package share (`adl.data`, SCORM 2004 fourth edition): kept with whoever wrote them last."""

import json
from typing import Any

import frappe

from smooth_lms.base import stored_json

RUN = "LMS SCORM Run"


def declared(part: Any) -> list[dict[str, Any]]:
	"""The stores that the manifest gives a part: target, reads, writes. Args: part, a row of the package's."""
	found = stored_json.read(part.get("shared_data"), [], doctype="LMS SCORM SCO", name=part.name)
	return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def at_start(part: Any, enrollment: str | None, lesson: str) -> dict[str, Any] | None:
	"""What the run-time library needs of a part's stores: `maps` in order, and what is in them; None without any.

	Args: enrollment, lesson: whose texts they are.
	"""
	maps = [
		{
			"targetID": each["target"],
			"readSharedData": bool(each.get("reads")),
			"writeSharedData": bool(each.get("writes")),
		}
		for each in declared(part)
	]
	if not maps:
		return None
	filters = {"enrollment": enrollment or "", "lesson": lesson, "package": part.parent}
	filters |= {"shared_data": ["is", "set"]}
	rows = frappe.get_all(
		RUN, filters=filters, fields=["name", "shared_data"], order_by="modified asc", limit=0
	)
	stores: dict[str, str] = {}
	for row in rows:
		kept = stored_json.read(row.shared_data, {}, doctype=RUN, name=row.name)
		stores |= kept if isinstance(kept, dict) else {}
	targets = {each["targetID"] for each in maps}
	return {"maps": maps, "stores": {target: text for target, text in stores.items() if target in targets}}


def sent(part: Any, texts: Any) -> dict[str, str]:
	"""The columns that keep what a part has written. Args: texts by target, untrusted."""
	may = {each["target"] for each in declared(part) if each.get("writes")} if part else set()
	kept = texts.items() if isinstance(texts, dict) else ()
	kept = {target: text for target, text in kept if target in may and isinstance(text, str)}
	return {"shared_data": json.dumps(kept)} if kept else {}
