"""What somebody has completed, each with the certificate that proves it: the transcript."""

from typing import Any

from frappe import _
from frappe.utils import getdate

from smooth_lms.base.dates import day
from smooth_lms.compliance import certificates
from smooth_lms.training.reading import views, wording


def of(user: str) -> list[dict[str, Any]]:
	"""The rows of a person's transcript, the newest first.

	Finished training of any kind, and valid certificates for what was completed elsewhere. Returns rows with title,
	requirement (its title), words (what became of it, and when), code (of the certificate) and until (the day on which
	that ends); the last three are None where there is nothing to say.
	"""
	proofs = [row for row in certificates.of_member(user) if row.status == certificates.VALID]
	by_completion = {(row.course, certificates.completed_on(row)): row for row in proofs}
	rows, used = [], set()
	for row in wording.grouped(views.everything_of(user))["done"]:
		proof = by_completion.get((row["course"], row["completed_on"])) if row["completed_on"] else None
		used.add(proof and proof.name)
		rows.append(_row(row["title"], row["requirement"], row["words"], row["completed_on"], proof))
	for proof in proofs:
		if proof.name not in used:
			on = certificates.completed_on(proof)
			words = _("completed {0}").format(day(on))
			rows.append(_row(proof.course_title, None, words, on, proof))
	# what was waived has no day of its own, and comes last
	rows.sort(key=lambda row: (row["on"] is not None, row["on"] or getdate("1900-01-01")), reverse=True)
	return rows


def _row(title: str, requirement: str | None, words: str, on, proof) -> dict[str, Any]:
	return {
		"title": title,
		"requirement": requirement,
		"words": words,
		"on": on,
		"code": proof.verification_code if proof else None,
		"until": day(getdate(proof.expiry_date)) if proof and proof.expiry_date else None,
	}
