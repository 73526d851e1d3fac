from smooth_lms.base.guarded import GuardedRow


class LMSQuizQuestion(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		marks: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pool: DF.Data | None
		question: DF.Link
	# end: auto-generated types
