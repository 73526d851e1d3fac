"""Addresses that authors give: only those a learner's browser may follow."""

from urllib.parse import parse_qs, urlsplit

import frappe
from frappe import _

PLAYERS = {
	"youtube.com": "https://www.youtube-nocookie.com/embed/{id}",
	"youtu.be": "https://www.youtube-nocookie.com/embed/{id}",
	"vimeo.com": "https://player.vimeo.com/video/{id}?dnt=1",
}


def require_https(url: str | None, label: str) -> str:
	"""The address without surrounding blanks. Raises ValidationError unless it is an https:// address."""
	cleaned = (url or "").strip()
	try:
		parts = urlsplit(cleaned)
		fine = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
	except ValueError:
		fine = False
	if not fine or any(char.isspace() or char in "<>\"'\\`" for char in cleaned):
		frappe.throw(_("{0}: enter a whole address that begins with https://.").format(label))
	return cleaned


def player_url(url: str) -> str | None:
	"""The address of the video service's own player, without tracking; None for a plain video file.

	Args: url, an https address such as `https://youtu.be/abc` or `https://vimeo.com/123`.
	"""
	parts = urlsplit(url)
	host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
	if host not in PLAYERS:
		return None
	steps = [step for step in parts.path.split("/") if step]
	video = parse_qs(parts.query).get("v", [""])[0] or (steps[-1] if steps else "")
	return PLAYERS[host].format(id=video) if video.replace("-", "").replace("_", "").isalnum() else None
