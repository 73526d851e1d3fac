"""What an administrator should know about a site's set-up: said in LMS Settings, after a migration and by a command."""

from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.core.api import file as file_api
from frappe.utils import format_datetime, now_datetime

from smooth_lms.base import links
from smooth_lms.base.request_limits import MEGABYTE, request_limit
from smooth_lms.courses.scorm.content import content_origin
from smooth_lms.learners import account_switch


def warnings() -> list[str]:
	"""Sentences about what is missing or wrong, each with what to do. Asks the database only."""
	found = [_no_host_name(), _no_content_host(), _late_scheduler()]
	return [sentence for sentence in found if sentence]


def notes() -> list[str]:
	"""Sentences about what is so on this site and needs nothing done. Asks nothing but the code of other apps."""
	if not account_switch.is_done_here():
		return []
	return [
		_(
			"ERPNext on this site disables the account of an employee who is not Active at every save, and enables it again with Active: “Disable the user account of leavers” cannot keep it open, nor can the role System Manager. An account that an administrator disabled stays disabled."
		)
	]


def sizes(address: str | None = None) -> list[str]:
	"""Sentences about how large an upload may be, for Frappe and for the web server before it.

	Args: address, of the site, for example https://learn.example; the configured one where none is given. It is asked
	by announcing uploads that are never sent.
	"""
	site = file_api.get_max_file_size()
	said = [_("Frappe takes files of up to {0} MB (max_file_size).").format(site // MEGABYTE)]
	address = address or links.configured_origin()
	if not address:
		return said
	server = request_limit(address)
	if server is None:
		said.append(_("{0} does not answer: how much the web server takes is not known.").format(address))
	else:
		said.append(
			_("{0} takes requests of up to {1} MB (client_max_body_size).").format(
				address, server // MEGABYTE
			)
		)
		if server <= site:
			said.append(
				_("Set client_max_body_size of nginx a little above max_file_size: see the install guide.")
			)
	return said


def _no_host_name() -> str | None:
	if links.configured_origin():
		return None
	return _(
		"This site has no host_name: links in mails, calendars and certificates name {0}, which may not be where people find it. Set it with bench --site {1} set-config host_name https://your.domain"
	).format(links.absolute(), frappe.local.site)


def _no_content_host() -> str | None:
	origin, site = content_origin(), links.configured_origin()
	if origin and site and urlsplit(origin).hostname == urlsplit(site).hostname:
		return _("Address for SCORM content names the host of this site: packages need one of their own.")
	return None


def _late_scheduler() -> str | None:
	"""Frappe makes its jobs by the clock of the zone before the setup wizard; west of it they wait for hours."""
	now = now_datetime()
	made = frappe.db.get_value(
		"Scheduled Job Type",
		{"creation": [">", now], "last_execution": ["is", "not set"]},
		"creation",
		order_by="creation desc",
	)
	if not made:
		return None
	return _(
		"Scheduled jobs begin at {0} only, because they were made by the clock of another time zone. The install guide says how to begin now."
	).format(format_datetime(made))
