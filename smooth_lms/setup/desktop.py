"""The icons and sidebars by which the app is found on the desktop of Frappe 16. Frappe 15 has neither of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.modules.import_file import import_file_by_path

import smooth_lms
from smooth_lms.base.rows import update_rows

APP = "smooth_lms"
ICON, SIDEBAR, LAYOUT = "Desktop Icon", "Workspace Sidebar", "Desktop Layout"
FOLDERS = {SIDEBAR: "workspace_sidebar", ICON: "desktop_icon"}


def has_desktop() -> bool:
	"""Whether this version of Frappe has a desktop. `Desktop Icon` alone says nothing: 15 has another one."""
	return bool(frappe.db.exists("DocType", SIDEBAR))


def shipped() -> list[tuple[str, str]]:
	"""The icons and sidebars of the app, as its files say: (DocType, name)."""
	return [(doctype, name) for doctype, name, _path in _files()]


def sync_desktop() -> None:
	"""Bring what is missing, and put it in the place of what Frappe has made by itself.

	Frappe makes an icon of every app and an icon and a sidebar of every workspace that it finds without one, on a site
	that moves to 16 before it reads our files. Those rows are newer than the files, so that it would keep them. What an
	administrator has changed in ours stays.
	"""
	if not has_desktop():
		return
	for doctype, name, path in _files():
		found = frappe.db.get_value(doctype, name, ["app", "standard"], as_dict=True)
		automatic = found and found.app in (None, "", APP) and not found.standard
		if not found or automatic:
			import_file_by_path(str(path), force=True)
	frappe.cache().delete_key("desktop_icons")


def remove_desktop() -> None:
	"""Take away the icons and sidebars, what people made of them for themselves, and their places on desktops."""
	if not has_desktop():
		return
	icons, sidebars = (_present(doctype) for doctype in (ICON, SIDEBAR))
	for doctype, names in ((ICON, icons), (SIDEBAR, sidebars)):
		for name in names:
			# without its own event, which deletes the file where developers work
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True, ignore_on_trash=True)
	_leave_layouts(frozenset(icons))
	frappe.cache().delete_key("desktop_icons")


def _present(doctype: str) -> list[str]:
	"""The names of ours, of what Frappe made by itself under the same names, and of people's own copies."""
	names = [name for kind, name in shipped() if kind == doctype]
	return [
		row.name
		for row in frappe.get_all(doctype, fields=["name", "app"], limit=0)
		if row.app == APP or (row.name in names and not row.app)
	]


def _leave_layouts(icons: frozenset[str]) -> None:
	if not frappe.db.exists("DocType", LAYOUT):
		return
	changed = {}
	for row in frappe.get_all(LAYOUT, fields=["name", "layout"], limit=0):
		placed = json.loads(row.layout or "[]")
		left = [each for each in placed if each.get("app") != APP and each.get("label") not in icons]
		if len(left) < len(placed):
			changed[row.name] = {"layout": json.dumps(left)}
	update_rows(LAYOUT, changed)


def _files() -> Iterator[tuple[str, str, Path]]:
	for doctype, folder in FOLDERS.items():
		for path in sorted((Path(smooth_lms.__file__).parent / folder).glob("*.json")):
			yield doctype, json.loads(path.read_text())["name"], path
