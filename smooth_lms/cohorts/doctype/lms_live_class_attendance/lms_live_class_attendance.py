import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door
from smooth_lms.cohorts import live_classes
from smooth_lms.cohorts.attendance_sheet import CAME


class LMSLiveClassAttendance(GuardedDocument):
	"""Whether somebody came to a live class. See `cohorts/live_classes.py`."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		batch: DF.Link | None
		day: DF.Date | None
		joined_on: DF.Datetime | None
		live_class: DF.Link | None
		marked_by: DF.Link | None
		member: DF.Link
		member_name: DF.Data | None
		note: DF.SmallText | None
		session: DF.Data | None
		status: DF.Literal["Present", "Late", "Absent", "Excused"]
		subject: DF.Data | None
	# end: auto-generated types

	def validate(self) -> None:
		if came_by_generic_door(self):
			permissions.require_not_own_attendance(self.member)
		if not self.live_class and not self.session:
			frappe.throw(_("Say which live class: days of the timetable are marked on the attendance sheet."))
		if self.live_class:
			self.session = None
			held = frappe.db.get_value(
				"LMS Live Class", self.live_class, ["batch", "title", "date"], as_dict=True
			)
			self.batch, self.subject, self.day = held.batch, held.title, held.date
		self.member_name = frappe.db.get_value("User", self.member, "full_name")
		if not self.is_new() and self.has_value_changed("status"):
			self.marked_by = frappe.session.user

	def on_update(self) -> None:
		if self.live_class and self.status in CAME and self.has_value_changed("status"):
			live_classes.count(self.live_class, [self.member])


def on_doctype_update() -> None:
	"""Indexes: one row for each person and class or day; the rows of a cohort."""
	frappe.db.add_unique(
		"LMS Live Class Attendance", ["live_class", "member"], constraint_name="unique_attendance"
	)
	frappe.db.add_unique(
		"LMS Live Class Attendance", ["session", "member"], constraint_name="unique_session_attendance"
	)
	frappe.db.add_index("LMS Live Class Attendance", ["batch", "member"], "attendance_batch")
