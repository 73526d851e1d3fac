"""Methods of Frappe's own that look past its permissions, for records of this app: `hooks.py` puts these before them.

Records of other apps are answered for by Frappe, as ever. What these methods cannot read is refused with a sentence.

Frappe's modules are imported, never their methods: a whitelisted method can be called by every path that leads to it.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe
import frappe.client
import frappe.email
from frappe import _
from frappe.desk import like, listview, query_report, reportview
from frappe.desk import search as desk_search
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.desk.doctype.tag import tag as tags_of
from frappe.desk.form import document_follow, linked_with
from frappe.utils import global_search, goal
from frappe.workflow.doctype.workflow import workflow

from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.permissions import doors, joined, timeline

MOST_FOUND = 100
UNREADABLE = (
	AttributeError,
	ImportError,
	IndexError,
	KeyError,
	OverflowError,
	RecursionError,
	TypeError,
	ValueError,
)
"""What Frappe's methods stumble with over arguments that they do not expect."""
UNKNOWN_TO_DATABASE = frozenset({1054, 1064, 1146, 1241, 1267, 1305})
"""MariaDB's: no such column, no statement, no such table, several columns, texts not to be compared, no function."""


@contextmanager
def _as_asked() -> Iterator[None]:
	"""Answer for arguments that Frappe cannot read: its method has no more than what the caller has sent."""
	try:
		yield
	except frappe.PermissionError as error:
		if str(error):
			raise
		frappe.throw(
			frappe.flags.error_message or _("You have no right to see these records."), frappe.PermissionError
		)
	except UNREADABLE as error:
		if getattr(error, "http_status_code", None):
			raise
		frappe.throw(_("This cannot be read: check what you have asked for."))
	except (frappe.db.ProgrammingError, frappe.db.OperationalError, frappe.db.DataError) as error:
		if isinstance(error, frappe.db.OperationalError) and error.args[:1] not in {
			(code,) for code in UNKNOWN_TO_DATABASE
		}:
			raise
		frappe.throw(_("This cannot be read: check what you have asked for."))


@frappe.whitelist()
@checked
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The title that a link shows in place of the name: the name itself, to those who may not read the record."""
	with _as_asked():
		if doors.is_ours(doctype) and not doors.may_read(doctype, docname):
			return docname
		return desk_search.get_link_title(doctype, docname)


@frappe.whitelist()
@checked
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: str | dict | list | None = None,
	page_length: int = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> list[dict[str, Any]] | None:
	"""What a link field offers. Frappe takes "without User Permissions" for "without any permissions"."""
	return _search(
		desk_search.search_link,
		doctype,
		txt,
		query,
		filters,
		ignore_user_permissions,
		page_length=page_length,
		searchfield=searchfield,
		reference_doctype=reference_doctype,
	)


@frappe.whitelist()
@checked
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: int = 0,
	page_length: int = 10,
	filters: str | dict | list | None = None,
	filter_fields: str | list | None = None,
	as_dict: bool = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> list | None:
	"""What the search box of a link field offers: as `search_link`."""
	return _search(
		desk_search.search_widget,
		doctype,
		txt,
		query,
		filters,
		ignore_user_permissions,
		searchfield=searchfield,
		start=start,
		page_length=page_length,
		filter_fields=filter_fields,
		as_dict=as_dict,
		reference_doctype=reference_doctype,
	)


@frappe.whitelist()
@checked
def get_count(
	doctype: str,
	filters: str | dict | list | None = None,
	debug: bool = False,
	cache: bool = False,
) -> int | None:
	"""How many records match: of those that the user may see. Older versions of Frappe count them all."""
	filters = arguments.filters(filters)
	with _as_asked():
		if not doors.is_ours(doctype):
			return frappe.client.get_count(doctype, filters, debug, cache)
		return doors.count(doctype, filters)


@frappe.whitelist()
@checked
def search_everything(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list[dict[str, Any]]:
	"""The search over everything: without the records of this app that the user may not read."""
	start, limit = max(start, 0), min(max(limit, 1), MOST_FOUND)
	with _as_asked():
		return doors.only_readable(global_search.search(text, start, limit, doctype))


@frappe.whitelist()
@checked
def get_rows(doctype: str) -> Any:
	"""A list of the desk: what linked records say is told of those that the reader sees. Frappe reads the rest."""
	frappe.local.form_dict.doctype = doctype
	with _as_asked():
		return joined.filled(reportview.get)


@frappe.whitelist()
@checked
def get_plain_rows(doctype: str) -> Any:
	"""As `get_rows`, each row with the names of its fields."""
	frappe.local.form_dict.doctype = doctype
	with _as_asked():
		return joined.filled(reportview.get_list)


@frappe.whitelist()
@checked
def get_group_by_count(
	doctype: str, current_filters: str | dict | list | None, field: str
) -> list[dict[str, Any]]:
	"""How many records have which value. Whom they are assigned to Frappe counts past permissions: for those who see all.

	Raises PermissionError.
	"""
	if field == "assigned_to" and doors.is_ours(doctype):
		doors.require_all(doctype)
	with _as_asked():
		return listview.get_group_by_count(doctype, current_filters, field)


@frappe.whitelist()
@checked
def get_linked_docs(doctype: str, docname: str) -> dict[str, list | dict]:
	"""What links to a record: without the records of this app that the user may not see in a list."""
	with _as_asked():
		if doors.is_ours(doctype):
			frappe.get_doc(doctype, docname).check_permission("read")
		found = linked_with.get(doctype, docname)
	return {kind: _listed(kind, rows) for kind, rows in (found or {}).items()}


def _listed(kind: str, found: list | dict) -> list | dict:
	"""Frappe 16 gives the rows as `docs`, and beside them how many it left out."""
	if not isinstance(found, dict):
		return doors.only_listed(kind, found)
	hidden = 0 if doors.is_ours(kind) else found.get("hidden_count")
	return {**found, "docs": doors.only_listed(kind, found.get("docs")), "hidden_count": hidden}


@frappe.whitelist()
@checked
def get_column(doctype: str, field: str, names: list | str | None = None) -> dict[str, Any]:
	"""One field of the records that the user sees in a list, by name. Raises PermissionError."""
	if names:
		names = arguments.names(names)
	if doors.is_ours(doctype):
		return doors.column(doctype, field, names)
	doors.require_plain(field)
	with _as_asked():
		return frappe.call(query_report.get_data_for_custom_field, doctype=doctype, field=field, names=names)


@frappe.whitelist()
@checked
def get_report(
	report_name: str,
	filters: str | dict | list | None = None,
	user: str | None = None,
	ignore_prepared_report: bool = False,
	custom_columns: str | list | None = None,
	is_tree: bool = False,
	parent_field: str | None = None,
	are_default_filters: bool = True,
) -> dict[str, Any]:
	"""A report as Frappe runs it. Raises PermissionError for added columns of records that the user does not see."""
	added = arguments.mappings(custom_columns) if custom_columns else []
	arguments.filters(filters)  # as deep as anybody needs
	with _as_asked():
		doors.require_columns(report_name, added)
		return query_report.run(
			report_name,
			filters,
			user,
			ignore_prepared_report,
			added,
			is_tree,
			parent_field,
			are_default_filters,
		)


@frappe.whitelist()
@checked
def get_report_file(report_name: str, custom_columns: str | list | None = None) -> Any:
	"""A report as a file: as `get_report`. The rest of the request is read by Frappe."""
	frappe.local.form_dict.report_name = report_name
	with _as_asked():
		doors.require_columns(report_name, arguments.mappings(custom_columns) if custom_columns else [])
		return query_report.export_query()


@frappe.whitelist()
@checked
def get_chart(
	chart_name: str | None = None,
	chart: str | dict | None = None,
	no_cache: bool = False,
	filters: str | dict | list | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
	timespan: str | None = None,
	time_interval: str | None = None,
	heatmap_year: int | None = None,
	refresh: bool = False,
) -> Any:
	"""What a chart shows: of this app's records only what the reader may see, and never what another has been shown.

	Raises PermissionError.
	"""
	given = {
		"filters": arguments.filters(filters) or None,
		"from_date": from_date or None,
		"to_date": to_date or None,
		"timespan": timespan or None,
		"time_interval": time_interval or None,
		"heatmap_year": heatmap_year or None,
	}
	asked = None if chart_name else frappe._dict(arguments.mapping(chart) or {})
	with _as_asked():
		if not doors.require_chart(chart_name, asked):
			return dashboard_chart.get(
				chart_name=chart_name, chart=asked, no_cache=no_cache, refresh=int(refresh), **given
			)
		# past the decorator that keeps the answer for everybody
		return inspect.unwrap(dashboard_chart.get)(chart_name=chart_name, chart=asked, **given)


@frappe.whitelist()
@checked
def get_state_count(
	doctype: str, workflow_state_field: str, states: str | list
) -> list[dict[str, Any]] | None:
	"""How many records stand in other states than these: for those who see all of them, for whom Frappe counts.

	Of other apps' records, too: whatever column is named, Frappe tells its values, those of private files among them.
	Raises PermissionError.
	"""
	doors.require_all(doctype, workflow_state_field)
	with _as_asked():
		return workflow.get_workflow_state_count(doctype, workflow_state_field, arguments.names(states))


@frappe.whitelist()
@checked
def get_goal_graph(goal_doctype: str, goal_field: str, date_field: str) -> dict[str, Any]:
	"""The months of a goal: of this app's records for those who see all of them. The rest of the request is Frappe's.

	Raises PermissionError.
	"""
	if doors.is_ours(goal_doctype):
		doors.require_all(goal_doctype, goal_field, date_field)
	with _as_asked():
		return frappe.call(goal.get_monthly_goal_graph_data, **frappe.local.form_dict)


@frappe.whitelist(methods=["POST"])
@checked
def add_tag(tag: str, dt: str, dn: str, color: str | None = None) -> str:
	"""Put a tag on a record that the user may read. Raises PermissionError."""
	with _as_asked():
		doors.require_read(dt, dn)
		return tags_of.add_tag(tag, dt, dn, color)


@frappe.whitelist(methods=["POST"])
@checked
def add_tags(tags: list | str, dt: str, docs: list | str, color: str | None = None) -> None:
	"""Put tags on records that the user may read. Raises PermissionError."""
	docs = arguments.names(docs)
	with _as_asked():
		for name in docs:
			doors.require_read(dt, name)
		tags_of.add_tags(arguments.names(tags), dt, docs, color)


@frappe.whitelist(methods=["POST"])
@checked
def remove_tag(tag: str, dt: str, dn: str) -> None:
	"""Take a tag off a record that the user may read. Raises PermissionError."""
	with _as_asked():
		doors.require_read(dt, dn)
		tags_of.remove_tag(tag, dt, dn)


@frappe.whitelist()
@checked
def get_tagged_docs(doctype: str, tag: str) -> list:
	"""The records that have a tag: of this app's those that a list shows to the user."""
	with _as_asked():
		if not doors.is_ours(doctype):
			return tags_of.get_tagged_docs(doctype, tag)
		return frappe.get_list(
			doctype, filters={"_user_tags": ["like", tag]}, fields=["name"], as_list=True, limit=0
		)


@frappe.whitelist()
@checked
def get_documents_for_tag(tag: str) -> list[dict[str, Any]]:
	"""Everything that has a tag: without the records of this app that the user may not read."""
	with _as_asked():
		return doors.only_readable([frappe._dict(row) for row in tags_of.get_documents_for_tag(tag)])


@frappe.whitelist(methods=["POST"])
@checked
def toggle_like(doctype: str, name: str, add: str = "No") -> None:
	"""Like a record that the user may read, or no longer. Raises PermissionError."""
	with _as_asked():
		doors.require_read(doctype, name)
		like.toggle_like(doctype, name, add)


@frappe.whitelist(methods=["POST"])
@checked
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None) -> None:
	"""Put a message at another record: both records and the message are ones that the user may read.

	Raises PermissionError.
	"""
	with _as_asked():
		timeline.require_relink(name, reference_doctype, reference_name)
		frappe.email.relink(name, reference_doctype, reference_name)


@frappe.whitelist(methods=["POST"])
@checked
def follow_document(doctype: str, doc_name: str, user: str) -> dict[str, Any] | bool | None:
	"""Frappe's method of that name, for records that both the caller and `user` may read. Raises PermissionError."""
	with _as_asked():
		timeline.require_follow(doctype, doc_name, user)
		return document_follow.follow_document(doctype, doc_name, user)


@frappe.whitelist()
@checked
def get_follow_users(doctype: str, doc_name: str) -> list[dict[str, Any]]:
	"""Who follows a record that the user may read. Raises PermissionError."""
	with _as_asked():
		doors.require_read(doctype, doc_name)
		return document_follow.get_follow_users(doctype, doc_name)


def _search(
	method: Callable[..., list | None],
	doctype: str,
	txt: str,
	query: str | None,
	filters: str | dict | list | None,
	ignore_user_permissions: bool,
	**rest: Any,
) -> list | None:
	doors.require_own_query(query)
	with _as_asked():
		return method(
			doctype,
			txt,
			query=query,
			filters=arguments.filters(filters),
			ignore_user_permissions=ignore_user_permissions and not doors.is_ours(doctype),
			**rest,
		)
