"""What stands between HR's save and us: nothing of ours may make it fail or wait."""

from collections.abc import Callable
from functools import wraps

import frappe

SAVEPOINT = "smooth_lms_hr"


def never_fails(handler: Callable) -> Callable:
	"""Let HR's save go through whatever the handler of ours meets; see `never_fails_but`."""
	return never_fails_but()(handler)


def never_fails_but(*refusals: type[Exception]) -> Callable[[Callable], Callable]:
	"""Let HR's save go through whatever the handler of ours meets, save for what it refuses on purpose.

	The handler's own writes are undone, the error is logged, and the next run of the synchronization repairs what
	was missed: it compares everything with HR and needs no note of what failed. With the flag `smooth_lms_hr_off`
	no handler does anything: for loading much data at once, with one synchronization at the end.
	"""

	def guard(handler: Callable) -> Callable:
		@wraps(handler)
		def guarded(doc, *arguments, **options) -> None:
			if frappe.flags.in_install or frappe.flags.in_uninstall or frappe.flags.smooth_lms_hr_off:
				return
			messages = len(frappe.local.message_log)
			frappe.db.savepoint(SAVEPOINT)
			try:
				handler(doc, *arguments, **options)
			except refusals:
				raise
			except Exception as error:
				# a deadlock has taken the whole transaction along, HR's part too: only HR's own retry helps
				if isinstance(error, frappe.QueryDeadlockError):
					raise
				del frappe.local.message_log[messages:]
				_note(doc, handler.__name__)

		return guarded

	return guard


def _note(doc, event: str) -> None:
	try:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(
			title=f"Smooth LMS could not follow {doc.doctype} {doc.name} ({event})"[:140],
			reference_doctype=doc.doctype,
			reference_name=doc.name,
		)
	except Exception:  # with the database in trouble there is nowhere left to write
		frappe.logger("smooth_lms").exception("Smooth LMS could not follow %s %s", doc.doctype, doc.name)
