"""Addresses of the portal's own files, with a version, so that browsers can keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

import frappe

PUBLIC = Path(__file__).resolve().parent.parent / "public"
MODULES = "js/portal"
LIBRARIES = {"author": {"libraries": "editor/libraries.min.js", "tus": "tus/tus.min.js"}}
"""What the scripts of a folder import besides."""


def asset(path: str) -> str:
	"""The address of a file of public/, such as `css/portal.css`."""
	return f"/assets/smooth_lms/{path}?v={_version(path)}"


def modules(folder: str = "") -> dict[str, str]:
	"""The addresses of the script modules by the name under which they import each other: `portal/live`.

	Args: folder, one of those with scripts of single pages, such as `author`: `portal/author/outline`.
	"""
	found = dict(_modules.__wrapped__("") if frappe.conf.developer_mode else _modules(""))
	if folder:
		found |= _modules.__wrapped__(folder) if frappe.conf.developer_mode else _modules(folder)
		found |= {name: asset(path) for name, path in LIBRARIES[folder].items()}
	return found


@cache
def _modules(folder: str) -> dict[str, str]:
	place = f"{MODULES}/{folder}".rstrip("/")
	found = sorted((PUBLIC / place).glob("*.js"))
	name = f"portal/{folder}/" if folder else "portal/"
	return {f"{name}{file.stem}": asset(f"{place}/{file.name}") for file in found}


def _version(path: str) -> str:
	# in production files change with a restart; a developer sees every change at once
	return _fingerprint.__wrapped__(path) if frappe.conf.developer_mode else _fingerprint(path)


@cache
def _fingerprint(path: str) -> str:
	return hashlib.sha256((PUBLIC / path).read_bytes()).hexdigest()[:10]
