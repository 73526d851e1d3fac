import frappe

from smooth_lms.base.guarded import GuardedDocument


class LMSTrainingRunChunk(GuardedDocument):
	"""A part of a run's people: taken by one worker, written in one transaction."""


def on_doctype_update() -> None:
	"""Indexes: the next chunk of a run."""
	frappe.db.add_index("LMS Training Run Chunk", ["run", "status", "number"], "run_status")
