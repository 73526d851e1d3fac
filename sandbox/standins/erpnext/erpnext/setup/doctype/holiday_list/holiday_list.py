import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, formatdate, get_weekday, getdate, today


class HolidayList(Document):
	def validate(self) -> None:
		self.validate_dates()
		self.total_holidays = len(self.holidays)
		self.validate_duplicates()
		self.holidays.sort(key=lambda row: getdate(row.holiday_date))
		for idx, row in enumerate(self.holidays, start=1):
			row.idx = idx

	def validate_dates(self) -> None:
		if getdate(self.from_date) > getdate(self.to_date):
			frappe.throw(_("To Date cannot be before From Date"))
		for row in self.holidays:
			if not getdate(self.from_date) <= getdate(row.holiday_date) <= getdate(self.to_date):
				frappe.throw(
					_("The holiday on {0} is not between From Date and To Date").format(
						formatdate(row.holiday_date)
					)
				)

	def validate_duplicates(self) -> None:
		seen = set()
		for row in self.holidays:
			date = getdate(row.holiday_date)
			if date in seen:
				frappe.throw(_("Holiday Date {0} added multiple times").format(frappe.bold(formatdate(date))))
			seen.add(date)

	@frappe.whitelist()
	def get_weekly_off_dates(self) -> None:
		"""Adds every chosen weekday of the period that is not in the list yet."""
		if not self.weekly_off:
			frappe.throw(_("Please select weekly off day"))

		there = {getdate(row.holiday_date) for row in self.holidays}
		date, end = getdate(self.from_date), getdate(self.to_date)
		while date <= end:
			if get_weekday(date) == self.weekly_off and date not in there:
				self.append(
					"holidays", {"description": _(self.weekly_off), "holiday_date": date, "weekly_off": 1}
				)
			date = add_days(date, 1)

	@frappe.whitelist()
	def clear_table(self) -> None:
		self.set("holidays", [])


@frappe.whitelist()
def get_events(start: str | None, end: str | None, filters: str | list | None = None) -> list[dict]:
	"""Holidays of the lists the user may read, for the calendar view."""
	filters = frappe.parse_json(filters) or []
	if start:
		filters.append(["Holiday", "holiday_date", ">", getdate(start)])
	if end:
		filters.append(["Holiday", "holiday_date", "<", getdate(end)])
	return frappe.get_list(
		"Holiday List",
		fields=["name", "`tabHoliday`.holiday_date", "`tabHoliday`.description", "`tabHoliday List`.color"],
		filters=filters,
		update={"allDay": 1},
	)


def is_holiday(holiday_list: str | None, date: str | datetime.date | None = None) -> bool:
	"""Whether the list has the date (today when none is given)."""
	if not holiday_list:
		return False
	return bool(frappe.db.exists("Holiday", {"parent": holiday_list, "holiday_date": date or today()}))
