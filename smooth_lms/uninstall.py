"""Leave nothing behind that the removal of DocTypes would not take along."""

from smooth_lms.setup import remove_records


def before_uninstall() -> None:
	"""Remove roles, custom fields, properties and scripts that the app made."""
	remove_records()
