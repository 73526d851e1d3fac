"""The portal's own template environment. Every value is escaped unless a template says it is markup."""

import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
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
SECONDS = 60
"""How long a drawn piece is good: a translation may change meanwhile."""
TONES = 6
"""As many as public/css/portal.css has for faces."""


def render(template: str, context: dict) -> str:
	"""The text of a template under templates/portal/."""
	return environment().get_template(template).render(context, _=_remembered())


def piece(template: str, macro: str, *values: Any) -> Markup:
	"""What a macro makes of values, drawn once a minute for the same ones: many readers see the same cards.

	Args:
		template: A template under templates/portal/ whose macros say all with their arguments.
		macro: One of its macros.
		values: Its arguments; what looks the same by `repr` is the same.
	"""
	if frappe.conf.developer_mode:
		return _draw(template, macro, values)
	minute = int(time.time()) // SECONDS
	return _drawn((frappe.local.site, frappe.local.lang, minute), template, macro, _Values(values))


class _Values:
	"""Arguments as a key; dictionaries are none."""

	__slots__ = ("key", "values")

	def __init__(self, values: tuple) -> None:
		self.values, self.key = values, repr(values)

	def __hash__(self) -> int:
		return hash(self.key)

	def __eq__(self, other: object) -> bool:
		return isinstance(other, _Values) and self.key == other.key


@lru_cache(maxsize=1000)
def _drawn(_reader: tuple, template: str, macro: str, arguments: _Values) -> Markup:
	return _draw(template, macro, arguments.values)


def _draw(template: str, macro: str, values: tuple) -> Markup:
	return getattr(environment().get_template(template).module, macro)(*values)


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
	made.globals |= {"_": _, "asset": asset, "piece": piece, "plural": plural}
	made.filters |= {"rich_text": rich_text, "ltr": ltr, "tone": tone, "number": shown}
	return made
