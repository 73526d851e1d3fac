"""What people are told, and what they want to be told, over HTTP."""

from typing import Any

import frappe

from smooth_lms import permissions
from smooth_lms.api.arguments import checked
from smooth_lms.base.notices import choices
from smooth_lms.base.transactions import tried_again_on_deadlock


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_my_choices() -> list[dict[str, Any]]:
	"""What may be sent to the signed-in user, and whether they want it: see `choices.choices_of`."""
	user = permissions.require_portal()
	return choices.choices_of(user, permissions.notice_readers(user))


@frappe.whitelist(methods=["POST"])
@checked
@tried_again_on_deadlock
def set_my_choice(event: str, channel: str, wanted: bool) -> list[dict[str, Any]]:
	"""Note whether the signed-in user wants to hear of something in this way.

	Args:
	        event: a key of `get_my_choices`, such as `cohort_enrolled`.
	        channel: mail, bell or calendar.
	        wanted: yes or no.

	Returns what `get_my_choices` does. Raises DoesNotExistError for an unknown event, ValidationError for a way it
	does not take, and for what everybody gets.
	"""
	user = permissions.require_portal()
	choices.choose(user, event, channel, wanted)
	return choices.choices_of(user, permissions.notice_readers(user))
