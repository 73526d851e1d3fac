"""The portal's own template environment. Every value is escaped unless a template says it is markup."""

from collections.abc import Callable
from functools import cache, lru_cache
from zlib import crc32

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

import frappe
from frappe import _

from smooth_lms.base.numbers import shown
from smooth_lms.base.words import plural
from smooth_lms.courses.rich_text import clean
from smooth_lms.portal.assets import asset

LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"
TONES = 6
"""As many as public/css/portal.css has for faces."""


def render(template: str, context: dict) -> str:
	"""The text of a template under templates/portal/."""
	return environment().get_template(template).render(context, _=_remembered())


def rich_text(html: str | None) -> Markup:
	"""Formatted text of an author, cleaned again: not all of it came through a form that cleans."""
	return Markup(clean(html))


def ltr(text: str | None) -> str:
	"""Hours such as 09:00–17:00, kept in this order within text that runs from right to left."""
	return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}" if text else ""


def tone(user: str) -> int:
	"""The colour of a person without a picture: the same one everywhere."""
	return crc32(user.encode()) % TONES


def _remembered() -> Callable[..., str]:
	"""Frappe's `_` for one page: a list of cards says the same few words hundreds of times."""
	return cache(_)


@lru_cache(maxsize=1)
def environment() -> Environment:
	made = Environment(
		loader=ChoiceLoader(
			[
				PackageLoader("smooth_lms", "templates/portal"),
				# Frappe's extractor of messages follows {% include %}, and wants the name of the app in it
				PrefixLoader({"smooth_lms": PackageLoader("smooth_lms", ".")}),
			]
		),
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
		auto_reload=bool(frappe.conf.developer_mode),
	)
	made.globals |= {"_": _, "asset": asset, "plural": plural}
	made.filters |= {"rich_text": rich_text, "ltr": ltr, "tone": tone, "number": shown}
	return made
