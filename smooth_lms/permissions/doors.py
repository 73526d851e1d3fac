"""What Frappe's generic doors may show of this app's records, asked where Frappe itself does not ask."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html

from smooth_lms.base.nesting import as_sent
from smooth_lms.base.ours import is_report_of_ours
from smooth_lms.base.sql import list_condition, quoted

APP = "smooth_lms"
EXPANDING = ("expand", "expand_links")
"""Parameters with which REST puts whole linked documents into its answer."""
METHODS = ("/api/method/", "/api/v1/method/", "/api/v2/method/")
PATH_OF_METHOD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESOURCES = ("/api/resource/", "/api/v1/resource/", "/api/v2/document/", "/api/v2/doctype/")


def is_ours(doctype: str) -> bool:
	"""Whether the DocType is one of this app's."""
	if not isinstance(doctype, str) or not frappe.db.exists("DocType", doctype, cache=True):
		return False
	module = frappe.get_meta(doctype).module
	return frappe.local.module_app.get(frappe.scrub(module)) == APP


def may_read(doctype: str, name: str, user: str | None = None) -> bool:
	"""Whether somebody may read this record; no for one that is not there, and for an account that is closed.

	Args:
	        user: whose rights are asked about; without one, the session's user.
	"""
	if user and not frappe.db.get_value("User", user, "enabled"):
		return False
	return bool(frappe.db.exists(doctype, name)) and bool(
		frappe.has_permission(doctype, "read", doc=name, user=user)
	)


def count(doctype: str, filters: Any) -> int:
	"""How many records the session's user sees in a list with these filters. Raises PermissionError."""
	from frappe.desk import reportview

	frappe.local.form_dict = frappe._dict(doctype=doctype, filters=filters or {})
	return cint(reportview.get_count())


def only_readable(found: Sequence[Any]) -> list[Any]:
	"""Results of a search, without the records of this app that the session's user may not read."""
	return [row for row in found if not is_ours(row.doctype) or may_read(row.doctype, row.name)]


def only_listed(doctype: str, rows: Sequence[Any]) -> list[Any]:
	"""Rows of one DocType, without those of this app that a list does not show to the session's user."""
	names = [row.get("name") for row in rows or ()] if isinstance(rows, list) else []
	if not names or not is_ours(doctype) or frappe.get_meta(doctype).issingle:
		return rows
	if not frappe.has_permission(doctype, "read"):
		return []
	seen = set(frappe.get_list(doctype, filters={"name": ["in", names]}, pluck="name", limit=0))
	return [row for row in rows if row.get("name") in seen]


def require_read(doctype: str, name: str) -> None:
	"""Raises PermissionError for a record of this app that the session's user may not read, or that is not there."""
	if is_ours(doctype) and not may_read(doctype, name):
		frappe.throw(_("You have no right to see this record."), frappe.PermissionError)


def require_plain(field: str) -> None:
	"""Raises PermissionError for what is not the name of a field but leads to another table, or counts."""
	if not isinstance(field, str) or not PLAIN.fullmatch(field):
		frappe.throw(_("Pass the name of one field."), frappe.PermissionError)


def require_own_query(query: str | None) -> None:
	"""Raises PermissionError for a query of a link field that is a method behind one of these doors."""
	if query and query.strip() in frappe.get_hooks("override_whitelisted_methods", {}):
		frappe.throw(_("A link field cannot ask this method."), frappe.PermissionError)


def may_read_field(doctype: str, field: str) -> bool:
	"""Whether the session's user's roles read this column of a DocType; no for one that is not there."""
	meta = frappe.get_meta(doctype)
	if not isinstance(field, str) or field not in meta.get_valid_columns():
		return False
	docfield = meta.get_field(field)
	return not docfield or not docfield.permlevel or docfield.permlevel in meta.get_permlevel_access("read")


def sees_all(doctype: str) -> bool:
	"""Whether a list shows every record of the DocType to the session's user, whatever records there are.

	Their roles read it, not only what they own, and no condition or User Permission leaves anything out.
	"""
	meta = frappe.get_meta(doctype)
	granted = frappe.permissions.get_role_permissions(meta)
	if not granted.get("read"):
		return False
	return bool(meta.issingle) or not list_condition(doctype)


def require_all(doctype: str, *fields: str) -> None:
	"""For what Frappe counts past all permissions. Raises PermissionError for those who do not see every record."""
	for field in fields:
		require_plain(field)
	if not sees_all(doctype) or not all(may_read_field(doctype, field) for field in fields):
		frappe.throw(_("This is for those who see all of these records."), frappe.PermissionError)


def column(doctype: str, field: str, names: Sequence[str] | None) -> dict[str, Any]:
	"""One field, by the name of the record, of those that a list shows to the session's user.

	Args: names, of the records asked for; without them all. Raises PermissionError.
	"""
	if not frappe.has_permission(doctype, "read") or not may_read_field(doctype, field):
		frappe.throw(_("You have no right to see this field."), frappe.PermissionError)
	filters = {"name": ["in", list(names)]} if names else {}
	rows = frappe.get_list(
		doctype,
		filters=filters,
		fields=["name", field],  # sql: a column of the DocType, see above
		limit=0,
	)
	return {row.name: row.get(field) for row in rows}


def require_columns(report: str, added: Sequence[Any]) -> None:
	"""Columns that somebody adds to a report show its readers other records: older versions of Frappe show them all.

	Args: report, whose kept columns are asked about, too; added, those of a request. Raises PermissionError.
	"""
	for each in (*added, *_kept_columns(frappe.db.get_value("Report", report, "json"))):
		_require_column(each)


def validate_report(report: Document, _method: str | None = None) -> None:
	"""Document event of Report: nobody keeps columns that they may not see for a run in the background."""
	if report.report_type == "Custom Report":
		for each in _kept_columns(report.json):
			_require_column(each)


def validate_prepared_report(prepared: Document, _method: str | None = None) -> None:
	"""Document event of Prepared Report: Frappe runs a report in the background without asking who wants it.

	Raises PermissionError for one of ours that the session's user may not run.
	"""
	report = prepared.report_name
	if not is_report_of_ours(report):
		return
	doc = frappe.get_doc("Report", report)
	if not doc.is_permitted() or not frappe.has_permission(doc.ref_doctype, "report"):
		frappe.throw(_("You have no right to run the report {0}.").format(_(report)), frappe.PermissionError)


def prepared_report_query(user: str | None = None) -> str:
	"""Prepared Reports: of reports of ours one's own, since each is made with its owner's rights."""
	user = user or frappe.session.user
	if user == "Administrator" or "System Manager" in frappe.get_roles(user):
		return ""
	names = [name for name in frappe.get_all("Report", pluck="name", limit=0) if is_report_of_ours(name)]
	listed = ", ".join(quoted(name) for name in names) or "''"
	return (
		f"(`tabPrepared Report`.owner = {quoted(user)} or `tabPrepared Report`.report_name not in ({listed}))"
	)


def has_prepared_report_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, **_context: Any
) -> bool:
	"""The twin of `prepared_report_query` for one document."""
	user = user or frappe.session.user
	if user == "Administrator" or "System Manager" in frappe.get_roles(user):
		return True
	return doc.owner == user or not is_report_of_ours(doc.report_name)


def require_chart(name: str | None, chart: Any) -> bool:
	"""Whether a chart is about this app's records, and so must be made for its reader alone.

	Args: name, of a kept chart, or chart, what one asks to see. Raises PermissionError.
	"""
	kept = frappe.get_doc("Dashboard Chart", name) if name else None
	asked = kept or chart
	if not any(is_ours(each) for each in (asked.get("document_type"), asked.get("parent_document_type"))):
		return False
	if kept:
		kept.check_permission("read")
	doctype = asked.get("document_type")
	for each in ("based_on", "value_based_on", "group_by_based_on", "aggregate_function_based_on"):
		if asked.get(each) and not may_read_field(doctype, asked.get(each)):
			frappe.throw(_("You have no right to see this field."), frappe.PermissionError)
	# Frappe counts these past all permissions
	if asked.get("type") == "Heatmap" and not sees_all(doctype):
		frappe.throw(_("This chart is for those who see all of these records."), frappe.PermissionError)
	return True


def validate_todo(todo: Document, _method: str | None = None) -> None:
	"""Document event of ToDo: a task leaves its mark on the record that it is about."""
	if todo.is_new() or todo.has_value_changed("reference_name") or todo.has_value_changed("reference_type"):
		require_read(todo.reference_type, todo.reference_name)


def close_expansion() -> None:
	"""Hook `before_request`: a link to one of this app's records stays a name in the answers of REST.

	Frappe puts the linked document there whole, without asking whether the reader may read it: an employee's own
	compliance row would show the answers of the quiz that it links to.
	"""
	form = frappe.local.form_dict
	if not any(form.get(parameter) for parameter in EXPANDING):
		return
	doctype = asked_doctype()
	if not doctype or _may_lead_to_ours(doctype):
		for parameter in EXPANDING:
			form.pop(parameter, None)


def close_lists_of_one() -> None:
	"""Hook `before_request`: settings of ours are no list; Frappe answers with an error of the server.

	Raises ValidationError with the address to ask.
	"""
	path = frappe.request.path.rstrip("/")
	names_none = any(path.startswith(begin) and "/" not in path.removeprefix(begin) for begin in RESOURCES)
	is_list = (names_none and frappe.request.method == "GET") or "frappe.client.get_list" in asked_methods()
	doctype = asked_doctype() if is_list else None
	if doctype and is_ours(doctype) and frappe.get_meta(doctype).issingle:
		sentence = _("{0} is one record, not a list: ask for the record of that name.")
		frappe.throw(sentence.format(_(doctype)))


def say_refusals(response: Any, request: Any) -> None:
	"""Hook `after_request`: who is refused records of ours is told so; Frappe sends some refusals without a word."""
	if response.status_code != 403 or not response.is_json:
		return
	doctype = asked_doctype()
	if not doctype or not is_ours(doctype):
		return
	answer = json.loads(response.get_data())
	if any(json.loads(each).get("message") for each in json.loads(answer.get("_server_messages") or "[]")):
		return
	sentence = _("You have no right to see or change this: {0}.").format(_(doctype))
	response.set_data(json.dumps({**answer, "_server_messages": as_sent(sentence)}))


def close_other_paths() -> None:
	"""Hook `before_request`: a method that this app stands before is reached by its own path only.

	A module that imports a method lends it a second path, and some of Frappe's methods call another one by its path:
	neither asks `override_whitelisted_methods`. Raises PermissionError.
	"""
	for path, is_called_by_frappe in _paths_asked():
		guarded = _guarded()
		if path in guarded and is_called_by_frappe:
			continue
		try:
			method = frappe.get_attr(path)
		except Exception:
			continue  # nothing that could be called; Frappe says so itself
		if is_called_by_frappe and not _is_method(method):
			frappe.throw(_("There is no method {0}.").format(escape_html(path)), frappe.DoesNotExistError)
		home = f"{getattr(method, '__module__', None)}.{getattr(method, '__name__', None)}"
		if home in guarded:
			sentence = _("Call {0} by this path: here it is not answered.")
			frappe.throw(sentence.format(escape_html(home)), frappe.PermissionError)


def _is_method(found: Any) -> bool:
	"""Whether Frappe can ask of what a path leads to whether it may be called: of a module or a value it cannot."""
	return callable(found) and isinstance(getattr(found, "__name__", None), str)


def _guarded() -> set[str]:
	"""The methods of others that this app stands before."""
	hooked = frappe.get_hooks("override_whitelisted_methods", {}).items()
	return {path for path, ours in hooked if any(each.startswith(f"{APP}.") for each in ours)}


def _paths_asked() -> Iterator[tuple[str, bool]]:
	"""Paths of methods in a request, each with whether it is the one that Frappe itself looks up."""
	for name, value in frappe.local.form_dict.items():
		if isinstance(value, str) and PATH_OF_METHOD.fullmatch(value):
			if value.split(".")[0] in frappe.get_installed_apps():
				yield value, name == "cmd"
	path = _path_in_address()
	if path and "." in path:  # without a dot it is one of Frappe's own few names, such as ping
		yield path, True


def _path_in_address() -> str | None:
	for begin in METHODS:
		if frappe.request.path.startswith(begin):
			*doctype, method = frappe.request.path.removeprefix(begin).strip("/").split("/")[:2]
			if not doctype:
				return method
			if begin.startswith("/api/v2/") and frappe.db.exists("DocType", doctype[0], cache=True):
				return f"{frappe.modules.load_doctype_module(doctype[0]).__name__}.{method}"
			return doctype[0]
	return None


def asked_methods() -> set[str]:
	"""The methods that a request names, by its address or its arguments."""
	return {path for path in (_path_in_address(), frappe.local.form_dict.get("cmd")) if isinstance(path, str)}


def asked_doctype() -> str | None:
	"""The DocType that a request is about, as far as it says so."""
	path = frappe.request.path
	for begin in RESOURCES:
		if path.startswith(begin):
			return path.removeprefix(begin).split("/")[0]
	return frappe.local.form_dict.get("doctype")


def _may_lead_to_ours(doctype: str) -> bool:
	if not frappe.db.exists("DocType", doctype):
		return False
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	for each in (doctype, *tables):
		meta = frappe.get_meta(each)
		if meta.get_dynamic_link_fields() or is_ours(each):
			return True
		if any(is_ours(field.options) for field in meta.get_link_fields()):
			return True
	return False


def _require_column(column: Any) -> None:
	if not isinstance(column, dict) or not column.get("link_field"):
		return
	doctype, field = column.get("doctype"), str(column.get("fieldname")).partition("-")[0]
	require_plain(field)
	if is_ours(doctype) and not (sees_all(doctype) and may_read_field(doctype, field)):
		sentence = _("Columns of {0} are added to a report by those who see all of these records.")
		frappe.throw(sentence.format(_(doctype)), frappe.PermissionError)


def _kept_columns(text: str | None) -> list[Any]:
	try:
		kept = json.loads(text or "{}")
	except ValueError:
		return []
	columns = kept.get("columns") if isinstance(kept, dict) else None
	return columns if isinstance(columns, list) else []
