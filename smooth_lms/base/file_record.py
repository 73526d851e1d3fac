"""Frappe's File, with the files of this app's records kept to themselves (hook `override_doctype_class`).

A hook would come too late: Frappe reads what an address names before any hook of an insert runs, and inserts Files
with permissions ignored wherever a document names one.
"""

import mimetypes
from urllib.parse import unquote, urlsplit

from PIL import Image, UnidentifiedImageError

import frappe
from frappe import _
from frappe.core.doctype.file.file import File

from smooth_lms.base import file_kinds, files
from smooth_lms.base.ours import is_ours, is_report_of_ours
from smooth_lms.base.spreadsheets import harmless_file

PREPARED = "Prepared Report"
FIXED = ("file_url", "is_private", "content_hash", *files.ATTACHED_TO)


class RecordFile(File):
	"""A File; one that is attached to a record of this app shares nothing and stays where it is."""

	def before_insert(self) -> None:
		if self.is_folder:
			return super().before_insert()
		named = self._check_address()
		if self.attached_to_doctype == PREPARED:
			self._make_harmless()
		if is_ours(self.attached_to_doctype):
			self._check_record()
		self._check_content()
		self._insert_content()
		if is_ours(self.attached_to_doctype) and not self.is_remote_file:
			self._keep_apart(named)

	def _check_content(self) -> None:
		"""Refuse what cannot be stored, or is not what its field takes, with a sentence."""
		given = self.get("content")
		if given is None or self.file_url or self.get("decode"):
			return
		if not given:
			frappe.throw(file_kinds.empty())
		if not is_ours(self.attached_to_doctype):
			return
		content = given.encode() if isinstance(given, str) else given
		kind = file_kinds.kind_of(self.attached_to_doctype, self.attached_to_field)
		try:
			if kind:
				kind.check(content)
			# Frappe reads every pixel of a JPEG to take out where it was taken
			elif file_kinds.pixels(content) > file_kinds.MOST_PIXELS:
				raise file_kinds.UnfitFileError(file_kinds.too_many_pixels())
		except file_kinds.UnfitFileError as error:
			frappe.throw(str(error))

	def _insert_content(self) -> None:
		"""Store it, as Frappe does. Raises ValidationError for a picture that Frappe cannot read."""
		try:
			super().before_insert()
		except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError):
			frappe.throw(file_kinds.unreadable_picture())
		except OSError as error:
			# Pillow's for a picture that ends too early; others are the server's
			if error.errno is not None or not self._is_named_as_picture():
				raise
			frappe.throw(file_kinds.unreadable_picture())

	def _is_named_as_picture(self) -> bool:
		return (mimetypes.guess_type(self.file_name or "")[0] or "").startswith("image/")

	def _make_harmless(self) -> None:
		"""Let no cell be a formula where Frappe stores a report of ours as CSV."""
		report = frappe.db.get_value(PREPARED, self.attached_to_name, "report_name")
		if self.content and str(self.file_name).endswith(".csv") and is_report_of_ours(report):
			content = self.content.encode() if isinstance(self.content, str) else self.content
			self.content = harmless_file(content, "csv")

	def validate(self) -> None:
		before = None if self.is_new() else self.get_doc_before_save()
		if before and not self.is_folder:
			self._check_change(before)
		super().validate()

	def is_downloadable(self) -> bool:
		"""Whether the session's user may have the content by its address."""
		allowed = super().is_downloadable()
		if not is_ours(self.attached_to_doctype):
			return allowed
		return bool(allowed and frappe.has_permission("File", "read", doc=self)) or self._is_shown()

	def _is_shown(self) -> bool:
		"""Whether it is a picture in a text that the session's user is shown, as the text's own part of the app says.

		Learners read texts in the portal, and have no right to the records that these stand in.
		"""
		kind = mimetypes.guess_type(self.file_url or "")[0] or ""
		if frappe.session.user == "Guest" or not kind.startswith("image/"):
			return False
		readers = frappe.get_hooks("smooth_lms_text_readers", {}).get(self.attached_to_doctype, [])
		return any(frappe.get_attr(reader)(self.attached_to_name, self.file_url) for reader in readers)

	def get_content(self, *args, **kwargs) -> bytes:
		"""The content. Raises PermissionError in a request of somebody who may not read this file."""
		if getattr(frappe.local, "request", None) and not self.is_new() and not self.flags.ignore_permissions:
			if is_ours(self.attached_to_doctype):
				frappe.has_permission("File", "read", doc=self, throw=True)
		return super().get_content(*args, **kwargs)

	def unzip(self) -> list[File]:
		"""The files in this one, in its stead. Raises ValidationError for a file of a record of ours."""
		self._refuse_ours()
		return super().unzip()

	def save_file(self, *args, **kwargs):
		"""Write the content. Raises ValidationError for other content of a file of a record of ours."""
		if not self.is_new():
			self._refuse_ours()
		return super().save_file(*args, **kwargs)

	def _delete_file_on_disk(self) -> None:
		"""Delete the content, unless another File names it, whatever their content_hash says."""
		others = {"file_url": self.file_url, "name": ["!=", self.name]}
		if self.file_url and frappe.db.exists("File", others):
			self.delete_file_data_content(only_thumbnail=True)
		else:
			super()._delete_file_on_disk()

	def _check_address(self) -> str | None:
		"""Refuse a File for an address that its writer may not read. Returns the plain address it names."""
		if not self.file_url:
			return None
		plain = files.address(self.file_url)
		given = unquote(urlsplit(unquote(self.file_url)).path)
		if given.startswith((files.PRIVATE, files.PUBLIC)) and plain != given:
			frappe.throw(_("The address of the file leads somewhere else: upload the file instead."))
		if plain and plain.startswith(files.PRIVATE) and not _may_name(plain):
			frappe.throw(_("You may not use this file: upload it yourself."), frappe.PermissionError)
		return plain

	def _check_record(self) -> None:
		"""Refuse a file for a record that its writer may not change."""
		if self.flags.ignore_permissions and frappe.session.user != "Guest":
			return
		if not self.attached_to_name or not frappe.db.exists(self.attached_to_doctype, self.attached_to_name):
			frappe.has_permission(self.attached_to_doctype, "create", throw=True)
			return
		record = frappe.get_doc(self.attached_to_doctype, self.attached_to_name)
		record.check_permission("write")

	def _keep_apart(self, named: str | None) -> None:
		"""Leave the path that Frappe chose: others may share it, and its name can be guessed."""
		chosen = files.address(self.file_url)
		if not chosen:
			return
		shared = chosen == named or frappe.db.exists("File", {"file_url": chosen})
		self.file_url = files.duplicate(
			chosen, self.file_name, private=chosen.startswith(files.PRIVATE), link=not shared
		)
		if not shared:
			files.remove(chosen)
		self.content_hash = files.own_hash()

	def _check_change(self, before) -> None:
		ours = is_ours(before.attached_to_doctype)
		if ours and any((self.get(field) or None) != (before.get(field) or None) for field in FIXED):
			frappe.throw(
				_("A file of a training record stays as it is: upload it again where else you need it.")
			)
		if not ours and is_ours(self.attached_to_doctype):
			frappe.throw(_("Upload the file to the record instead."))
		if self.file_url != before.file_url:
			self._check_address()

	def _refuse_ours(self) -> None:
		if is_ours(self.attached_to_doctype):
			frappe.throw(_("This is not possible with a file of a training record."))


def _may_name(url: str) -> bool:
	"""Whether the session's user may make another File for the address, which gives them its content."""
	if files.is_server_folder(url):
		return False
	rows = frappe.get_all("File", filters={"file_url": url}, fields=list(files.ROW), limit=0)
	ours = [row.name for row in rows if is_ours(row.attached_to_doctype)]
	return not ours or any(
		frappe.has_permission("File", "read", doc=frappe.get_doc("File", name)) for name in ours
	)
