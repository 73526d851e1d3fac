from smooth_lms.base.guarded import GuardedRow


class LMSQuizPool(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		draw: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pool: DF.Data
	# end: auto-generated types
