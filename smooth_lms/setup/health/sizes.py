"""How large uploads may be: for Frappe, and for the web server before it."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.core.api import file as file_api
from frappe.utils import cint

from smooth_lms.base import links
from smooth_lms.base.health import FACT, HINT, MISSING, Finding, Question
from smooth_lms.base.request_limits import MEGABYTE, request_limit

REMEMBERED = "smooth_lms_server_limit"
DAY = 24 * 3600
"""Seconds. nginx writes a line into its error log for each size that it refuses."""


def site_limit(_question: Question) -> Iterator[Finding]:
	"""What Frappe takes, and whether the site's configuration says something else."""
	site = file_api.get_max_file_size()
	yield Finding(FACT, _("Frappe takes files of up to {0} MB (max_file_size).").format(site // MEGABYTE))
	configured = cint(frappe.conf.get("max_file_size"))
	if configured and configured != site:
		yield Finding(
			HINT,
			_("Max File Size in System Settings overrides the {0} MB of the site's configuration.").format(
				configured // MEGABYTE
			),
			_("Keep it in one place: clear the field in System Settings, or set it there."),
		)


def server_limit(question: Question) -> Iterator[Finding]:
	"""What the web server takes, found out by announcing uploads that are never sent."""
	address, site = question.address or links.configured_origin(), file_api.get_max_file_size()
	if not address:
		return
	server = request_limit(address)
	if server is None:  # `addresses` says what is wrong with it
		yield Finding(
			HINT,
			_("How large an upload the web server takes is not known: it cannot be asked."),
			_("Repeat this when the site answers."),
		)
		return
	if not question.address:
		_remember(server)
	yield Finding(
		FACT,
		_("{0} takes requests of up to {1} MB (client_max_body_size).").format(address, server // MEGABYTE),
	)
	if server <= site:
		yield Finding(
			MISSING,
			_("The web server refuses files that Frappe would take."),
			_(
				"Set client_max_body_size of nginx a little above max_file_size, after the last bench setup nginx: see Size limits in the install guide."
			),
		)


def remember_limit() -> None:
	"""Scheduled: ask the web server how much it takes, once a day, for the forms, which cannot ask."""
	address = links.configured_origin()
	if address and remembered() is None:
		_remember(request_limit(address))


def remembered() -> int | None:
	"""What the web server took when it was last asked, in bytes; None where that is not known."""
	return frappe.cache.get_value(REMEMBERED, expires=True)


def _remember(limit: int | None) -> None:
	if limit is not None:
		frappe.cache.set_value(REMEMBERED, limit, expires_in_sec=DAY)
