"""SCORM packages on disk: checked, unpacked below the site's private files, removed again."""

import os
import shutil

import frappe

from smooth_lms.base.files import inside
from smooth_lms.courses.scorm import archive as scorm_archive
from smooth_lms.courses.scorm.archive import Archive

FOLDER = "smooth_lms_scorm"
"""Below private/files, so that backups with files take the packages along. No File record: Frappe serves none."""


def store(archive: Archive) -> str:
	"""Unpack a checked archive. Returns the name of its folder; it goes again if the transaction fails."""
	name = frappe.generate_hash(length=20)
	scorm_archive.unpack(archive, _path(name))
	_after_rollback(lambda: shutil.rmtree(_path(name), ignore_errors=True))
	return name


def remove(name: str) -> None:
	"""Delete a package's folder once the transaction is committed."""
	path = _path(name)
	if name and inside(path, _path("")):
		frappe.db.after_commit.add(lambda: shutil.rmtree(path, ignore_errors=True))


def sizes(name: str) -> dict[str, int]:
	"""The sizes of a package's files in bytes, by path. Args: name, of its folder."""
	root = _path(name)
	found = {}
	for folder, _folders, names in os.walk(root) if name else ():
		for each in names:
			path = os.path.join(folder, each)
			found[os.path.relpath(path, root)] = os.path.getsize(path)
	return found


def read(name: str, path: str) -> bytes:
	"""The bytes of a package's file. Args: as `file_path`. Raises FileNotFoundError for anything else."""
	found = file_path(name, path)
	if not found:
		raise FileNotFoundError(path)
	with open(found, "rb") as source:
		return source.read()


def file_path(folder: str, path: str) -> str | None:
	"""The file of a package, as a real path inside its folder; None for anything else.

	Args: folder, as `store` returned it; path, untrusted, with slashes.
	"""
	root = os.path.realpath(_path(folder))
	if not folder or "\\" in path or "\0" in path or not inside(root, _path("")):
		return None
	found = os.path.realpath(os.path.join(root, *path.split("/")))
	return found if inside(found, root) and os.path.isfile(found) else None


def meant_path(folder: str, path: str) -> str | None:
	"""The file that an address means where none has exactly its name: other capitals, backslashes, blanks at the end.

	Packages are written on systems that do not tell these apart. Args and answer: as `file_path`.
	"""
	found = ""
	for part in path.replace("\\", "/").split("/"):
		if part in ("", ".", ".."):
			return None
		try:
			names = os.listdir(os.path.join(_path(folder), found))
		except (OSError, ValueError):
			return None
		wanted = part.rstrip(" .").casefold()
		name = next((name for name in sorted(names) if name.casefold() == wanted), None)
		if not folder or name is None:
			return None
		found = f"{found}/{name}" if found else name
	return file_path(folder, found)


def _path(name: str) -> str:
	return frappe.get_site_path("private", "files", FOLDER, name)


def _after_rollback(act) -> None:
	manager = getattr(frappe.db, "after_rollback", None)
	if manager is not None:
		manager.add(act)
