"""Records that keep their word whichever door a save comes through.

Frappe's generic doors (form, REST, Data Import, bulk edit, Web Form, `frappe.client`) write every field that a role may
write at level 0: `read_only` is a matter of the form. They ask for rights on the changed document, not on the stored
one, and they write the rows of a child table without asking the record that these belong to. The two classes here
close this for every DocType of the app; its controllers inherit from one of them.

What the app itself writes comes with `flags.ignore_permissions`, or with `flags.by_module` where the reader's rights
still count. No request can set a flag.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.utils import cint, escape_html, flt

from smooth_lms.exceptions import HistoryError

KEPT_BY_FRAPPE = ("owner", "creation", "docstatus", "idx")
"""Columns that no form shows and that rights depend on."""
DELETION_HOOK = "smooth_lms_deletion_rules"
COMPUTED_DEFAULTS = ("Today", "Now", "__user", "user")


class GuardedDocument(Document):
	"""A record of the app."""

	may_be_merged = False
	"""Whether two of these may become one. Not where others keep history under their names."""
	cleaned_by: ClassVar[Mapping[str, Callable[[str | None], str]]] = {}
	"""Fields with HTML, and what cleans it more strictly than Frappe does. `base.texts` asks for it as well."""
	begins_empty: ClassVar[tuple[str, ...]] = ()
	"""Links that mean all of something where they are empty. Frappe fills a new record's links with the site's and the
	user's defaults of that name, such as `company`: "every company" would become one that nobody chose."""

	def _sanitize_content(self) -> None:
		"""As Frappe's, but for those: versions of Frappe 15 before 2024 make text of the titles of accordions."""
		strictly = {field: clean(self.get(field)) for field, clean in self.cleaned_by.items()}
		super()._sanitize_content()
		self.update(strictly)

	def _set_defaults(self) -> None:
		"""As Frappe's, but for `begins_empty`."""
		chosen = {field: self.get(field) for field in self.begins_empty}
		super()._set_defaults()
		self.update(chosen)

	def on_trash(self) -> None:
		"""History is kept: the hook `smooth_lms_deletion_rules` names what may refuse. Raises HistoryError."""
		for path in frappe.get_hooks(DELETION_HOOK):
			frappe.get_attr(path)(self)

	def insert(self, *args: Any, **kwargs: Any) -> "GuardedDocument":
		"""As Frappe's. Through a generic door, read-only fields begin with their defaults."""
		if came_by_generic_door(self, args, kwargs):
			_begin_afresh(self)
		return super().insert(*args, **kwargs)

	def _save(self, *args: Any, **kwargs: Any) -> "GuardedDocument":
		# a new document goes on to `insert`
		if self.get("name") and not self.is_new() and came_by_generic_door(self, args, kwargs):
			# locked, so that what is put back is what the database holds now
			stored = frappe.get_doc(self.doctype, self.name, for_update=True)
			if not _ignores_permissions(self, args, kwargs):
				# Frappe asks about the changed document: here is the one that it would no longer be
				stored.check_permission("write")
			_put_back(self, stored)
		return super()._save(*args, **kwargs)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Frappe asks only whether the role may rename. Raises PermissionError, HistoryError."""
		self.check_permission("write")
		if not merge:
			return
		if not self.may_be_merged:
			sentence = _(
				"{0} keeps history under its name and cannot be merged: rename it, or stop using it."
			)
			frappe.throw(sentence.format(escape_html(f"{_(self.doctype)} {old}")), HistoryError)
		frappe.get_doc(self.doctype, new).check_permission("write")

	def validate_share(self, share: Document) -> None:
		"""Frappe lets whoever may share give every right. Raises PermissionError for one they do not have."""
		for right in ("write", "submit", "share"):
			if share.get(right) and not frappe.has_permission(self.doctype, right, self):
				frappe.throw(_("You cannot give others more rights than you have."), frappe.PermissionError)


class GuardedRow(Document):
	"""A row of a child table of the app: written, changed and removed by saving the record that it belongs to."""

	def insert(self, *args: Any, **kwargs: Any) -> "GuardedRow":
		"""As Frappe's. Through a generic door, the record is saved with this row at the end of its table."""
		if not came_by_generic_door(self, args, kwargs):
			return super().insert(*args, **kwargs)
		record = self._record(self.parenttype, self.parent, self.parentfield)
		row = record.append(self.parentfield, self._values())
		record.save()
		return self._become(row)

	def _save(self, *args: Any, **kwargs: Any) -> "GuardedRow":
		if not self.get("name") or self.is_new() or not came_by_generic_door(self, args, kwargs):
			return super()._save(*args, **kwargs)
		record, row = self._stored()
		row.update(self._values())
		record.save()
		return self._become(row)

	def on_trash(self) -> None:
		"""Somebody deletes the row by itself."""
		if came_by_generic_door(self):
			record, row = self._stored()
			record.remove(row)
			record.save()

	def _stored(self) -> tuple[Document, Document]:
		"""The record that the row belongs to, whatever a request says about that, and the row in it."""
		place = frappe.db.get_value(self.doctype, self.name, ["parenttype", "parent", "parentfield"])
		record = self._record(*(place or (None, None, None)))
		return record, next(row for row in record.get(place[2]) if row.name == self.name)

	def _record(self, doctype: str | None, name: str | None, field: str | None) -> Document:
		table = (
			frappe.get_meta(doctype).get_field(field or "")
			if doctype and frappe.db.exists("DocType", doctype)
			else None
		)
		if not table or table.fieldtype not in table_fields or table.options != self.doctype:
			frappe.throw(_("Rows are saved with the record that they belong to: name it and its table."))
		return frappe.get_doc(doctype, name, for_update=True)

	def _values(self) -> dict[str, Any]:
		return {field.fieldname: self.get(field.fieldname) for field in _columns(self)}

	def _become(self, row: Document) -> "GuardedRow":
		self.update(row.as_dict())
		self.set("__islocal", None)
		return self


def came_by_generic_door(
	doc: Document, args: Iterable[Any] = (), kwargs: dict[str, Any] | None = None
) -> bool:
	"""Whether the app did not begin this save itself.

	Args:
	        doc: the document being saved.
	        args, kwargs: what its `save` or `insert` was called with.
	"""
	if doc.flags.by_module:
		return False
	if frappe.flags.in_web_form:
		return True  # Frappe saves what anybody has typed into one with permissions ignored
	return not (_ignores_permissions(doc, args, kwargs) or _is_server_code())


def read_only_fields(doctype: str) -> list[Any]:
	"""The fields of a DocType of the app that only the app writes: those that its form shows as read only.

	Fields that a site added are its own matter, and so are values that Frappe computes.
	"""
	return [field for field in frappe.get_meta(doctype).fields if _is_ours(field)]


def _is_ours(field: Any) -> bool:
	return bool(
		field.read_only
		and not field.get("is_custom_field")
		and not field.get("is_virtual")
		and (field.fieldtype in table_fields or field.fieldtype not in no_value_fields)
	)


def _is_server_code() -> bool:
	"""Whether this is neither a request nor an import but a script or console, which could write to the tables, too."""
	request = getattr(frappe.local, "request", None)
	return frappe.session.user == "Administrator" and not request and not frappe.flags.in_import


def _ignores_permissions(doc: Document, args: Iterable[Any], kwargs: dict[str, Any] | None) -> bool:
	given = next(iter(args), None) if args else (kwargs or {}).get("ignore_permissions")
	return bool(doc.flags.ignore_permissions if given is None else given)


def _begin_afresh(doc: Document) -> None:
	_set_defaults(doc)
	for table in doc.meta.get_table_fields():
		for row in doc.get(table.fieldname):
			_make_new(row)


def _put_back(doc: Document, stored: Document) -> None:
	for column in KEPT_BY_FRAPPE:
		doc.set(column, stored.get(column))
	for field in read_only_fields(doc.doctype):
		doc.set(field.fieldname, stored.get(field.fieldname))
	for table in doc.meta.get_table_fields():
		known = {row.name: row for row in stored.get(table.fieldname)}
		for row in doc.get(table.fieldname):
			# a name can be used once; one that is not of this table would take a row away from another record
			if before := known.pop(row.name, None):
				_keep_row(row, before)
			else:
				_make_new(row)


def _keep_row(row: Document, before: Document) -> None:
	row.set("__islocal", None)
	for column in ("owner", "creation"):
		row.set(column, before.get(column))
	for field in read_only_fields(row.doctype):
		row.set(field.fieldname, before.get(field.fieldname))


def _make_new(row: Document) -> None:
	row.name = row.owner = row.creation = None
	row.set("__islocal", 1)
	_set_defaults(row)


def _set_defaults(doc: Document) -> None:
	for field in read_only_fields(doc.doctype):
		doc.set(field.fieldname, _default(field))
		# Frappe would go on with the user's own defaults
		doc.dont_update_if_missing.append(field.fieldname)


def _default(field: Any) -> Any:
	if field.fieldtype in table_fields:
		return []
	given = field.default
	if given in (None, "") or given in COMPUTED_DEFAULTS or str(given).startswith((":", "eval:")):
		given = (field.options or "").split("\n")[0] if field.fieldtype == "Select" else None
	if field.fieldtype in ("Int", "Check"):
		return cint(given)
	return flt(given) if field.fieldtype in ("Float", "Percent", "Currency") else given


def _columns(doc: Document) -> list[Any]:
	return [field for field in doc.meta.fields if field.fieldtype not in no_value_fields]
