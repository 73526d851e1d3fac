"""Addresses of this site: what is configured decides, not the name that a request was sent to."""

from urllib.parse import urlsplit

import frappe


def configured_origin() -> str | None:
	"""The origin that `host_name` of the site's configuration names, such as https://learn.example; None without."""
	name = frappe.conf.host_name or frappe.conf.hostname
	return origin_of(name if "://" in name else f"http://{name}") if name else None


def absolute(path: str = "") -> str:
	"""An address of this site for mails, calendars and codes. Args: path, beginning with a slash.

	Frappe takes the name from the request where none is configured, which is whatever its sender wrote there.
	"""
	request = getattr(frappe.local, "request", None)
	frappe.local.request = None
	try:
		return frappe.utils.get_url(path or None)
	finally:
		frappe.local.request = request


def origin_of(address: str) -> str:
	"""Scheme, host and port of an address."""
	parts = urlsplit(address)
	return f"{parts.scheme}://{parts.netloc}"


def is_sent_to(origin: str) -> bool:
	"""Whether the request was sent to this origin's host. A bench's nginx leaves the port out."""
	asked, known = urlsplit(f"//{frappe.request.host}"), urlsplit(origin)
	return asked.hostname == known.hostname and asked.port in (None, known.port)


def origin_of_request(*known: str | None) -> str:
	"""The origin that the request was sent to, as the browser knows it.

	Args: known, origins that the site has beside its own. Where none of them was meant and the port is not said, it
	stands for any port, as policies write it.
	"""
	for origin in (*known, configured_origin()):
		if origin and is_sent_to(origin):
			return origin
	request = frappe.request
	scheme = request.headers.get("X-Forwarded-Proto") or request.scheme
	return f"{scheme}://{request.host}" + ("" if urlsplit(f"//{request.host}").port else ":*")
