"""Locks of the database server that end with the connection: a killed process leaves none behind."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def hold(what: str, wait_seconds: int = 0) -> Iterator[bool]:
	"""Hold a lock while the block runs; yields whether it was to be had.

	Args:
	        what: the name of the lock on this site.
	        wait_seconds: how long to wait for somebody else to let go of it.
	"""
	name = _lock_name(what)
	taken = bool(frappe.db.sql("select get_lock(%s, %s)", (name, wait_seconds))[0][0])
	try:
		yield taken
	finally:
		if taken:
			frappe.db.sql("select release_lock(%s)", name)


def is_free(what: str) -> bool:
	"""Whether nobody holds the lock."""
	return bool(frappe.db.sql("select is_free_lock(%s)", _lock_name(what))[0][0])


def _lock_name(what: str) -> str:
	# locks belong to the whole database server, and their names are short
	digest = hashlib.sha256(f"{frappe.conf.db_name}:{what}".encode()).hexdigest()
	return f"smooth-lms-{digest[:40]}"
