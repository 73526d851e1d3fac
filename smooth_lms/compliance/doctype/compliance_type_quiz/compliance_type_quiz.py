from smooth_lms.base.guarded import GuardedRow


class ComplianceTypeQuiz(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		quiz: DF.Link
		title: DF.Data | None
	# end: auto-generated types
