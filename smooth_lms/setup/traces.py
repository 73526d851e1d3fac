"""What a site remembers of the app's records outside of them: comments, files, settings, counters. Removed with the app.

What is looked for comes from the code, not from the database: after Frappe has removed the DocTypes nothing there
names them any more. What stays, and why, is in docs/uninstall.md.
"""

import json
import shutil
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import frappe
from frappe.utils import get_files_path
from frappe.utils.background_jobs import get_queues

import smooth_lms
from smooth_lms.base import preferences
from smooth_lms.courses.scorm import package
from smooth_lms.setup import desktop
from smooth_lms.setup.roles import ROLES

APP = "smooth_lms"
PLAIN_FIELDS = (
	# where Frappe notes a DocType as a plain text
	("Deleted Document", "deleted_doctype"),
	("Version", "ref_doctype"),
	("__global_search", "doctype"),
	("__UserSettings", "doctype"),
	("Singles", "doctype"),
	("DefaultValue", "parenttype"),
)
SHIPPED_FIRST = ("Workspace", "Module Onboarding", "Onboarding Step")


def remove_traces_of_records() -> None:
	"""While the DocTypes are there: files with what they hold, waiting jobs, records that name ours."""
	_remove_jobs()
	_remove_files()
	_remove_counters()
	_remove_scheduled_jobs()
	for doctype, name in _shipped():
		frappe.delete_doc(
			doctype,
			name,
			force=True,
			ignore_permissions=True,
			ignore_missing=True,
			ignore_on_trash=True,
		)
	_remove_fields_of_others()
	_remove_links("DocType", doctypes())
	_remove_links("Report", [name for doctype, name in _shipped() if doctype == "Report"])
	_remove_links("Role", list(ROLES), children_only=True)
	_forget_choices()


def remove_traces_of_removal() -> None:
	"""After the DocTypes have gone: what Frappe has noted while it removed them."""
	modules = _modules()
	_delete("Deleted Document", "deleted_doctype", doctypes())
	for doctype, names in (
		("DocType", doctypes()),
		("List View Settings", doctypes()),
		("Module Def", modules),
		("Role", list(ROLES)),
	):
		_delete_named_as_deleted(doctype, names)
	shipped: dict[str, list[str]] = {}
	for doctype, name in (*_shipped(), *desktop.shipped()):
		shipped.setdefault(doctype, []).append(name)
	for doctype, names in shipped.items():
		_delete_named_as_deleted(doctype, names)
	_remove_links("DocType", doctypes())
	for table, field in PLAIN_FIELDS:
		_delete(table, field, doctypes())
	for module in modules:
		frappe.db.delete("Deleted Document", {"data": ["like", f'%"module": "{module}"%']})
	frappe.db.delete("Patch Log", {"patch": ["like", f"{APP}.%"]})
	shutil.rmtree(get_files_path(package.FOLDER, is_private=True), ignore_errors=True)
	frappe.db.commit()
	frappe.clear_cache()


@cache
def doctypes() -> list[str]:
	"""The DocTypes of the app, as its files say."""
	return sorted(_name_in(path) for path in _root().glob("*/doctype/*/*.json"))


@cache
def _shipped() -> list[tuple[str, str]]:
	"""Every other standard document that the app ships: (DocType, name)."""
	found = []
	for path in _root().glob("*/*/*/*.json"):
		if path.parent.name == path.stem and path.parent.parent.name != "doctype":
			content = json.loads(path.read_text())
			found.append((content["doctype"], content["name"]))
	return sorted(found, key=lambda each: (each[0] not in SHIPPED_FIRST, each))


def _modules() -> list[str]:
	return (_root() / "modules.txt").read_text().split("\n")


def _root() -> Path:
	return Path(smooth_lms.__file__).parent


def _name_in(path: Path) -> str:
	return json.loads(path.read_text())["name"]


# What points to the app's records


def _remove_links(target: str, names: Collection[str], *, children_only: bool = False) -> None:
	"""Remove the records of other DocTypes that name one of these in a Link field.

	Args: children_only, leave records alone that stand by themselves.
	"""
	ours = set(doctypes())
	for doctype, field, is_child in _fields_that_link(target):
		if doctype not in ours and (is_child or not children_only):
			_remove_records(doctype, {field: ["in", list(names)]})
	if target == "DocType":
		for doctype in frappe.get_all("DocType", {"istable": 1, "is_virtual": 0}, pluck="name"):
			if doctype not in ours:
				_delete(doctype, "parenttype", names)


def _fields_that_link(target: str) -> Iterator[tuple[str, str, bool]]:
	real = {
		row.name: bool(row.istable)
		for row in frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, ["name", "istable"], limit=0)
	}
	for kind, fields in (
		("DocField", ["parent as doctype", "fieldname"]),
		("Custom Field", ["dt as doctype", "fieldname"]),
	):
		for row in frappe.get_all(
			kind,
			filters={"fieldtype": "Link", "options": target},
			fields=fields,  # sql: one of the two lists above
			limit=0,
		):
			# a DocType belongs to its module; Frappe removes it with all it is made of
			if row.doctype in real and row.doctype not in ("DocType", "Custom Field Link"):
				yield row.doctype, row.fieldname, real[row.doctype]


def _remove_records(doctype: str, filters: dict) -> None:
	if not frappe.db.table_exists(doctype, cached=False):
		return
	names = frappe.get_all(doctype, filters=filters, pluck="name", limit=0)
	for start in range(0, len(names), 1_000):
		part = names[start : start + 1_000]
		for child in frappe.get_all(
			"DocField", {"parent": doctype, "fieldtype": ["like", "Table%"]}, pluck="options"
		):
			frappe.db.delete(child, {"parent": ["in", part], "parenttype": doctype})
		for table, kind, name in (
			("Comment", "reference_doctype", "reference_name"),
			("Version", "ref_doctype", "docname"),
			("File", "attached_to_doctype", "attached_to_name"),
		):
			if table != doctype:
				frappe.db.delete(table, {kind: doctype, name: ["in", [str(each) for each in part]]})
		if doctype == "Data Import":
			frappe.db.delete("Data Import Log", {"data_import": ["in", part]})
		frappe.db.delete(doctype, {"name": ["in", part]})


def _delete(table: str, field: str, values: Collection[str]) -> None:
	name = table if table.startswith("__") else f"tab{table}"
	if values and name in frappe.db.get_tables(cached=False):
		frappe.qb.from_(frappe.qb.Table(name)).delete().where(
			frappe.qb.Table(name)[field].isin(list(values))
		).run()


def _delete_named_as_deleted(doctype: str, names: Collection[str]) -> None:
	if names:
		frappe.db.delete(
			"Deleted Document", {"deleted_doctype": doctype, "deleted_name": ["in", list(names)]}
		)


def _remove_fields_of_others() -> None:
	"""Fields that a site has made and that link to our DocTypes: their forms could no longer be opened."""
	kinds = ["Link", "Table", "Table MultiSelect"]
	found = frappe.get_all(
		"Custom Field",
		filters={"fieldtype": ["in", kinds], "options": ["in", doctypes()], "dt": ["not in", doctypes()]},
		fields=["name", "dt"],
		limit=0,
	)
	_delete("Custom Field", "name", [row.name for row in found])
	for doctype in {row.dt for row in found}:
		frappe.clear_cache(doctype=doctype)


# What is not a link


def _remove_files() -> None:
	"""The files of the app's records, and their content where no other file shares it."""
	filters = {"attached_to_doctype": ["in", doctypes()]}
	rows = frappe.get_all("File", filters=filters, fields=["name", "file_url"], limit=0)
	for start in range(0, len(rows), 1_000):
		part = rows[start : start + 1_000]
		frappe.db.delete("File", {"name": ["in", [row.name for row in part]]})
		urls = {row.file_url for row in part if row.file_url}
		shared = set(frappe.get_all("File", {"file_url": ["in", list(urls)]}, pluck="file_url", limit=0))
		for url in urls - shared:
			folder, _slash, name = url.rpartition("/")
			if folder in ("/files", "/private/files") and name:
				path = Path(get_files_path(name, is_private=folder.startswith("/private")))
				path.unlink(missing_ok=True)


def _remove_counters() -> None:
	"""The counters of the app's series, so that a new installation counts from one."""
	prefixes = []
	for doctype in doctypes():
		autoname = frappe.db.get_value("DocType", doctype, "autoname") or ""
		if ".#" in autoname:
			prefixes.append(autoname.partition(".#")[0].rstrip("."))
	_delete("Series", "name", prefixes)
	_delete("Series", "name", _counters_of_proofs())


def _counters_of_proofs() -> list[str]:
	"""Those of Employee Compliance, `COMP-{employee}-{compliance type}-`; others may count under COMP- as well."""
	employees = set(frappe.get_all("Employee", pluck="name", limit=0))
	types = tuple(f"-{name}-" for name in frappe.get_all("Compliance Type", pluck="name", limit=0))
	series = frappe.qb.Table("tabSeries")
	found = frappe.qb.from_(series).select(series.name).where(series.name.like("COMP-%")).run(pluck=True)

	def is_ours(name: str) -> bool:
		words = name.removeprefix("COMP-").split("-")
		starts = ("-".join(words[:number]) for number in range(1, len(words)))
		return name.endswith(types) or any(start in employees for start in starts)

	return [name for name in found if is_ours(name)]


def _remove_scheduled_jobs() -> None:
	"""What the scheduler would call and no longer find."""
	names = frappe.get_all("Scheduled Job Type", {"method": ["like", f"{APP}.%"]}, pluck="name", limit=0)
	_delete("Scheduled Job Log", "scheduled_job_type", names)
	_delete("Scheduled Job Type", "name", names)


def _remove_jobs() -> None:
	"""What waits in the queue for workers that would no longer find it."""
	try:
		for queue in get_queues():
			for job in queue.get_jobs():
				ours = str(job.kwargs.get("method") or "").startswith(f"{APP}.")
				if ours and job.kwargs.get("site") == frappe.local.site:
					job.delete()
	except Exception:  # without its queue a site can still be rid of the app
		frappe.logger(APP).exception("Jobs of Smooth LMS may be left in the queue")


def _forget_choices() -> None:
	"""Where people have chosen the app as their first page."""
	user = frappe.get_meta("User")
	spaces = [name for doctype, name in _shipped() if doctype == "Workspace"]
	for field, values in (("default_workspace", spaces), ("default_app", [APP])):
		if user.has_field(field):
			# sql: emptied, nothing is stored
			frappe.db.set_value("User", {field: ["in", values]}, field, None, update_modified=False)
	if frappe.get_meta("System Settings").has_field("default_app"):
		if frappe.db.get_single_value("System Settings", "default_app") == APP:
			# sql: emptied, nothing is stored
			frappe.db.set_single_value("System Settings", "default_app", None)
	_delete("Portal Menu Item", "route", ["/lms"])
	preferences.forget_all()
