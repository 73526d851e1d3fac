"""The host of its own from which a site serves packages: whether all is there that it needs."""

import hashlib
import hmac
import socket
from urllib.parse import urlsplit

import requests

import frappe
from frappe import _
from frappe.utils.password import get_encryption_key

from smooth_lms.base.request_limits import MEGABYTE, request_limit
from smooth_lms.courses.scorm.address import CONTENT, PROOF
from smooth_lms.courses.scorm.run import LARGEST_COMMIT

PATIENCE = 10
"""Seconds."""


def set_host(host: str) -> str:
	"""Serve packages from a host of their own. Args: host, a name, or an origin such as https://content.example.

	Returns the origin. Raises ValidationError for a host that can be none.
	"""
	settings = frappe.get_single("LMS Settings")
	settings.scorm_content_origin = origin_of(host)
	settings.save()
	return settings.scorm_content_origin


def origin_of(host: str) -> str:
	"""The origin that is meant. Args: as `set_host`."""
	return (host if "://" in host else f"https://{host}").rstrip("/")


def missing(host: str) -> list[str]:
	"""What keeps a host from serving this site's packages: sentences, each with what to do. Args: as `set_host`."""
	origin = origin_of(host)
	name, site = urlsplit(origin).hostname or "", frappe.local.site
	try:
		socket.getaddrinfo(name, None)
	except (OSError, UnicodeError):
		return [
			_("{0} is not known: add a DNS record that points to this server, and wait until it is.").format(
				name
			)
		]
	nonce = frappe.generate_hash(length=20)
	try:
		answer = requests.get(
			f"{origin}/{CONTENT}/{PROOF}",
			params={"nonce": nonce},
			timeout=PATIENCE,
			allow_redirects=False,
		)
	except requests.exceptions.SSLError as error:
		return [
			_(
				"{0} has no certificate that browsers trust: run sudo -H bench setup lets-encrypt {1} --custom-domain {0}. What is wrong with the present one: {2}"
			).format(name, site, str(error)[-200:])
		]
	except requests.exceptions.RequestException:
		return [
			_("{0} does not answer at {1}: look whether nginx runs and the firewall lets it through.").format(
				name, origin
			)
		]
	if not hmac.compare_digest(answer.text.encode(), proof(nonce).encode()):
		return [
			_(
				"{0} answers, but not for this site: run bench setup add-domain {0} --site {1}, then bench setup nginx --yes and sudo bench setup reload-nginx."
			).format(name, site)
		]
	return _too_small(origin)


def proof(nonce: str) -> str:
	"""What only this site can answer to a question: see `missing`."""
	key = hashlib.sha256(f"content host:{get_encryption_key()}".encode()).digest()
	return hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()


def _too_small(origin: str) -> list[str]:
	needed = -(-LARGEST_COMMIT // MEGABYTE)
	taken = request_limit(origin, needed + 1, f"/{CONTENT}/{PROOF}")
	if taken is None or taken >= needed * MEGABYTE:
		return []
	return [
		_(
			"{0} takes requests of up to {1} MB, and packages save up to {2} MB: raise client_max_body_size."
		).format(origin, taken // MEGABYTE, needed)
	]
