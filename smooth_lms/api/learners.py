"""Learners and the synchronization with HR over HTTP."""

from typing import Any

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.learners import by_hand
from smooth_lms.learners import why as explanation
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.learners.sync import status, undo

MOST_AT_ONCE = 5_000
MOST_INVITED = 500


@frappe.whitelist(methods=["POST"])
@checked
def sync_now(dry_run: bool = False) -> dict[str, Any]:
	"""Start a synchronization with HR.

	Args: dry_run, only list what would happen.

	Returns `run`, the LMS Sync Run to watch. Raises SyncBusyError (409) when one is at work or held.
	"""
	permissions.require_sync_keeper()
	return {"run": sync_run.start(trigger="Person", dry_run=bool(frappe.utils.cint(dry_run)))}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def sync_status(run: str | None = None) -> dict[str, Any]:
	"""How the synchronization stands: see `status.status`. Args: run, an LMS Sync Run; the newest by default."""
	if not permissions.may_see_sync():
		permissions.require_sync_keeper()
	return status.status(run)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def sync_card() -> dict[str, Any] | str:
	"""Number Card: hours since the last synchronization that succeeded, and the way to the runs; or `never`."""
	if not permissions.may_see_sync():
		permissions.require_sync_keeper()
	hours = status.hours_since_success()
	if hours is None:
		return _("never")  # the card cannot show a number that is not there
	return {"value": hours, "fieldtype": "Float", "route": ["List", "LMS Sync Run"]}


@frappe.whitelist(methods=["POST"])
@checked
def approve_sync(run: str) -> None:
	"""Carry out a held run."""
	permissions.require_sync_keeper()
	sync_run.approve(run)


@frappe.whitelist(methods=["POST"])
@checked
def discard_sync(run: str) -> None:
	"""End a held run without having changed anybody."""
	permissions.require_sync_keeper()
	sync_run.discard(run)


@frappe.whitelist(methods=["POST"])
@checked
def abort_sync(run: str) -> None:
	"""Stop a run that is at work; what it has done stays."""
	permissions.require_sync_keeper()
	sync_run.abort(run)


@frappe.whitelist(methods=["POST"])
@checked
def continue_sync(run: str) -> None:
	"""Continue a run that failed or was aborted. Raises SyncBusyError (409) when another one is open."""
	permissions.require_sync_keeper()
	sync_run.resume(run)


@frappe.whitelist(methods=["POST"])
@checked
def undo_sync(run: str) -> None:
	"""Take back what a run has done, in the background. Moderators only: it may give seats beyond the limit."""
	permissions.require_moderator()
	undo.request(run)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def why(employee: str) -> dict[str, Any]:
	"""Why an employee has access to training or not: see `why.why`."""
	permissions.require_enroller()
	permissions.require_employee(employee)
	return explanation.why(employee)


@frappe.whitelist(methods=["POST"])
@checked
def set_learning_profile(employees: list | str, profile: str | None = None) -> dict[str, int]:
	"""Give many employees a learning profile, or clear it.

	Args: employees, a list of Employee names; profile, an LMS Learning Profile, empty to clear.

	Returns `changed`. Raises PermissionError if one of them may not be changed by the caller, ProfileRefusedError if the
	caller may not give this profile, or one of them is the caller.
	"""
	names = _some(employees)
	permissions.require_employees(names)
	return {"changed": by_hand.set_profile(names, profile or None)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def leaving_means(employee: str) -> dict[str, Any]:
	"""What setting an employee to Left will do to their training: see `by_hand.leaving_means`."""
	permissions.require_employee(employee, "write")
	return by_hand.leaving_means(employee)


@frappe.whitelist(methods=["POST"])
@checked
def archive(learners: list | str, keep_seats: bool = False) -> dict[str, int]:
	"""Archive learners for good. For moderators.

	Args: learners, a list of Users; keep_seats, see `by_hand.archive`. Returns `changed`.
	"""
	permissions.require_moderator()
	return {"changed": by_hand.archive(_some(learners), keep_seats=keep_seats)}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_archive_means(learners: list | str) -> dict[str, Any]:
	"""What archiving learners takes from them: see `by_hand.archive_means`. For moderators."""
	permissions.require_moderator()
	return by_hand.archive_means(_some(learners))


@frappe.whitelist(methods=["POST"])
@checked
def restore(learners: list | str) -> dict[str, int]:
	"""Bring archived learners back. For moderators. Args: learners, a list of Users. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.restore(_some(learners))}


@frappe.whitelist(methods=["POST"])
@checked
def put_in_group(learners: list | str, group: str) -> dict[str, int]:
	"""Put learners into a group that people made: see `by_hand.put_in_group`. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.put_in_group(_some(learners), group)}


@frappe.whitelist(methods=["POST"])
@checked
def take_out_of_group(learners: list | str, group: str) -> dict[str, int]:
	"""Take learners out of a group that people made. For moderators. Returns `changed`."""
	permissions.require_moderator()
	return {"changed": by_hand.take_out_of_group(_some(learners), group)}


@frappe.whitelist(methods=["POST"])
@checked
def invite(learners: list | str) -> dict[str, int]:
	"""Send welcome mails to learners who have never signed in. For moderators. Returns `sent` and `skipped`."""
	permissions.require_moderator()
	return by_hand.invite(_some(learners, MOST_INVITED))


def _some(learners: list | str, most: int = MOST_AT_ONCE) -> list[str]:
	found = arguments.names(learners)
	if len(found) > most:
		frappe.throw(_("At most {0} people at once.").format(frappe.utils.cint(most)))
	return found
