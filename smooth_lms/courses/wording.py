"""Courses in words, for pages."""

from typing import Any
from urllib.parse import quote

from frappe.utils import format_date, format_datetime

from smooth_lms.base.words import _, plural
from smooth_lms.courses import cover
from smooth_lms.courses.progress import COMPLETED, IN_PROGRESS


def card(found: dict[str, Any]) -> dict[str, Any]:
	"""The catalogue's entry of a course with `route, size_label, state, progress_label`, and a `cover` for one without a
	picture."""
	return {
		**found,
		"cover": None if found["image"] else cover.drawn(found["title"], found["category"]),
		"route": f"/lms/courses/{quote(found['name'], safe='')}",
		"size_label": size(found["lessons"], found["minutes"]),
		"state": state(found),
		"progress_label": progress_label(found["status"], found["progress"]),
	}


def course(found: dict[str, Any], address: str) -> dict[str, Any]:
	"""One course with what its page says in words."""
	resume = found["resume"]
	return {
		**card(found),
		"chapters": _chapters(found, address),
		"resume_address": f"{address}/{quote(resume, safe='')}" if resume else None,
		"resume_label": resume_label(found["status"]),
		"validity_label": validity(found["validity_months"], found["validity_days"]),
		"completed_label": format_datetime(found["completed_on"], "d MMM yyyy")
		if found["completed_on"]
		else "",
		"change_log": [
			{
				"version": row.version,
				"note": row.change_note or (_("First version.") if row.version == 1 else ""),
				"date": format_date(row.published_on, "d MMM yyyy"),
			}
			for row in found["change_log"]
		],
	}


def validity(months: int, days: int) -> str:
	"""For how long a certificate is valid, in words; empty for ever."""
	if months and months % 12 == 0:
		return plural(months // 12, _("valid for 1 year"), _("valid for {0} years")).format(months // 12)
	if months:
		return plural(months, _("valid for 1 month"), _("valid for {0} months")).format(months)
	return plural(days, _("valid for 1 day"), _("valid for {0} days")).format(days) if days else ""


def outline(found: dict[str, Any], address: str) -> dict[str, Any]:
	"""What every lesson shows of its course, in words."""
	return {
		**found,
		"chapters": _chapters(found, address),
		"progress_label": progress_label(found["status"], found["progress"]),
	}


def _chapters(found: dict[str, Any], address: str) -> list[dict[str, Any]]:
	kinds = {each["lesson_type"] for chapter in found["chapters"] for each in chapter["lessons"]}
	in_words = {each: kind(each) for each in kinds}
	return [
		{
			**chapter,
			"lessons": [
				{
					**each,
					"route": f"{address}/{quote(each['name'], safe='')}",
					"kind": in_words[each["lesson_type"]],
					"minutes_label": minutes(each["minutes"]),
				}
				for each in chapter["lessons"]
			],
		}
		for chapter in found["chapters"]
	]


def size(lessons: int, time: int) -> str:
	"""How long a course is: `6 lessons, 1 h 30 min`."""
	count = plural(lessons, _("1 lesson"), _("{0} lessons")).format(lessons)
	return f"{count}, {minutes(time)}" if time else count


def minutes(count: int) -> str:
	"""A duration: `45 min`, `2 h`, `1 h 30 min`; empty for none."""
	if not count:
		return ""
	hours, rest = divmod(count, 60)
	parts = [_("{0} h").format(hours)] if hours else []
	return " ".join([*parts, _("{0} min").format(rest)] if rest else parts)


def progress_label(status: str | None, percent: int) -> str:
	"""How far somebody is, in words."""
	if status == COMPLETED:
		return _("Completed")
	return _("{0} % done").format(percent) if status == IN_PROGRESS else (_("Not started") if status else "")


def resume_label(status: str | None) -> str:
	"""What the button says that opens the lesson to go on with."""
	if status == COMPLETED:
		return _("Look at it again")
	return _("Go on") if status == IN_PROGRESS else _("Start")


def state(found: dict[str, Any]) -> dict[str, str] | None:
	"""The chip of a course: a tone, a label and a code; None for nothing special."""
	if found["status"] == COMPLETED:
		return {"tone": "good", "label": _("Completed"), "code": "completed"}
	if found["status"]:
		return {"tone": "good", "label": _("You're in"), "code": "yours"}
	if found["upcoming"]:
		return {"tone": "waiting", "label": _("Coming soon"), "code": "upcoming"}
	if found["by_assignment"]:
		return {"tone": "plain", "label": _("By assignment"), "code": "assignment"}
	return None


def kind(lesson_type: str) -> dict[str, str]:
	"""A kind of lesson in words, with its symbol."""
	return {
		"Text": {"label": _("Text"), "icon": "text"},
		"Video": {"label": _("Video"), "icon": "play"},
		"File": {"label": _("File"), "icon": "file"},
		"Quiz": {"label": _("Quiz"), "icon": "quiz"},
		"SCORM": {"label": _("Interactive lesson"), "icon": "play"},
		"Live Class": {"label": _("Live class"), "icon": "people"},
		"External Link": {"label": _("Link"), "icon": "globe"},
	}.get(lesson_type, {"label": _(lesson_type), "icon": "text"})
