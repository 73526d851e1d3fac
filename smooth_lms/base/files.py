"""Files of records: what a record names is its own, has a name that nobody can guess, and is shared with nothing.

Frappe lets Files with equal content share one path, makes a File for whoever names an address, and moves a file for
all who share it. So each file of a record of this app lies on a path of its own, and its `content_hash` equals that
of no other File: Frappe then finds nothing to share, to move along or to delete along.
"""

import html
import os
import re
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import frappe
from frappe import _

from smooth_lms.base import file_kinds
from smooth_lms.base.ours import is_ours
from smooth_lms.base.rows import set_value

APP = __name__.partition(".")[0]
PRIVATE = "/private/files/"
PUBLIC = "/files/"
ELSEWHERE = ("https://", "/assets/")
"""Beginnings of addresses that are no uploaded files: pictures may have such."""
ATTACHED = ("Attach", "Attach Image")
WRITTEN = ("Text Editor", "HTML Editor", "Markdown Editor")
RANDOM = 20
OWN_NAME = re.compile(rf"-[0-9a-z]{{{RANDOM}}}(?=(\.[A-Za-z0-9]{{1,12}})?$)")
NAMED_IN_TEXT = re.compile(
	r"""(?P<before>\b(?:src|href)\s*=\s*["'])(?P<url>/private/files/[^"']+)""", re.IGNORECASE
)
ATTACHED_TO = ("attached_to_doctype", "attached_to_name", "attached_to_field")
ROW = (
	"name",
	"owner",
	"file_name",
	"file_url",
	"is_private",
	*ATTACHED_TO,
	"content_hash",
)


def named_in(text: str | None) -> set[str]:
	"""The plain addresses of private files that a text shows or links to.

	Frappe adds which File it means, as `?fid=…`, to pictures that it makes of pasted ones.
	"""
	found = (address(html.unescape(each["url"])) for each in NAMED_IN_TEXT.finditer(text or ""))
	return {plain for plain in found if plain}


def belongs_to(url: str, doctype: str, name: str) -> bool:
	"""Whether the file at that address is attached to the record."""
	attached = {"file_url": url, "attached_to_doctype": doctype, "attached_to_name": name}
	return bool(frappe.db.exists("File", attached))


def fields(doctype: str) -> list:
	"""The fields of a DocType that hold the address of a file, in whatever they say or show."""
	return frappe.get_meta(doctype).get("fields", {"fieldtype": ["in", [*ATTACHED, *WRITTEN]]})


def claim(doc, _event: str | None = None) -> None:
	"""Hook `before_validate`: make the files that a record of this app names its own.

	A file that the writer uploaded for the record is taken, one that belongs to something else or is public is
	copied, and stays as it is. Rows of tables and files named in texts count as well.

	Raises ValidationError for what is not stored here, PermissionError for a file that the session's user neither
	uploaded nor may read.
	"""
	if frappe.local.module_app.get(frappe.scrub(doc.meta.module or "")) != APP:
		return
	claims = _Claims(doc)
	for holder, field in _holders(doc):
		value, before = holder.get(field.fieldname), _before(doc, holder, field.fieldname)
		if not value or value == before:
			continue
		if field.fieldtype in ATTACHED:
			own_field = field.fieldname if holder is doc and not doc.meta.istable else None
			holder.set(field.fieldname, claims.of_field(own_field, value))
			if not doc.flags.is_copy:
				_check_kind(holder, field.fieldname)
		else:
			holder.set(field.fieldname, claims.of_text(value, before or ""))


def address(url: str | None) -> str | None:
	"""The plain address of a file of this site however it is written; None for what is none.

	Frappe takes `/files/../../private/files/x` and `http://any.host/private/files/x` for the same file.
	"""
	path = unquote(urlsplit(unquote(url or "")).path)
	if "\0" in path:
		return None
	for begins in (PRIVATE, PUBLIC):
		if path.startswith(begins):
			found = os.path.normpath(os.path.join(_root(begins), path.removeprefix(begins).lstrip("/")))
			for base in (PRIVATE, PUBLIC):
				if found.startswith(_root(base) + os.sep):
					return base + os.path.relpath(found, _root(base))
	return None


def path_of(url: str) -> str:
	"""Where a private file lies, as an absolute path inside the site's private files.

	Raises DoesNotExistError for anything that is not there or not a file below that folder.
	"""
	root = os.path.realpath(frappe.get_site_path("private", "files"))
	path = os.path.realpath(os.path.join(root, (url or "").removeprefix(PRIVATE)))
	if not (url or "").startswith(PRIVATE) or not inside(path, root) or not os.path.isfile(path):
		raise frappe.DoesNotExistError(_("The file is gone: ask the instructor to upload it again."))
	return path


def inside(path: str, folder: str) -> bool:
	"""Whether the real path lies below the real folder."""
	return os.path.realpath(path).startswith(os.path.realpath(folder).rstrip(os.sep) + os.sep)


def shown_name(url: str | None) -> str:
	"""The name of a file as people gave it, without what makes its address one that nobody can guess."""
	return OWN_NAME.sub("", (url or "").rpartition("/")[2])


def own_url(file_name: str, private: bool = True) -> str:
	"""A new address for a file of that name, which nobody can guess."""
	stem, ending = os.path.splitext(OWN_NAME.sub("", os.path.basename(file_name or "")))
	stem = re.sub(r"[^\w.() -]", "_", stem).strip(" .")[:60] or "file"
	ending = ending if re.fullmatch(r"\.[A-Za-z0-9]{1,12}", ending) else ""
	return f"{PRIVATE if private else PUBLIC}{stem}-{frappe.generate_hash(length=RANDOM)}{ending}"


def is_server_folder(url: str) -> bool:
	"""Whether a plain private address lies in a folder that this app keeps for itself, such as unpacked packages."""
	return url.startswith(f"{PRIVATE}{APP}_")


def has_own_path(row: Any) -> bool:
	"""Whether a File lies on a path that was made for it alone."""
	return bool(OWN_NAME.search(row.file_url or "")) and (row.content_hash or "").startswith("own-")


def own_hash() -> str:
	"""A `content_hash` that no other File has."""
	return f"own-{frappe.generate_hash(length=32)}"


def disk_path(url: str) -> str:
	"""Where the file with that plain address lies, whether or not it is there."""
	begins = PRIVATE if url.startswith(PRIVATE) else PUBLIC
	if address(url) != url:
		raise frappe.DoesNotExistError(_("The file is not stored here: upload it once more."))
	return os.path.join(_root(begins), url.removeprefix(begins))


def duplicate(url: str, file_name: str, *, private: bool = True, link: bool = False) -> str:
	"""Put the content of a file under an address of its own; it goes again if the transaction fails.

	Args: link, whether the disk may keep the content once: for files that nobody writes into.

	Returns the address. Raises DoesNotExistError where there is no such file.
	"""
	source, made = disk_path(url), own_url(file_name, private)
	if not os.path.isfile(source):
		raise frappe.DoesNotExistError(_("The file is gone: upload it again."))
	target = disk_path(made)
	_copy(source, target, link)
	frappe.db.after_rollback.add(lambda: _remove(target))
	return made


def put(url: str, target: str) -> None:
	"""Put a copy of a file under a plain address that is free; it goes again if the transaction fails."""
	_copy(disk_path(url), disk_path(target), link=False)
	frappe.db.after_rollback.add(lambda: remove(target))


def adopt(
	path: str, file_name: str, doctype: str, name: str, field: str | None, *, link: bool = False
) -> str:
	"""Put a file that the server has written among the private files of a record, whatever its size.

	Not by File's own insert, which reads all of it and refuses large ones.

	Args: field, None for a row of a table; link, whether the disk may keep the content once: for files that nobody
	writes into.

	Returns the address.
	"""
	url = own_url(file_name)
	target = disk_path(url)
	_copy(path, target, link)
	frappe.db.after_rollback.add(lambda: _remove(target))
	insert_row(url, file_name, (doctype, name, field))
	return url


def move(row: Any, *, private: bool = True, **values: Any) -> str:
	"""Give a File that nothing else shares an address of its own, and other values along with it.

	The old path goes once the transaction is committed. Returns the new address.
	"""
	old = row.file_url
	url = duplicate(old, row.file_name or old, private=private, link=True)
	values |= {"file_url": url, "is_private": int(private), "content_hash": own_hash()}
	set_value("File", row.name, values, update_modified=False)
	frappe.db.after_commit.add(lambda: remove(old))
	return url


def remove(url: str) -> None:
	"""Delete what lies at a plain address, if anything does."""
	_remove(disk_path(url))


def _root(begins: str) -> str:
	folder = "private" if begins == PRIVATE else "public"
	return os.path.abspath(frappe.get_site_path(folder, "files"))


def _holders(doc) -> Iterator[tuple[Any, Any]]:
	"""The document and its rows with each of their fields that hold the address of a file."""
	for holder in (doc, *doc.get_all_children()):
		for field in fields(holder.doctype):
			yield holder, field


def _before(doc, holder, fieldname: str) -> str | None:
	before = doc.get_doc_before_save()
	if not before:
		return None
	if holder is doc:
		return before.get(fieldname)
	rows = before.get(holder.parentfield) or []
	return next((old.get(fieldname) for old in rows if old.name == holder.name), None)


def _check_kind(holder, fieldname: str) -> None:
	"""Refuse a stored file that is not what the field takes. Raises ValidationError with a sentence."""
	kind, plain = file_kinds.kind_of(holder.doctype, fieldname), address(holder.get(fieldname))
	if not kind or not plain or holder.get(fieldname).startswith(ELSEWHERE):
		return
	path = disk_path(plain)
	if not os.path.isfile(path):
		frappe.throw(_("The file is gone: upload it again."), frappe.DoesNotExistError)
	try:
		kind.check_size(os.path.getsize(path))
		with open(path, "rb") as file:
			kind.check(file.read())
	except file_kinds.UnfitFileError as error:
		frappe.throw(str(error))


class _Claims:
	"""What one record takes while it is saved."""

	def __init__(self, doc) -> None:
		self.doc = doc
		self.record = (doc.parenttype, doc.parent) if doc.meta.istable else (doc.doctype, doc.name)
		self.moved: dict[str, str] = {}

	def of_field(self, field: str | None, url: str) -> str:
		"""The address that a field may hold instead of `url`. Args: field, None in a row of a table."""
		if url.startswith(ELSEWHERE):
			return url
		rows = self.rows(url)
		if rows:
			return self.own(rows, field)
		if self.doc.flags.is_copy:  # a version is made although a file of the old one is gone
			return url
		frappe.throw(_("The file is not stored here: upload it once more."))

	def of_text(self, text: str, before: str) -> str:
		"""The text with each private file it names made the record's own; what it named before stays."""
		known = {found["url"] for found in NAMED_IN_TEXT.finditer(before)}

		def own(found: re.Match) -> str:
			rows = [] if found["url"] in known else self.rows(html.unescape(found["url"]))
			return found["before"] + (self.own(rows, None) if rows else found["url"])

		return NAMED_IN_TEXT.sub(own, text)

	def rows(self, url: str) -> list:
		"""The Files with that address, locked one by one: a lock by address would hold the whole table."""
		plain = address(url)
		filters = {"file_url": self.moved.get(plain, plain), "is_folder": 0}
		names = frappe.get_all("File", filters=filters, pluck="name", limit=0) if plain else []
		if not names:
			return []
		rows = frappe.db.get_values("File", {"name": ["in", names]}, ROW, as_dict=True, for_update=True)
		return [row for row in rows if row.file_url == filters["file_url"]]

	def own(self, rows: list, field: str | None) -> str:
		"""The address of a file of the record's own: one of the Files if it is for it, or a copy."""
		if not self.doc.flags.ignore_permissions and not any(_may_use(row) for row in rows):
			frappe.throw(_("You may not use this file: upload it yourself."), frappe.PermissionError)
		row = rows[0]
		if len(rows) > 1 or not _is_for(row, self.record, field):
			return _copied(next((each for each in rows if each.attached_to_name), row), self.record, field)
		attached = dict(zip(ATTACHED_TO, (*self.record, field), strict=True))
		if row.is_private and has_own_path(row):
			set_value("File", row.name, attached, update_modified=False)
			return row.file_url
		self.moved[row.file_url] = move(row, **attached)
		return self.moved[row.file_url]


def _copied(row, record: tuple[str, str], field: str | None) -> str:
	url = duplicate(row.file_url, row.file_name or row.file_url, link=is_ours(row.attached_to_doctype))
	insert_row(url, row.file_name, (*record, field))
	return url


def insert_row(url: str, file_name: str, attached_to: tuple[str, str, str | None]) -> None:
	"""A File for what lies there already. Not by its own insert, which would look for others with that content."""
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": file_name,
			"file_url": url,
			"file_type": os.path.splitext(file_name or url)[1].lstrip(".").upper(),
			"file_size": os.path.getsize(disk_path(url)),
			"is_private": 1,
			"folder": "Home/Attachments",
			"content_hash": own_hash(),
			**dict(zip(ATTACHED_TO, attached_to, strict=True)),
		}
	)
	file.owner = file.modified_by = frappe.session.user
	file.creation = file.modified = frappe.utils.now()
	file.name = frappe.generate_hash(length=10)
	file.db_insert()  # sql: nothing in it comes from people


def _may_use(row) -> bool:
	if row.owner == frappe.session.user and not is_ours(row.attached_to_doctype):
		return True
	return bool(frappe.has_permission("File", "read", doc=frappe.get_doc("File", row.name)))


def _is_for(row, record: tuple[str, str], field: str | None) -> bool:
	"""Whether a File was uploaded for this field of this record, or by the writer for nothing else."""
	if (row.attached_to_doctype, row.attached_to_name) == record:
		return row.attached_to_field in (field, None, "")
	if row.owner != frappe.session.user:
		return False
	if not row.attached_to_doctype:
		return bool(row.is_private)  # a public one may be used on any page
	# the form of a record that had not been saved yet
	return row.attached_to_doctype == record[0] and not frappe.db.exists(record[0], row.attached_to_name)


def _copy(source: str, target: str, link: bool) -> None:
	if link:
		try:
			os.link(source, target)
			return
		except OSError:  # a disk that has no links
			pass
	shutil.copyfile(source, target)


def _remove(path: str) -> None:
	if os.path.isfile(path):
		os.remove(path)
