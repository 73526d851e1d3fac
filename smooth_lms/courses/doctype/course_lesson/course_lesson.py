import frappe
from frappe import _

from smooth_lms.base import files as stored_files
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.base.slugs import slug
from smooth_lms.courses import files, links, rich_text, structure, watching
from smooth_lms.courses.authoring import check_course, require_other_lesson, require_same_family


class CourseLesson(GuardedDocument):
	"""One step of a course. What it shows depends on its kind."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.course_lesson_caption.course_lesson_caption import CourseLessonCaption

		attachment: DF.Attach | None
		body: DF.TextEditor | None
		captions: DF.Table[CourseLessonCaption]
		chapter: DF.Link
		course: DF.Link | None
		draft: DF.Check
		estimated_minutes: DF.Int
		external_url: DF.Data | None
		held_changes: DF.LongText | None
		lesson_type: DF.Literal["Text", "Video", "File", "Quiz", "SCORM", "Live Class", "External Link"]
		only_by_watching: DF.Check
		position: DF.Int
		preview: DF.Check
		quiz: DF.Link | None
		required: DF.Check
		retired_on: DF.Datetime | None
		scorm_attempts: DF.Int
		scorm_done_by: DF.Literal["Completed", "Passed", "Score"]
		scorm_kept_score: DF.Literal["Best", "Last"]
		scorm_package: DF.Link | None
		scorm_score: DF.Percent
		title: DF.Data
		transcript: DF.Text | None
		video_file: DF.Attach | None
		video_seconds: DF.Int
		video_url: DF.Data | None
		watch_percent: DF.Percent
	# end: auto-generated types

	cleaned_by = {"body": rich_text.clean}

	def autoname(self) -> None:
		self.name = f"{slug(self.title)[:60].rstrip('-') or 'lesson'}-{frappe.generate_hash(length=6)}"

	def before_insert(self) -> None:
		if not self.position:
			self.position = structure.next_position("Course Lesson", {"chapter": self.chapter})

	def validate(self) -> None:
		self.course = frappe.db.get_value("Course Chapter", self.chapter, "course")
		check_course(self)
		self.body = rich_text.clean(self.body)
		check = {
			"Text": self.validate_text,
			"Video": self.validate_video,
			"File": self.validate_file,
			"Quiz": self.validate_quiz,
			"SCORM": self.validate_scorm,
			"External Link": self.validate_link,
		}
		if self.lesson_type != "Video":
			self.only_by_watching = 0
		if self.lesson_type in check:  # a live class brings everything along itself
			check[self.lesson_type]()

	def on_trash(self) -> None:
		super().on_trash()
		require_other_lesson(self.course, [self.name])

	def validate_text(self) -> None:
		if not self.draft and not rich_text.says_something(self.body):
			frappe.throw(_("A text lesson needs a text."))

	def validate_video(self) -> None:
		if bool(self.video_file) == bool(self.video_url):
			frappe.throw(_("A video lesson needs either a video file or a video address."))
		if self.video_url:
			self.video_url = links.require_https(self.video_url, _("Video address"))
		files.require_kind(self, "video_file", files.VIDEOS)
		if self.video_file and (not self.video_seconds or self.has_value_changed("video_file")):
			self.video_seconds = self.length_of_file() or self.video_seconds
		if not 0 < (self.watch_percent or 0) <= 100:
			self.watch_percent = 90
		for row in self.captions:
			files.require_kind(self, "file", files.CAPTIONS, row=row)
		if self.only_by_watching:
			self.validate_watching()

	def validate_watching(self) -> None:
		if self.video_url and links.player_url(self.video_url):
			frappe.throw(
				_(
					"{0}: the players of YouTube and Vimeo do not say what was played. Upload the film, or take the tick away."
				).format(_("Completed only by watching"))
			)
		if not self.video_seconds:
			frappe.throw(
				_("{0}: the file does not say how long it is. Enter its length in seconds.").format(
					_("Completed only by watching")
				)
			)

	def length_of_file(self) -> int:
		try:
			with open(stored_files.path_of(self.video_file), "rb") as file:
				return watching.seconds_of(file)
		except frappe.DoesNotExistError:  # whoever opens the lesson is told
			return 0

	def validate_file(self) -> None:
		if not self.attachment:
			frappe.throw(_("A file lesson needs a file."))
		files.require_kind(self, "attachment")

	def validate_quiz(self) -> None:
		if not self.quiz and self.draft:
			return
		if not self.quiz:
			frappe.throw(_("A quiz lesson needs a quiz."))
		require_same_family(self, "LMS Quiz", self.quiz, _("Quiz"))

	def validate_scorm(self) -> None:
		if not self.scorm_package:
			frappe.throw(_("A SCORM lesson needs a package."))
		require_same_family(self, "LMS SCORM Package", self.scorm_package, _("SCORM package"))
		if self.scorm_done_by == "Score" and not 0 < (self.scorm_score or 0) <= 100:
			frappe.throw(_("Score needed: enter more than 0 and at most 100 percent."))

	def validate_link(self) -> None:
		self.external_url = links.require_https(self.external_url, _("Address"))


def on_doctype_update() -> None:
	"""Indexes: the lessons of a course in order."""
	frappe.db.add_index("Course Lesson", ["course", "position"], "course_position")
	frappe.db.add_index("Course Lesson", ["quiz"], "lesson_quiz")
	frappe.db.add_index("Course Lesson", ["scorm_package"], "lesson_package")
