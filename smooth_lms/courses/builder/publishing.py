"""Publishing what has changed in a published course: into the version that learners are in, or as a new one.

Which of both is due follows from what was completed. A certificate says that somebody knew what the course said then: a
correction leaves that true, a new lesson or another text does not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reads import read_rows
from smooth_lms.base.words import plural
from smooth_lms.courses import held, structure, versions
from smooth_lms.courses.builder import checks
from smooth_lms.courses.builder.places import LESSON

CHANGES, VERSION = "changes", "version"
REWRITTEN = 0.1
"""The share of a text's words that may be others in a correction."""


def waiting(course: str, certified: int) -> dict[str, Any]:
	"""What publishing would change in a course, and which way is due.

	Args: certified, how many people hold a valid certificate of it.

	Returns `lessons` (`name, title, is_new`, and `what` has changed, in words), `advice` (CHANGES or VERSION) and
	`why`, sentences.
	"""
	permissions.require_course_author(course)
	lessons = [
		{"name": row.name, "title": held.of(row).get("title", row.title), "is_new": is_new, "what": what}
		for row, is_new, what, _grave in _waiting(course)
	]
	return {"lessons": lessons, **_advice(course, certified)}


def publish_changes(course: str, lessons: Collection[str]) -> list[str]:
	"""Let learners see what has changed in lessons: drafts, and what was held back.

	Returns those that are published now. Raises ValidationError for what would break, and then nothing is published.
	"""
	permissions.require_course_author(course)
	structure.lock(course)
	names = [row.name for row, *_rest in _waiting(course) if row.name in set(lessons)]
	held.release(names)
	checks.require_fit(course)
	return names


def publish_as_version(course: str, note: str) -> str:
	"""Publish a course with what has changed in it as its next version. Who is in the old one stays there.

	Args: note, what is new, for learners and auditors.

	Returns the LMS Course of the new version. Raises ValidationError for what would break.
	"""
	permissions.require_course_author(course)
	copy = versions.new_version(course)
	drafts = read_rows(LESSON, checks.FIELDS, {"course": copy.name, "draft": 1, "retired_on": None})
	held.release([row.name for row in drafts if not checks.is_empty(row)])
	copy.reload()
	copy.update({"published": 1, "change_note": " ".join(note.split())[:500] or None})
	copy.save()
	return copy.name


def _waiting(course: str) -> Iterator[tuple[frappe._dict, bool, list[str], bool]]:
	"""The lessons that publishing would change, in order: row, whether it is new, what changes, and whether that is
	more than a correction."""
	kept = held.holding(course)
	order = structure.lessons_in_order(structure.outline(course, drafts=True))
	names = tuple(row.name for row in order if row.draft or row.name in kept)
	stored = {row.name: row for row in read_rows(LESSON, checks.FIELDS, {"name": names})}
	for lesson in order:
		row = stored.get(lesson.name)
		if row and row.name in kept:
			what = list(_differences(row, held.of(row)))
			yield row, False, [words for words, _grave in what], any(grave for _words, grave in what)
		elif row and not checks.is_empty(row):
			needed = bool(lesson.required)
			yield (
				row,
				True,
				[_("new, needed to complete the course") if needed else _("new, optional")],
				needed,
			)


def _differences(row: frappe._dict, new: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
	"""What changes in a lesson, in words, each with whether it is more than a correction."""
	if "title" in new:
		yield _("title"), False
	if "body" in new:
		share = changed_share(row.body, new["body"])
		yield (_("text rewritten"), True) if share > REWRITTEN else (_("text corrected"), False)
	if "required" in new:
		yield (_("now needed"), True) if new["required"] else (_("now optional"), False)
	if any(field in new for field in held.FILES) or "video_url" in new:
		yield _("another film or file"), True
	if "external_url" in new:
		yield _("another address"), False
	if "estimated_minutes" in new or "preview" in new:
		yield _("minutes or preview"), False


def changed_share(before: str | None, after: str | None) -> float:
	"""The share of words, from 0 to 1, that one text has and the other has not; pictures and films count as words."""
	old, new = _words(before), _words(after)
	most = max(old.total(), new.total())
	return max((old - new).total(), (new - old).total()) / most if most else 0


def _words(html: str | None) -> Counter[str]:
	text = checks.parsed(html)
	shown = [*(picture.get("src") or "" for picture in text.pictures), *(film[0] for film in text.films)]
	return Counter([*"".join(text.words).casefold().split(), *shown])


def _advice(course: str, certified: int) -> dict[str, Any]:
	grave = [row for row, _is_new, _what, is_grave in _waiting(course) if is_grave]
	states = Counter(
		row.status
		for row in read_rows("LMS Enrollment", ("status",), {"course": course, "withdrawn_on": None})
	)
	completed, at_it = states["Completed"], states["In Progress"]
	why = []
	if completed:
		why.append(
			plural(
				completed,
				_("1 person has completed this course."),
				_("{0} people have completed this course."),
			).format(completed)
		)
	if certified:
		why.append(
			plural(
				certified,
				_("1 person holds a valid certificate of it."),
				_("{0} people hold a valid certificate of it."),
			).format(certified)
		)
	if not (completed or certified):
		why.append(_("Nobody has completed this course yet: learners find the changes where they are."))
	elif grave:
		why.append(
			_(
				"The changes are more than corrections. A new version keeps what was completed as it was; who is at the old one finishes it, and everybody else takes the new one."
			)
		)
	else:
		why.append(_("The changes are corrections: what was completed stays true."))
	if at_it and grave:
		why.append(
			plural(
				at_it,
				_("1 person is at it and would find the changes in what is left."),
				_("{0} people are at it and would find the changes in what is left."),
			).format(at_it)
		)
	return {"advice": VERSION if grave and (completed or certified) else CHANGES, "why": why}
