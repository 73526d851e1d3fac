"""The site's names: what mails link to, and the host that packages come from."""

import http.client
import json
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import frappe
from frappe import _

from smooth_lms.base import links
from smooth_lms.base.health import MISSING, Finding, Question
from smooth_lms.courses.scorm.content import content_origin

PATIENCE = 5
"""Seconds to wait for an answer."""


def host_name(_question: Question) -> Iterator[Finding]:
	"""Links in mails need a name that the configuration gives."""
	if not links.configured_origin():
		yield Finding(
			MISSING,
			_(
				"This site has no host_name: links in mails, calendars and certificates name {0}, which may not be where people find it."
			).format(links.absolute()),
			_("Set it with bench --site {0} set-config host_name https://your.domain").format(
				frappe.local.site
			),
		)


def content_host(_question: Question) -> Iterator[Finding]:
	"""Packages need a host that is not the portal's."""
	origin, site = content_origin(), links.configured_origin()
	if origin and site and urlsplit(origin).hostname == urlsplit(site).hostname:
		yield Finding(
			MISSING,
			_("Address for SCORM content names the host of this site: packages need one of their own."),
			_("Enter another host in LMS Settings, or none."),
		)


def site_answers(question: Question) -> Iterator[Finding]:
	"""Where mails lead, this site has to be."""
	address = question.address or links.configured_origin()
	if not address:
		return
	try:
		status, body = _get(address, "/api/method/ping")
	except (OSError, http.client.HTTPException) as error:
		yield Finding(MISSING, _does_not_answer(address, error), _name_advice())
		return
	if status != 200 or not _is_pong(body):
		yield Finding(
			MISSING,
			_("{0} answers, but not as this site (status {1}).").format(address, status),
			_name_advice(),
		)


def content_host_answers(_question: Question) -> Iterator[Finding]:
	"""The host of packages answers, and for packages only."""
	origin = content_origin()
	if not origin:
		return
	advice = _("Look at DNS, the certificate and bench setup add-domain: see SCORM in the install guide.")
	try:
		status, _body = _get(origin, "/login")
	except (OSError, http.client.HTTPException) as error:
		yield Finding(MISSING, _does_not_answer(origin, error), advice)
		return
	if status != 404:
		yield Finding(
			MISSING,
			_("{0}, the address for SCORM content, leads to something else (status {1} at /login).").format(
				origin, status
			),
			advice,
		)


def connect(address: str) -> http.client.HTTPConnection:
	"""A connection to the origin of an address, not yet opened."""
	parts = urlsplit(address)
	kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
	return kind(parts.hostname, parts.port, timeout=PATIENCE)


def _get(address: str, path: str) -> tuple[int, bytes]:
	connection = connect(address)
	try:
		connection.request("GET", path, headers={"Accept": "application/json"})
		answer = connection.getresponse()
		return answer.status, answer.read(1000)
	finally:
		connection.close()


def _is_pong(body: bytes) -> bool:
	try:
		return json.loads(body) == {"message": "pong"}
	except ValueError:
		return False


def _does_not_answer(address: str, error: Exception) -> str:
	if isinstance(error, ssl.SSLError):
		return _("{0} has no valid certificate: {1}").format(address, error)
	return _("{0} does not answer: {1}").format(address, error or type(error).__name__)


def _name_advice() -> str:
	return _("Look at host_name, DNS, the certificate, and that nginx and the web server run.")
