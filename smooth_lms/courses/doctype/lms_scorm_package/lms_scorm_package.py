import json

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.base.files import path_of
from smooth_lms.base.guarded import GuardedDocument
from smooth_lms.courses import files
from smooth_lms.courses.authoring import check_course
from smooth_lms.courses.scorm import archive as scorm_archive
from smooth_lms.courses.scorm import content, outside, package, trust
from smooth_lms.courses.scorm.manifest import as_row
from smooth_lms.exceptions import PackageRefusedError

FIXED = (
	"package_file",
	"folder",
	"scorm_version",
	"file_count",
	"total_bytes",
	"left_out",
	"notes",
	"scos",
	"needs_frames",
	"structure",
	"found_hosts",
	"blocked_hosts",
	*trust.FIELDS,
)
MOST_LISTED = 200


class LMSSCORMPackage(GuardedDocument):
	"""An uploaded package. Its files never change: a new one is a new document."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from smooth_lms.courses.doctype.lms_scorm_sco.lms_scorm_sco import LMSSCORMSCO

		allowed_hosts: DF.SmallText | None
		blocked_hosts: DF.SmallText | None
		course: DF.Link
		file_count: DF.Int
		folder: DF.Data | None
		found_hosts: DF.SmallText | None
		left_out: DF.SmallText | None
		needs_frames: DF.Check
		notes: DF.SmallText | None
		package_file: DF.Attach
		scorm_version: DF.Data | None
		scos: DF.Table[LMSSCORMSCO]
		structure: DF.LongText | None
		title: DF.Data | None
		total_bytes: DF.Int
		trust_reason: DF.SmallText | None
		trusted: DF.Check
		trusted_by: DF.Link | None
		trusted_on: DF.Datetime | None
	# end: auto-generated types

	def validate(self) -> None:
		check_course(self)
		self.allowed_hosts = outside.checked(self.allowed_hosts, _("Allowed hosts"))
		if not self.is_new():
			self.keep_content()
			if self.trusted and self.has_value_changed("allowed_hosts"):
				# what is loaded would run as a page of the portal too
				permissions.require_system_manager()
			return
		for field in (*trust.FIELDS, "blocked_hosts"):
			self.set(field, None)
		if not self.package_file:
			frappe.throw(_("Attach the package as a zip file."))
		files.require_kind(self, "package_file", (".zip",))
		try:
			archive = scorm_archive.inspect(path_of(self.package_file))
			self.folder = package.store(archive)
		except PackageRefusedError as refused:
			frappe.throw(escape_html(str(refused)), PackageRefusedError, _("The package was not taken"))
		self.title = self.title or archive.manifest.title
		self.scorm_version = archive.manifest.version
		self.file_count, self.total_bytes = len(archive.members), archive.total_bytes
		self.needs_frames = int(archive.has_frames)
		self.structure = json.dumps(archive.manifest.structure) if archive.manifest.structure else None
		self.found_hosts = "\n".join(outside.described(host) for host in archive.hosts) or None
		self.left_out = "\n".join(archive.left_out[:MOST_LISTED]) or None
		self.notes = "\n".join([*archive.manifest.notes, *self.about_frames(archive)]) or None
		self.scos = []
		for part in archive.manifest.parts:
			self.append("scos", as_row(part))

	def about_frames(self, archive: scorm_archive.Archive) -> list[str]:
		"""What its author has to know where its frames may not be able to talk to each other."""
		if not archive.has_frames or content.content_origin():
			return []
		return [
			_(
				"The package shows pages in frames or windows. Without a host of their own for packages they cannot talk to each other, and it may stay blank or record nothing: ask a System Manager to set Address for SCORM content in LMS Settings, or to trust this package."
			)
		]

	def keep_content(self) -> None:
		"""Nobody changes what was checked, whatever a request says."""
		before = self.get_doc_before_save()
		for field in FIXED:
			self.set(field, before.get(field))

	def on_trash(self) -> None:
		super().on_trash()
		if frappe.db.exists("Course Lesson", {"scorm_package": self.name}):
			frappe.throw(_("A lesson uses this package: change the lesson first."))
		package.remove(self.folder)


def on_doctype_update() -> None:
	"""Indexes: the packages of a course."""
	frappe.db.add_index("LMS SCORM Package", ["course"], "course_index")
