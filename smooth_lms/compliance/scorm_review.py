"""Completions that rest on a SCORM part which was not passed: found, and decided about by people, one by one.

Until version 0.2 each save on the way could complete a part, also one that has to be passed and was failed afterwards.
Nothing is taken back by itself: a moderator revokes, or keeps, with a reason that stays with the record.
"""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base.rows import record_changes, set_value
from smooth_lms.compliance import certificates
from smooth_lms.courses import progress
from smooth_lms.courses.scorm import rule as scorm_rule
from smooth_lms.exceptions import CertificateRefusedError

RUN = "LMS SCORM Run"


def doubtful(enrollment: str | None = None) -> list[frappe._dict]:
	"""Parts that count as done although they were not passed, of courses that are completed.

	Args: enrollment, only those of this LMS Enrollment.

	Returns rows with run, enrollment, member, member_name, course, lesson, part, mastery_score, success, score,
	completed_on and certificate (the valid one, if there is one), in the order of completion.
	"""
	run, part, access = (frappe.qb.DocType(each) for each in (RUN, "LMS SCORM SCO", "LMS Enrollment"))
	package, certificate = frappe.qb.DocType("LMS SCORM Package"), frappe.qb.DocType(certificates.DOCTYPE)
	query = (
		frappe.qb.from_(run)
		.join(access)
		.on(access.name == run.enrollment)
		.join(package)
		.on(package.name == run.package)
		.join(part)
		.on((part.parent == run.package) & (part.identifier == run.sco))
		.left_join(certificate)
		.on((certificate.enrollment == access.name) & (certificate.status == certificates.VALID))
		.select(
			run.name.as_("run"),
			run.enrollment,
			access.member,
			access.member_name,
			access.course,
			run.lesson,
			part.title.as_("part"),
			part.mastery_score,
			package.scorm_version,
			run.success,
			run.score,
			access.completed_on,
			certificate.name.as_("certificate"),
		)
		.where(run.completed_on.isnotnull() & (run.success != scorm_rule.PASSED))
		.where((access.status == progress.COMPLETED) & run.kept_because.isnull())
		# cmi5 says itself whether passing is needed, and has been decided by that from the beginning
		.where(package.scorm_version != scorm_rule.CMI5)
		.orderby(access.completed_on, run.name)
	)
	if enrollment:
		query = query.where(run.enrollment == enrollment)
	return [row for row in query.run(as_dict=True) if _is_doubtful(row)]


def revoke(enrollment: str, reason: str) -> int:
	"""Take back what rests on parts that were not passed: the certificate, the lessons and the course's completion.

	What the learner did stays, and passing the part completes the course anew.

	Args:
	        enrollment: LMS Enrollment that `doubtful` lists.
	        reason: kept with the certificate and in the history of the enrollment.

	Returns how many certificates are void now. Raises CertificateRefusedError, PermissionError about oneself.
	"""
	rows = _to_decide(enrollment, reason)
	names = sorted({row.certificate for row in rows if row.certificate})
	for name in names:
		certificates.revoke(name, reason)
	for row in rows:
		set_value(RUN, row.run, "completed_on", None)
	for lesson in sorted({row.lesson for row in rows}):
		progress.reopen(enrollment, lesson, by_hand=True)
	_note(enrollment, _("Taken back, because a SCORM part was not passed: {0}").format(reason.strip()))
	return len(names)


def keep(enrollment: str, reason: str) -> None:
	"""Let a completion stand that rests on parts that were not passed.

	Args and errors: as `revoke`.
	"""
	for row in _to_decide(enrollment, reason):
		set_value(RUN, row.run, "kept_because", reason.strip())
		record_changes(RUN, {row.run: [("kept_because", None, reason.strip())]})
	_note(enrollment, _("Kept, although a SCORM part was not passed: {0}").format(reason.strip()))


def _is_doubtful(row: frappe._dict) -> bool:
	return row.success == scorm_rule.FAILED or scorm_rule.mastery(row, row.scorm_version) is not None


def _to_decide(enrollment: str, reason: str) -> Sequence[frappe._dict]:
	member = frappe.db.get_value("LMS Enrollment", enrollment, "member", for_update=True)
	permissions.require_not_self(member)
	if not (reason or "").strip():
		_refuse(_("Enter a reason: it is kept with the record."))
	rows = doubtful(enrollment)
	if not rows:
		_refuse(_("There is nothing to decide about this enrollment any more."))
	return rows


def _note(enrollment: str, text: str) -> None:
	frappe.get_doc("LMS Enrollment", enrollment).add_comment("Info", escape_html(text))


def _refuse(reason: str) -> None:
	frappe.throw(CertificateRefusedError(reason=reason).text, CertificateRefusedError)
