"""THE DOOR: with `withdrawal.py` and `waitlist.py` the only code that writes an enrollment in a cohort.

Every way in (desk, portal, API, import, HR) ends here, and every way out in `withdrawal.py`. Each call takes the cohort's row lock
first and holds it until the transaction ends, so that seats, waitlist and counters agree under any load; the
unique index on (batch, member) stands behind it. Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base import document_events
from smooth_lms.base.rows import insert_rows, select_rows, update_rows
from smooth_lms.cohorts import (
	admission,
	confirmation,
	facts,
	holds,
	notices,
	seating,
	telling,
	waitlist,
	withdrawal,
)
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, SEATED, WAITLISTED, WITHDRAWN, Attempt
from smooth_lms.cohorts.facts import Candidate
from smooth_lms.cohorts.gate import DOCTYPE, Decision, Gate, distinct
from smooth_lms.cohorts.outcomes import ALREADY, REFUSED, Report
from smooth_lms.cohorts.seating import CHUNK
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import (
	AlreadyEnrolledError,
	OverrideNotAllowedError,
	Refusal,
	UnknownBatchError,
)

SELF_SERVICE = ("Portal", "API")
KEPT = ("batch", "member", "enrolled_on")
"""Fields that a person who comes back keeps, or that are not worth a line of history."""


def enroll(batch: str, member: str, *, source: str, override_reason: str | None = None):
	"""Enroll one person, or put them on the waitlist.

	Args:
	        batch: LMS Batch.
	        member: a User, or an Employee whose user is meant.
	        source: Desk, Portal, API, Data Import, HR or Rule.
	        override_reason: why audience, time and seats shall not count; moderators only.

	Returns the LMS Batch Enrollment document. Raises the Refusal that applies.
	"""
	gate = Gate(seating.lock(batch), _attempt(member, source, override_reason))
	candidate = gate.candidates([member])[member]
	if isinstance(candidate, Refusal):
		seating.refuse(candidate, member)
	if candidate.enrollment:
		doc = frappe.get_doc(DOCTYPE, candidate.enrollment, for_update=True)
		candidate = candidate.with_status(doc.status)
		if refused := admission.duplicate_refusal(candidate.member):
			seating.refuse(refused, doc.member)
		doc.flags.status_before = doc.status
		doc.status = ENROLLED
	else:
		doc = frappe.new_doc(DOCTYPE, batch=batch, member=candidate.member.user)
	doc.override_reason = override_reason
	doc.flags.source, doc.flags.gate, doc.flags.candidate = source, gate, candidate
	return doc.save(ignore_permissions=True)


def enroll_many(
	batch: str,
	members: Sequence[str],
	*,
	source: str,
	override_reason: str | None = None,
	by_manager: bool = False,
) -> dict:
	"""Enroll any number of people; one that is refused stops nobody else, and a second run changes nothing.

	Args: as `enroll`, with `members` a list of Users or Employees; by_manager, the manager of these people does it.

	Returns a report: `batch, total, enrolled, waitlisted, already_enrolled, refused` and `rows`, each with
	`member, member_name, outcome, reason`, in the order asked. A fixed number of queries for each 1,000 people.
	Raises UnknownBatchError, OverrideNotAllowedError.
	"""
	gate = Gate(seating.lock(batch), _attempt(None, source, override_reason, by_manager))
	report = Report(batch)
	wanted = distinct(members)
	for start in range(0, len(wanted), CHUNK):
		_enroll_chunk(gate, wanted[start : start + CHUNK], source, override_reason, report)
	return report.as_dict()


def preview(
	batch: str,
	members: Sequence[str],
	*,
	source: str = "Desk",
	override_reason: str | None = None,
	by_manager: bool = False,
) -> dict:
	"""What `enroll_many` would answer at this moment; nothing is locked or written."""
	row = frappe.db.get_value("LMS Batch", batch, facts.COHORT_FIELDS, as_dict=True)
	if not row:
		seating.refuse(UnknownBatchError(batch=batch), None)
	gate = Gate(row, _attempt(None, source, override_reason, by_manager))
	report = Report(batch)
	wanted = distinct(members)
	for start in range(0, len(wanted), CHUNK):
		for asked, candidate in gate.candidates(wanted[start : start + CHUNK]).items():
			_decide(gate, asked, candidate, report)
	return report.as_dict()


def move(member: str, *, from_batch: str, to_batch: str, source: str = "Desk"):
	"""Move a person to another cohort and keep what they have done; all of it or nothing.

	Returns the new LMS Batch Enrollment. Raises the Refusal of the new cohort, or NotEnrolledError.
	"""
	for batch in sorted({from_batch, to_batch}):
		seating.lock(batch)
	frappe.db.savepoint("move_member")
	try:
		withdrawal.withdraw(from_batch, member, reason=_("Moved to {0}").format(to_batch))
		return enroll(to_batch, member, source=source)
	except Refusal:
		frappe.db.rollback(save_point="move_member")
		raise


def complete(names: Sequence[str]) -> list[str]:
	"""Note that people have completed their cohort; `completion.py` has decided that. Seats and access stay.

	Args: names, LMS Batch Enrollments. Returns those for which it is new. A fixed number of queries for each 1,000.
	"""
	fresh: list[str] = []
	for start in range(0, len(names), CHUNK):
		among, where = {"name": names[start : start + CHUNK]}, {"status": ENROLLED}
		part = [name for (name,) in select_rows(DOCTYPE, ["name"], among, where, lock=True)]
		if part:
			values = {"status": COMPLETED}
			update_rows(DOCTYPE, dict.fromkeys(part, values))
			seating.record_status(dict.fromkeys(part, values), ENROLLED)
			document_events.tell(part, DOCTYPE)
		fresh += part
	return fresh


# What the LMS Batch Enrollment controller asks


def admit(doc) -> None:
	"""Decide about an enrollment document that is being saved and write the answer into it.

	For new documents and for those whose status goes back to Enrolled. Raises the Refusal that applies.
	"""
	gate, candidate = doc.flags.get("gate"), doc.flags.pop("candidate", None)
	if not candidate:
		gate = doc.flags.gate = _gate_for(doc)
		candidate = gate.candidates([doc.member])[doc.member]
		if doc.flags.was_offered:
			candidate = candidate.with_held_seat()
	if doc.flags.status_before:
		candidate = candidate.with_status(None)
	decision = gate.decide_document(doc, candidate)
	if decision.refusal:
		seating.refuse(decision.refusal, doc.member)
	doc.update(_values(gate, candidate, decision, doc.flags.source, doc.override_reason))
	doc.withdrawn_on = doc.withdrawal_reason = None


def _gate_for(doc) -> Gate:
	row = seating.lock(doc.batch)
	attempt = _attempt(doc.member, doc.flags.source, doc.override_reason)
	if doc.flags.status_before != WAITLISTED:
		return Gate(row, attempt)
	if doc.flags.was_offered:
		# they were let in when they began to wait: what only who comes by themselves is asked is not asked again
		return Gate(row, replace(attempt, off_waitlist=True, by_self=False))
	permissions.require_others([doc.member])  # nobody takes themselves off the waitlist
	gate = Gate(row, replace(attempt, off_waitlist=True))
	gate.cohort = replace(gate.cohort, waitlist_count=gate.cohort.waitlist_count - 1)
	return gate


def settle(doc, before: str | None) -> None:
	"""Act on a changed status: counters, course access, mail, and the seat for the next who waits."""
	gate = doc.flags.pop("gate", None)
	if gate and not facts.is_last_lock(gate.row):
		gate = None
	row = gate.row if gate else seating.lock(doc.batch)
	row.waitlist_serial = max(row.waitlist_serial, doc.waitlist_position or 0)
	seating.count(row, before, -1, offered=bool(doc.flags.pop("was_offered", False)))
	seating.count(row, doc.status, 1)
	if doc.status in (ENROLLED, WAITLISTED):
		holds.use(row, [doc.member])
	seating.save_counts(row)
	if doc.status == ENROLLED and before not in SEATED:
		courses = gate.courses if gate else facts.courses_of([row.name])[row.name]
		seating.seat(row, {doc.name: (doc.member, doc.member_name)}, courses)
	elif doc.status == WITHDRAWN:
		course_enrollment.end_access([doc.member], batch=doc.batch)
		telling.tell_people(notices.WITHDRAWN, doc.batch, [doc.member])
	elif doc.status == WAITLISTED:
		telling.tell_people(notices.WAITLISTED, doc.batch, [doc.member])
	waitlist.promote(row)


# Deciding


def _attempt(
	member: str | None, source: str | None, override_reason: str | None, by_manager: bool = False
) -> Attempt:
	if override_reason and not permissions.may_override():
		sentence = _("Only a moderator can make an exception: leave the reason empty.")
		frappe.throw(sentence, OverrideNotAllowedError)
	if override_reason:
		permissions.require_others([member])
	by_self = source in SELF_SERVICE and member == frappe.session.user
	return Attempt(
		now=seating.now_utc(), by_self=by_self, by_manager=by_manager, override=bool(override_reason)
	)


def _decide(gate: Gate, asked: str, candidate: Candidate | Refusal, report: Report) -> Decision | None:
	"""Ask the gate about one of many and note the answer. Returns the decision if the person gets in."""
	if isinstance(candidate, Refusal):
		report.add(asked, REFUSED, candidate.text)
		return None
	decision = gate.decide(candidate)
	if not decision.refusal:
		report.add(asked, decision.status, name=candidate.full_name)
		return decision
	outcome = ALREADY if isinstance(decision.refusal, AlreadyEnrolledError) else REFUSED
	report.add(asked, outcome, decision.refusal.text, candidate.full_name)
	return None


def _values(
	gate: Gate, candidate: Candidate, decision: Decision, source: str, override_reason: str | None
) -> dict[str, Any]:
	"""What the enrollment of a person who was let in says."""
	waits, excepted, person = decision.status == WAITLISTED, bool(decision.exceptions), candidate.person
	gate.row.waitlist_serial += waits
	return {
		"batch": gate.row.name,
		"member": candidate.member.user,
		"member_name": candidate.full_name,
		"employee": person.employee if person else None,
		"member_type": person.member_type if person else "External",
		"status": decision.status,
		"source": source,
		"enrolled_on": None if waits else now_datetime(),
		"waitlist_position": gate.row.waitlist_serial if waits else 0,
		"offered_until": None,
		"override_reason": override_reason if excepted else None,
		"overridden_by": frappe.session.user if excepted else None,
		"overridden_rules": " ".join(each.text for each in decision.exceptions) or None,
		"payment": candidate.payment,
		"confirmation_due": int(not waits and confirmation.wanted()),
	}


# Writing


def _enroll_chunk(
	gate: Gate, asked: list[str], source: str, override_reason: str | None, report: Report
) -> None:
	standing = facts.standing(gate.row.name, asked)
	present = {key: row.status for key, row in standing.items() if row.status != WITHDRAWN}
	open_names = [name for name in asked if name.lower() not in present]
	answers = gate.candidates(open_names) if open_names else {}
	new: dict[str, dict] = {}
	back: dict[str, dict] = {}
	asked_as: dict[str, str] = {}
	for name in asked:
		candidate = answers.get(name)
		if candidate is None:
			member = admission.Member(name, status=present[name.lower()])
			report.add(name, ALREADY, admission.duplicate_refusal(member).text)
		elif isinstance(candidate, Candidate) and candidate.member.user in asked_as:
			report.add(name, ALREADY, AlreadyEnrolledError().text, candidate.full_name)
		elif decision := _decide(gate, name, candidate, report):
			asked_as[candidate.member.user] = name
			values = _values(gate, candidate, decision, source, override_reason)
			if candidate.enrollment:
				back[candidate.enrollment] = values
			else:
				new[name] = values
	if new or back:
		written = _insert(list(new.values())) | _bring_back(back)
		arrived = {values["member"] for values in written.values()}
		for member, name in asked_as.items():
			if member not in arrived:  # somebody else enrolled them between our first read and the lock
				report.add(name, ALREADY, AlreadyEnrolledError().text)
		_welcome(gate, written)


def _insert(rows: list[dict]) -> dict[str, dict]:
	"""Write new enrollments. Returns what was written, by name; a row that was there already is left out."""
	if not rows:
		return {}
	values = [tuple(row.values()) for row in rows]
	names = insert_rows(DOCTYPE, tuple(rows[0]), values, skip_duplicates=True)
	return {name: row for name, row in zip(names, rows, strict=True) if name}


def _bring_back(rows: Mapping[str, dict]) -> dict[str, dict]:
	"""Enroll people again who had withdrawn. Returns what was written, by name."""
	if not rows:
		return {}
	locked = frappe.db.get_values(
		DOCTYPE, {"name": ["in", list(rows)]}, ["name", "status"], as_dict=True, for_update=True
	)
	found = {row.name: rows[row.name] for row in locked if row.status == WITHDRAWN}
	if found:
		cleared = {"withdrawn_on": None, "withdrawal_reason": None, "confirmation_email_sent": 0}
		update_rows(DOCTYPE, {name: {**values, **cleared} for name, values in found.items()})
		seating.record_status(found, WITHDRAWN)
	return found


def _welcome(gate: Gate, written: Mapping[str, dict]) -> None:
	"""Do for a set what `settle` does for one."""
	for values in written.values():
		seating.count(gate.row, values["status"], 1)
	holds.use(gate.row, [values["member"] for values in written.values()])
	seating.save_counts(gate.row)
	seated = {
		name: (values["member"], values["member_name"])
		for name, values in written.items()
		if values["status"] == ENROLLED
	}
	seating.seat(gate.row, seated, gate.courses)
	waiting = [values["member"] for values in written.values() if values["status"] == WAITLISTED]
	telling.tell_people(notices.WAITLISTED, gate.row.name, waiting)
	document_events.tell(list(written), DOCTYPE)
	waitlist.promote(gate.row)
