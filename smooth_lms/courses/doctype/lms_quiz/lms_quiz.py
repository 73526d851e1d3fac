import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses.authoring import check_course
from smooth_lms.courses.versions import family_root


class LMSQuiz(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.lms_quiz_pool.lms_quiz_pool import LMSQuizPool
		from smooth_lms.courses.doctype.lms_quiz_question.lms_quiz_question import LMSQuizQuestion

		course: DF.Link
		feedback: DF.Literal[
			"Result only", "Right and wrong", "Correct answers", "Correct answers once passed"
		]
		introduction: DF.SmallText | None
		max_attempts: DF.Int
		passing_percentage: DF.Percent
		pools: DF.Table[LMSQuizPool]
		questions: DF.Table[LMSQuizQuestion]
		shuffle_options: DF.Check
		shuffle_questions: DF.Check
		time_limit_minutes: DF.Int
		title: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		check_course(self)
		if not 0 < (self.passing_percentage or 0) <= 100:
			frappe.throw(_("Passed at percent: enter a number above 0 and up to 100."))
		self.validate_questions()
		self.validate_pools()

	def validate_questions(self) -> None:
		if not self.questions:
			frappe.throw(_("A quiz needs at least one question."))
		names = [row.question for row in self.questions]
		if len(set(names)) != len(names):
			frappe.throw(_("A question is in this quiz twice: remove one."))
		courses = frappe.get_all("LMS Question", {"name": ["in", names]}, pluck="course", distinct=True)
		root = family_root(self.course)
		if any(family_root(course) != root for course in courses):
			frappe.throw(_("Questions: choose those that belong to this course."))
		for row in self.questions:
			row.pool = (row.pool or "").strip()
			if row.marks is None or row.marks <= 0:
				frappe.throw(_("Row {0}: marks must be more than 0.").format(row.idx))

	def validate_pools(self) -> None:
		sizes: dict[str, int] = {}
		for row in self.questions:
			if row.pool:
				sizes[row.pool] = sizes.get(row.pool, 0) + 1
		named: set[str] = set()
		for row in self.pools:
			row.pool = row.pool.strip()
			if row.pool in named:
				frappe.throw(_("The pool {0} is there twice.").format(escape_html(row.pool)))
			named.add(row.pool)
			if not 0 < row.draw <= sizes.get(row.pool, 0):
				frappe.throw(
					_("Pool {0} has {1} questions: draw at least 1 and at most as many.").format(
						escape_html(row.pool), escape_html(sizes.get(row.pool, 0))
					)
				)
		if missing := sorted(set(sizes) - named):
			frappe.throw(_("Enter how many questions to draw from pool {0}.").format(escape_html(missing[0])))


def on_doctype_update() -> None:
	"""Indexes: the quizzes of a course."""
	frappe.db.add_index("LMS Quiz", ["course"], "course_index")
