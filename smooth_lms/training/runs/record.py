"""The document of a run (LMS Training Run) and its chunks: found, split, counted. One at a time for each requirement."""

import frappe

from smooth_lms.base.rows import insert_rows, set_value
from smooth_lms.base.run_kind import MARK
from smooth_lms.training.assignments import assign

DOCTYPE, CHUNK_DOCTYPE = "LMS Training Run", "LMS Training Run Chunk"
WAITING, TAKEN, DONE = "Waiting", "Taken", "Done"


def at_work(key: str, *, latest: bool = False) -> str | None:
	"""The run of a requirement that has not ended, if there is one.

	Args: latest, as it is now, and not as it was when the transaction began; locks the run.
	"""
	filters = {"rule_key": key, "open_mark": MARK}
	return frappe.db.get_value(DOCTYPE, filters, "name", for_update=latest)


def history(key: str, *, latest: bool = False, but: str = "") -> set[tuple]:
	"""The runs of a requirement and how far they are.

	Args:
	        latest: as they are now, and not as they were when the transaction began.
	        but: a run to leave out.
	"""
	statement = "select name, attempt, status from `tabLMS Training Run` where rule_key = %s and name != %s"
	return set(frappe.db.sql(f"{statement} lock in share mode" if latest else statement, (key, but)))


def split(run: str, members: list[str], concerned: int) -> None:
	"""Note whom a run has to look at, in chunks. Args: concerned, how many people the requirement concerns."""
	rows = [
		(run, number, WAITING, len(part), frappe.as_json(list(part), indent=None))
		for number, part in enumerate(assign.chunks(members), start=1)
	]
	insert_rows(CHUNK_DOCTYPE, ("run", "number", "status", "people", "members"), rows)
	set_value(DOCTYPE, run, {"candidates": len(members), "audience_count": concerned}, update_modified=False)


def sums(run: str) -> dict[str, int]:
	"""The counts of the chunks that are done."""
	rows = frappe.get_all(
		CHUNK_DOCTYPE, filters={"run": run, "status": DONE}, fields=["people", *assign.COUNTS], limit=0
	)
	return {
		"processed": sum(row.people for row in rows),
		**{field: sum(row[field] for row in rows) for field in assign.COUNTS},
	}
