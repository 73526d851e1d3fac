"""Files that Frappe's desk exports of our records: no cell of them is a formula.

Frappe writes a text that begins with = into a workbook as a formula, and leaves it as it is in CSV.
"""

from typing import Any

import frappe

from smooth_lms.base.ours import is_ours
from smooth_lms.cells import harmless_file

REPORT = "frappe.desk.query_report.export_query"
LIST = "frappe.desk.reportview.export_query"
REJECTED = "frappe.core.doctype.data_import.data_import.download_errored_template"
KINDS = {"csv": "csv", "xlsx": "xlsx", "spreadsheetml": "xlsx"}


def after_request(response: Any, request: Any) -> None:
	"""Hook: an export of our reports or lists, or of lines that an import has refused, goes out harmless."""
	doctype = _exported(frappe.form_dict.get("cmd") or request.path.rpartition("/")[2])
	if not doctype or response.status_code != 200 or not is_ours(doctype):
		return
	named = f"{response.headers.get('Content-Disposition', '')} {response.mimetype}".lower()
	kind = next((KINDS[each] for each in KINDS if each in named), None)
	if kind:
		delimiter = str(frappe.form_dict.get("csv_delimiter") or ",")[:1]
		response.set_data(harmless_file(response.get_data(), kind, delimiter))


def _exported(method: str) -> str | None:
	"""The DocType whose records the method exports."""
	form = frappe.form_dict
	if method == LIST:
		return form.get("doctype")
	if method == REPORT:
		return frappe.db.get_value("Report", form.get("report_name"), "ref_doctype")
	if method == REJECTED:
		return frappe.db.get_value("Data Import", form.get("data_import_name"), "reference_doctype")
	return None
