"""Proofs without an end never run out: the daily job took them for the oldest of all, and made them Expired."""

from smooth_lms.base import document_events
from smooth_lms.base.reads import read_rows
from smooth_lms.base.rows import record_changes, update_rows
from smooth_lms.compliance.records import CHUNK, COMPLETE, DOCTYPE, EXPIRED


def execute() -> None:
	"""Make them Complete again, in their history too. Nothing else makes a row without an end Expired."""
	names = [row.name for row in read_rows(DOCTYPE, ("name",), {"status": EXPIRED, "valid_until": None})]
	for start in range(0, len(names), CHUNK):
		part = names[start : start + CHUNK]
		update_rows(DOCTYPE, {name: {"status": COMPLETE} for name in part})
		record_changes(DOCTYPE, {name: [("status", EXPIRED, COMPLETE)] for name in part})
		document_events.tell(part, DOCTYPE)
