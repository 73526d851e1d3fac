"""Pages as PDF: certificates and quiz submissions through Frappe's print formats, all through its PDF engine.

Frappe's own download makes the engine fetch style sheets from the site over the network, which a background job on
another machine often cannot. Here they are put into the page, so that nothing has to be fetched.
"""

import io
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from pypdf import PdfReader

import frappe
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_print_style, get_rendered_template

from smooth_lms.base import links
from smooth_lms.base.offline import offline
from smooth_lms.base.settings import setting
from smooth_lms.compliance import sheet
from smooth_lms.exceptions import PdfUnavailableError

SHIPPED_FORMATS = {"LMS Certificate": "LMS Certificate", "LMS Quiz Submission": "Quiz Submission Detail"}
OPTIONS = {"load-error-handling": "ignore", "load-media-error-handling": "ignore", "quiet": ""}
"""A picture that cannot be reached leaves a gap, not a certificate that cannot be made."""

SCALE = "smooth_lms:pdf_scale"
POINTS_IN_MILLIMETRE = 72 / 25.4

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
	if doctype == "LMS Certificate" and chosen == SHIPPED_FORMATS[doctype]:
		return of_sheet(sheet.of_certificate(doc), sheet.paper_of(doc))
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


def of_sheet(html: str, paper: sheet.Paper) -> bytes:
	"""The sheet of a certificate as PDF. Raises PdfUnavailableError."""
	return from_html(_page(html, f"zoom: {_scale()}"), paper.options)


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


def _page(html: str, style: str = "") -> str:
	head = '<head><meta charset="utf-8"></head>'
	return f'<!DOCTYPE html><html>{head}<body style="margin: 0; {style}">{html}</body></html>'


def _scale() -> float:
	"""How much the program has to enlarge a page for its millimetres to be those of the paper.

	Its builds differ by a third, and none says so: two letters that are a hundred millimetres apart show it.
	"""
	found = frappe.cache.get_value(SCALE)
	if not found:
		letters = "".join(
			f'<p style="position: absolute; margin: 0; top: 0; left: {left}mm">{letter}</p>'
			for letter, left in (("A", 0), ("B", 100))
		)
		places: list[float] = []

		def note(operator: bytes, _operands: object, page: list[float], place: list[float]) -> None:
			# Not with the text that pypdf reads: since version 6 it comes with another place
			if operator in (b"Tj", b"TJ"):
				places.append(page[4] + page[0] * place[4])

		PdfReader(io.BytesIO(from_html(_page(letters)))).pages[0].extract_text(visitor_operand_before=note)
		found = round(100 * POINTS_IN_MILLIMETRE / (max(places) - min(places)), 3)
		frappe.cache.set_value(SCALE, found, expires_in_sec=24 * 60 * 60)
	return found


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
