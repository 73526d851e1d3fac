"""The weekly report of overdue training by mail, by Frappe's Auto Email Report: one for each person who wants it.

Frappe makes such a report with the rights of its scheduler, who sees everybody. Ours are made with the rights of the
person who gets it, at the time it is made.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.auto_email_report.auto_email_report import AutoEmailReport

from smooth_lms.base.ours import is_report_of_ours
from smooth_lms.base.rows import set_on
from smooth_lms.base.spreadsheets import harmless_file
from smooth_lms.people.profiles import PLACES

DOCTYPE = "Auto Email Report"
OVERDUE = "Overdue Training"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FILTERS = (*PLACES, "manager", "whole_team", "requirement", "course", "days_overdue")


class ReportByMail(AutoEmailReport):
	"""Frappe's Auto Email Report; a report about training shows what its user may see."""

	def get_report_content(self):
		"""The report as a file or as HTML; None when there is nothing to send."""
		if frappe.get_cached_value("Report", self.report, "module") != "Training":
			content = super().get_report_content()
			return self._harmless(content) if is_report_of_ours(self.report) else content
		try:
			if not frappe.db.get_value("User", self.user, "enabled"):
				raise frappe.PermissionError
			with _as_user(self.user):
				return self._harmless(super().get_report_content())
		except frappe.PermissionError:
			# who has left or changed jobs gets no reports any more
			frappe.clear_messages()
			set_on(self, {"enabled": 0})
			self.add_comment("Info", _("Stopped: {0} may not see this report any more.").format(self.user))
			return None

	def _harmless(self, content: str | bytes | None) -> str | bytes | None:
		# Frappe writes a text that begins with = into a workbook as a formula
		if not content or self.format not in ("CSV", "XLSX"):
			return content
		raw = content.encode() if isinstance(content, str) else content
		return harmless_file(raw, self.format.lower())


def day_of(user: str) -> str | None:
	"""The day of the week on which `user` gets the report; None if never."""
	name = _own(user)
	return frappe.db.get_value(DOCTYPE, {"name": name, "enabled": 1}, "day_of_week") if name else None


def subscribe(user: str, day: str, filters: Mapping[str, Any]) -> None:
	"""Send the report to `user` once a week, or not any more.

	Args:
	        user: who gets it, at the address of their account.
	        day: one of DAYS; empty to stop.
	        filters: those of the report; unknown ones are left out.
	"""
	name = _own(user)
	if not day:
		if name:
			frappe.delete_doc(DOCTYPE, name, ignore_permissions=True)
		return
	if day not in DAYS:
		frappe.throw(_("Choose a day of the week."))
	doc = frappe.get_doc(DOCTYPE, name) if name else frappe.new_doc(DOCTYPE)
	doc.update(
		{
			"report": OVERDUE,
			"report_type": "Script Report",
			"user": user,
			"enabled": 1,
			"email_to": frappe.db.get_value("User", user, "email"),
			"frequency": "Weekly",
			"day_of_week": day,
			"format": "XLSX",
			"send_if_data": 1,
			"description": _("What is overdue among the people you may see."),
			"filters": json.dumps({key: filters[key] for key in FILTERS if filters.get(key)}),
			"filter_meta": "",
		}
	)
	doc.save(ignore_permissions=True)


def remove_subscriptions() -> None:
	"""Remove everybody's, before the report itself goes."""
	for name in frappe.get_all(DOCTYPE, filters={"report": OVERDUE}, pluck="name", limit=0):
		frappe.delete_doc(DOCTYPE, name, ignore_permissions=True, force=True)


def _own(user: str) -> str | None:
	"""The subscription that `user` has made; not one that somebody made for several people."""
	return frappe.db.get_value(DOCTYPE, {"report": OVERDUE, "user": user, "owner": user}, "name")


@contextmanager
def _as_user(user: str) -> Iterator[None]:
	"""Let Frappe's permission checks ask about `user`; the request's own session stays as it was."""
	session, form = frappe.local.session, frappe.local.form_dict
	before = {key: session.get(key) for key in ("user", "sid", "data")}
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before["user"])
		session.update(before)
		frappe.local.form_dict = form
