"""Files of records lay on paths that anybody could guess and that other Files of equal content shared.

Some were claimed wrongly: a public file that other pages used became private with a lesson, and whoever named another's
private file as the picture of a course or as evidence was given a File for it.
"""

import os
from collections import defaultdict
from collections.abc import Iterator

import frappe
from frappe import _

from smooth_lms.base import files
from smooth_lms.base.ours import is_ours
from smooth_lms.base.rows import set_value

UNCLAIMED = (("LMS Course", "image"), ("Employee Compliance", "evidence"))
"""Fields whose files nobody asked about before."""


def execute() -> None:
	"""Give back what was claimed wrongly, then give each record files of its own. Running it again changes nothing."""
	_give_back_public_files()
	_take_back_files_of_others()
	for url, holders in _addresses().items():
		_keep_apart(url, holders)


def _give_back_public_files() -> None:
	"""Put a public copy back where somebody still shows the public address of a file that became private."""
	for url in {row.file_url for row in _rows() if row.is_private}:
		public = files.PUBLIC + url.removeprefix(files.PRIVATE)
		if not _lies(url) or _lies(public):
			continue
		users = [row for row in _rows(file_url=url) if _shows(row, public)]
		singles = frappe.qb.DocType("Singles")
		shown = frappe.qb.from_(singles).select(singles.field).where(singles.value == public).limit(1).run()
		if users or shown:
			files.put(url, public)
		if users:
			values = {"file_url": public, "is_private": 0}
			set_value("File", {"name": ["in", [row.name for row in users]]}, values, update_modified=False)


def _take_back_files_of_others() -> None:
	"""Remove the File that somebody was given for a private file of others, and the address from the record."""
	taken = []
	for doctype, field in UNCLAIMED:
		for row in _rows(attached_to_doctype=doctype, attached_to_field=field, is_private=1):
			older = [
				each
				for each in _rows(file_url=row.file_url, creation=["<=", row.creation])
				if (each.attached_to_doctype, each.attached_to_name) != (doctype, row.attached_to_name)
			]
			if not older or any(_may_read(row.owner, each) for each in older):
				continue
			frappe.db.delete("File", {"name": row.name})
			own = {"name": row.attached_to_name, field: row.file_url}
			set_value(doctype, own, field, None, update_modified=False)
			taken.append(f"{doctype} {row.attached_to_name}: {row.file_url} ({row.owner})")
	if taken:
		frappe.log_error(_("Files of others were taken from these records"), "\n".join(taken))


def _addresses() -> dict[str, list[tuple[str, str, str, tuple[str, str]]]]:
	"""Every guessable or shared private address of a file of ours, with the fields that hold it:
	(DocType, name, field, record)."""
	found = defaultdict(list)
	for row in _rows():
		if row.is_private and not files.has_own_path(row):
			found[row.file_url]
	for doctype, field in _attach_fields():
		is_table = frappe.get_meta(doctype).istable
		columns = ["name", field, *(["parenttype", "parent"] if is_table else [])]
		filters = {field: ["like", f"{files.PRIVATE}%"]}
		for row in frappe.get_all(doctype, filters=filters, fields=columns, limit=0):
			if not files.OWN_NAME.search(row[field]):
				record = (row.parenttype, row.parent) if is_table else (doctype, row.name)
				found[row[field]].append((doctype, row.name, field, record))
	return found


def _keep_apart(url: str, holders: list[tuple[str, str, str, tuple[str, str]]]) -> None:
	if files.address(url) != url or not _lies(url):
		return
	rows = _rows(file_url=url)
	ours = [row for row in rows if is_ours(row.attached_to_doctype)]
	shared = len(ours) < len(rows)
	for doctype, name, field, record in holders:
		row = next(
			(each for each in ours if (each.attached_to_doctype, each.attached_to_name) == record), None
		)
		new = files.duplicate(url, row.file_name if row else url, link=not shared)
		set_value(doctype, name, field, new, update_modified=False)
		if row:
			ours.remove(row)
			_readdress(row, new)
		else:
			own_field = field if record == (doctype, name) else None
			files.insert_row(new, files.shown_name(url), (*record, own_field))
	for row in ours:
		_readdress(row, files.duplicate(url, row.file_name or url, link=not shared))
	if not shared:
		frappe.db.after_commit.add(lambda: files.remove(url))


def _readdress(row: frappe._dict, new: str) -> None:
	values = {"file_url": new, "content_hash": files.own_hash()}
	set_value("File", row.name, values, update_modified=False)
	doctype, name = row.attached_to_doctype, row.attached_to_name
	for field in frappe.get_meta(doctype).get("fields", {"fieldtype": ["in", list(files.WRITTEN)]}):
		text = frappe.db.get_value(doctype, name, field.fieldname) or ""
		if row.file_url in text:
			changed = text.replace(row.file_url, new)
			set_value(doctype, name, field.fieldname, changed, update_modified=False)


def _rows(**filters: object) -> list[frappe._dict]:
	"""Files with their values; by default those of records of ours."""
	if not filters:
		filters = {"attached_to_doctype": ["in", list(_doctypes()) or [""]]}
	return frappe.get_all(
		"File",
		filters={"is_folder": 0, **filters},
		fields=[*files.ROW, "creation"],
		order_by="creation",
		limit=0,
	)


def _doctypes() -> Iterator[str]:
	for doctype in frappe.get_all("DocType", pluck="name", limit=0):
		if is_ours(doctype):
			yield doctype


def _attach_fields() -> Iterator[tuple[str, str]]:
	for doctype in _doctypes():
		meta = frappe.get_meta(doctype)
		for field in meta.get("fields", {"fieldtype": ["in", list(files.ATTACHED)]}):
			if not meta.issingle:
				yield doctype, field.fieldname


def _lies(url: str) -> bool:
	return os.path.isfile(files.disk_path(url)) if files.address(url) == url else False


def _shows(row: frappe._dict, public: str) -> bool:
	"""Whether a File is attached to a record of others that shows the public address."""
	doctype, name, field = (row[each] for each in files.ATTACHED_TO)
	if not (doctype and name and field) or is_ours(doctype) or not frappe.db.exists("DocType", doctype):
		return False
	known = frappe.get_meta(doctype)
	if not known.has_field(field):
		return False
	single = known.issingle
	value = (
		frappe.db.get_single_value(doctype, field) if single else frappe.db.get_value(doctype, name, field)
	)
	return value == public


def _may_read(user: str, row: frappe._dict) -> bool:
	if user in ("Administrator", row.owner) or not row.is_private:
		return True
	if not row.attached_to_name or not frappe.db.exists("User", user):
		return False
	if not frappe.db.exists(row.attached_to_doctype, row.attached_to_name):
		return False
	return bool(frappe.has_permission(row.attached_to_doctype, "read", doc=row.attached_to_name, user=user))
