"""What authors write, cleaned for the learners' pages: an allow-list, applied when it is saved."""

import re

import nh3

TAGS = frozenset(
	[
		"a",
		"abbr",
		"b",
		"blockquote",
		"br",
		"caption",
		"cite",
		"code",
		"col",
		"colgroup",
		"dd",
		"del",
		"details",
		"dfn",
		"div",
		"dl",
		"dt",
		"em",
		"figcaption",
		"figure",
		"h1",
		"h2",
		"h3",
		"h4",
		"h5",
		"h6",
		"hr",
		"i",
		"img",
		"ins",
		"kbd",
		"li",
		"mark",
		"ol",
		"p",
		"pre",
		"q",
		"s",
		"samp",
		"small",
		"span",
		"strong",
		"sub",
		"summary",
		"sup",
		"table",
		"tbody",
		"td",
		"tfoot",
		"th",
		"thead",
		"tr",
		"track",
		"u",
		"ul",
		"var",
		"video",
	]
)
ATTRIBUTES = {
	"*": {"class", "dir", "lang", "style", "title"},
	"a": {"href", "rel", "target"},
	"img": {"alt", "height", "loading", "src", "width"},
	"li": {"data-list"},
	"ol": {"start", "type"},
	"td": {"colspan", "rowspan"},
	"th": {"colspan", "rowspan", "scope"},
	"track": {"kind", "label", "src", "srclang"},
	"video": {"controls", "preload", "src"},
}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
WORDS_A_MINUTE = 200
"""As adults read in a foreign language or about something new."""
PICTURES_A_MINUTE = 5
TAG = re.compile(r"<[^>]*>")
PICTURE = re.compile(r"<(?:img|video)\b", re.IGNORECASE)
STYLES = frozenset({"color", "background-color", "text-align", "width"})


def clean(html: str | None) -> str:
	"""The HTML with everything removed that could run, load a page, send a form or cover the page.

	This is the only place that does so for text of authors. Frappe's filter keeps forms, style sheets and refresh
	headers, which lessons do without; and it is another one in each of its versions.
	"""
	if not html:
		return ""
	return nh3.clean(
		html,
		tags=set(TAGS),
		attributes=ATTRIBUTES,
		url_schemes=set(PROTOCOLS),
		filter_style_properties=set(STYLES),
		link_rel=None,  # authors may say it themselves
	)


def says_something(html: str | None) -> bool:
	"""Whether there is a text or a picture in it."""
	return bool(count_words(html) or PICTURE.search(html or ""))


def minutes(html: str | None) -> int:
	"""How long it takes to read, in whole minutes; at least 1."""
	text = html or ""
	needed = count_words(text) / WORDS_A_MINUTE + len(PICTURE.findall(text)) / PICTURES_A_MINUTE
	return max(round(needed), 1)


def count_words(html: str | None) -> int:
	"""How many words there are in it."""
	return len(TAG.sub(" ", (html or "").replace("&nbsp;", " ")).split())
