"""Mails to followers told of fields that stand at a permission level which they may not read."""

from smooth_lms.permissions.timeline import remove_ended_follows


def execute() -> None:
	"""Remove those follows. Running it again changes nothing."""
	remove_ended_follows()
