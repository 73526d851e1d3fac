from smooth_lms.base.guarded import GuardedDocument


class LMSGroup(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		followed_record: DF.Data | None
		follows: DF.Data | None
		source: DF.Literal["Manual", "HR"]
		title: DF.Data
	# end: auto-generated types
