"""Files that Frappe's desk exports of our records: no cell of them is a formula.

Frappe writes a text that begins with = into a workbook as a formula, and leaves it as it is in CSV.
"""

from typing import Any

import frappe

from smooth_lms.base.ours import doctypes_in, is_ours, is_report_of_ours
from smooth_lms.base.spreadsheets import harmless_file

IMPORTS = ("data_import_name", "data_import")
NAMED = ("doctype", "parent_doctype", "dt", "docs", "ref_doctype", "reference_doctype")
"""Arguments by which Frappe's methods take the DocType of what they export."""
KINDS = ("csv", "xlsx", "spreadsheetml")
WITH_DELIMITER = ("export_query", "get_report_file")
WORKBOOK = b"PK\x03\x04"


def before_request() -> None:
	"""Hook: exports of our records are made at once; one made in the background is a file that nobody looks over."""
	if frappe.form_dict.get("export_in_background") and _of_ours():
		frappe.form_dict.pop("export_in_background")


def after_request(response: Any, request: Any) -> None:
	"""Hook: whatever method exports records of ours as CSV or a workbook, the file goes out harmless."""
	method = frappe.form_dict.get("cmd") or request.path.removeprefix("/api/")
	if response.status_code != 200 or method == request.path:
		return
	named = f"{response.headers.get('Content-Disposition', '')} {response.mimetype}".lower()
	if not any(kind in named for kind in KINDS) or not _of_ours():
		return
	content = response.get_data()
	kind = "xlsx" if content.startswith(WORKBOOK) else "csv"
	delimiter = frappe.form_dict.get("csv_delimiter") if method.endswith(WITH_DELIMITER) else None
	response.set_data(harmless_file(content, kind, str(delimiter or ",")[:1]))


def _of_ours() -> bool:
	"""Whether the request names one of our DocTypes, itself or by a report or an import."""
	form = frappe.form_dict
	if any(is_ours(each) for argument in NAMED for each in doctypes_in(form.get(argument))):
		return True
	imports = [form[argument] for argument in IMPORTS if isinstance(form.get(argument), str)]
	if any(is_ours(frappe.db.get_value("Data Import", name, "reference_doctype")) for name in imports):
		return True
	report = form.get("report_name")
	return isinstance(report, str) and is_report_of_ours(report)
