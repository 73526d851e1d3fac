"""Notices about requests in words."""

import frappe
from frappe import _
from frappe.utils import get_system_timezone

from smooth_lms.base import dates, links
from smooth_lms.base.notices.ledger import Notice
from smooth_lms.base.notices.letters import Letter, Reader
from smooth_lms.base.reads import read_row
from smooth_lms.cohorts import display, schedule
from smooth_lms.cohorts.holds import APPROVED, DOCTYPE, EXPIRED, OPEN, REFUSED
from smooth_lms.cohorts.requests import deciding, steps

TEMPLATE = "request_notice"


def asked(notice: Notice, reader: Reader) -> Letter | None:
	"""Somebody has to decide; the first time, again, or because the manager has not."""
	request = _request(notice, OPEN)
	if not request:
		return None
	title = _title(request)
	person = request.member_name or request.member
	subject = (_("{0} asks: {1}") if not notice.sequence else _("Still to decide: {0} asks for {1}")).format(
		person, title
	)
	nominated = request.requested_by != request.member
	if nominated:
		by = frappe.db.get_value("User", request.requested_by, "full_name") or request.requested_by
		sentence = _("{0} nominates {1}. Decide whether they get a seat.").format(by, person)
	elif notice.sequence == steps.ESCALATED:
		sentence = _("{0} asks for this, and their manager has not decided yet.").format(person)
	else:
		sentence = _("{0} asks for this. Decide whether they get it.").format(person)
	until = _("If nobody decides, the request expires on {0}.").format(dates.day(request.runs_out_on.date()))
	url = links.absolute(f"/lms/requests/{request.name}")
	return _letter(request, reader, subject, sentence, request.reason, until, url, _("Open the request"))


def approved(notice: Notice, reader: Reader) -> Letter | None:
	"""A request was approved."""
	request = _request(notice, APPROVED)
	if not request:
		return None
	sentence = _about(request, reader, _("Your request is approved."), _("The request for {0} is approved."))
	return _told(request, reader, _("Approved: {0}"), sentence)


def refused(notice: Notice, reader: Reader) -> Letter | None:
	"""A request was refused, with the reason."""
	request = _request(notice, REFUSED)
	if not request:
		return None
	sentence = _about(request, reader, _("Your request is refused."), _("The request for {0} is refused."))
	return _told(request, reader, _("Refused: {0}"), sentence, request.decision_reason)


def expired(notice: Notice, reader: Reader) -> Letter | None:
	"""Nobody has decided in time."""
	request = _request(notice, EXPIRED)
	if not request:
		return None
	sentence = _about(
		request,
		reader,
		_("Nobody has decided about your request in time. You can ask again."),
		_("Nobody has decided about the request for {0} in time. It can be made again."),
	)
	return _told(request, reader, _("Not decided: {0}"), sentence)


def _request(notice: Notice, status: str) -> frappe._dict | None:
	"""The request, where it is still as the notice says."""
	fields = (*deciding.FIELDS, "decision_reason")
	return read_row(DOCTYPE, fields, {"name": notice.name, "status": status})


def _about(request: frappe._dict, reader: Reader, own: str, others: str) -> str:
	return own if reader.user == request.member else others.format(request.member_name or request.member)


def _told(
	request: frappe._dict, reader: Reader, subject: str, sentence: str, reason: str | None = None
) -> Letter:
	path = f"/lms/batches/{request.batch}" if request.batch else f"/lms/courses/{request.course}"
	label = _("Open the cohort") if request.batch else _("Open the course")
	title = subject.format(_title(request))
	return _letter(request, reader, title, sentence, reason, None, links.absolute(path), label)


def _title(request: frappe._dict) -> str:
	if request.batch:
		return frappe.get_cached_value("LMS Batch", request.batch, "title") or request.batch
	return frappe.get_cached_value("LMS Course", request.course, "title") or request.course


def _letter(
	request: frappe._dict,
	reader: Reader,
	subject: str,
	sentence: str,
	reason: str | None,
	until: str | None,
	url: str,
	label: str,
) -> Letter:
	batch = frappe.get_cached_doc("LMS Batch", request.batch) if request.batch else None
	begins = None
	if batch:
		zone = batch.timezone or get_system_timezone()
		day = frappe.utils.getdate(batch.start_date)
		begins = schedule.starts_at(day, schedule.clock(batch.start_time), zone)
	values = {
		"title": _title(request),
		"sentence": sentence,
		"reason": reason,
		"until": until,
		"when": display.when(batch, reader.zone) if batch else None,
		"request_url": url,
		"button": label,
	}
	return Letter(subject, TEMPLATE, values, begins)
