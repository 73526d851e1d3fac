"""Certificates (LMS Certificate): the only code that writes them.

A certificate that was issued never changes. It can become void (revoked, or replaced by another) and says so from
then on; its row stays. The unique index on (member, course, attempt) stands behind "once for each attempt".
Nothing here commits.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, now_datetime

from smooth_lms import permissions
from smooth_lms.base import document_events
from smooth_lms.base.periods import Period
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import insert_rows, record_changes, select_rows, set_value
from smooth_lms.compliance import designs, records
from smooth_lms.compliance.codes import new_codes
from smooth_lms.compliance.days import day_of, end_of
from smooth_lms.compliance.standing import REPLACED, REVOKED, VALID
from smooth_lms.exceptions import CertificateRefusedError
from smooth_lms.people.employees import Person, people_by_user

DOCTYPE = "LMS Certificate"
HOOK = "smooth_lms_certificates_issued"
CHUNK = 2_500
ISSUED, ALREADY, NOT_COMPLETED = "issued", "already", "not_completed"
FIELDS = (
	"member",
	"member_name",
	"employee",
	"course",
	"course_title",
	"course_version",
	"batch",
	"attempt",
	"status",
	"issue_date",
	"expiry_date",
	"verification_code",
	"compliance_control_id",
	"issuer",
	"design",
	"enrollment",
	"completed_on",
	"issued_by",
	"reason",
	"replaces",
)
_COLUMNS = itemgetter(*FIELDS)
ENROLLMENT_FIELDS = (
	"name",
	"member",
	"member_name",
	"course",
	"batch",
	"attempt",
	"status",
	"completed_on",
	"withdrawn_on",
)
COURSE_FIELDS = (
	"name",
	"title",
	"version",
	"validity_months",
	"validity_days",
	"compliance_control_id",
	"certificate_design",
)


def on_course_completed(enrollment: str) -> None:
	"""Hook: somebody completed a course; give them the certificate if the course issues one.

	Args: enrollment, the name of the LMS Enrollment.
	"""
	course = frappe.db.get_value("LMS Enrollment", enrollment, "course")
	if frappe.db.get_value("LMS Course", course, "certification"):
		issue_many([enrollment])


def rests_on(enrollment: str) -> bool:
	"""Hook: whether a valid certificate proves the completion of this LMS Enrollment."""
	return bool(frappe.db.exists(DOCTYPE, {"enrollment": enrollment, "status": VALID}))


def issue(enrollment: str, *, reason: str | None = None) -> str:
	"""Issue the certificate of one completed course enrollment.

	Args:
	        enrollment: LMS Enrollment.
	        reason: why it is issued by hand; then a revoked certificate of the same attempt is no obstacle.

	Returns the LMS Certificate. Raises CertificateRefusedError.
	"""
	outcome = issue_many([enrollment], reason=reason)
	if outcome[NOT_COMPLETED]:
		if frappe.db.get_value("LMS Enrollment", enrollment, "status") == "Completed":
			_refuse(_("The access of this person to the course has ended: nothing is certified for them."))
		_refuse(_("The course is not completed: a certificate can be issued once it is."))
	if outcome[ALREADY]:
		_refuse(_("There is a certificate for this attempt already."))
	return outcome["names"][0]


def issue_many(
	enrollments: Sequence[str], *, reason: str | None = None, but: str | None = None
) -> dict[str, Any]:
	"""Issue the certificates of any number of completed course enrollments; a second run changes nothing.

	Args: as `issue`; but, a User who gets none: whoever asks for certificates gets theirs from somebody else.

	Returns how many were `issued`, had one `already` or are `not_completed` (or belong to somebody whose access has
	ended, who is archived or whose account is disabled), and the `names` of the new ones. A fixed number of queries for each 2,500 enrollments.
	"""
	outcome: dict[str, Any] = {ISSUED: 0, ALREADY: 0, NOT_COMPLETED: 0, "names": []}
	wanted = sorted(set(enrollments))
	for start in range(0, len(wanted), CHUNK):
		_issue_chunk(wanted[start : start + CHUNK], reason, outcome, but)
	return outcome


def revoke(certificate: str, reason: str) -> None:
	"""Declare a certificate void. Whoever checks it sees that, but not why.

	Raises CertificateRefusedError for one that is void already, and without a reason.
	"""
	row = _lock_valid(certificate)
	_require_reason(reason)
	_void(row.name, REVOKED, reason, None)


def reissue(certificate: str, member: str, reason: str) -> str:
	"""Correct a certificate that was issued to the wrong person: the right one gets a new certificate, with the
	same course and dates and a code of its own; each names the other, and the old one is void.

	Args:
	        certificate: LMS Certificate.
	        member: the User who should have had it.
	        reason: kept with the old one.

	Returns the new LMS Certificate. Raises CertificateRefusedError.
	"""
	row = _lock_valid(certificate)
	_require_reason(reason)
	user = frappe.db.get_value("User", member, ["name", "full_name"], as_dict=True)
	if not user:
		_refuse(_("There is no user {0}.").format(member))
	if user.name == row.member:
		_refuse(_("This certificate is {0}'s already: choose the right person.").format(user.full_name))
	permissions.require_not_self(user.name)
	own = _standing([user.name], [row.course]).get((user.name, row.course), [])
	if any(each.status == VALID and each.attempt == row.attempt for each in own):
		_refuse(_("{0} has a certificate for this course already.").format(user.full_name or user.name))
	attempts = {each.attempt for each in own}
	# their own enrollment, if they have one, stays free to earn a certificate of its own
	values = {
		**{field: row[field] for field in FIELDS},
		"member": user.name,
		"member_name": user.full_name or user.name,
		"employee": _employees([user.name]).get(user.name.lower()),
		"attempt": _free_attempt(row.attempt, attempts),
		"verification_code": new_codes(1)[0],
		"enrollment": None,
		"issued_by": frappe.session.user,
		"reason": reason,
		"replaces": row.name,
	}
	(name,) = insert_rows(DOCTYPE, FIELDS, [_COLUMNS(values)])
	_void(row.name, REPLACED, reason, name)
	records.from_certificates([name])
	_tell([name])
	document_events.tell([name], DOCTYPE)
	return name


def prepare(doc) -> None:
	"""Fill in a certificate document that a person or an import makes by hand, from its member and course.

	Raises CertificateRefusedError, PermissionError.
	"""
	permissions.require_not_self(doc.member)
	course = frappe.db.get_value("LMS Course", doc.course, COURSE_FIELDS, as_dict=True)
	enrollment = _latest_completed(doc.member, doc.course)
	own = _standing([doc.member], [doc.course]).get((doc.member, doc.course), [])
	if enrollment and any(each.enrollment == enrollment.name and each.status == VALID for each in own):
		_refuse(_("There is a certificate for this attempt already."))
	if not enrollment and not doc.reason:
		_refuse(
			_("{0} has not completed the course here: say why the certificate is issued.").format(doc.member)
		)
	if enrollment and doc.issue_date:
		enrollment.completed_on = None  # who gives a date of their own means it to count
	issued_on = getdate(doc.issue_date)
	if issued_on > getdate():
		_refuse(_("The date of issue is in the future: choose today or a day before."))
	if doc.expiry_date and getdate(doc.expiry_date) <= issued_on:
		_refuse(_("It would end before it begins: choose a later day for Valid until."))
	person = people_by_user([doc.member]).get(doc.member.lower())
	full_name = frappe.db.get_value("User", doc.member, "full_name") or doc.member
	enrollment = enrollment or frappe._dict(member=doc.member, course=doc.course, batch=doc.batch, attempt=1)
	enrollment.member_name = full_name
	enrollment.attempt = _free_attempt(enrollment.attempt, {each.attempt for each in own})
	(code,) = new_codes(1)
	chosen = designs.chooser()(course.certificate_design, person and person.company)
	values = _values(enrollment, course, person, code, issued_on, doc.reason, chosen)
	if doc.expiry_date:
		values["expiry_date"] = doc.expiry_date
	doc.update(values)


def after_issue(doc) -> None:
	"""What follows a certificate made by hand."""
	records.from_certificates([doc.name])
	_tell([doc.name])


def of_member(member: str) -> list[frappe._dict]:
	"""The certificates of a person, the newest first, for their own page: what `LMS Certificate` says of each."""
	return frappe.get_all(
		DOCTYPE,
		filters={"member": member},
		fields=[
			"name",
			"course",
			"course_title",
			"issue_date",
			"expiry_date",
			"completed_on",
			"status",
			"verification_code",
			"replaced_by",
		],
		order_by="issue_date desc, creation desc",
		limit=0,
	)


def holders(course: str) -> int:
	"""How many people hold a certificate of the course that was neither revoked nor replaced, and has not ended."""
	rows = read_rows(DOCTYPE, ("member", "expiry_date"), {"course": course, "status": VALID})
	return len({row.member for row in rows if not row.expiry_date or row.expiry_date >= getdate()})


def of_course(member: str, course: str) -> frappe._dict | None:
	"""The newest valid certificate that a person has for this version of a course: its verification_code."""
	return frappe.db.get_value(
		DOCTYPE,
		{"member": member, "course": course, "status": VALID},
		["verification_code"],
		as_dict=True,
		order_by="issue_date desc, creation desc",
	)


def completed_on(certificate: Mapping[str, Any]) -> date:
	"""The day on which its course was completed; of one made by hand for training elsewhere, the day of issue."""
	return getdate(certificate["completed_on"] or certificate["issue_date"])


def enrollments_of(batch: str, course: str | None, after: str, limit: int) -> list[str]:
	"""The cohort's enrollments in the course, or in all that issue certificates, in the order of their names.

	Args:
	        batch: LMS Batch.
	        course: one course only.
	        after: the last name of the chunk before; "" for the first.
	        limit: how many.
	"""
	row, taught = frappe.qb.DocType("LMS Enrollment"), frappe.qb.DocType("LMS Course")
	query = (
		frappe.qb.from_(row)
		.join(taught)
		.on(taught.name == row.course)
		.select(row.name)
		.where((row.batch == batch) & (row.name > after))
		.orderby(row.name)
		.limit(limit)
	)
	query = query.where(row.course == course) if course else query.where(taught.certification == 1)
	return query.run(pluck=True)


# Issuing a chunk


def _issue_chunk(
	names: Collection[str], reason: str | None, outcome: dict[str, Any], but: str | None = None
) -> None:
	locked = select_rows(
		"LMS Enrollment",
		ENROLLMENT_FIELDS,
		{"name": names},
		lock=True,
		as_text=("completed_on", "withdrawn_on"),
	)
	rows = [frappe._dict(zip(ENROLLMENT_FIELDS, row, strict=True)) for row in locked]
	rows = [row for row in rows if row.status == "Completed" and not row.withdrawn_on]
	gone = permissions.absent({row.member for row in rows})
	left_out = {*gone, but}
	completed = sorted((row for row in rows if row.member not in left_out), key=lambda row: row.member)
	outcome[NOT_COMPLETED] += len(names) - len(completed)
	if not completed:
		return
	members, course_names = {row.member for row in completed}, {row.course for row in completed}
	found = select_rows("LMS Course", COURSE_FIELDS, {"name": course_names})
	courses = {row[0]: dict(zip(COURSE_FIELDS, row, strict=True)) for row in found}
	standing, people, today = _standing(members, course_names), people_by_user(members), getdate()
	codes, choose = iter(new_codes(len(completed))), designs.chooser()
	pending: list[dict[str, Any]] = []
	for row in completed:
		own = standing.get((row.member, row.course), [])
		mine = [each for each in own if each.enrollment == row.name]
		if any(each.status == VALID or (each.status == REVOKED and not reason) for each in mine):
			continue
		row.attempt = _free_attempt(row.attempt, {each.attempt for each in own}) if own else row.attempt
		person = people.get(row.member.lower())
		course = courses[row.course]
		chosen = choose(course["certificate_design"], person and person.company)
		pending.append(_values(row, course, person, next(codes), today, reason, chosen))
	# who issues at the same moment is stopped by the unique index
	names_or_none = insert_rows(DOCTYPE, FIELDS, map(_COLUMNS, pending), skip_duplicates=True)
	written = [name for name in names_or_none if name]
	outcome[ISSUED] += len(written)
	outcome[ALREADY] += len(completed) - len(written)
	outcome["names"] += written
	# only an employee's certificate proves something to HR
	proving = [
		frappe._dict(values, name=name)
		for name, values in zip(names_or_none, pending, strict=True)
		if name and values["employee"]
	]
	records.from_rows(proving, {person.employee: person for person in people.values()})
	_tell(written)
	document_events.tell(written, DOCTYPE)


def _tell(names: Sequence[str]) -> None:
	"""Tell everybody who waits for certificates, in the transaction that issues them.

	The hook `smooth_lms_certificates_issued` lists dotted paths of functions that take their names.
	"""
	if names:
		for path in frappe.get_hooks(HOOK):
			frappe.get_attr(path)(names)


def _values(
	enrollment: Mapping,
	course: Mapping,
	person: Person | None,
	code: str,
	issued_on: date,
	reason: str | None,
	chosen: designs.Chosen,
) -> dict[str, Any]:
	completed_on = enrollment.get("completed_on")
	validity = Period(months=course["validity_months"] or 0, days=course["validity_days"] or 0)
	return {
		"member": enrollment["member"],
		"member_name": enrollment.get("member_name") or enrollment["member"],
		"employee": person.employee if person else None,
		"course": enrollment["course"],
		"course_title": course["title"],
		"course_version": course["version"],
		"batch": enrollment.get("batch"),
		"attempt": enrollment["attempt"],
		"status": VALID,
		"issue_date": issued_on,
		# counted from the day of completion, however late the certificate is written
		"expiry_date": end_of(validity, day_of(completed_on or issued_on)),
		"verification_code": code,
		"compliance_control_id": course["compliance_control_id"],
		"issuer": chosen.issuer,
		"design": chosen.design,
		"enrollment": enrollment.get("name"),
		"completed_on": completed_on,
		"issued_by": frappe.session.user,
		"reason": reason,
		"replaces": None,
	}


def _standing(
	members: Collection[str], courses: Collection[str]
) -> dict[tuple[str, str], list[frappe._dict]]:
	"""The certificates that people have in courses, void ones too, by member and course."""
	found: dict[tuple[str, str], list[frappe._dict]] = {}
	fields = ("name", "member", "course", "attempt", "status", "enrollment")
	for values in select_rows(DOCTYPE, fields, {"member": members}, {"course": tuple(courses)}):
		row = frappe._dict(zip(fields, values, strict=True))
		found.setdefault((row.member, row.course), []).append(row)
	return found


def _free_attempt(attempt: int, taken: set[int]) -> int:
	"""The attempt's own number; the next free one where a void certificate stands at it."""
	return attempt if attempt not in taken else max(taken) + 1


def _latest_completed(member: str, course: str) -> frappe._dict | None:
	return frappe.db.get_value(
		"LMS Enrollment",
		{"member": member, "course": course, "status": "Completed"},
		["name", "member", "course", "batch", "attempt", "completed_on"],
		as_dict=True,
		order_by="attempt desc",
	)


def _employees(members: Collection[str]) -> dict[str, str]:
	return {user: person.employee for user, person in people_by_user(members).items()}


# Making void


def _lock_valid(certificate: str) -> frappe._dict:
	row = frappe.db.get_value(DOCTYPE, certificate, ["name", *FIELDS], as_dict=True, for_update=True)
	if not row:
		frappe.throw(
			_("There is no certificate {0}.").format(escape_html(certificate)), frappe.DoesNotExistError
		)
	if row.status != VALID:
		_refuse(_("This certificate is void already ({0}).").format(_(row.status)))
	return row


def _void(certificate: str, status: str, reason: str, replaced_by: str | None) -> None:
	values = {
		"status": status,
		"revoked_on": now_datetime(),
		"revoked_by": frappe.session.user,
		"revoke_reason": reason.strip(),
		"replaced_by": replaced_by,
	}
	set_value(DOCTYPE, certificate, values)
	record_changes(
		DOCTYPE, {certificate: [("status", VALID, status), ("revoke_reason", None, reason.strip())]}
	)
	records.on_certificates_void([certificate])


def _require_reason(reason: str | None) -> None:
	if not (reason or "").strip():
		_refuse(_("Enter a reason: it is kept with the certificate."))


def _refuse(reason: str) -> None:
	frappe.throw(CertificateRefusedError(reason=reason).text, CertificateRefusedError)
