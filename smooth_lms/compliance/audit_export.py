"""Taking training records out for auditors (LMS Audit Export): a zip with CSV or Excel files and a manifest.

A background job writes it, with the eyes of who asked: it holds what their permissions show them. The manifest lists
every file with its rows and SHA-256; the checksum of the zip stands on the export's document.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_files_path, getdate, now_datetime
from frappe.utils.nestedset import get_descendants_of

from smooth_lms import __version__, permissions
from smooth_lms.compliance.audit_files import Table, open_table
from smooth_lms.compliance.audit_tables import DETAILS, TABLES, Source, proofs_of_cohort

DOCTYPE = "LMS Audit Export"
QUEUED, RUNNING, COMPLETED, FAILED = "Queued", "Running", "Completed", "Failed"
CHUNK = 2_000
PROGRESS = ("name", "status", "progress", "rows", "export_file", "sha256", "started_on", "finished_on", "log")


def start(doc) -> None:
	"""Prepare an LMS Audit Export that is being made and queue its job. Raises PermissionError, ValidationError."""
	permissions.require_auditor()
	if not any(doc.get(source.key) for source in available()):
		frappe.throw(_("Nothing is chosen: choose at least one kind of record."))
	if doc.from_date and doc.to_date and getdate(doc.to_date) < getdate(doc.from_date):
		frappe.throw(_("The end of the period is before its beginning: choose a later day for To."))
	doc.update(dict.fromkeys(("export_file", "sha256", "manifest", "log", "started_on", "finished_on")))
	doc.update({"status": QUEUED, "progress": 0, "rows": 0, "requested_by": frappe.session.user})


def enqueue(name: str) -> None:
	"""Have the export written once the present transaction is committed."""
	frappe.enqueue(
		"smooth_lms.compliance.audit_export.perform",
		queue="long",
		timeout=4 * 60 * 60,
		enqueue_after_commit=True,
		name=name,
	)


def perform(name: str) -> None:
	"""The background job; a second call writes the files anew."""
	user = frappe.session.user
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status == COMPLETED:
		return
	try:
		frappe.set_user(doc.requested_by)
		_set(doc, status=RUNNING, started_on=now_datetime(), log=None)
		frappe.db.commit()
		with tempfile.TemporaryDirectory() as folder:
			_write(doc, Path(folder))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(_("Audit export failed"), reference_doctype=DOCTYPE, reference_name=name)
		_set(doc, status=FAILED, log=str(error)[:1000], finished_on=now_datetime())
	finally:
		frappe.set_user(user)
	frappe.db.commit()


def progress(name: str) -> dict[str, Any]:
	"""How far an export is."""
	return frappe.db.get_value(DOCTYPE, name, PROGRESS, as_dict=True)


def available() -> list[Source]:
	"""The kinds of records that this site has."""
	return [source for source in TABLES if frappe.db.table_exists(source.doctype, cached=True)]


def _write(doc, folder: Path) -> None:
	formats = {"CSV": ("csv",), "XLSX": ("xlsx",)}.get(doc.file_format, ("csv", "xlsx"))
	sources = [source for source in available() if doc.get(source.key)]
	people = _people(doc)
	files: list[dict[str, Any]] = []
	total = 0
	for number, source in enumerate(sources):
		detail = DETAILS.get(source.key)
		tables = [open_table(folder, source.key, source.headings(), formats)]
		if detail:
			tables.append(open_table(folder, detail.key, detail.headings(), formats))
		for rows in _rows(doc, source, people):
			tables[0].add(rows)
			if detail:
				tables[1].add(detail.rows([row["name"] for row in rows]))
			total += len(rows)
			_set(doc, rows=total, progress=round(100 * (number + 0.5) / len(sources)))
			frappe.db.commit()
		for table in tables:
			files += _described(table)
	_finish(doc, folder, files, total)


def _rows(doc, source: Source, people: dict[str, list[str]] | None) -> Iterator[list[frappe._dict]]:
	"""The records in chunks, by name, as the present user may see them."""
	after = ""
	while rows := frappe.get_list(
		source.doctype,
		filters=[*_filters(doc, source, people), ["name", ">", after]],
		fields=list(source.fields),
		order_by="name asc",
		limit_page_length=CHUNK,
	):
		after = rows[-1].name
		yield rows


def _filters(doc, source: Source, people: dict[str, list[str]] | None) -> list[list]:
	filters: list[list] = []
	if doc.from_date:
		filters.append([source.dated, ">=", getdate(doc.from_date)])
	if doc.to_date:
		filters.append([source.dated, "<", getdate(doc.to_date) + timedelta(days=1)])
	for field in ("course", "batch", "member"):
		if doc.get(field) and field in source.fields:
			filters.append([field, "=", doc.get(field)])
	if doc.batch and "batch" not in source.fields:
		filters.append(["name", "in", proofs_of_cohort(doc.batch) or [""]])
	if people is not None:
		field = "employee" if "employee" in source.fields else "member"
		filters.append([field, "in", people[field] or [""]])
	return filters


def _people(doc) -> dict[str, list[str]] | None:
	"""The employees, and their users, of the company and department that are asked for; None for everybody."""
	filters: dict[str, Any] = {}
	if doc.company:
		filters["company"] = doc.company
	if doc.department:
		filters["department"] = ["in", [doc.department, *get_descendants_of("Department", doc.department)]]
	if not filters:
		return None
	rows = frappe.get_all("Employee", filters=filters, fields=["name", "user_id"], limit=0)
	return {"employee": [row.name for row in rows], "member": [row.user_id for row in rows if row.user_id]}


def _described(table: Table) -> list[dict[str, Any]]:
	return [
		{"file": path.name, "rows": table.count, "columns": table.headings, "sha256": _sha256(path)}
		for path in table.close()
	]


def _finish(doc, folder: Path, files: list[dict[str, Any]], total: int) -> None:
	asked = {field: str(doc.get(field)) for field in _asked() if doc.get(field)}
	manifest = {
		"export": doc.name,
		"made_by": f"Smooth LMS {__version__}",
		"requested_by": doc.requested_by,
		"written_on": now_datetime().isoformat(timespec="seconds"),
		"filters": asked,
		"not_on_this_site": [source.key for source in TABLES if source not in available()],
		"rows": total,
		"files": files,
	}
	text = json.dumps(manifest, indent=1, ensure_ascii=False)
	(folder / "manifest.json").write_text(text, encoding="utf-8")
	packed = folder / "export.zip"
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		for entry in [*files, {"file": "manifest.json"}]:
			archive.write(folder / entry["file"], entry["file"])
	_set(
		doc,
		status=COMPLETED,
		progress=100,
		rows=total,
		finished_on=now_datetime(),
		manifest=text,
		sha256=_sha256(packed),
		export_file=_keep(doc.name, packed),
	)


def _keep(name: str, packed: Path) -> str:
	"""Put the zip among the private files. Not by File's own insert, which refuses large files."""
	file_name = f"{name}-{frappe.generate_hash(length=10)}.zip"
	target = Path(get_files_path(file_name, is_private=True))
	target.write_bytes(packed.read_bytes())
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": file_name,
			"file_url": f"/private/files/{file_name}",
			"file_type": "ZIP",
			"file_size": target.stat().st_size,
			"is_private": 1,
			"folder": "Home/Attachments",
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": name,
			"attached_to_field": "export_file",
		}
	)
	file.name = frappe.generate_hash(length=10)
	file.db_insert()
	return file.file_url


def _asked() -> list[str]:
	fields = ("from_date", "to_date", "course", "batch", "member", "company", "department", "file_format")
	return [*fields, *(source.key for source in TABLES)]


def _sha256(path: Path) -> str:
	with path.open("rb") as file:
		return (
			hashlib.file_digest(file, "sha256").hexdigest()
			if hasattr(hashlib, "file_digest")
			else hashlib.sha256(file.read()).hexdigest()
		)


def _set(doc, **values: Any) -> None:
	doc.update(values)
	frappe.db.set_value(DOCTYPE, doc.name, values)
