"""Leave nothing behind that the removal of DocTypes would not take along."""

from smooth_lms.setup import remove_records
from smooth_lms.setup.traces import remove_traces_of_records, remove_traces_of_removal


def before_uninstall() -> None:
	"""Remove what the app made outside of its DocTypes, and what points to its records, while all can still be read."""
	remove_traces_of_records()
	remove_records()


def after_uninstall() -> None:
	"""Remove what Frappe noted while it removed the DocTypes."""
	remove_traces_of_removal()
