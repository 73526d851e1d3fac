from smooth_lms.base.guarded import GuardedDocument


class LMSCalendarFeed(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		read_on: DF.Datetime | None
		renewed_on: DF.Datetime | None
		token: DF.Data | None
		user: DF.Link
	# end: auto-generated types
