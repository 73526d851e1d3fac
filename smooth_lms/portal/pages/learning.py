"""My learning: what is next for the person who is signed in, more time for it, and what is finished."""

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.cohorts import catalog
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.portal.answers import Answer, Page, Redirect, as_text
from smooth_lms.portal.navigation import HOME
from smooth_lms.portal.visit import Visit
from smooth_lms.training import decisions
from smooth_lms.training.reading import views, wording
from smooth_lms.training.requirement import rules

DONE_SHOWN = 20


def index(visit: Visit) -> Page:
	"""What is to be done, the person's cohorts that come next, and what is finished."""
	rows = views.everything_of(visit.user) if permissions.sees_own_training(visit.user) else []
	training = wording.grouped(rows)
	context = {
		**catalog.coming_up(visit.user),
		"training": training,
		# the page's one main button: what is most urgent
		"first": next((row for row in [*training["next"], *training["later"]] if not row["paused"]), None),
		"summary": wording.summary(rows),
		"done_shown": DONE_SHOWN,
	}
	done = visit.query.get("done")
	notice = _("Your manager has been asked for more time.") if done == "asked" else ""
	return Page("learning.html", _("My learning"), context, section="learning", notice=notice)


def ask_for_time(visit: Visit, assignment: str) -> Answer:
	"""The form in which somebody asks for a later due date."""
	row = _own(assignment)
	if not row["may_ask"]:
		return Redirect(HOME)
	return _form(row, {"until": "", "reason": ""})


def send_question(visit: Visit, assignment: str) -> Answer:
	"""Ask for more time; then show what is to be done again."""
	row = _own(assignment)
	typed = {key: (visit.form.get(key) or "").strip() for key in ("until", "reason")}
	try:
		decisions.request_extension(assignment, typed["until"] or "-", typed["reason"])
	except TrainingRefusedError as refusal:
		frappe.clear_messages()
		alert = _("Choose the day until which you need.") if not typed["until"] else as_text(refusal)
		return _form(row, typed, alert=alert, status=refusal.http_status_code)
	return Redirect(f"{HOME}?done=asked")


def _form(row: dict, typed: dict, **more) -> Page:
	context = {"row": row, "typed": typed, "earliest": max(row["due_date"], rules.today())}
	return Page("more_time.html", _("Ask for more time"), context, section="learning", **more)


def _own(assignment: str) -> dict:
	"""One's own open assignment, in words.

	Raises DoesNotExistError for anybody else's, PermissionError where the site shows people no training of their own.
	"""
	for row in views.of_member(permissions.require_own_training()):
		if row["name"] == assignment and row["open"]:
			return wording.worded(row)
	raise frappe.DoesNotExistError
