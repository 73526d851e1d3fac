"""Locks of the database server that end with the connection: a killed process leaves none behind."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def hold(what: str) -> Iterator[bool]:
	"""Hold a lock while the block runs; yields whether it was to be had."""
	name = _lock_name(what)
	taken = bool(frappe.db.sql("select get_lock(%s, 0)", name)[0][0])
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
	return f"lms-{frappe.conf.db_name[:24]}-{what}"[:64]
