"""A submitted Employee Onboarding puts the new hire into the mandatory courses and into a cohort.

HRMS lets the Employee come before or after the onboarding, and the user account later still. Each event that can
complete the picture ends in `follow`, which is repeatable; the scheduled synchronization calls it for all that wait.

An onboarding acts once and keeps what came of it, whatever becomes of the Employee. Somebody who is hired again is put
into a cohort for new hires by an onboarding of their own, never by the one of the time before.
"""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint, getdate

from smooth_lms.base.rows import set_value
from smooth_lms.cohorts import enrollment, withdrawal
from smooth_lms.cohorts.facts import source_of
from smooth_lms.cohorts.new_hires import next_cohorts
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.exceptions import AlreadyEnrolledError, NotEnrolledError, Refusal
from smooth_lms.learners import announce
from smooth_lms.people.employees import applicants_of, has_left, hired_from, new_hire, user_of_hire

DOCTYPE = "Employee Onboarding"
WAITING, ENROLLED, NO_COHORT, WITHDRAWN = "Waiting", "Enrolled", "No cohort", "Withdrawn"
ENDED = "Ended"
"""The employee left before there was a seat."""
ACTED = [ENROLLED, WITHDRAWN, ENDED]
FIELDS = (
	"name",
	"docstatus",
	"creation",
	"employee",
	"job_applicant",
	"company",
	"date_of_joining",
	"employee_onboarding_template as template",
	"lms_batch",
	"lms_state",
	"lms_enrolled_batch",
	"lms_note",
)


def available() -> bool:
	"""Whether this site has HRMS's onboarding with our fields on it."""
	return bool(
		frappe.db.table_exists(DOCTYPE, cached=True) and frappe.get_meta(DOCTYPE).has_field("lms_state")
	)


def waiting_for(employees: Sequence[str]) -> list[str]:
	"""The submitted onboardings of these Employees that have not led to a cohort yet."""
	if not employees or not available():
		return []
	applicants = applicants_of(employees)
	rows = frappe.get_all(
		DOCTYPE,
		filters={"docstatus": 1, "lms_state": ["not in", ACTED]},
		or_filters=[["employee", "in", list(employees)], ["job_applicant", "in", applicants or [""]]],
		pluck="name",
		limit=0,
	)
	return rows


def employees_of(onboardings: Sequence[str]) -> list[str]:
	"""The Employee records that these onboardings are about, as far as there are any."""
	if not onboardings or not available():
		return []
	rows = frappe.get_all(
		DOCTYPE, filters={"name": ["in", list(onboardings)]}, fields=["employee", "job_applicant"], limit=0
	)
	applicants = [row.job_applicant for row in rows if row.job_applicant and not row.employee]
	return [*(row.employee for row in rows if row.employee), *hired_from(applicants)]


def of_employee(employee: str) -> list[frappe._dict]:
	"""The onboardings of an Employee: `name, lms_state, lms_enrolled_batch, lms_note`."""
	if not available():
		return []
	return frappe.get_all(
		DOCTYPE,
		filters={"docstatus": ["<", 2]},
		or_filters=[
			["employee", "=", employee],
			["job_applicant", "in", applicants_of([employee]) or [""]],
		],
		fields=["name", "docstatus", "lms_state", "lms_enrolled_batch", "lms_note"],
		limit=0,
	)


def waiting() -> list[str]:
	"""All submitted onboardings that have not led to a cohort yet, and cancelled ones that still hold a seat."""
	if not available():
		return []
	since = frappe.db.get_single_value("LMS Settings", "onboarding_from")
	waits = frappe.get_all(
		DOCTYPE,
		filters={
			"docstatus": 1,
			"creation": [">=", getdate(since)],
			"lms_state": ["not in", ACTED],
		},
		pluck="name",
		order_by="date_of_joining asc, creation asc",
		limit=0,
	)
	cancelled = frappe.get_all(
		DOCTYPE, filters={"docstatus": 2, "lms_state": ENROLLED}, pluck="name", limit=0
	)
	return [*cancelled, *waits]


def follow(names: Sequence[str]) -> int:
	"""Act on these onboardings as far as possible now. Returns how many people were enrolled in a cohort."""
	if not names or not available():
		return 0
	rows = frappe.get_all(DOCTYPE, filters={"name": ["in", list(names)]}, fields=list(FIELDS), limit=0)
	order = {name: index for index, name in reversed(list(enumerate(names)))}
	rows.sort(key=lambda row: order[row.name])
	return sum(_follow_one(row) for row in rows)


def _follow_one(row: frappe._dict) -> bool:
	if row.docstatus == 2:
		_take_back(row)
		return False
	if row.docstatus != 1 or row.lms_state in (WITHDRAWN, ENDED) or not _wanted(row):
		return False
	account, note = new_hire(row.employee, row.job_applicant)
	if row.lms_state == ENROLLED:
		return bool(account) and _move(row, account.user)
	if not account:
		if has_left(row.employee, since=row.date_of_joining):
			_note(row, ENDED, _("The employee left before there was a seat in a cohort."))
		else:
			_note(row, WAITING, note)
		return False
	courses = course_enrollment.mandatory_courses()
	course_enrollment.enroll({account.user: account.full_name}, courses)
	announce.changed([account.user])
	return _seat(row, account.user)


def _wanted(row: frappe._dict) -> bool:
	settings = frappe.get_cached_doc("LMS Settings")
	since = settings.onboarding_from
	return bool(
		cint(settings.enroll_from_onboarding) and (not since or getdate(row.creation) >= getdate(since))
	)


def _seat(row: frappe._dict, user: str) -> bool:
	chosen = row.lms_batch or (
		row.template and frappe.db.get_value("Employee Onboarding Template", row.template, "lms_batch")
	)
	note = _("No cohort for new hires of {0} has a free seat.").format(row.company)
	for batch in [chosen] if chosen else next_cohorts(row.company):
		frappe.db.savepoint("onboarding_seat")
		try:
			enrolled = enrollment.enroll(batch, user, source="HR")
		except AlreadyEnrolledError:
			_drop_last_message()
			_note(row, ENROLLED, None, batch)
			return False
		except Refusal as refusal:  # somebody else took the last seat, or HR chose a cohort that is closed
			frappe.db.rollback(save_point="onboarding_seat")
			_drop_last_message()
			if chosen:
				note = str(refusal)
			continue
		_note(row, ENROLLED, None, enrolled.batch)
		return True
	_note(row, NO_COHORT, note)
	return False


def _move(row: frappe._dict, user: str) -> bool:
	"""HR chose another cohort after the enrollment."""
	if not row.lms_batch or row.lms_batch == row.lms_enrolled_batch:
		return False
	try:
		moved = enrollment.move(user, from_batch=row.lms_enrolled_batch, to_batch=row.lms_batch, source="HR")
	except NotEnrolledError:
		_drop_last_message()
		return _seat(row, user)
	except Refusal as refusal:
		_drop_last_message()
		_note(row, ENROLLED, str(refusal), row.lms_enrolled_batch)
		return False
	_note(row, ENROLLED, None, moved.batch)
	return True


def _take_back(row: frappe._dict) -> None:
	"""Withdraw the person of a cancelled onboarding, unless they have started or somebody else enrolled them."""
	if row.lms_state != ENROLLED or not row.lms_enrolled_batch:
		return
	batch = row.lms_enrolled_batch
	# whoever was suspended meanwhile, or whose account is closed, still holds the seat
	user = user_of_hire(row.employee, row.job_applicant)
	if not user or source_of(batch, user) != "HR":
		_note(row, WITHDRAWN, None)
	elif course_enrollment.has_history(user, batch):
		name = frappe.db.get_value("User", user, "full_name") or user
		_note(row, WITHDRAWN, _("{0} has started and stays in the cohort.").format(name))
	else:
		try:
			withdrawal.withdraw(batch, user, reason=_("The onboarding was cancelled."))
		except NotEnrolledError:
			_drop_last_message()
		_note(row, WITHDRAWN, None)


def _note(row: frappe._dict, state: str, note: str | None, batch: str | None = None) -> None:
	values = {"lms_state": state, "lms_note": note, "lms_enrolled_batch": batch}
	if state == WITHDRAWN:
		values["lms_enrolled_batch"] = row.lms_enrolled_batch
	if any((row.get(field) or None) != value for field, value in values.items()):
		# HR may have the document open: its time of change stays, so that their save is not refused
		set_value(DOCTYPE, row.name, values, update_modified=False)


def _drop_last_message() -> None:
	if frappe.local.message_log:
		frappe.clear_last_message()
