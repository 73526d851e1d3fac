"""What people have chosen for themselves, kept among Frappe's user defaults: each key begins with `PREFIX`.

They are read without a statement.
"""

import frappe

PREFIX = "smooth_lms_"
TIME_ZONE = "time_zone"
TABLE = "DefaultValue"


def chosen(user: str, key: str) -> str | None:
	"""What `user` has chosen for `key`, None for nothing."""
	return frappe.defaults.get_user_default(PREFIX + key, user) or None


def choose(user: str, key: str, value: str | None) -> None:
	"""Keep what `user` has chosen; None or empty forgets it."""
	if value:
		frappe.defaults.set_user_default(PREFIX + key, value, user)
	else:
		frappe.defaults.clear_user_default(PREFIX + key, user)


def renamed(old: str, new: str) -> None:
	"""Follow an account to its new name; of two accounts merged into one the new one's choices stay."""
	for key in set(_keys(old)) - set(_keys(new)):
		frappe.defaults.set_user_default(key, _keys(old)[key], new)
	for key in _keys(old):
		frappe.defaults.clear_user_default(key, old)


def forget_all() -> None:
	"""Remove everybody's choices: the app leaves the site."""
	frappe.db.delete(TABLE, {"defkey": ["like", f"{PREFIX}%"]})


def _keys(user: str) -> dict[str, str]:
	filters = {"parent": user, "defkey": ["like", f"{PREFIX}%"]}
	return {
		row.defkey: row.defvalue for row in frappe.get_all(TABLE, filters, ["defkey", "defvalue"], limit=0)
	}
