"""Beginnings of courses: chapters and lessons with their titles, empty until somebody writes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.base.words import _
from smooth_lms.courses.builder import places, quizzes

EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Template:
	"""A course to begin with."""

	label: str
	help: str
	chapters: Mapping[str, tuple[str, ...]]
	"""Titles of the lessons of each chapter, by the chapter's title."""
	quiz: str = ""
	"""Title of a quiz at the end of the last chapter; empty for none."""
	values: Mapping[str, Any] = field(default_factory=dict)
	"""Of LMS Course."""


def _empty() -> Template:
	return Template(_("Empty course"), _("One chapter, nothing in it."), {_("Chapter {0}").format(1): ()})


def _compliance() -> Template:
	return Template(
		_("Compliance course"),
		_("Why, the rules, what to do, and a quiz. With a certificate that is valid for a year."),
		{
			_("Why this matters"): (_("What can happen"), _("What the law and the company ask of you")),
			_("The rules"): (_("What is allowed and what is not"), _("Examples from our work")),
			_("What to do"): (_("In doubt: whom you ask"), _("When something has happened")),
		},
		_("What do you know?"),
		{"certification": 1, "validity_months": 12},
	)


def _onboarding() -> Template:
	return Template(
		_("Onboarding week"),
		_("A chapter for each day of the first week."),
		{
			_("Day {0}").format(1): (
				_("Welcome"),
				_("Your workplace and your accounts"),
				_("Whom you will meet"),
			),
			_("Day {0}").format(2): (_("What we do, and for whom"), _("How we are organized")),
			_("Day {0}").format(3): (_("Your team and its work"), _("The tools you will use")),
			_("Day {0}").format(4): (_("Safety at work"), _("Confidential and personal data")),
			_("Day {0}").format(5): (_("Your first tasks"), _("Where to find help, and what comes next")),
		},
	)


def _library() -> Template:
	return Template(
		_("SCORM library"),
		_("For packages that you have already: drop them onto the chapter."),
		{_("What is in here"): (_("How to use this library"),), _("Packages"): ()},
	)


TEMPLATES: Mapping[str, Callable[[], Template]] = {
	EMPTY: _empty,
	"compliance": _compliance,
	"onboarding": _onboarding,
	"library": _library,
}


def choices() -> list[dict[str, str]]:
	"""The templates as somebody chooses one: `key, label, help`."""
	made = {key: make() for key, make in TEMPLATES.items()}
	return [{"key": key, "label": each.label, "help": each.help} for key, each in made.items()]


def new_course(title: str, template: str = EMPTY) -> str:
	"""Make a course that is not published. Its lessons are drafts until somebody has written them.

	Args: template, one of TEMPLATES; EMPTY for any other.

	Returns the LMS Course.
	"""
	permissions.require_author()
	plan = TEMPLATES.get(template, _empty)()
	values = {"doctype": "LMS Course", "title": places.require_title(title), **plan.values}
	course = frappe.get_doc(values).insert().name
	chapter = None
	for name, lessons in plan.chapters.items():
		chapter = frappe.get_doc({"doctype": places.CHAPTER, "title": name, "course": course}).insert().name
		for lesson in lessons:
			places.add_lesson(chapter, lesson)
	if plan.quiz and chapter:
		quizzes.add_quiz(chapter, plan.quiz)
	return course
