from smooth_lms.base.guarded import GuardedRow


class LMSBatchTimetable(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		course: DF.Link | None
		date: DF.Date
		end_time: DF.Time | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		place: DF.Data | None
		start_time: DF.Time | None
		subject: DF.Data
	# end: auto-generated types
