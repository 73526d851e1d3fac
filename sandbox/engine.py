"""The engine: Frappe Framework as it can be had from a package registry.

Frappe is not published on the Python registry under its own name. The wheel `criscostack` is Frappe 15 of
July 2023, MIT licensed, with its names replaced. Undoing the replacement gives the `frappe` package back.
"""

import shutil
from pathlib import Path

from sandbox.layout import Layout
from sandbox.steps import Log

PACKAGE = "criscostack"
RENAMES = (
	(b"CRISCOSTACK", b"FRAPPE"),
	(b"criscostack", b"frappe"),
	(b"AwesomeCriscoerp", b"AwesomeERPNext"),
	(b"Criscoerp", b"ERPNext"),
	(b"criscoerp", b"erpnext"),
	(b"Crisco", b"Frappe"),
	(b"brik_helper", b"bench_helper"),
)


def install(layout: Layout, log: Log) -> None:
	"""Download the wheel by its hash, undo the renaming and put the package at `apps/frappe/frappe`."""
	work = layout.root / "tmp" / "engine"
	shutil.rmtree(work, ignore_errors=True)
	wheel = ["--require-hashes", "--no-deps", "-r", layout.checkout / "sandbox" / "engine.lock"]
	target = ["--python", layout.python, "--target", work, "--link-mode=copy"]
	log.run([layout.uv, "pip", "install", *target, *wheel])
	restore_names(work / PACKAGE)
	app = layout.bench / "apps" / "frappe"
	shutil.rmtree(app, ignore_errors=True)
	app.mkdir(parents=True)
	(work / PACKAGE).rename(app / "frappe")
	shutil.rmtree(work)


def restore_names(package: Path) -> None:
	"""Undo the renaming in the content and the names of all files below a folder."""
	# Deepest first: a folder is renamed after everything in it.
	for path in sorted(package.rglob("*"), reverse=True):
		if path.is_file():
			content = path.read_bytes()
			is_text = b"\0" not in content
			if is_text and (restored := restore(content)) != content:
				path.write_bytes(restored)
		name = restore(path.name.encode()).decode()
		if name != path.name:
			path.rename(path.with_name(name))


def restore(text: bytes) -> bytes:
	"""Undo the renaming in one text."""
	for replaced, original in RENAMES:
		text = text.replace(replaced, original)
	return text
