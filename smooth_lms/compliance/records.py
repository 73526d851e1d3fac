"""Employee Compliance: the only code that makes rows from proofs, renews them and keeps their status.

A row says that one employee has, or lacks, the proof of one Compliance Type. A newer proof makes a new row and the
old one stays, no longer the latest of its kind. Nothing here commits.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

import frappe
from frappe.utils import getdate, now_datetime

from smooth_lms.base import document_events
from smooth_lms.base.periods import Period
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows, record_changes, select_rows, update_rows
from smooth_lms.base.slugs import take_numbers
from smooth_lms.compliance import evidence, requirements
from smooth_lms.compliance.days import day_of
from smooth_lms.compliance.requirements import Requirement
from smooth_lms.people.employees import Person, has_hr, people_by_employee, people_by_user

DOCTYPE = "Employee Compliance"
PENDING, IN_PROGRESS, COMPLETE, EXPIRED = "Pending", "In Progress", "Complete", "Expired"
NON_COMPLIANT = "Non-Compliant"
OPEN = (PENDING, IN_PROGRESS)
CHUNK = 2_500
FIELDS = (
	"employee",
	"employee_name",
	"member",
	"company",
	"compliance_type",
	"category",
	"mandatory",
	"compliance_control_id",
	"status",
	"valid_from",
	"valid_until",
	"certificate",
	"quiz_submission",
	"course",
	"evidence_due",
	"is_current",
	"replaces",
	"replaced_by",
)
EMPTY = dict.fromkeys(FIELDS)
CERTIFICATE_FIELDS = (
	"name",
	"employee",
	"member",
	"course",
	"attempt",
	"issue_date",
	"expiry_date",
	"completed_on",
	"compliance_control_id",
)


@dataclass(frozen=True, slots=True)
class Proof:
	"""Something that shows that an employee fulfils a requirement."""

	field: str
	"""certificate or quiz_submission"""
	name: str
	employee: str
	person: Person | None
	member: str
	course: str | None
	valid_from: date
	valid_until: date | None
	control: str | None
	requirement: Requirement

	@property
	def key(self) -> tuple[str, str]:
		return self.employee, self.requirement.name


def status_on(day: date, valid_until: date | None) -> str:
	"""Whether a proof that is valid until the given day, None for ever, is valid on `day`."""
	return EXPIRED if valid_until and day_of(valid_until) < day else COMPLETE


def name_for(employee: str, compliance_type: str) -> str:
	"""The name of the next row: `COMP-{employee}-{compliance type}-####`."""
	prefix = _prefix(employee, compliance_type)
	return f"{prefix}{take_numbers([prefix])[0]:04}"


def from_certificates(certificates: Sequence[str]) -> list[str]:
	"""Make the rows that certificates prove; those of people who are no employees prove nothing here.

	Returns the new and fulfilled rows. A second call changes nothing.
	"""
	if not certificates or not has_hr():
		return []
	rows = frappe.get_all(
		"LMS Certificate",
		filters={"name": ["in", list(certificates)], "employee": ["is", "set"], "status": "Valid"},
		fields=list(CERTIFICATE_FIELDS),
		limit=0,
	)
	return from_rows(rows, people_by_employee({row.employee for row in rows}))


def from_rows(rows: Collection[frappe._dict], people: Mapping[str, Person]) -> list[str]:
	"""As `from_certificates`, for certificates that were just issued.

	Args:
	        rows: valid certificates of employees, with CERTIFICATE_FIELDS.
	        people: what HR says of these employees, by employee.
	"""
	if not rows or not has_hr():
		return []
	rows = sorted(rows, key=lambda row: (day_of(row.issue_date), row.attempt, row.name))
	types = requirements.of_courses({row.course for row in rows})
	return _record(
		Proof(
			"certificate",
			row.name,
			row.employee,
			people.get(row.employee),
			row.member,
			row.course,
			begin := day_of(row.completed_on or row.issue_date),
			_until(begin, requirement.renewal, row.expiry_date and day_of(row.expiry_date)),
			row.compliance_control_id or requirement.compliance_control_id,
			requirement,
		)
		for row in rows
		for requirement in types[row.course]
	)


def from_submissions(submissions: Sequence[str]) -> list[str]:
	"""Make the rows that passed quizzes prove. Returns and repeats as `from_certificates`."""
	if not submissions or not has_hr():
		return []
	rows = frappe.get_all(
		"LMS Quiz Submission",
		filters={"name": ["in", list(submissions)], "status": "Submitted", "passed": 1},
		fields=["name", "member", "quiz", "course", "submitted_on", "compliance_control_id"],
		order_by="submitted_on asc, name asc",
		limit=0,
	)
	types = requirements.of_quizzes({row.quiz for row in rows}) if rows else {}
	rows = [row for row in rows if types[row.quiz]]
	people = people_by_user({row.member for row in rows}) if rows else {}
	return _record(
		Proof(
			"quiz_submission",
			row.name,
			person.employee,
			person,
			row.member,
			row.course,
			begin := day_of(row.submitted_on),
			_until(begin, requirement.renewal, None),
			row.compliance_control_id or requirement.compliance_control_id,
			requirement,
		)
		for row in rows
		if (person := people.get(row.member.lower()))
		for requirement in types[row.quiz]
	)


def on_quiz_submitted(submission: str) -> None:
	"""Hook: somebody submitted a quiz; if they passed one that proves something, note it."""
	from_submissions([submission])


def on_certificates_void(certificates: Collection[str]) -> None:
	"""A certificate was revoked or replaced: what it proved is not proved any more.

	The proof before it counts again if it is still valid.
	"""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"certificate": ["in", list(certificates)], "status": ["!=", NON_COMPLIANT]},
		fields=["name", "status", "is_current", "replaces"],
		limit=0,
	)
	if not rows:
		return
	update_rows(DOCTYPE, {row.name: {"status": NON_COMPLIANT} for row in rows})
	record_changes(DOCTYPE, {row.name: [("status", row.status, NON_COMPLIANT)] for row in rows})
	back = {row.replaces: row.name for row in rows if row.is_current and row.replaces}
	usable = frappe.get_all(
		DOCTYPE, filters={"name": ["in", list(back) or [""]], "status": COMPLETE}, pluck="name", limit=0
	)
	if usable:
		update_rows(DOCTYPE, {name: {"is_current": 1} for name in usable})
		update_rows(DOCTYPE, {back[name]: {"is_current": 0} for name in usable})


def update_statuses(day: date | None = None) -> dict[str, int]:
	"""Scheduler: what has run out is Expired, what has been begun is In Progress.

	Args: day, today by default.

	Returns how many rows became each status. The same call again changes nothing.
	"""
	day = getdate(day)
	yesterday = {"valid_until": day - timedelta(days=1)}
	expired = [row.name for row in read_rows(DOCTYPE, ("name",), {"status": COMPLETE}, up_to=yesterday)]
	begun = _begun()
	for names, before, after in ((expired, COMPLETE, EXPIRED), (begun, PENDING, IN_PROGRESS)):
		for start in range(0, len(names), CHUNK):
			part = names[start : start + CHUNK]
			update_rows(DOCTYPE, {name: {"status": after} for name in part})
			record_changes(DOCTYPE, {name: [("status", before, after)] for name in part})
			document_events.tell(part, DOCTYPE)
	return {EXPIRED: len(expired), IN_PROGRESS: len(begun)}


def verify(names: Sequence[str]) -> int:
	"""Note that the signed-in user has looked at the proof of rows. Returns how many it was new for."""
	fresh = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", list(names)], "verified_on": ["is", "not set"]},
		pluck="name",
		limit=0,
	)
	if fresh:
		values = {"verified_by": frappe.session.user, "verified_on": now_datetime()}
		update_rows(DOCTYPE, dict.fromkeys(fresh, values))
		record_changes(DOCTYPE, {name: [(f, None, v) for f, v in values.items()] for name in fresh})
	return len(fresh)


# Writing


def _record(proofs: Iterable[Proof]) -> list[str]:
	found = list(proofs)
	done: list[str] = []
	for start in range(0, len(found), CHUNK):
		done += _record_chunk(found[start : start + CHUNK])
	return done


def _record_chunk(proofs: Sequence[Proof]) -> list[str]:
	proofs = _unrecorded(proofs)
	if not proofs:
		return []
	prefixes = [_prefix(*proof.key) for proof in proofs]
	# the counters' row locks make proofs of one employee and type take turns until the transaction ends
	numbers = take_numbers(prefixes)
	latest = _latest(proof.key for proof, number in zip(proofs, numbers, strict=True) if number > 1)
	today = getdate()
	new: dict[str, dict[str, Any]] = {}
	fulfilled: dict[str, dict[str, Any]] = {}
	before: dict[str, str] = {}
	replaced: dict[str, dict[str, Any]] = {}
	open_rows = {
		key: row
		for key, row in latest.items()
		if row.status in OPEN and not row.certificate and not row.quiz_submission
	}
	current: dict[tuple[str, str], str] = {key: row.name for key, row in latest.items()}
	for proof, prefix, number in zip(proofs, prefixes, numbers, strict=True):
		values = _values(proof, today)
		if waiting := open_rows.pop(proof.key, None):
			fulfilled[waiting.name], before[waiting.name] = values, waiting.status
			continue
		name, old = f"{prefix}{number:04}", current.get(proof.key)
		values["replaces"] = old
		new[name] = values
		current[proof.key] = name
		if old in new:
			new[old] |= {"is_current": 0, "replaced_by": name}
		elif old in fulfilled:
			fulfilled[old] |= {"is_current": 0, "replaced_by": name}
		elif old:
			replaced[old] = {"is_current": 0, "replaced_by": name}
	insert_rows(DOCTYPE, FIELDS, map(itemgetter(*FIELDS), new.values()), names=list(new))
	for changed in (fulfilled, replaced):
		if changed:
			update_rows(DOCTYPE, changed)
	record_changes(
		DOCTYPE,
		{name: [("status", before[name], row["status"])] for name, row in fulfilled.items()}
		| {name: [("replaced_by", None, row["replaced_by"])] for name, row in replaced.items()},
	)
	names = [*new, *fulfilled]
	evidence.queue(names)
	document_events.tell(names, DOCTYPE)
	return names


def _latest(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], frappe._dict]:
	"""The latest row of each employee and type, as it is now."""
	wanted = set(keys)
	if not wanted:
		return {}
	# a locking read: it sees what others committed after this transaction's first read
	rows = frappe.db.get_values(
		DOCTYPE,
		{
			"employee": ["in", sorted({employee for employee, _type in wanted})],
			"compliance_type": ["in", sorted({kind for _employee, kind in wanted})],
			"is_current": 1,
		},
		["name", "employee", "compliance_type", "status", "certificate", "quiz_submission"],
		as_dict=True,
		for_update=True,
	)
	found = {(row.employee, row.compliance_type): row for row in rows}
	return {key: row for key, row in found.items() if key in wanted}


def _unrecorded(proofs: Sequence[Proof]) -> list[Proof]:
	known = set()
	for field in ("certificate", "quiz_submission"):
		names = [proof.name for proof in proofs if proof.field == field]
		rows = select_rows(DOCTYPE, (field, "compliance_type"), {field: names})
		known |= {(field, *row) for row in rows}
	return [proof for proof in proofs if (proof.field, proof.name, proof.requirement.name) not in known]


def _values(proof: Proof, today: date) -> dict[str, Any]:
	person, kind = proof.person, proof.requirement
	return EMPTY | {
		"employee": proof.employee,
		"employee_name": person.full_name if person else None,
		"member": proof.member,
		"company": person.company if person else None,
		"compliance_type": kind.name,
		"category": kind.category,
		"mandatory": int(kind.mandatory),
		"compliance_control_id": proof.control,
		"status": status_on(today, proof.valid_until),
		"valid_from": proof.valid_from,
		"valid_until": proof.valid_until,
		"course": proof.course,
		"evidence_due": 1,
		"is_current": 1,
		proof.field: proof.name,
	}


@lru_cache(maxsize=4_096)
def _until(begin: date, renewal: Period, proof_ends: date | None) -> date | None:
	"""The type's own period, where it has one, and never longer than the proof itself."""
	ends = [renewal.after(begin)] if renewal else []
	if proof_ends:
		ends.append(proof_ends)
	return min(ends, default=None)


def _prefix(employee: str, compliance_type: str) -> str:
	room = 140 - len(f"COMP-{employee}--0000") - 4
	return f"COMP-{employee}-{compliance_type[:room]}-"


def _begun() -> list[str]:
	"""Pending rows whose employee is at work on a course of the type."""
	pending = frappe.get_all(
		DOCTYPE, filters={"status": PENDING}, fields=["name", "member", "compliance_type"], limit=0
	)
	pending = [row for row in pending if row.member]
	if not pending:
		return []
	courses = requirements.courses_of({row.compliance_type for row in pending})
	begun: set[tuple[str, str]] = set()
	for start in range(0, len(pending), CHUNK):
		rows = frappe.get_all(
			"LMS Enrollment",
			filters={
				"member": ["in", [row.member for row in pending[start : start + CHUNK]]],
				"course": ["in", [course for each in courses.values() for course in each] or [""]],
				"status": ["in", ["In Progress", "Completed"]],
			},
			fields=["member", "course"],
			as_list=True,
			limit=0,
		)
		begun.update((member, course) for member, course in rows)
	return [
		row.name
		for row in pending
		if any((row.member, course) in begun for course in courses.get(row.compliance_type, ()))
	]
