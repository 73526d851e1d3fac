"""Licences that were bought or given back, who gets them next, and moving one from a person to another."""

from datetime import date
from functools import partial

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.courses import enrollment, licences, versions
from smooth_lms.exceptions import Refusal, TrainingRefusedError
from smooth_lms.training import decisions, licence_warnings, newcomers
from smooth_lms.training.assignments import assign, ledger, review_list
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK
from smooth_lms.training.requirement import rules


def changed(course: str) -> None:
	"""Hook: the number of licences of a course was changed. The caller holds the lock of the course.

	Open assignments from the time without a limit take theirs now; people who wait for one are looked at again.
	Raises TrainingRefusedError when there are more of the former than licences.
	"""
	_cover(course)
	licence_warnings.check([course])
	freed(course)


def freed(course: str) -> None:
	"""Hook: licences of a course may be free; they are handed out once the present transaction is committed.

	Who waits is found out then: this transaction may not see whom others have just put on the list.
	"""
	_hand_out_later(course, newcomers.AT_ONCE)


def hand_out(course: str, most: int = 0) -> None:
	"""The background job: give free licences of a course to the people who wait for one, in any version of the course.

	They are brought in line as HR's changes are, so that whoever needs none any more gets none. A transaction for each
	part of them, and none once no licence is left. Repeatable.

	Args: most, how many people to look at here; the rest goes to the queue for long jobs. 0 for all.
	"""
	people = _waiting(course)
	for part in assign.chunks(people[: most or None]):
		if not licences.is_any_free(course):
			return
		in_one_transaction(partial(newcomers.bring_in_line, part))
	if most and len(people) > most:
		_hand_out_later(course, 0)


def revoke(assignment: str, reason: str) -> None:
	"""Cancel an assignment nobody has started, so that its licence is free. Raises TrainingRefusedError."""
	_held(assignment)
	decisions.cancel([assignment], reason)


def reassign(assignment: str, member: str, reason: str, due_date: str | date | None = None) -> str:
	"""Cancel an assignment nobody has started and give its course and licence to somebody else; both or nothing.

	Args:
	        assignment: whose licence is taken.
	        member: the User who gets it.
	        reason: why; it is kept with the one that is taken.
	        due_date: for the new assignment; by default what the old one has, or today when that is past.

	Returns the new LMS Training Assignment. Raises TrainingRefusedError, AlreadyAssignedError.
	"""
	row = _held(assignment)
	permissions.require_others([member])
	if row.member == member:
		raise TrainingRefusedError(reason=_("{0} has this licence already.").format(member))
	# before anything is counted, so that nobody else gets the licence in between
	licences.lock([row.course])
	frappe.db.savepoint("reassign_licence")
	try:
		decisions.cancel([assignment], reason)
		doc = frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"member": member,
				"employee": frappe.db.get_value("LMS Learner", member, "employee"),
				"course": row.course,
				"due_date": due_date or max(row.due_date, rules.today()),
			}
		)
		return doc.insert(ignore_permissions=True).name
	except Refusal:
		frappe.db.rollback(save_point="reassign_licence")
		raise


def _hand_out_later(course: str, most: int) -> None:
	frappe.enqueue(
		"smooth_lms.training.licence_stock.hand_out",
		queue="short" if most else "long",
		enqueue_after_commit=True,
		course=course,
		most=most,
	)


def _waiting(course: str) -> list[str]:
	"""Who waits for a licence of the course, the longest first."""
	root = versions.family_root(course)
	members = frappe.get_all(
		review_list.DOCTYPE,
		filters={"course_root": root, "kind": review_list.NO_LICENCE, "open_mark": MARK},
		pluck="member",
		order_by="creation, member",
		limit=0,
	)
	return list(dict.fromkeys(members))


def _held(assignment: str) -> frappe._dict:
	"""An open assignment, locked, with a licence that is not used yet. Raises TrainingRefusedError."""
	row = decisions.one_open(assignment)
	if row.started:
		raise TrainingRefusedError(reason=_("The course has been started: its licence is used."))
	held = frappe.db.get_value(
		"LMS Enrollment",
		{"member": row.member, "course": row.course, "attempt": row.attempt},
		"licence_state",
	)
	if held != licences.ASSIGNED:
		raise TrainingRefusedError(reason=_("The assignment holds no licence."))
	return row


def _cover(course: str) -> None:
	row = frappe.db.get_value("LMS Course", course, ["licence_count", "licences_in_use"], as_dict=True)
	if not row.licence_count:
		return
	uncovered = ledger.without_licence(course)
	if len(uncovered) > row.licence_count - row.licences_in_use:
		sentence = _(
			"{0} licences are needed for what is assigned already: enter {0} or more, or 0 for no limit."
		)
		raise TrainingRefusedError(reason=sentence.format(row.licences_in_use + len(uncovered)))
	for state, started in ((licences.ASSIGNED, False), (licences.USED, True)):
		names = [each.name for each in uncovered if (each.status != "Not Started") is started]
		enrollment.set_licences(names, state)
	licences.count({course: len(uncovered)})
