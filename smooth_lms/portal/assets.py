"""Addresses of the portal's own files, with a version, so that browsers can keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

import frappe

PUBLIC = Path(__file__).resolve().parent.parent / "public"
MODULES = "js/portal"


def asset(path: str) -> str:
	"""The address of a file of public/, such as `css/portal.css`."""
	return f"/assets/smooth_lms/{path}?v={_version(path)}"


def modules() -> dict[str, str]:
	"""The addresses of the script modules by the name under which they import each other: `portal/live`."""
	return _modules.__wrapped__() if frappe.conf.developer_mode else _modules()


@cache
def _modules() -> dict[str, str]:
	found = sorted((PUBLIC / MODULES).glob("*.js"))
	return {f"portal/{file.stem}": asset(f"{MODULES}/{file.name}") for file in found}


def _version(path: str) -> str:
	# in production files change with a restart; a developer sees every change at once
	return _fingerprint.__wrapped__(path) if frappe.conf.developer_mode else _fingerprint(path)


@cache
def _fingerprint(path: str) -> str:
	return hashlib.sha256((PUBLIC / path).read_bytes()).hexdigest()[:10]
