import frappe
from frappe import _
from frappe.utils import strip_html_tags

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses.authoring import check_course
from smooth_lms.courses.quiz.sheet import MULTIPLE, SINGLE, TEXT
from smooth_lms.courses.rich_text import clean

LABEL_LENGTH = 120


class LMSQuestion(GuardedDocument):
	"""A question with what counts as right. Learners never read it; attempts carry their own copy."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.lms_question_option.lms_question_option import LMSQuestionOption

		course: DF.Link
		explanation: DF.SmallText | None
		label: DF.Data | None
		number: DF.Float
		options: DF.Table[LMSQuestionOption]
		question: DF.TextEditor
		question_type: DF.Literal["Single Choice", "Multiple Choice", "True or False", "Short Text", "Number"]
		tolerance: DF.Float
		truth: DF.Literal["True", "False"]
	# end: auto-generated types

	cleaned_by = {"question": clean}

	def validate(self) -> None:
		check_course(self)
		self.question = clean(self.question)
		text = " ".join(strip_html_tags(self.question).split())
		if not text and "<img" not in self.question:
			frappe.throw(_("The question has no text."))
		self.label = text[:LABEL_LENGTH] or _("Picture question")
		self.validate_options()

	def validate_options(self) -> None:
		if self.question_type not in (SINGLE, MULTIPLE, TEXT):
			self.options = []
			return
		seen: set[str] = set()
		for row in self.options:
			row.option = (row.option or "").strip()
			if row.option.casefold() in seen:
				frappe.throw(_("Row {0}: this answer is there twice.").format(row.idx))
			seen.add(row.option.casefold())
			if self.question_type == TEXT:
				row.is_correct = 1
		right = sum(bool(row.is_correct) for row in self.options)
		if self.question_type == TEXT and not right:
			frappe.throw(_("Enter at least one spelling that counts as correct."))
		if self.question_type != TEXT and len(self.options) < 2:
			frappe.throw(_("Enter at least two answers to choose from."))
		if self.question_type == SINGLE and right != 1:
			frappe.throw(_("Mark exactly one answer as correct."))
		if self.question_type == MULTIPLE and not right:
			frappe.throw(_("Mark at least one answer as correct."))

	def on_trash(self) -> None:
		super().on_trash()
		if frappe.db.exists("LMS Quiz Question", {"question": self.name}):
			frappe.throw(_("A quiz asks this question: take it out of the quiz first."))


def on_doctype_update() -> None:
	"""Indexes: the questions of a course."""
	frappe.db.add_index("LMS Question", ["course"], "course_index")
