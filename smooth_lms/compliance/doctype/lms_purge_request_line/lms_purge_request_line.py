from smooth_lms.base.guarded import GuardedRow


class LMSPurgeRequestLine(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		found: DF.Int
		label: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		purged: DF.Int
		record_type: DF.Link | None
	# end: auto-generated types
