"""Training history is kept."""

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.exceptions import HistoryError


def refuse_deletion(doc) -> None:
	"""Stop the deletion of a record that shows what somebody learned. Raises HistoryError."""
	frappe.throw(
		_("{0} is training history and is kept.").format(f"{_(doc.doctype)} {escape_html(doc.name)}"),
		HistoryError,
	)
