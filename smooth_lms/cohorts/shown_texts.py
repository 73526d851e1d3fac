"""Private pictures in what stands about a cohort: whoever is shown the text may have them (`smooth_lms_text_readers`)."""

import frappe

from smooth_lms import permissions
from smooth_lms.base import files
from smooth_lms.cohorts import catalog
from smooth_lms.exceptions import Refusal


def in_cohort(name: str, url: str) -> bool:
	"""Whether the cohort's page shows the session's user a text with the picture."""
	said = len(frappe.local.message_log)
	try:
		shown = catalog.cohort(name, permissions.require_portal())
	except (Refusal, frappe.PermissionError, frappe.DoesNotExistError):
		del frappe.local.message_log[said:]
		return False
	return url == shown["image"] or any(
		url in files.named_in(shown[text]) for text in ("about", "guidelines")
	)
