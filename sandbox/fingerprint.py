"""Fingerprints of a step's inputs: a step whose inputs did not change is not run again."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

IGNORED_FOLDERS = {"__pycache__", "node_modules", ".git", ".pytest_cache"}


def fingerprint(*parts: object) -> str:
	"""One short hash of several values. A Path counts with its content, a folder with all its files."""
	digest = hashlib.sha256()
	for part in parts:
		if isinstance(part, Path):
			for file in tree(part) if part.is_dir() else [part]:
				digest.update(str(file.relative_to(part.parent)).encode() + b"\0")
				digest.update(file.read_bytes() if file.is_file() else b"absent")
		else:
			digest.update(repr(part).encode())
		digest.update(b"\0")
	return digest.hexdigest()[:20]


def tree(folder: Path, keep: Callable[[Path], bool] = lambda path: True) -> list[Path]:
	"""The files below a folder that `keep` accepts, in a fixed order."""
	return sorted(path for path in _walk(folder) if keep(path))


def _walk(folder: Path) -> Iterable[Path]:
	for parent, folders, files in os.walk(folder):
		folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
		for name in files:
			if not name.endswith(".pyc"):
				yield Path(parent, name)
