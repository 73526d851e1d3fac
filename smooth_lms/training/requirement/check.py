"""What makes a good requirement: asked whenever one is saved."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, formatdate, getdate

from smooth_lms.base.settings import setting_number
from smooth_lms.courses import versions
from smooth_lms.exceptions import BrokenRequirementError, ConfirmNumberError
from smooth_lms.people import audience
from smooth_lms.people.presence import Presence
from smooth_lms.training.deciding.due import AFTER_COMPLETION, FIXED_DATE
from smooth_lms.training.requirement import rules

SHORTEST_MONTH = 28


def check(doc) -> None:
	"""Raises ValidationError, with what to do, when a requirement cannot be carried out or contradicts itself."""
	_check_courses(doc)
	_check_audience(doc)
	_check_dates(doc)
	if doc.timezone:
		try:
			rules.today(doc.timezone)
		except Exception:
			frappe.throw(
				_("{0} is not a time zone: choose one such as Europe/Berlin.").format(
					escape_html(doc.timezone)
				)
			)
	if doc.active and not doc.frozen:
		program = rules.of_requirement(doc)
		if not doc.flags.by_function and _lines(doc) != _lines(doc.get_doc_before_save()):
			ask_number(program, None, at_work=True)


def _lines(doc) -> set[tuple[str, str, str]]:
	return {(row.effect, row.kind, row.value) for row in doc.audience} if doc else set()


def ask_number(program: rules.Program, confirm: int | None, *, at_work: bool = False) -> None:
	"""Raises ConfirmNumberError where a requirement for nobody or nearly everybody has not been confirmed.

	Args: at_work, whether it is active already and about to be changed.
	"""
	concerned = len(audience.members(program.audience, program.today))
	everybody = sum(each.presence is not Presence.GONE for each in audience.everybody(program.today).values())
	limit = setting_number("confirm_above_percent")
	nearly_all = bool(limit) and concerned * 100 > everybody * limit
	if (concerned and not nearly_all) or confirm == concerned:
		return
	if at_work:
		sentence = _(
			"It would reach {0} of {1} people: stop it, change it, and activate it again with the number."
		).format(concerned, everybody)
	elif not concerned:
		sentence = _("It matches nobody now. Type 0 to activate it for people who come later.")
	else:
		sentence = _("It reaches {0} of {1} people. Type {0} to activate it.").format(concerned, everybody)
	frappe.throw(sentence, ConfirmNumberError)


def _check_courses(doc) -> None:
	courses = [row.course for row in doc.courses]
	if not courses:
		frappe.throw(_("Name at least one course."))
	roots = versions.roots(courses)
	if len({roots.get(course, course) for course in courses}) < len(courses):
		frappe.throw(_("A course is named twice, or in two versions: remove one."))
	if not doc.active:
		for course in courses:
			if not frappe.get_cached_value("LMS Course", course, "published"):
				frappe.msgprint(
					_("{0} is not published yet: publish it before you activate.").format(
						escape_html(course)
					),
					alert=True,
				)


def _check_audience(doc) -> None:
	audience.require_once(doc.audience, doc.exceptions)
	if wrong := audience.problem(doc.audience):
		frappe.throw(BrokenRequirementError(reason=wrong).text, BrokenRequirementError)
	for row in doc.exceptions:
		if row.until and getdate(row.until) < rules.today() and row.is_new():
			frappe.throw(_("Line {0}: {1} is past.").format(row.idx, formatdate(row.until)))


def _check_dates(doc) -> None:
	if doc.due_rule == FIXED_DATE:
		if not doc.fixed_date:
			frappe.throw(_("Choose the date on which it is due."))
		is_past = getdate(doc.fixed_date) < rules.today(_known_zone(doc.timezone))
		if is_past and not cint(doc.recurrence_months) and _is_changed(doc, "fixed_date"):
			sentence = _(
				"{0} is past, and nothing repeats: choose a later date, or renew it every so many months."
			)
			frappe.throw(sentence.format(formatdate(doc.fixed_date)))
	elif cint(doc.due_days) < 0:
		frappe.throw(_("Days cannot be negative."))
	if doc.due_rule == AFTER_COMPLETION and not cint(doc.due_days) and not cint(doc.recurrence_months):
		frappe.throw(
			_("0 days after the last completion would never end: enter the days after which it is due again.")
		)
	months = cint(doc.recurrence_months)
	period = months * SHORTEST_MONTH or (cint(doc.due_days) if doc.due_rule == AFTER_COMPLETION else 0)
	if period and cint(doc.window_days) >= period:
		sentence = _(
			"It may be renewed {0} days early, but comes again after {1}: choose a shorter time for renewal."
		)
		frappe.throw(sentence.format(escape_html(doc.window_days), escape_html(period)))


def _known_zone(name: str | None) -> str | None:
	try:
		rules.today(name)
	except Exception:
		return None
	return name


def _is_changed(doc, field: str) -> bool:
	before = doc.get_doc_before_save()
	return not before or str(before.get(field)) != str(doc.get(field))
