"""Taking training records out for auditors (LMS Audit Export): a zip with CSV or Excel files and a manifest.

A background job writes it, with the requester's permissions: it holds what these show. The manifest lists
every file with its rows and SHA-256; the checksum of the zip stands on the export's document.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime
from frappe.utils.nestedset import get_descendants_of

from smooth_lms import __version__, permissions
from smooth_lms.base import runs as engine
from smooth_lms.base.files import adopt
from smooth_lms.base.run_kind import RunKind
from smooth_lms.compliance.audit.files import Table, open_table
from smooth_lms.compliance.audit.tables import DETAILS, TABLES, Source, proofs_of_cohort

DOCTYPE = "LMS Audit Export"
CHUNK = 2_000
PACKED = "export.zip"
PROGRESS = ("name", "status", "progress", "rows", "export_file", "sha256", "started_on", "finished_on", "log")


@dataclass
class Work:
	"""The files that are being written."""

	doc: Any
	folder: Path
	chunks: Iterator[float] | None = None
	"""Writes and packs the files, chunk by chunk; gives how much is done, in percent."""
	percent: float = 0
	rows: int = 0
	packed: dict[str, Any] | None = None
	"""What the export's row gets, once all is packed."""


class AuditExport(RunKind):
	"""Writes the files of an export. What a job that died has written is gone with it: another writes it anew."""

	doctype = DOCTYPE
	job = "smooth_lms.compliance.audit.export.perform"
	lease_seconds = None  # the files are with this job

	@contextmanager
	def open(self, row: frappe._dict, **options: Any) -> Iterator[Work]:
		"""A folder for the files. Who asked has to be one who may take records out still."""
		permissions.require_auditor()
		with tempfile.TemporaryDirectory(prefix="smooth-lms-export-") as folder:
			work = Work(frappe.get_doc(DOCTYPE, row.name), Path(folder))
			work.chunks = _write(work)
			yield work

	def ask_again(self, row: frappe._dict) -> None:
		"""As `open`."""
		permissions.ask_again(permissions.require_auditor)

	def next_chunk(self, row: frappe._dict, work: Work) -> dict[str, Any] | None:
		"""Say how far it is."""
		return None if work.packed else {"rows": work.rows, "progress": work.percent}

	def carry_out(self, row: frappe._dict, work: Work) -> None:
		"""Write the next records. A writer that an error has met cannot go on."""
		work.percent = next(work.chunks, 100)
		if work.percent == 100 and not work.packed:
			raise RuntimeError(_("The files could not be written to their end."))

	def finish(self, row: frappe._dict, work: Work) -> dict[str, Any]:
		"""Put the packed files by."""
		kept = adopt(str(work.folder / PACKED), f"{row.name}.zip", DOCTYPE, row.name, "export_file")
		return {**work.packed, "export_file": kept}


RUN = AuditExport()


def start(doc) -> None:
	"""Prepare an LMS Audit Export that is being made and queue its job. Raises PermissionError, ValidationError."""
	permissions.require_auditor()
	if not any(doc.get(source.key) for source in available()):
		frappe.throw(_("Nothing is chosen: choose at least one kind of record."))
	if doc.from_date and doc.to_date and getdate(doc.to_date) < getdate(doc.from_date):
		frappe.throw(_("The end of the period is before its beginning: choose a later day for To."))
	doc.update(dict.fromkeys(("export_file", "sha256", "manifest", "log", "started_on", "finished_on")))
	doc.update({**engine.begin(RUN), "progress": 0, "rows": 0, "requested_by": frappe.session.user})


def enqueue(name: str) -> None:
	"""Have the export written once the present transaction is committed."""
	engine.enqueue(RUN, name)


def perform(run: str) -> None:
	"""The background job: see `base.runs.perform`."""
	engine.perform(RUN, run)


def abort(name: str) -> None:
	"""Stop an export after the chunk it is at; nothing is kept. For who asked for it, and System Managers."""
	_require_own(name)
	engine.abort(RUN, name)


def resume(name: str) -> None:
	"""Write an export that failed or was aborted, from the beginning. For who asked for it, and System Managers."""
	_require_own(name)
	engine.resume(RUN, name)


def progress(name: str) -> dict[str, Any]:
	"""How far an export is."""
	return frappe.db.get_value(DOCTYPE, name, PROGRESS, as_dict=True)


def available() -> list[Source]:
	"""The kinds of records that this site has."""
	return [source for source in TABLES if frappe.db.table_exists(source.doctype, cached=True)]


def _require_own(name: str) -> None:
	permissions.require_auditor()
	if frappe.db.get_value(DOCTYPE, name, "requested_by") != frappe.session.user:
		permissions.require_system_manager()


def _write(work: Work) -> Iterator[float]:
	doc = work.doc
	formats = {"CSV": ("csv",), "XLSX": ("xlsx",)}.get(doc.file_format, ("csv", "xlsx"))
	sources = [source for source in available() if doc.get(source.key)]
	people = _people(doc)
	files: list[dict[str, Any]] = []
	for number, source in enumerate(sources):
		detail = DETAILS.get(source.key)
		tables = [open_table(work.folder, source.key, source.headings(), formats)]
		if detail:
			tables.append(open_table(work.folder, detail.key, detail.headings(), formats))
		for rows in _rows(doc, source, people):
			tables[0].add(rows)
			if detail:
				tables[1].add(detail.rows([row["name"] for row in rows]))
			work.rows += len(rows)
			yield round(99 * (number + 0.5) / len(sources))
		for table in tables:
			files += _described(table)
	yield 99
	work.packed = _pack(work, files)


def _rows(doc, source: Source, people: dict[str, list[str]] | None) -> Iterator[list[frappe._dict]]:
	"""The records in chunks, by name, as the present user may see them."""
	after = ""
	while rows := frappe.get_list(
		source.doctype,
		filters=[*_filters(doc, source, people), ["name", ">", after]],
		fields=list(source.fields),
		order_by="name asc",
		limit=CHUNK,
	):
		after = rows[-1].name
		yield rows


def _filters(doc, source: Source, people: dict[str, list[str]] | None) -> list[list]:
	filters: list[list] = []
	if doc.from_date:
		filters.append([source.dated, ">=", getdate(doc.from_date)])
	if doc.to_date:
		# sql: what has no date yet is part of what there was until that day
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


def _pack(work: Work, files: list[dict[str, Any]]) -> dict[str, Any]:
	doc, folder = work.doc, work.folder
	asked = {field: str(doc.get(field)) for field in _asked() if doc.get(field)}
	manifest = {
		"export": doc.name,
		"made_by": f"Smooth LMS {__version__}",
		"requested_by": doc.requested_by,
		"written_on": now_datetime().isoformat(timespec="seconds"),
		"filters": asked,
		"not_on_this_site": [source.key for source in TABLES if source not in available()],
		"rows": work.rows,
		"files": files,
	}
	text = json.dumps(manifest, indent=1, ensure_ascii=False)
	(folder / "manifest.json").write_text(text, encoding="utf-8")
	packed = folder / PACKED
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		for entry in [*files, {"file": "manifest.json"}]:
			archive.write(folder / entry["file"], entry["file"])
	return {"progress": 100, "rows": work.rows, "manifest": text, "sha256": _sha256(packed)}


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
