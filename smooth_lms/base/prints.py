"""What is printed of our DocTypes, in whatever format: nothing in it fetches more than files of this site.

Frappe renders any print format that a reader names for any document they may print; its hook `pdf_body_html` sees what
comes out, for the page in the browser as for the PDF. The formats of its new builder go another way, past that hook:
they are refused for our DocTypes.

Frappe also prints a document that comes with the request, with whatever stands in it: a certificate with somebody's own
words in the company's look. Of ours the stored record is printed, or none.
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
NAMING_BY_DOC = ("frappe.www.printview.get_html_and_style", "frappe.www.printview.get_rendered_raw_commands")
"""Methods that take the DocType by `doc`, where there is a name besides."""
PRINTING = ("printview", "frappe.utils.print_format.", "frappe.utils.weasyprint.")
RENDERED = ("Text Editor", "Password")
DOCUMENTS = ("doctype", "doc", "dt", "docs", "reference_doctype")
"""Arguments by which they take what is printed."""


def body(jenv: Any, template: Any, print_format: Any, args: dict[str, Any]) -> str:
	"""Hook: the body of a print, as whoever had the hook before us renders it, without what fetches from elsewhere."""
	hooks = frappe.get_hooks(HOOK)
	before = hooks[max(hooks.index(f"{__name__}.body") - 1, 0)]
	ours = is_ours(args["doc"].doctype)
	if ours and getattr(frappe.local, "request", None):
		_require_stored(args["doc"])
	html = frappe.get_attr(before)(jenv=jenv, template=template, print_format=print_format, args=args)
	return offline(html) + GAPS if ours else html


def before_request() -> None:
	"""Hook: no request prints one of our documents in a format of the new builder, or with other values than are stored.

	Raises ValidationError.
	"""
	form = frappe.form_dict
	_print_what_is_stored(form)
	wanted = {name for each in DOCUMENTS for name in doctypes_in(form.get(each))}
	named = [form[each] for each in FORMATS if isinstance(form.get(each), str)]
	if any(_is_of_the_new_builder(name) for name in named) and any(is_ours(each) for each in wanted):
		_refuse()


def validate_format(doc: Document, _method: str | None = None) -> None:
	"""Document event of Print Format: none of the new builder for our DocTypes. Raises ValidationError."""
	if doc.get("print_format_builder_beta") and doc.doc_type and is_ours(doc.doc_type):
		_refuse()


def _print_what_is_stored(form: dict[str, Any]) -> None:
	"""Put the name of one of our records in the place of the document that a request for a print brings along."""
	request = getattr(frappe.local, "request", None)
	asked = f"{form.get('cmd')} {request.path if request else ''}"
	if not any(each in asked for each in PRINTING) or not form.get("doc"):
		return
	sent = form["doc"]
	if isinstance(sent, str) and sent.lstrip()[:1] == "{":
		sent = frappe.parse_json(sent)
	if not isinstance(sent, dict) or not is_ours(sent.get("doctype")):
		return
	if not frappe.db.exists(sent["doctype"], sent.get("name")):
		_refuse_unsaved()
	if any(each in asked for each in NAMING_BY_DOC):
		form["doc"], form["name"] = sent["doctype"], sent["name"]
	else:
		form.pop("doc")
		form["doctype"], form["name"] = sent["doctype"], sent["name"]


def _require_stored(doc: Document) -> None:
	"""Raises PermissionError for a document of ours with other values than the database has."""
	if doc.is_new() or not frappe.db.exists(doc.doctype, doc.name):
		_refuse_unsaved()
	if _values(doc) != _values(frappe.get_doc(doc.doctype, doc.name)):
		_refuse_unsaved()


def _values(doc: Document) -> list[list[str]]:
	"""What stands in a document and its rows, as text; texts of an editor are left out where Frappe renders them."""
	return [
		[
			frappe.as_json(frappe.utils.cstr(part.get(df.fieldname)))
			for df in part.meta.fields
			if df.fieldname in part.meta.get_valid_columns() and df.fieldtype not in RENDERED
		]
		for part in (doc, *doc.get_all_children())
	]


def _refuse_unsaved() -> None:
	frappe.throw(_("Only what is saved can be printed: save this record first."), frappe.PermissionError)


def _is_of_the_new_builder(name: str) -> bool:
	return bool(frappe.db.get_value("Print Format", name, "print_format_builder_beta"))


def _refuse() -> None:
	frappe.throw(
		_("Formats of the new print builder are not available for learning records: choose another format.")
	)
