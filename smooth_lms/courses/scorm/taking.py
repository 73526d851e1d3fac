"""Makes packages of zip files that are on the server already, whatever their size."""

import os
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import strip_html

from smooth_lms import permissions
from smooth_lms.base import files
from smooth_lms.courses import uploads
from smooth_lms.courses.scorm import kinds
from smooth_lms.exceptions import PackageRefusedError

DOCTYPE = "LMS SCORM Package"
NEW = "new-lms-scorm-package"
"""What the file belongs to until the package has its name, as in the form of a new one."""


def take(path: str, file_name: str, course: str, title: str | None = None):
	"""An LMS SCORM Package from a zip file, which stays where it is.

	Args: path, of the file; file_name, as people know it; course; title, the package's own where none is given.

	Raises PermissionError for somebody who may not write into the course, PackageRefusedError for what is no safe package.
	"""
	url = files.adopt(path, file_name, DOCTYPE, NEW, "package_file")
	values = {"doctype": DOCTYPE, "course": course, "title": title, "package_file": url}
	return frappe.get_doc(values).insert()


def take_upload(name: str, course: str, title: str | None = None):
	"""The package of an upload that is complete, which is forgotten then. Args and errors as `take`, and
	UploadRefusedError."""
	permissions.require_course_author(course)
	upload = uploads.complete(name)
	try:
		package = take(upload.path, upload.file_name, course, title)
	except PackageRefusedError:
		uploads.remove(upload)
		raise
	frappe.db.after_commit.add(lambda: uploads.remove(upload))
	return package


@dataclass(frozen=True, slots=True)
class Taken:
	"""What became of one file."""

	package: str | None
	said: str


def take_each(path: str, course: str) -> Taken:
	"""Take one of several files, and commit; what is wrong with one stops none of the others. Args: as `take`."""
	try:
		made = take(path, os.path.basename(path), course)
	except (frappe.ValidationError, OSError) as error:
		frappe.db.rollback()
		frappe.clear_messages()
		return Taken(None, _("refused: {0}").format(strip_html(str(error))))
	frappe.db.commit()
	parts = _("{0}, parts: {1}").format(kinds.shown(made.scorm_version), len(made.scos))
	about = [f"{made.name} “{made.title}” ({parts})", *(made.left_out or "").splitlines()]
	return Taken(made.name, "\n  ".join([*about, *(made.notes or "").splitlines()]))


def zips(paths: list[str]) -> list[str]:
	"""The zip files that paths name: themselves, or all of a folder and the folders below it, in order."""
	found = []
	for path in paths:
		if os.path.isdir(path):
			for folder, _folders, names in os.walk(path):
				found += [os.path.join(folder, name) for name in names if name.lower().endswith(".zip")]
		else:
			found.append(path)
	return sorted(found)
