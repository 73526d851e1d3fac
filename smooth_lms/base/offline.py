"""HTML that fetches nothing but files of this site, whoever draws it: a browser, or the program that makes PDFs.

What people write is stored without what runs, but a picture may stand in it, and the program that makes PDFs fetches
every address from inside the server's network, with the session of whoever prints.
"""

import base64
import binascii
import re
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment, Tag

from smooth_lms.base import links

FORBIDDEN = frozenset(
	[
		"applet",
		"audio",
		"base",
		"bgsound",
		"embed",
		"frame",
		"frameset",
		"iframe",
		"link",
		"math",
		"noembed",
		"noframes",
		"noscript",
		"object",
		"plaintext",
		"portal",
		"script",
		"source",
		"template",
		"track",
		"video",
		"xmp",
	]
)
IN_PICTURES = frozenset(
	[
		"circle",
		"clippath",
		"defs",
		"desc",
		"ellipse",
		"g",
		"line",
		"lineargradient",
		"mask",
		"path",
		"pattern",
		"polygon",
		"polyline",
		"radialgradient",
		"rect",
		"stop",
		"svg",
		"symbol",
		"text",
		"title",
		"tspan",
		"use",
	]
)
"""What stays of an inline SVG."""
ADDRESSES = frozenset({"action", "background", "data", "formaction", "href", "poster", "src", "xlink:href"})
DROPPED = frozenset(
	[
		"archive",
		"classid",
		"codebase",
		"dynsrc",
		"imagesrcset",
		"longdesc",
		"lowsrc",
		"manifest",
		"ping",
		"profile",
		"srcdoc",
		"srcset",
	]
)
"""Attributes that name addresses as well, and that no print needs."""
LINKS = frozenset({"a", "area"})
LINK = re.compile(r"(?:https?:|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
OWN = re.compile(r"/(?:private/)?(?:files|assets)/[^\\\x00-\x1f]*")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
PICTURE_NAME = re.compile(r"\.(?:avif|bmp|gif|ico|jpe?g|png|svg|webp)(?:[?#]|$)", re.IGNORECASE)
DRAWING = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=\s]*)", re.IGNORECASE)
REACHES_OUT = re.compile(rb"href|url\s*\(|@import|<!|<\?xml-|<style|<script|foreignobject|\\", re.IGNORECASE)
NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""One transparent point: Frappe's PDFs end in an error over a picture without an address."""
CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
CSS_IMPORT = re.compile(r"@import[^;}]*;?", re.IGNORECASE)
CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)""", re.IGNORECASE)
CSS_FETCHES = re.compile(r"url\s*\(|@import|image-set|\bsrc\s*\(|expression|binding|behavior", re.IGNORECASE)


def offline(html: str) -> str:
	"""The page, or part of one, without anything that fetches more than files of this site, and without scripts."""
	soup = BeautifulSoup(html, "html5lib")
	for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
		comment.extract()
	for tag in soup.find_all(True):
		if not tag.decomposed:
			_clean(tag)
	if re.match(r"\s*(?:<!doctype|<html)", html, re.IGNORECASE):
		return str(soup)
	return soup.head.decode_contents() + soup.body.decode_contents()


def is_own_file(address: str) -> bool:
	"""Whether the address names a file of this site, or is a picture itself."""
	address = re.sub(r"[\t\r\n]", "", address).strip()
	if address.startswith("#") or PICTURE.fullmatch(address):
		return True
	if drawing := DRAWING.fullmatch(address):
		return _is_harmless_drawing(drawing.group(1))
	site = links.absolute()
	if address.startswith(f"{site}/"):
		address = address[len(site) :]
	path = unquote(unquote(address))
	return bool(OWN.fullmatch(address)) and ".." not in path and "\\" not in path


def _clean(tag: Tag) -> None:
	in_picture = tag.name.lower() == "svg" or tag.find_parent("svg") is not None
	is_charset = tag.name == "meta" and set(tag.attrs) == {"charset"}
	if (
		tag.name in FORBIDDEN
		or (tag.name == "meta" and not is_charset)
		or (in_picture and tag.name.lower() not in IN_PICTURES)
	):
		tag.decompose()
		return
	if tag.name == "style":
		# not get_text(), which knows style sheets of other parsers only and finds nothing
		tag.string = _offline_css("".join(map(str, tag.contents)))
	for name in list(tag.attrs):
		value = tag.attrs[name]
		value = " ".join(value) if isinstance(value, list) else value
		key = name.lower()
		if key.startswith("on") or key in DROPPED or (key in ADDRESSES and not _may_name(tag, value)):
			del tag.attrs[name]
		elif key not in ADDRESSES and (CSS_FETCHES.search(value) or (key == "style" and "\\" in value)):
			tag.attrs[name] = _offline_css(value)
	if tag.name == "img" and not _is_picture(tag.attrs.get("src")):
		tag.attrs["src"] = NO_PICTURE


def _is_picture(address: str | None) -> bool:
	"""By its name: the program for PDFs leaves a gap for a missing picture, and fails over anything else."""
	return bool(address) and (address[:5].lower() == "data:" or bool(PICTURE_NAME.search(address)))


def _may_name(tag: Tag, address: str) -> bool:
	if tag.name in LINKS:  # followed by a reader, not fetched
		return bool(LINK.match(re.sub(r"[\x00-\x20]", "", address)))
	return is_own_file(address)


def _is_harmless_drawing(encoded: str) -> bool:
	try:
		return not REACHES_OUT.search(base64.b64decode(encoded))
	except (ValueError, binascii.Error):
		return False


def _offline_css(css: str) -> str:
	plain = CSS_ESCAPE.sub(_unescaped, CSS_COMMENT.sub("", css))
	if not CSS_FETCHES.search(plain):
		return css
	plain = CSS_URL.sub(_own_or_none, CSS_IMPORT.sub("", plain))
	left = CSS_FETCHES.search(CSS_URL.sub("", plain))
	return "" if left or "<" in plain or CSS_COMMENT.search(plain) else plain


def _unescaped(escape: re.Match) -> str:
	if not escape.group(1):
		return escape.group(2)
	number = int(escape.group(1), 16)
	return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _own_or_none(found: re.Match) -> str:
	address = next((each for each in found.groups() if each is not None), "").strip()
	quote = "'" if '"' in address else '"'
	return f"url({quote}{address}{quote})" if is_own_file(address) and quote not in address else "none"
