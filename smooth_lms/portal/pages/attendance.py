"""The attendance sheet of a cohort, for those who run it: mark, print to sign, and take it along as a table."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.api.live_classes import mark_at
from smooth_lms.base import dates
from smooth_lms.base.spreadsheets import XLSX, write_workbook
from smooth_lms.base.words import plural
from smooth_lms.cohorts import attendance_sheet, display
from smooth_lms.cohorts.attendance_sheet import PRESENT, STATUSES, Occasion
from smooth_lms.compliance import pdf
from smooth_lms.portal.answers import Answer, Download, Page, Redirect, as_text
from smooth_lms.portal.pages.cohorts import address_of
from smooth_lms.portal.visit import Visit

FIELD = "status:"
"""Begins the names of the fields of the form; the person follows."""
ALL = "all"
TEMPLATE = "templates/print/attendance_sheet.html"


def index(visit: Visit, batch: str) -> Page:
	"""The classes and days of a cohort whose attendance can be marked."""
	permissions.require_cohort_staff(batch)
	found = attendance_sheet.occasions(batch)
	marked = attendance_sheet.marked(batch)
	context = {
		**_cohort(batch),
		"occasions": [
			{
				**_occasion(each, visit.user),
				"address": _address(each),
				"marked": _marked(marked.get(each.place, 0)),
			}
			for each in found
		],
		"workbook": f"{address_of(batch)}/attendance.xlsx",
	}
	return Page("attendance.html", _("Attendance"), context, section="cohorts")


def show(visit: Visit, batch: str, key: str) -> Page:
	"""The sheet of one class or day."""
	return _page(visit, batch, key, notice=_("The attendance is saved.") if visit.query.get("done") else "")


def save(visit: Visit, batch: str, key: str) -> Answer:
	"""Mark who came. The button for everybody marks those present about whom nothing else is said."""
	sheet = attendance_sheet.sheet(batch, key)
	everybody = visit.form.get(ALL) == PRESENT
	statuses = {}
	for person in sheet["people"]:
		chosen = visit.form.get(FIELD + person["member"]) or person["status"]
		if not chosen and everybody and person["member"] != visit.user:
			chosen = PRESENT
		if chosen:
			statuses[person["member"]] = chosen
	try:
		mark_at(batch, key, statuses)
	except (frappe.PermissionError, frappe.ValidationError) as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return _page(visit, batch, key, alert=as_text(refusal), status=403)
	return Redirect(f"{_address(sheet['occasion'])}?done=1")


def print_sheet(visit: Visit, batch: str, key: str) -> Download:
	"""The sheet on paper, with a line for each signature."""
	sheet = attendance_sheet.sheet(batch, key)
	found = sheet["occasion"]
	page = frappe.render_template(
		TEMPLATE,
		{
			**_cohort(batch),
			"occasion": _occasion(found, None),
			"people": sheet["people"],
			"instructors": _instructors(batch),
		},
	)
	# text: the name of a file
	name = _("Attendance") + f" {batch} {found.day.isoformat()}.pdf"
	return Download(pdf.from_html(page), name, "application/pdf")


def workbook(visit: Visit, batch: str) -> Download:
	"""Everybody's attendance at everything, as an Excel file."""
	rows = attendance_sheet.table(batch)
	return Download(write_workbook({_("Attendance"): rows}), f"attendance-{batch}.xlsx", XLSX)


def _page(
	visit: Visit, batch: str, key: str, *, notice: str = "", alert: str = "", status: int = 200
) -> Page:
	sheet = attendance_sheet.sheet(batch, key)
	found = sheet["occasion"]
	context = {
		**_cohort(batch),
		"occasion": _occasion(found, visit.user),
		"people": [{**person, "is_self": person["member"] == visit.user} for person in sheet["people"]],
		"statuses": [(each, _(each)) for each in STATUSES],
		"field": FIELD,
		"address": _address(found),
		"back": f"{address_of(batch)}/attendance",
		"all_present": PRESENT,
	}
	return Page(
		"attendance_sheet.html",
		found.title,
		context,
		section="cohorts",
		notice=notice,
		alert=alert,
		status=status,
	)


def _cohort(batch: str) -> dict[str, Any]:
	title = frappe.get_cached_value("LMS Batch", batch, "title")
	return {"cohort_title": title, "cohort_address": address_of(batch)}


def _occasion(found: Occasion, reader: str | None) -> dict[str, Any]:
	"""A class or day in words. Args: reader, by whose clock; None for the cohort's own."""
	entry, at = found.entry, None
	if entry.is_timed:
		zone = display.reader_zone(reader) if reader else entry.zone
		at = display.span(found.day, entry.starts, entry.timed_end, entry.zone, zone)
	return {"title": found.title, "day": dates.day(found.day), "at": at, "place": entry.place}


def _marked(number: int) -> str:
	if not number:
		return _("Nobody marked yet")
	return plural(number, _("1 person marked"), _("{0} people marked")).format(number)


def _instructors(batch: str) -> list[str]:
	rows = frappe.get_cached_doc("LMS Batch", batch).instructors
	return [frappe.get_cached_value("User", row.instructor, "full_name") or row.instructor for row in rows]


def _address(found: Occasion) -> str:
	return f"{address_of(found.batch)}/attendance/{quote(found.key, safe='')}"
