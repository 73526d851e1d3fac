"""Packages that a System Manager trusts to run as pages of the portal itself.

For a site that has only one name, and a package whose frames have to talk to each other. What such a package does, it
does as whoever opens it: see docs/decisions/0006. Who trusted it, when and why stays with the package.
"""

import frappe
from frappe import _
from frappe.utils import now

from smooth_lms import permissions
from smooth_lms.base.rows import record_changes, set_value

DOCTYPE = "LMS SCORM Package"
FIELDS = ("trusted", "trusted_by", "trusted_on", "trust_reason")


def trust(package: str, reason: str) -> None:
	"""Let a package run with the portal's own origin. Args: reason, of which the package keeps a record.

	Raises PermissionError for anybody but a System Manager, ValidationError without a reason.
	"""
	_write(package, 1, reason)


def end_trust(package: str, reason: str) -> None:
	"""Let a package run apart from the portal again. Args and errors: as `trust`."""
	_write(package, 0, reason)


def _write(package: str, trusted: int, reason: str) -> None:
	permissions.require_system_manager()
	if not (reason or "").strip():
		frappe.throw(_("Enter a reason."))
	before = frappe.db.get_value(DOCTYPE, package, FIELDS, as_dict=True, for_update=True)
	if not before:
		raise frappe.DoesNotExistError(_("There is no such package."))
	values = {
		"trusted": trusted,
		"trusted_by": frappe.session.user,
		"trusted_on": now(),
		"trust_reason": reason.strip(),
	}
	set_value(DOCTYPE, package, values)
	record_changes(DOCTYPE, {package: [(field, before[field], values[field]) for field in FIELDS]})
