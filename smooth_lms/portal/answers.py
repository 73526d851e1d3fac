"""What a page function can answer with."""

import html
from dataclasses import dataclass, field
from typing import Any

from frappe.utils import strip_html


@dataclass(frozen=True)
class Page:
	"""A page made from a template under templates/portal/."""

	template: str
	title: str
	context: dict[str, Any] = field(default_factory=dict)
	section: str = ""
	"""The navigation entry it belongs to."""
	status: int = 200
	notice: str = ""
	"""What has just been done, in words; announced politely."""
	alert: str = ""
	"""What went wrong; announced at once."""
	scripts: str = ""
	"""A folder of scripts that only this page uses, below those of the portal."""
	frames: tuple[str, ...] = ()
	"""Origins besides our own that the page may show in a frame."""


@dataclass(frozen=True)
class Redirect:
	"""Look at another address of this site, by GET."""

	path: str


@dataclass(frozen=True)
class Download:
	"""A file to save."""

	content: bytes
	filename: str
	mimetype: str


Answer = Page | Redirect | Download


def as_text(said: Exception | str) -> str:
	"""What a refusal says, as text: sentences are made for the desk, which draws HTML, and a page escapes them itself."""
	return html.unescape(strip_html(str(said)))
