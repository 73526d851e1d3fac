"""The certificate that proves an assignment: noted on it once both are there, whichever comes first."""

from collections.abc import Collection, Sequence

from pypika import functions as fn

import frappe

from smooth_lms.training.assignments import ledger
from smooth_lms.training.assignments.ledger import DOCTYPE
from smooth_lms.training.deciding.plan import COMPLETED

CHUNK = 1_000


def on_certificates_issued(certificates: Sequence[str]) -> None:
	"""Hook: certificates were issued; name each on the assignment that was completed by the same completion.

	Args: certificates, names of LMS Certificate. Costs one query where there is no such assignment.
	"""
	for start in range(0, len(certificates), CHUNK):
		_note(_pairs(certificates[start : start + CHUNK]))


def note_left_over(*, commit: bool = False) -> int:
	"""Name certificates on assignments that were closed after them, as by the nightly repair. Returns how many."""
	pairs, done = _pairs(None), 0
	for start in range(0, len(pairs), CHUNK):
		done += _note(pairs[start : start + CHUNK])
		if commit:
			frappe.db.commit()
	return done


def _note(pairs: Sequence[tuple[str, str]]) -> int:
	return len(ledger.change({name: {"certificate": proof} for name, proof in pairs}, only_open=False))


def _pairs(certificates: Collection[str] | None) -> list[tuple[str, str]]:
	"""Completed assignments and their valid certificates, as far as they are not named on them.

	Args: certificates, only these; by default all, for assignments that name none.
	"""
	table, proof, course = (frappe.qb.DocType(each) for each in (DOCTYPE, "LMS Certificate", "LMS Course"))
	query = (
		frappe.qb.from_(proof)
		.join(course)
		.on(course.name == proof.course)
		.join(table)
		# as `certificates.completed_on` says
		.on(
			(table.member == proof.member)
			& (table.completed_on == fn.Date(fn.Coalesce(proof.completed_on, proof.issue_date)))
		)
		.select(table.name, proof.name)
		.where((proof.status == "Valid") & (table.status == COMPLETED))
		.where(table.course_root == fn.Coalesce(course.version_of, course.name))
		.orderby(table.name, proof.attempt)
	)
	if certificates is None:
		query = query.where(table.certificate.isnull())
	else:
		query = query.where(proof.name.isin(list(certificates) or [""]))
		query = query.where(table.certificate.isnull() | (table.certificate != proof.name))
	return list(dict(query.run()).items())  # of several, the latest attempt's
