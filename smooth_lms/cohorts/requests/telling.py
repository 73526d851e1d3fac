"""Who hears of a request: those who can decide, and afterwards who asked."""

from collections.abc import Mapping

import frappe

from smooth_lms import permissions
from smooth_lms.base.notices import ledger
from smooth_lms.base.notices.choices import wanted
from smooth_lms.base.notices.events import MAIL, Event
from smooth_lms.base.notices.ledger import Notice
from smooth_lms.cohorts import notices
from smooth_lms.cohorts.holds import DOCTYPE
from smooth_lms.cohorts.requests import steps


def tell_deciders(requests: Mapping[str, tuple[str, str | None]], step: int) -> None:
	"""Tell those who can decide about requests; L&D where no manager can, and when the manager has not.

	Args: requests, the member and their manager who is asked, by LMS Enrollment Request; step, see `steps.py`.
	"""
	if frappe.flags.mute_emails:
		return
	l_and_d = permissions.moderators()
	told = []
	for name, (member, manager) in requests.items():
		people = {manager} if manager else set()
		if not manager or step == steps.ESCALATED:
			people.update(l_and_d)
		for user in sorted(people - {member}):
			told.append(Notice(notices.REQUESTED.key, user, DOCTYPE, name, "", step))
	ledger.tell(told)


def tell_outcome(event: Event, request: frappe._dict) -> None:
	"""Tell whoever asked, and whom it is about, how a request has ended; nobody is told what they did themselves."""
	people = {request.member, request.requested_by} - {frappe.session.user}
	if not frappe.flags.mute_emails:
		ledger.tell(Notice(event.key, user, DOCTYPE, request.name) for user in sorted(people))


def tell_approved(request: frappe._dict, *, has_seat: bool) -> None:
	"""Tell that a request was approved. A seat confirms itself: whoever gets that mail needs no other."""
	confirmed = wanted(notices.ENROLLED.key, MAIL, [request.member]) if has_seat else set()
	people = {request.member, request.requested_by} - {frappe.session.user} - confirmed
	if not frappe.flags.mute_emails:
		ledger.tell(
			Notice(notices.REQUEST_APPROVED.key, user, DOCTYPE, request.name) for user in sorted(people)
		)
