import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSNoticeChoice(GuardedDocument):
	"""What somebody has chosen to hear about one event. Written by `base/notices/choices.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		bell: DF.Check
		calendar: DF.Check
		event: DF.Data
		mail: DF.Check
		user: DF.Link
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Index: one choice for each person and event."""
	frappe.db.add_unique("LMS Notice Choice", ["user", "event"], constraint_name="unique_user_event")
