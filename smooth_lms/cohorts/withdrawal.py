"""The ways out of a cohort: the other half of the door in `enrollment.py`, with the same lock and counters."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from smooth_lms.base import document_events
from smooth_lms.base.notices.events import Event
from smooth_lms.base.rows import record_changes, update_rows
from smooth_lms.cohorts import admission, notices, seating, telling, waitlist
from smooth_lms.cohorts.admission import ENROLLED, WAITLISTED, WITHDRAWN
from smooth_lms.cohorts.gate import DOCTYPE
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import HistoryError


def withdraw(batch: str, member: str, *, reason: str | None):
	"""Take one person out of the cohort or off its waitlist; the row stays, the seat goes to the next.

	Returns the LMS Batch Enrollment document. Raises NotEnrolledError.
	"""
	seating.lock(batch)
	name = frappe.db.get_value(DOCTYPE, {"batch": batch, "member": member}, "name", for_update=True)
	doc = frappe.get_doc(DOCTYPE, name, for_update=True) if name else None
	if refused := admission.withdrawal_refusal(doc.status if doc else None):
		seating.refuse(refused, member)
	doc.flags.status_before = doc.status
	doc.status = WITHDRAWN
	doc.withdrawal_reason = reason
	return doc.save(ignore_permissions=True)


def withdraw_many(
	batch: str, members: Sequence[str], *, reason: str | None, event: Event = notices.WITHDRAWN
) -> dict[str, str]:
	"""Take many people out of the cohort or off its waitlist, as `withdraw` does for one.

	Args: event, what they are told.

	Returns the status each had, by User; people who were not in the cohort are left out. A fixed number of queries,
	and a second run changes nothing. Raises UnknownBatchError.
	"""
	row = seating.lock(batch)
	found = frappe.db.get_values(
		DOCTYPE,
		{"batch": batch, "member": ["in", list(members)], "status": ["in", [ENROLLED, WAITLISTED]]},
		["name", "member", "status", "offered_until"],
		as_dict=True,
		for_update=True,
	)
	if not found:
		return {}
	values = {
		"status": WITHDRAWN,
		"withdrawn_on": now_datetime(),
		"withdrawal_reason": reason,
		"waitlist_position": 0,
		"offered_until": None,
		"confirmation_due": 0,
	}
	update_rows(DOCTYPE, {each.name: values for each in found})
	record_changes(DOCTYPE, {each.name: [("status", each.status, WITHDRAWN)] for each in found})
	for each in found:
		seating.count(row, each.status, -1, offered=bool(each.offered_until))
	seating.save_counts(row)
	course_enrollment.end_access([each.member for each in found if each.status == ENROLLED], batch=batch)
	telling.tell_people(event, batch, [each.member for each in found])
	document_events.tell([each.name for each in found], DOCTYPE)
	waitlist.promote(row)
	return {each.member: each.status for each in found}


def forget(doc) -> None:
	"""Prepare the deletion of an enrollment that left no trace. Raises HistoryError once training has begun."""
	row = seating.lock(doc.batch)
	if course_enrollment.has_history(doc.member, doc.batch):
		sentence = _("{0} has training history in this cohort, which is kept: withdraw them instead.")
		frappe.throw(sentence.format(escape_html(doc.member)), HistoryError)
	course_enrollment.forget_unstarted(doc.member, doc.batch)
	seating.count(row, doc.status, -1, offered=bool(doc.offered_until))
	seating.save_counts(row)
	waitlist.promote(row)
