"""The records of tests are what Frappe would have written."""

from collections.abc import Iterable

import pytest

import frappe

from tests.support import factories
from tests.support.copies import Original, rows_about

OWN = ("name", "creation", "modified", "userid", "content", "user_image")
"""What differs between any two accounts, besides their names."""


def rows_of(user: str, tables: Iterable[str]) -> dict[str, str]:
	"""What is written about an account, without its name."""
	local = user.split("@")[0]
	found = {}
	for table in tables:
		if rows := rows_about(table, user):
			plain = [{column: value for column, value in row.items() if column not in OWN} for row in rows]
			text = frappe.as_json(sorted(plain, key=repr))
			found[table] = text.replace(user, "them").replace(local, "they")
	return found


@pytest.mark.parametrize("roles", [(), ("LMS Student",), ("Moderator", "HR User")])
def test_a_copied_account_is_what_frappe_inserts(roles):
	factories.make_user(roles=roles)  # the original
	inserted = []
	tables = Original.of(
		lambda: inserted.append(factories.make_user(roles=roles, enabled=1)) or inserted[0]
	).rows
	copied = factories.make_user(roles=roles)
	assert "tabUser" in tables
	assert rows_of(copied.name, tables) == rows_of(inserted[0].name, tables)
	assert frappe.get_roles(copied.name) == frappe.get_roles(inserted[0].name)
