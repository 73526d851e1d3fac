"""The courses of the demo, from courses.json and files/: lessons of every kind, quizzes, and who has done one."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import frappe

from sandbox.demo.people import user_of
from sandbox.demo.records import ensure, new
from smooth_lms.courses import access, enrollment, progress

AUTHOR = "1007"
"""Employee number of whoever wrote the courses."""
FILES = Path(__file__).parent / "files"
DONE = "Safe at work"
DONE_BY = ("1003", "1004", "1008", "1101", "3002")
"""Employee numbers of those who have completed that course, so that there are certificates to look at."""


def make_courses() -> None:
	"""Make the courses that are missing, publish them when their lessons are there."""
	courses = json.loads((Path(__file__).parent / "courses.json").read_text(encoding="utf-8"))
	present = set(frappe.get_all("LMS Course", pluck="title", limit=0))
	for course in courses:
		if course["title"] not in present:
			_make(course)


def complete() -> None:
	"""Let some people complete a course: they get a certificate, and HR a row of Employee Compliance."""
	course = frappe.db.get_value("LMS Course", {"title": DONE}, "name")
	users = {user: frappe.db.get_value("User", user, "full_name") for user in map(user_of, DONE_BY) if user}
	done = {user for user, _course in enrollment.completed_by(users, [course])}
	for user, full_name in users.items():
		if user not in done:
			enrollment.enroll({user: full_name}, [course])
			attempt = access.open_enrollment(user, course)
			for lesson in progress.required_lessons(course):
				progress.record(attempt.name, lesson, completed=True)


def _make(course: Mapping[str, Any]) -> None:
	author = user_of(AUTHOR)
	doc = new(
		"LMS Course",
		title=course["title"],
		category=ensure("LMS Category", {"category": course["category"]}),
		short_introduction=course["introduction"],
		description=course["description"],
		instructors=[{"instructor": author}] if author else [],
		is_mandatory=int(course.get("mandatory", False)),
		validity_months=course.get("months", 0),
		compliance_control_id=course.get("control"),
		certification=int("months" in course),
		estimated_minutes=course["minutes"],
		licence_count=course.get("licences", 0),
		image=_upload(course["picture"]) if "picture" in course else None,
	)
	for chapter in course["chapters"]:
		name = new("Course Chapter", title=chapter["title"], course=doc.name).name
		for lesson in chapter["lessons"]:
			_add_lesson(doc.name, name, lesson["title"], lesson["minutes"], **_content(doc.name, lesson))
	if "quiz" in course:
		quiz = course["quiz"]
		chapter = new("Course Chapter", title="What would you do?", course=doc.name).name
		_add_lesson(doc.name, chapter, quiz["title"], 8, lesson_type="Quiz", quiz=_make_quiz(doc.name, quiz))
	doc.reload()
	doc.published = 1
	doc.save(ignore_permissions=True)
	if "requirement" in course:
		kind = course["requirement"]
		new(
			"Compliance Type",
			compliance_type=kind["name"],
			category=kind["category"],
			renewal_months=kind["months"],
			compliance_control_id=course["control"],
			enabled=1,
			mandatory=1,
			courses=[{"course": doc.name}],
		)


def _content(course: str, lesson: Mapping[str, Any]) -> dict[str, object]:
	"""What a lesson is made of: by what courses.json says of it, it is a film, a file, a package, a class or a text."""
	values: dict[str, object] = {
		"body": lesson.get("body"),
		"required": int(lesson.get("required", True)),
		"preview": int(lesson.get("preview", False)),
	}
	if "film" in lesson:
		captions = [
			{"language": language, "file": _upload(name)} for language, name in lesson["captions"].items()
		]
		film = {"video_file": _upload(lesson["film"]), "captions": captions}
		return values | film | {"lesson_type": "Video", "transcript": lesson["transcript"]}
	if "document" in lesson:
		return values | {"lesson_type": "File", "attachment": _upload(lesson["document"])}
	if "link" in lesson:
		return values | {"lesson_type": "External Link", "external_url": lesson["link"]}
	if "package" in lesson:
		packed = _upload(f"{lesson['package']}.zip", _zipped(FILES / lesson["package"]))
		package = new("LMS SCORM Package", course=course, package_file=packed)
		return values | {"lesson_type": "SCORM", "scorm_package": package.name}
	return values | {"lesson_type": "Live Class" if "class" in lesson else "Text"}


def _upload(name: str, content: bytes | None = None) -> str:
	"""A private file of the demo, or one made of `content`. Returns its address."""
	content = (FILES / name).read_bytes() if content is None else content
	return new("File", file_name=name, content=content, is_private=1).file_url


def _zipped(folder: Path) -> bytes:
	packed = io.BytesIO()
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		for path in sorted(folder.iterdir()):
			archive.writestr(path.name, path.read_bytes())
	return packed.getvalue()


def _add_lesson(course: str, chapter: str, title: str, minutes: int, **values: object) -> None:
	new("Course Lesson", course=course, chapter=chapter, title=title, estimated_minutes=minutes, **values)


def _make_quiz(course: str, quiz: Mapping[str, Any]) -> str:
	questions = [
		new(
			"LMS Question",
			course=course,
			question=f"<p>{question['question']}</p>",
			question_type=question["type"],
			explanation=question["explanation"],
			truth=question.get("truth", "True"),
			number=question.get("number", 0),
			options=[*_options(question["right"], 1), *_options(question["wrong"], 0)],
		).name
		for question in quiz["questions"]
	]
	return new(
		"LMS Quiz",
		course=course,
		title=quiz["title"],
		introduction=quiz["introduction"],
		passing_percentage=quiz["passing"],
		questions=[{"question": name} for name in questions],
	).name


def _options(texts: Sequence[str], right: int) -> list[dict[str, object]]:
	return [{"option": text, "is_correct": right} for text in texts]
