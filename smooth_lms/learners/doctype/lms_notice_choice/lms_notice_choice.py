import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSNoticeChoice(GuardedDocument):
	"""What somebody has chosen to hear about one event. Written by `base/notices/choices.py`."""


def on_doctype_update() -> None:
	"""Index: one choice for each person and event."""
	frappe.db.add_unique("LMS Notice Choice", ["user", "event"], constraint_name="unique_user_event")
