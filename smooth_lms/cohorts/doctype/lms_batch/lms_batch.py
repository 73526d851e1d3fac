import frappe
from frappe import _
from frappe.utils import escape_html, get_system_timezone, getdate

from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.base.slugs import free_slug
from smooth_lms.cohorts import facts, schedule, telling, waitlist
from smooth_lms.courses import audiences

COUNTERS = ("seats_taken", "seats_held", "waitlist_count", "waitlist_serial")


class LMSBatch(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.cohorts.doctype.lms_batch_course.lms_batch_course import LMSBatchCourse
		from smooth_lms.cohorts.doctype.lms_batch_timetable.lms_batch_timetable import LMSBatchTimetable
		from smooth_lms.courses.doctype.course_instructor.course_instructor import CourseInstructor
		from smooth_lms.courses.doctype.lms_training_audience.lms_training_audience import LMSTrainingAudience
		from smooth_lms.courses.doctype.lms_training_exception.lms_training_exception import (
			LMSTrainingException,
		)

		allow_self_enrollment: DF.Check
		amount: DF.Currency
		approval_days: DF.Int
		attendance_counts: DF.Check
		audience: DF.Table[LMSTrainingAudience]
		batch_details: DF.TextEditor | None
		category: DF.Link | None
		company: DF.Link | None
		confirm_offers: DF.Check
		confirmation_email_template: DF.Link | None
		contact: DF.Data | None
		courses: DF.Table[LMSBatchCourse]
		currency: DF.Link | None
		description: DF.SmallText | None
		discussion_guidelines: DF.TextEditor | None
		enable_waitlist: DF.Check
		end_date: DF.Date
		end_time: DF.Time | None
		exceptions: DF.Table[LMSTrainingException]
		for_new_hires: DF.Check
		image: DF.AttachImage | None
		instructors: DF.TableMultiSelect[CourseInstructor] | None
		late_enrollment_until: DF.Date | None
		medium: DF.Literal["Online", "Offline", "Hybrid"]
		minimum_count: DF.Int
		minimum_days: DF.Int
		offer_hours: DF.Int
		paid_batch: DF.Check
		place: DF.SmallText | None
		published: DF.Check
		requires_approval: DF.Check
		seat_count: DF.Int
		seats_held: DF.Int
		seats_taken: DF.Int
		start_date: DF.Date
		start_time: DF.Time | None
		tell_on: DF.Datetime | None
		timetable: DF.Table[LMSBatchTimetable]
		timezone: DF.Autocomplete | None
		title: DF.Data
		waitlist_count: DF.Int
		waitlist_serial: DF.Int
	# end: auto-generated types

	begins_empty = ("company",)

	def autoname(self) -> None:
		self.name = free_slug(self.doctype, self.title)

	def validate(self) -> None:
		self.timezone = (self.timezone or "").strip() or get_system_timezone()
		self.validate_timezone()
		self.keep_chosen_times()
		self.validate_dates()
		self.validate_courses()
		self.validate_audience()
		self.keep_counters()
		self.validate_seats()

	def on_update(self) -> None:
		waitlist.fill_free_seats(self.name)
		audiences.saved(self)

	def validate_timezone(self) -> None:
		try:
			schedule.zone(self.timezone)
		except ValueError:
			frappe.throw(
				_("{0} is not a time zone: use an IANA name such as Europe/Berlin.").format(
					frappe.bold(frappe.utils.escape_html(self.timezone))
				)
			)

	def keep_chosen_times(self) -> None:
		for doc in (self, *self.timetable):
			doc.start_time, doc.end_time = schedule.chosen(doc.start_time), schedule.chosen(doc.end_time)

	def validate_dates(self) -> None:
		start, end = getdate(self.start_date), getdate(self.end_date)
		if end < start:
			frappe.throw(
				_("The end date is before the start date: choose an end on or after {0}.").format(
					escape_html(start)
				)
			)
		opens, closes = schedule.clock(self.start_time), schedule.clock(self.end_time)
		if opens and closes and closes <= opens:
			frappe.throw(
				_("The daily end is not after the daily start: choose an end after {0}.").format(
					escape_html(opens)
				)
			)
		if self.late_enrollment_until and getdate(self.late_enrollment_until) < start:
			frappe.throw(
				_("Late enrollment ends before the cohort starts: choose a date on or after {0}.").format(
					escape_html(start)
				)
			)
		for row in self.timetable:
			if not start <= getdate(row.date) <= end:
				frappe.throw(
					_("Timetable row {0}: {1} is outside the cohort ({2} to {3}).").format(
						row.idx, escape_html(row.date), escape_html(start), escape_html(end)
					)
				)
			begin, close = schedule.clock(row.start_time), schedule.clock(row.end_time)
			if begin and close and close <= begin:
				frappe.throw(_("Timetable row {0}: the end is not after the start.").format(row.idx))

	def validate_courses(self) -> None:
		seen: set[str] = set()
		for row in self.courses:
			if row.course in seen:
				frappe.throw(
					_("Row {0}: the course {1} is in this cohort twice.").format(
						row.idx, escape_html(row.course)
					)
				)
			seen.add(row.course)

	def validate_audience(self) -> None:
		# a cohort for new hires of every company names none
		audiences.check(self, with_company=not self.for_new_hires)

	def keep_counters(self) -> None:
		"""Take the counters as they are now: the form may have been open while people enrolled."""
		row = None if self.is_new() else facts.lock(self.name)
		for field in COUNTERS:
			self.set(field, row[field] if row else 0)
		self.tell_on = (row and row.tell_on) or telling.due_moment()

	def validate_seats(self) -> None:
		self.seat_count = self.seat_count or 0
		if self.seat_count < 0:
			frappe.throw(_("Seats cannot be negative: enter 0 for no limit."))
		before = self.get_doc_before_save()
		if not before or before.seat_count == self.seat_count:
			return
		if self.seat_count and self.seat_count < self.seats_taken:
			frappe.throw(
				_("{0} people are enrolled: the seats cannot be fewer. Withdraw people first.").format(
					escape_html(self.seats_taken)
				)
			)
		if self.seat_count and self.seat_count < self.seats_taken + self.seats_held:
			frappe.throw(
				_("{0} seats are held for requests and offers: wait for those, or keep more seats.").format(
					escape_html(self.seats_held)
				)
			)
