"""How large a request the web server before a site takes: found out by announcing requests that are never sent."""

import http.client
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024
PATIENCE = 5
"""Seconds."""
UPLOAD = "/api/method/upload_file"


def request_limit(address: str, most: int = 4096, path: str = UPLOAD) -> int | None:
	"""The largest request in bytes, to a megabyte, that a server takes; None if it does not answer.

	Args: most, megabytes to ask for at most; path, that is asked.
	"""
	try:
		if not _takes(address, path, MEGABYTE):
			return 0
		good, bad = 1, most + 1
		while bad - good > 1:
			middle = (good + bad) // 2
			good, bad = (middle, bad) if _takes(address, path, middle * MEGABYTE) else (good, middle)
	except (OSError, http.client.HTTPException):
		return None
	return good * MEGABYTE


def _takes(address: str, path: str, size: int) -> bool:
	"""Whether a server lets a request of this size begin. Nothing but its head is sent."""
	parts = urlsplit(address)
	kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
	connection = kind(parts.hostname, parts.port, timeout=PATIENCE)
	try:
		connection.putrequest("POST", path)
		connection.putheader("Content-Length", str(size))
		connection.putheader("Content-Type", "application/octet-stream")
		connection.putheader("Expect", "100-continue")
		connection.endheaders()
		line = connection.sock.recv(64)
	finally:
		connection.close()
	if not line.startswith(b"HTTP/"):
		raise http.client.BadStatusLine(repr(line))
	return line.split()[1] != b"413"
