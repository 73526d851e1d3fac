import frappe
from frappe.utils import escape_html

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.cohorts import clashes, live_classes, telling


class LMSLiveClass(GuardedDocument):
	"""A class of a cohort that people join over the network or in a room. See `cohorts/live_classes.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		batch: DF.Link
		cancelled: DF.Check
		course: DF.Link | None
		date: DF.Date
		description: DF.SmallText | None
		duration_minutes: DF.Int
		host_url: DF.Data | None
		instructor: DF.Link | None
		join_url: DF.Data | None
		lesson: DF.Link | None
		opens_minutes_before: DF.Int
		place: DF.Data | None
		recording_url: DF.Data | None
		start_time: DF.Time
		timezone: DF.Data | None
		title: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		live_classes.validate(self)
		if found := clashes.of_class(self):
			# other classes are called as people like
			frappe.msgprint("<br>".join(map(escape_html, found)), indicator="orange", alert=True)

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		for batch in {self.batch, before.batch if before else self.batch}:
			telling.mark(batch)

	def after_delete(self) -> None:
		telling.mark(self.batch)


def on_doctype_update() -> None:
	"""Index: the classes of a cohort in order."""
	frappe.db.add_index("LMS Live Class", ["batch", "date"], "batch_date")
