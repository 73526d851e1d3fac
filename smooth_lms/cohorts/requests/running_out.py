"""The clock of requests: a reminder, then L&D, then the end."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.rows import set_value
from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts.holds import DOCTYPE, MARK
from smooth_lms.cohorts.requests import approvers, deciding, steps, telling


def sweep_requests() -> None:
	"""Scheduler: take each request whose next step is due. Commits after each; one that fails stops no other."""
	due = read_rows(
		DOCTYPE,
		("name",),
		{"open_mark": MARK},
		up_to={"next_step_on": now_datetime()},
		order="next_step_on, name",
	)
	for name in [row.name for row in due]:
		try:
			in_one_transaction(lambda name=name: take_step(name))
		except Exception:
			frappe.db.rollback()
			frappe.log_error(
				_("A request could not be followed up"),
				reference_doctype=DOCTYPE,
				reference_name=name,
			)
			frappe.db.commit()


def take_step(name: str) -> None:
	"""Remind of a request, take it to L&D, or give it up, whichever is due; nothing where somebody has decided."""
	request = read_row(DOCTYPE, deciding.FIELDS, {"name": name, "open_mark": MARK})
	if not request:
		return
	step = steps.due_step(request.step, request.asked_on, request.runs_out_on, now_datetime())
	if step is None:
		deciding.give_up(name)
		return
	# whoever decides meanwhile holds the row
	request = read_row(DOCTYPE, deciding.FIELDS, {"name": name, "open_mark": MARK}, lock=True)
	if not request or step <= request.step:
		return
	# whom it is to be asked now: the manager may have left, or be away, or be back
	nominated = request.requested_by != request.member
	manager = None if nominated else approvers.managers_to_ask([request.member]).get(request.member)
	next_on = steps.next_step_on(step, request.asked_on, request.runs_out_on)
	set_value(DOCTYPE, name, {"step": step, "next_step_on": next_on, "approver": manager})
	telling.tell_deciders({name: (request.member, manager)}, step)
