"""Pages as PDF: certificates and quiz submissions through Frappe's print formats, all through its PDF engine.

Frappe's own download makes the engine fetch style sheets from the site over the network, which a background job on
another machine often cannot. Here they are put into the page, so that nothing has to be fetched.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import frappe
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_print_style, get_rendered_template

from smooth_lms.base import links
from smooth_lms.base.offline import offline
from smooth_lms.base.settings import setting
from smooth_lms.exceptions import PdfUnavailableError

SHIPPED_FORMATS = {"LMS Certificate": "LMS Certificate", "LMS Quiz Submission": "Quiz Submission Detail"}
OPTIONS = {"load-error-handling": "ignore", "load-media-error-handling": "ignore", "quiet": ""}
"""A picture that cannot be reached leaves a gap, not a certificate that cannot be made."""

LAYOUT = """
body { font-family: sans-serif; font-size: 10pt; }
table { width: 100%; border-collapse: collapse; }
.table-bordered td, .table-bordered th { border: 1px solid #d1d8dd; padding: 4px; text-align: left; }
.row:after { content: ""; display: block; clear: both; }
[class*="col-xs-"] { float: left; box-sizing: border-box; padding: 0 8px; }
.col-xs-12 { width: 100%; } .col-xs-7 { width: 58%; } .col-xs-6 { width: 50%; }
.col-xs-5 { width: 41%; } .col-xs-4 { width: 33%; } .col-xs-3 { width: 25%; }
.text-right { text-align: right; } .text-muted { color: #6c7680; }
"""
"""What Frappe's standard layout needs of its style sheet; the whole of it takes seconds to be read."""


def render(doctype: str, name: str) -> bytes:
	"""A document as PDF, in the print format of the site's choice. The caller has checked who may see it.

	Raises PdfUnavailableError.
	"""
	doc = frappe.get_doc(doctype, name)
	chosen = print_format(doctype)
	layout = frappe.get_cached_doc("Print Format", chosen) if chosen else None
	checked, frappe.flags.ignore_print_permissions = frappe.flags.ignore_print_permissions, True
	try:
		body = get_rendered_template(doc, print_format=layout, no_letterhead=True)
	finally:
		frappe.flags.ignore_print_permissions = checked
	style = _without_imports(LAYOUT + get_print_style(print_format=layout))
	page = (
		'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{style}</style></head>'
		'<body><div class="print-format">{body}</div></body></html>'
	)
	options = {}
	if layout and "@page-landscape" in (layout.css or ""):
		options["orientation"] = "Landscape"
	return from_html(page.format(style=style, body=body), options)


def from_html(page: str, options: Mapping[str, str] | None = None) -> bytes:
	"""A page as PDF. Nothing in it is fetched but files of this site.

	Args: options, those of wkhtmltopdf.

	Raises PdfUnavailableError where that program is missing or fails.
	"""
	try:
		with links.by_configured_name():
			return get_pdf(offline(page), options={**OPTIONS, **_no_way_out(), **(options or {})})
	except OSError as error:  # what pdfkit raises for everything
		raise PdfUnavailableError from error


def _no_way_out() -> dict[str, str]:
	"""Options that keep the program from reaching any other host, should an address slip through."""
	return {"proxy": "http://127.0.0.1:9", "bypass-proxy-for": urlsplit(links.absolute()).hostname or ""}


def print_format(doctype: str) -> str | None:
	"""The print format for a DocType: LMS Settings, else the DocType's default, else the app's; None = standard."""
	chosen = None
	if doctype == "LMS Certificate":
		chosen = setting("certificate_print_format")
	chosen = chosen or frappe.get_meta(doctype).default_print_format or SHIPPED_FORMATS.get(doctype)
	return chosen if chosen and frappe.db.exists("Print Format", chosen) else None


def _without_imports(css: str) -> str:
	return re.sub(r"@import\s+url\([^)]*\)\s*;?", "", css)
