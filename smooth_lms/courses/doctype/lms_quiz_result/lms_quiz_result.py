from smooth_lms.base.guarded import GuardedRow


class LMSQuizResult(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer: DF.Text | None
		choices: DF.Text | None
		correct_answer: DF.Text | None
		is_correct: DF.Check
		marks: DF.Float
		marks_out_of: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		question: DF.Link | None
		question_text: DF.Text | None
		question_type: DF.Data | None
	# end: auto-generated types
