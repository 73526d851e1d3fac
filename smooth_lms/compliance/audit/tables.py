"""Which records an audit export has, and their columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import frappe


@dataclass(frozen=True, slots=True)
class Source:
	"""One kind of record."""

	key: str
	"""The field of LMS Audit Export that chooses it, and the name of its file."""
	doctype: str
	dated: str
	"""The field that the period is about."""
	fields: tuple[str, ...]

	def headings(self) -> tuple[str, ...]:
		return self.fields


@dataclass(frozen=True, slots=True)
class Detail:
	"""Rows that belong to the records of a source, in a file of their own."""

	key: str
	fields: tuple[str, ...]
	rows: Callable[[Sequence[str]], list[frappe._dict]]

	def headings(self) -> tuple[str, ...]:
		return self.fields


ANSWERS = (
	"parent",
	"idx",
	"question_text",
	"question_type",
	"choices",
	"answer",
	"correct_answer",
	"is_correct",
	"marks",
	"marks_out_of",
)


def answers(submissions: Sequence[str]) -> list[frappe._dict]:
	"""The answers of submissions that may be seen, in the order of the submissions and questions."""
	return frappe.get_all(
		"LMS Quiz Result",
		filters={"parent": ["in", list(submissions)], "parenttype": "LMS Quiz Submission"},
		fields=list(ANSWERS),
		order_by="parent asc, idx asc",
		limit=0,
	)


def proofs_of_cohort(batch: str) -> list[str]:
	"""The rows of Employee Compliance that rest on a certificate or quiz of the cohort, which they do not name."""
	row = frappe.qb.DocType("Employee Compliance")
	found: set[str] = set()
	for field, doctype in (("certificate", "LMS Certificate"), ("quiz_submission", "LMS Quiz Submission")):
		proof = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(row).join(proof).on(proof.name == row[field]).select(row.name)
		found.update(query.where(proof.batch == batch).run(pluck=True))
	return sorted(found)


TABLES = (
	Source(
		"enrollments",
		"LMS Enrollment",
		"creation",
		(
			"name",
			"member",
			"member_name",
			"course",
			"batch",
			"attempt",
			"status",
			"progress",
			"creation",
			"started_on",
			"completed_on",
			"withdrawn_on",
			"licence_state",
		),
	),
	Source(
		"quiz_submissions",
		"LMS Quiz Submission",
		"submitted_on",
		(
			"name",
			"member",
			"member_name",
			"quiz",
			"quiz_title",
			"course",
			"course_version",
			"batch",
			"compliance_control_id",
			"attempt",
			"status",
			"score",
			"max_score",
			"percentage",
			"passing_percentage",
			"passed",
			"started_on",
			"submitted_on",
			"ended_by",
		),
	),
	Source(
		"scorm_attempts",
		"LMS SCORM Attempt",
		"started_on",
		(
			"name",
			"enrollment",
			"member",
			"course",
			"batch",
			"lesson",
			"package",
			"sco",
			"attempt",
			"status",
			"has_score",
			"score",
			"seconds",
			"started_on",
			"ended_on",
			"interactions",
		),
	),
	Source(
		"xapi_statements",
		"LMS xAPI Statement",
		"stored_on",
		(
			"name",
			"enrollment",
			"member",
			"course",
			"lesson",
			"package",
			"sco",
			"session",
			"statement_id",
			"verb",
			"activity",
			"stored_on",
			"by_lms",
			"voided",
			"statement",
		),
	),
	Source(
		"assignments",
		"LMS Training Assignment",
		"assigned_on",
		(
			"name",
			"member",
			"employee",
			"course",
			"batch",
			"requirement",
			"cycle",
			"assigned_on",
			"assigned_by",
			"due_date",
			"status",
			"completed_on",
			"source",
			"certificate",
		),
	),
	Source(
		"certificates",
		"LMS Certificate",
		"issue_date",
		(
			"name",
			"member",
			"member_name",
			"employee",
			"course",
			"course_title",
			"course_version",
			"batch",
			"attempt",
			"compliance_control_id",
			"status",
			"issue_date",
			"expiry_date",
			"completed_on",
			"issued_by",
			"reason",
			"verification_code",
			"revoked_on",
			"revoked_by",
			"revoke_reason",
			"replaces",
			"replaced_by",
		),
	),
	Source(
		"compliance",
		"Employee Compliance",
		"valid_from",
		(
			"name",
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
			"course",
			"certificate",
			"quiz_submission",
			"evidence",
			"verified_by",
			"verified_on",
			"is_current",
			"replaces",
			"replaced_by",
		),
	),
)
DETAILS = {"quiz_submissions": Detail("quiz_answers", ANSWERS, answers)}
