"""People could follow records that they may not read, and got the changes by mail."""

from smooth_lms.permissions.timeline import remove_ended_follows


def execute() -> None:
	"""Remove those follows. Running it again changes nothing."""
	remove_ended_follows()
