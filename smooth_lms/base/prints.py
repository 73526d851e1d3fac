"""What is printed of our DocTypes, in whatever format: nothing in it fetches more than files of this site.

Frappe renders any print format that a reader names for any document they may print; its hook `pdf_body_html` sees what
comes out, for the page in the browser as for the PDF. The formats of its new builder go another way, past that hook:
they are refused for our DocTypes.
"""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from smooth_lms.base.offline import offline
from smooth_lms.base.ours import doctypes_in, is_ours

HOOK = "pdf_body_html"
FORMATS = ("format", "print_format", "print_format_name")
"""Arguments by which Frappe's methods take a print format; a request may carry several, and a method reads one."""
GAPS = "".join(
	f'<meta name="pdfkit-{option}" content="ignore">'
	for option in ("load-error-handling", "load-media-error-handling")
)
"""Tells the program for PDFs that a picture which is not there leaves a gap: Frappe would make no PDF at all."""
DOCUMENTS = ("doctype", "doc", "dt", "docs", "reference_doctype")
"""Arguments by which they take what is printed."""


def body(jenv: Any, template: Any, print_format: Any, args: dict[str, Any]) -> str:
	"""Hook: the body of a print, as whoever had the hook before us renders it, without what fetches from elsewhere."""
	hooks = frappe.get_hooks(HOOK)
	before = hooks[max(hooks.index(f"{__name__}.body") - 1, 0)]
	html = frappe.get_attr(before)(jenv=jenv, template=template, print_format=print_format, args=args)
	return offline(html) + GAPS if is_ours(args["doc"].doctype) else html


def before_request() -> None:
	"""Hook: no request prints one of our documents in a format of the new builder. Raises ValidationError."""
	form = frappe.form_dict
	wanted = {name for each in DOCUMENTS for name in doctypes_in(form.get(each))}
	named = [form[each] for each in FORMATS if isinstance(form.get(each), str)]
	if any(_is_of_the_new_builder(name) for name in named) and any(is_ours(each) for each in wanted):
		_refuse()


def validate_format(doc: Document, _method: str | None = None) -> None:
	"""Document event of Print Format: none of the new builder for our DocTypes. Raises ValidationError."""
	if doc.get("print_format_builder_beta") and doc.doc_type and is_ours(doc.doc_type):
		_refuse()


def _is_of_the_new_builder(name: str) -> bool:
	return bool(frappe.db.get_value("Print Format", name, "print_format_builder_beta"))


def _refuse() -> None:
	frappe.throw(
		_("Formats of the new print builder are not available for learning records: choose another format.")
	)
