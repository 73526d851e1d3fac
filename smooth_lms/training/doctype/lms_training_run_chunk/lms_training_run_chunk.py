import frappe
from frappe.model.document import Document


class LMSTrainingRunChunk(Document):
	"""A part of a run's people: taken by one worker, written in one transaction."""


def on_doctype_update() -> None:
	"""Indexes: the next chunk of a run."""
	frappe.db.add_index("LMS Training Run Chunk", ["run", "status", "number"], "run_status")
