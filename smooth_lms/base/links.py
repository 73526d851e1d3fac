"""Addresses of this site: what is configured decides, not the name that a request was sent to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import frappe

HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")
PORTS = {"http": 80, "https": 443}
NOWHERE = "nowhere.invalid"


def configured_origin() -> str | None:
	"""The origin that `host_name` of the site's configuration names, such as https://learn.example; None without."""
	name = frappe.conf.host_name or frappe.conf.hostname
	return origin_of(name if "://" in name else f"http://{name}") if name else None


def absolute(path: str = "") -> str:
	"""An address of this site for mails, calendars and codes. Args: path, beginning with a slash."""
	with by_configured_name():
		return frappe.utils.get_url(path or None)


def form(doctype: str, name: str) -> str:
	"""The address of a document at the desk."""
	with by_configured_name():
		return frappe.utils.get_url_to_form(doctype, name)


def path_of_form(doctype: str, name: str) -> str:
	"""The address of a document at the desk, for pages of this site."""
	return urlsplit(form(doctype, name)).path


def link_to_form(doctype: str, name: str) -> str:
	"""HTML of a link to a document at the desk, for messages of this site."""
	address = frappe.utils.escape_html(path_of_form(doctype, name))
	return f'<a href="{address}">{frappe.utils.escape_html(name)}</a>'


@contextmanager
def by_configured_name() -> Iterator[None]:
	"""Let Frappe make addresses, and send cookies, as if nobody had asked.

	Where no name is configured it takes the request's, which is whatever its sender wrote there.
	"""
	request = getattr(frappe.local, "request", None)
	if request is None:
		yield
		return
	frappe.local.request = None
	try:
		yield
	finally:
		frappe.local.request = request


def origin_of(address: str) -> str:
	"""Scheme, host and port of an address."""
	parts = urlsplit(address)
	return f"{parts.scheme}://{parts.netloc}"


def is_for_host_of(origin: str) -> bool:
	"""Whether the request was sent to the host of this origin: in capitals, with a dot at the end, at any port."""
	asked, known = _host_name(frappe.request.host), _host_name(urlsplit(origin).netloc)
	return bool(known) and asked == known


def is_sent_to(origin: str) -> bool:
	"""Whether the request was sent to this origin's host. A bench's nginx leaves the port out."""
	name, port = _host_of_request()
	known = urlsplit(origin)
	return name == known.hostname and port in (None, known.port or PORTS.get(known.scheme))


def origin_of_request(*known: str | None) -> str:
	"""The origin that the request was sent to, as the browser knows it.

	Args: known, origins that the site has beside its own. Where none of them was meant and the port is not said, it
	stands for any port, as policies write it.
	"""
	for origin in (*known, configured_origin()):
		if origin and is_sent_to(origin):
			return origin
	name, port = _host_of_request()
	scheme = (
		"https"
		if "https" in (frappe.request.headers.get("X-Forwarded-Proto"), frappe.request.scheme)
		else "http"
	)
	return f"{scheme}://{name or NOWHERE}:{port or '*'}"


def _host_of_request() -> tuple[str | None, int | None]:
	"""Name and port of the Host header; no name where it is none, since its sender may write anything."""
	host = HOST.fullmatch(frappe.request.host)
	return (host["name"].lower(), int(host["port"]) if host["port"] else None) if host else (None, None)


def _host_name(host: str) -> str:
	"""The name in a Host header or an address, as browsers and name servers take it."""
	name = host.rpartition("@")[2]
	name = name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]
	return name.strip().rstrip(".").lower()
