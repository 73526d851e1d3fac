"""Looking for something in the portal: courses, lessons, cohorts, and people where the reader sees them."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base import fulltext
from smooth_lms.base.words import plural
from smooth_lms.cohorts import search as cohort_search
from smooth_lms.courses import search as course_search
from smooth_lms.courses import wording
from smooth_lms.learners import search as people_search
from smooth_lms.portal.answers import Page
from smooth_lms.portal.pages.courses import address_of
from smooth_lms.portal.visit import Visit

MOST = 8
"""Of each kind: who looks for more, looks in its list."""


def index(visit: Visit) -> Page:
	"""What is found for the words in the address."""
	asked = (visit.query.get("q") or "").strip()[:140]
	words = fulltext.words_of(asked)
	groups = [group for group in _groups(words, visit.user, asked) if group["rows"]] if words else []
	exact = [group for group in groups if group["exact"]]
	# what is only spelled alike counts where nothing is what was asked for
	shown = exact or groups
	total = sum(len(group["rows"]) for group in shown)
	context = {
		"asked": asked,
		"groups": shown,
		"is_exact": bool(exact) or not groups,
		"total": total,
		"count_label": plural(total, _("1 result"), _("{0} results")).format(total),
	}
	return Page("search.html", _("Search"), context)


def _groups(words: list[str], user: str, asked: str) -> list[dict[str, Any]]:
	more = quote(asked, safe="")
	courses, courses_exact = course_search.courses(words, user, MOST)
	lessons, lessons_exact = course_search.lessons(words, user, MOST)
	cohorts, cohorts_exact = cohort_search.cohorts(words, user, MOST)
	found = [
		_group(
			_("Courses"),
			[_row(row.title, address_of(row.name), row.short_introduction) for row in courses],
			courses_exact,
			f"/lms/courses?q={more}",
		),
		_group(
			_("Lessons"),
			[
				_row(
					row.title,
					address_of(row.course, row.name),
					f"{row.course_title} · {wording.kind(row.lesson_type)['label']}",
				)
				for row in lessons
			],
			lessons_exact,
		),
		_group(
			_("Cohorts"),
			[_row(row["title"], row["route"], row["when"]["days"]) for row in cohorts],
			cohorts_exact,
			f"/lms/batches?q={more}",
		),
	]
	if people := _people(words, user, more):
		found.append(people)
	return found


def _people(words: list[str], user: str, more: str) -> dict[str, Any] | None:
	if permissions.sees_people(user):
		rows, exact = people_search.learners(words, MOST)
		root, every = "/lms/people", f"/lms/people?q={more}"
	elif permissions.is_manager(user):
		rows, exact = people_search.team(user, words, MOST)
		root, every = "/lms/team/people", f"/lms/team?tree=1&q={more}"
	else:
		return None
	found = [
		_row(row.full_name or row.name, f"{root}/{quote(row.name, safe='@')}", row.department) for row in rows
	]
	return _group(_("People"), found, exact, every)


def _group(title: str, rows: list[dict[str, str]], exact: bool, every: str = "") -> dict[str, Any]:
	return {"title": title, "rows": rows, "exact": exact, "every": every if len(rows) == MOST else ""}


def _row(title: str, address: str, about: str | None) -> dict[str, str]:
	return {"title": title, "address": address, "about": frappe.utils.strip_html(about or "")}
