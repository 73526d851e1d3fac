from smooth_lms.base.guarded import GuardedRow


class LMSNoticeSetting(GuardedRow):
	"""What the site sends about one event, and in which words: a row of LMS Settings."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		bell: DF.Check
		calendar: DF.Check
		email_template: DF.Link | None
		event: DF.Data
		mail: DF.Check
		notice: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
