"""What keeps a course from being published, and what its authors should look at before: each with its place.

What breaks a lesson for learners stops publishing, at the desk as in the builder; the rest is advice. Nothing is fetched:
of addresses elsewhere only their form is looked at.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base import files as stored_files
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.words import plural
from smooth_lms.courses import held, readability, rich_text, structure
from smooth_lms.courses.builder import targets
from smooth_lms.courses.quiz import stored
from smooth_lms.courses.quiz.sheet import MULTIPLE, SINGLE, TEXT
from smooth_lms.courses.scorm import content

LESSON = "Course Lesson"
FIELDS = (
	*structure.LESSON_FIELDS,
	"body",
	"video_file",
	"video_url",
	"video_seconds",
	"attachment",
	"external_url",
	"quiz",
	"scorm_package",
	held.STORE,
)
FILES = {"Video": "video_file", "File": "attachment"}
ADDRESSES = {"Video": "video_url", "External Link": "external_url"}
CHOICES = (SINGLE, MULTIPLE, TEXT)
BLOCKS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "div", "pre", "br", "summary"))
UNUSUAL = 3
"""A text takes that many minutes more or less than is said of it before anybody is told."""
OFF = 0.25
"""The share by which the minutes of a course may differ from those of its lessons."""


@dataclass(frozen=True, slots=True)
class Finding:
	"""Something about a course, and where it is."""

	code: str
	sentence: str
	stops: bool = False
	lesson: str | None = None
	"""None for the course itself."""
	title: str = ""
	part: str = ""
	"""Of the lesson: text, picture, film, link, captions, file, address, minutes, quiz; of the course: cover, minutes, outline."""
	index: int = 0
	"""Which picture or link of the text, from 0; which question of the quiz."""


@dataclass(frozen=True, slots=True)
class Content:
	"""What a course consists of, read at once."""

	course: frappe._dict
	chapters: list[structure.Chapter]
	lessons: dict[str, frappe._dict]
	captions: set[str]
	"""Lessons with some."""
	asked: dict[str, list[frappe._dict]]
	"""Rows of quizzes: question, pool."""
	pools: dict[str, list[frappe._dict]]
	questions: dict[str, frappe._dict]
	packages: dict[str, frappe._dict]


@dataclass
class Text(HTMLParser):
	"""The pictures, films and links of a text in order, and its words, each block on a line of its own."""

	films: list[list[str]] = field(default_factory=list)
	"""Of each the address of its file, and those of its captions."""
	pictures: list[dict[str, str | None]] = field(default_factory=list)
	links: list[str] = field(default_factory=list)
	words: list[str] = field(default_factory=list)

	def __post_init__(self) -> None:
		super().__init__(convert_charrefs=True)

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		given = dict(attrs)
		if tag == "video":
			self.films.append([given.get("src") or ""])
		if tag == "track" and self.films:
			self.films[-1].append(given.get("src") or "")
		if tag == "img":
			self.pictures.append(given)
		if tag == "a":
			self.links.append(given.get("href") or "")
		if tag in BLOCKS:
			self.words.append("\n")

	def handle_data(self, data: str) -> None:
		self.words.append(data)


def parsed(html: str | None) -> Text:
	"""What there is in a text."""
	text = Text()
	text.feed(rich_text.clean(html))
	text.close()
	return text


def findings(course: str, *, as_written: bool = True) -> list[Finding]:
	"""Everything about a course, in the order of its outline. A fixed number of statements, whatever its size.

	Args: as_written, as it will be once drafts and what is held back are published; else as learners see it now.
	"""
	found = _content(course, as_written)
	texts = {name: parsed(row.body) for name, row in found.lessons.items()}
	known = targets.known([link for text in texts.values() for link in _addresses(text)])
	return [
		*_of_course(found),
		*(
			each
			for chapter in found.chapters
			for lesson in chapter.lessons
			for each in _of_lesson(found, found.lessons[lesson.name], texts[lesson.name], known)
		),
	]


def require_fit(course: str) -> None:
	"""Refuse to publish a course that would break for learners. Raises ValidationError with the first of what stops."""
	first = next((each for each in findings(course, as_written=False) if each.stops), None)
	if first:
		where = first.title or _("Course")
		frappe.throw(_("{0}: {1}").format(escape_html(where), escape_html(first.sentence)))


def _content(course: str, as_written: bool) -> Content:
	about = read_row("LMS Course", ("name", "title", "image", "estimated_minutes"), {"name": course})
	if not about:
		raise frappe.DoesNotExistError(_("There is no course {0}.").format(escape_html(course)))
	rows = read_rows(LESSON, FIELDS, {"course": course, "retired_on": None})
	if as_written:
		rows = [_written(row) for row in rows]
	names = tuple(row.name for row in rows)
	quizzes = tuple(row.quiz for row in rows if row.quiz)
	asked = _by_parent("LMS Quiz Question", ("parent", "question", "pool"), quizzes)
	packages = tuple(row.scorm_package for row in rows if row.scorm_package)
	package_fields = ("name", "title", "needs_frames", "trusted")
	return Content(
		about,
		structure.outline(course, drafts=True),
		{row.name: row for row in rows},
		{row.parent for row in read_rows("Course Lesson Caption", ("parent",), {"parent": names})},
		asked,
		_by_parent("LMS Quiz Pool", ("parent", "pool", "draw"), quizzes),
		stored.questions([row.question for each in asked.values() for row in each]),
		{row.name: row for row in read_rows("LMS SCORM Package", package_fields, {"name": packages})},
	)


def _written(row: frappe._dict) -> frappe._dict:
	row.draft = int(bool(row.draft) and is_empty(row))
	return held.as_written(row)


def _by_parent(
	doctype: str, fields: tuple[str, ...], parents: tuple[str, ...]
) -> dict[str, list[frappe._dict]]:
	found: dict[str, list[frappe._dict]] = {parent: [] for parent in parents}
	for row in read_rows(doctype, fields, {"parent": parents}, order="`parent`, `idx`"):
		found[row.parent].append(row)
	return found


def _of_course(found: Content) -> Iterator[Finding]:
	live = [row for row in found.lessons.values() if not row.draft]
	if not found.course.image:
		yield Finding(
			"picture", _("The course has no picture: its cover is drawn from its title."), part="cover"
		)
	for chapter in found.chapters:
		if not chapter.lessons:
			yield Finding(
				"empty", _("The chapter “{0}” has no lessons.").format(chapter.title), part="outline"
			)
	said, total = found.course.estimated_minutes or 0, sum(row.estimated_minutes or 0 for row in live)
	if said and live and abs(said - total) > max(OFF * total, UNUSUAL):
		sentence = _("The course is said to take {0} minutes, its lessons add up to {1}.")
		yield Finding("minutes", sentence.format(said, total), part="minutes")


def _of_lesson(found: Content, row: frappe._dict, text: Text, known: targets.Known) -> Iterator[Finding]:
	def finding(code: str, sentence: str, part: str, stops: bool = False, index: int = 0) -> Finding:
		return Finding(code, sentence, stops and not row.draft, row.name, row.title, part, index)

	if row.draft and is_empty(row):
		yield finding("empty", _("This lesson is empty: learners do not see it."), "text")
		return
	for part in (
		*_missing_files(row),
		*_captions(found, row),
		*_package(found, row),
		*_minutes(row),
		*_reading(text),
		*_pictures(row, text, known),
		*_films(row, text, known),
		*_links(row, text, known),
		*_quiz(found, row),
	):
		yield finding(*part)


def is_empty(row: frappe._dict) -> bool:
	"""Whether there is nothing in a lesson (FIELDS) that learners could look at."""
	return not (
		rich_text.says_something(row.body)
		or row.quiz
		or row.scorm_package
		or any(row.get(each) for each in (*FILES.values(), *ADDRESSES.values()))
	)


Part = tuple[str, str, str, bool, int]
"""Code, sentence, part of the lesson, whether it stops, and its number."""


def _missing_files(row: frappe._dict) -> Iterator[Part]:
	url = row.get(FILES.get(row.lesson_type, ""))
	if url and not _is_on_disk(url):
		yield "file", _("The file of this lesson is gone: choose it again."), "file", True, 0


def _captions(found: Content, row: frappe._dict) -> Iterator[Part]:
	if row.lesson_type == "Video" and row.video_file and row.name not in found.captions:
		yield "captions", _("The film has no captions."), "captions", False, 0


def _package(found: Content, row: frappe._dict) -> Iterator[Part]:
	if row.lesson_type != "SCORM":
		return
	package = found.packages.get(row.scorm_package or "")
	if not package:
		yield "package", _("The package of this lesson is gone: add it again."), "file", True, 0
	elif not content.frames_can_talk(package):
		sentence = _(
			"The package needs a content host to run: ask a System Manager to set one up, or to trust the package."
		)
		yield (
			"host",
			sentence,
			"file",
			False,
			0,
		)  # what is known is what its pages look like, not what they do


def _minutes(row: frappe._dict) -> Iterator[Part]:
	said = row.estimated_minutes or 0
	if not said:
		yield "minutes", _("This lesson has no minutes."), "minutes", False, 0
		return
	needed = (
		rich_text.minutes(row.body) if row.lesson_type == "Text" else round((row.video_seconds or 0) / 60)
	)
	if needed - said >= UNUSUAL or (row.lesson_type == "Text" and said - needed >= UNUSUAL * 10):
		sentence = plural(
			needed,
			_("This lesson takes about 1 minute, and {1} are entered."),
			_("This lesson takes about {0} minutes, and {1} are entered."),
		)
		yield "minutes", sentence.format(needed, said), "minutes", False, 0


def _reading(text: Text) -> Iterator[Part]:
	level = readability.level("".join(text.words))
	if level and level.is_hard:
		sentence = plural(
			level.words_a_sentence,
			_("The text is hard to read: use shorter words."),
			_("The text is hard to read, with {0} words in a sentence: use shorter sentences and words."),
		)
		yield "reading", sentence.format(level.words_a_sentence), "text", False, 0


def _pictures(row: frappe._dict, text: Text, known: targets.Known) -> Iterator[Part]:
	for index, picture in enumerate(text.pictures):
		if picture.get("alt") is None:
			yield "alt", _("A picture has no alternative text."), "picture", False, index
		if sentence := targets.trouble(picture.get("src") or "", row, known):
			yield "broken", sentence, "picture", False, index


def _films(row: frappe._dict, text: Text, known: targets.Known) -> Iterator[Part]:
	for index, addresses in enumerate(text.films):
		if len(addresses) == 1:
			yield "captions", _("A film in the text has no captions."), "film", False, index
		for address in addresses:
			if sentence := targets.trouble(address, row, known):
				yield "broken", sentence, "film", False, index


def _links(row: frappe._dict, text: Text, known: targets.Known) -> Iterator[Part]:
	for index, link in enumerate(text.links):
		if sentence := targets.trouble(link, row, known):
			yield "broken", sentence, "link", False, index
	if sentence := targets.outside_trouble(row.get(ADDRESSES.get(row.lesson_type, "")) or ""):
		yield "broken", sentence, "address", False, 0


def _quiz(found: Content, row: frappe._dict) -> Iterator[Part]:
	if row.lesson_type != "Quiz" or not row.quiz:
		return
	asked = found.asked[row.quiz]
	if not asked:
		yield "quiz", _("The quiz has no questions."), "quiz", True, 0
	for index, each in enumerate(asked):
		question = found.questions.get(each.question)
		if not question:
			yield "quiz", _("Question {0} is gone.").format(index + 1), "quiz", True, index
		elif not _has_answer(question):
			yield "quiz", _("Question {0} has no right answer.").format(index + 1), "quiz", True, index
	for pool in found.pools[row.quiz]:
		if pool.draw > sum(each.pool == pool.pool for each in asked):
			sentence = _("The pool “{0}” has fewer questions than are drawn of it.").format(pool.pool)
			yield "quiz", sentence, "quiz", True, 0


def _has_answer(question: frappe._dict) -> bool:
	return question.question_type not in CHOICES or any(
		option.is_correct and option.option for option in question.options
	)


def _addresses(text: Text) -> list[str]:
	pictures = [picture.get("src") or "" for picture in text.pictures]
	return [*text.links, *pictures, *(address for film in text.films for address in film)]


def _is_on_disk(url: str) -> bool:
	try:
		return os.path.isfile(stored_files.disk_path(url))
	except frappe.DoesNotExistError:
		return False


def as_rows(found: list[Finding]) -> list[dict[str, Any]]:
	"""Findings as the builder shows them, what stops first."""
	return sorted((asdict(each) for each in found), key=lambda row: not row["stops"])
