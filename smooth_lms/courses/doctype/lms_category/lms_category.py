from smooth_lms.base.guarded import GuardedDocument


class LMSCategory(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Data
	# end: auto-generated types

	may_be_merged = True
