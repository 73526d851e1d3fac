"""Deciding: approve through the door, refuse with a reason, take back, give up. Each ends a request once.

The cohort's row is locked before the request's, as everywhere: of two who decide at once the second is told so, and what
is approved and what runs out at the same moment become one or the other.
"""

from collections.abc import Collection

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.cohorts import enrollment, facts, holds, notices, seating, waitlist
from smooth_lms.cohorts.admission import ENROLLED
from smooth_lms.cohorts.holds import APPROVED, DOCTYPE, EXPIRED, MARK, OPEN, REFUSED, WITHDRAWN
from smooth_lms.cohorts.requests import asking, telling
from smooth_lms.courses import access
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import AlreadyEnrolledError, CourseApprovalRequiredError, RequestClosedError

FIELDS = ("name", *asking.FIELDS)


def approve(name: str) -> str:
	"""Give somebody what they ask for: the door decides once more, as things are now.

	Args: name, LMS Enrollment Request.

	Returns the status of the seat, Enrolled or Waitlisted; Enrolled for a course. Raises PermissionError,
	RequestClosedError, and the refusal that applies; the request stays open then.
	"""
	request, row = _locked(name)
	_require_decider(request)
	_require_open(request)
	if request.course:
		return _approve_course(request)
	try:
		# the door closes the request of whoever is in
		status = enrollment.enroll(request.batch, request.member, source="Portal").status
	except AlreadyEnrolledError:
		frappe.clear_last_message()
		status = facts.statuses([request.batch], request.member)[request.batch]
	# but where neither approval nor a held seat has made it look
	if read_row(DOCTYPE, ("name",), {"name": name, "open_mark": MARK}, lock=True):
		_end(request, row, APPROVED, by=frappe.session.user)
	telling.tell_approved(request, has_seat=status == ENROLLED)
	return status


def refuse(name: str, reason: str) -> None:
	"""Refuse a request, with a reason that whoever asked is told. Raises PermissionError, RequestClosedError."""
	request, row = _locked(name)
	_require_decider(request)
	_require_open(request)
	words = (reason or "").strip()[: asking.LONGEST]
	if not words:
		frappe.throw(_("Give a reason: it is kept, and whoever asked is told."))
	_end(request, row, REFUSED, by=frappe.session.user, reason=words)
	telling.tell_outcome(notices.REQUEST_REFUSED, request)


def take_back(name: str) -> None:
	"""Withdraw one's own request, or one that one has made for others. Raises PermissionError, RequestClosedError."""
	user = permissions.require_login()
	request, row = _locked(name)
	if user not in (request.member, request.requested_by):
		frappe.throw(_("Only whoever asked can take a request back."), frappe.PermissionError)
	_require_open(request)
	_end(request, row, WITHDRAWN, by=user)


def give_up(name: str) -> bool:
	"""End a request about which nobody has decided in time. Returns whether it was still open."""
	request, row = _locked(name)
	if request.status != OPEN:
		return False
	_end(request, row, EXPIRED)
	telling.tell_outcome(notices.REQUEST_EXPIRED, request)
	return True


def withdraw_all(members: Collection[str], *, reason: str) -> None:
	"""End the open requests of people who leave."""
	asked = {"member": tuple(members) or ("",), "open_mark": MARK}
	rows = read_rows(DOCTYPE, ("name", "batch"), asked)
	for each in sorted(rows, key=lambda row: (row.batch or "", row.name)):
		request, row = _locked(each.name)
		if request.status == OPEN:
			_end(request, row, WITHDRAWN, reason=reason)


def _locked(name: str) -> tuple[frappe._dict, frappe._dict | None]:
	"""The request and its LMS Batch row, both locked. Raises DoesNotExistError."""
	before = read_row(DOCTYPE, ("batch",), {"name": name})
	row = seating.lock(before.batch) if before and before.batch else None
	request = read_row(DOCTYPE, FIELDS, {"name": name}, lock=True) if before else None
	if not request:
		sentence = _("There is no request {0}.").format(frappe.utils.escape_html(name))
		frappe.throw(sentence, frappe.DoesNotExistError)
	return request, row


def _require_decider(request: frappe._dict) -> None:
	permissions.require_request_decision(request.member, nominated=request.requested_by != request.member)


def _require_open(request: frappe._dict) -> None:
	if request.status != OPEN:
		refusal = RequestClosedError(status=_(request.status))
		frappe.throw(refusal.text, RequestClosedError)


def _approve_course(request: frappe._dict) -> str:
	found = access.course_access(request.course, request.member)
	refusal = None if found.enrollment else access.join_refusal(found)
	if refusal and not isinstance(refusal, CourseApprovalRequiredError):
		frappe.throw(refusal.text, type(refusal))
	if not found.enrollment:
		course_enrollment.join(request.course, request.member)
	holds.close([request.name], APPROVED, by=frappe.session.user)
	telling.tell_approved(request, has_seat=False)
	return ENROLLED


def _end(
	request: frappe._dict,
	row: frappe._dict | None,
	status: str,
	*,
	by: str | None = None,
	reason: str | None = None,
) -> None:
	"""Close a request; the seat that it held goes to the next who waits."""
	holds.close([request.name], status, by=by, reason=reason)
	if row and request.holds_seat:
		row.seats_held -= 1
		seating.save_counts(row)
		waitlist.promote(row)
