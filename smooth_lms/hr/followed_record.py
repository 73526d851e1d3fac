"""Department, Branch, Cost Center and the like: learners and groups follow them, under whatever name."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import events, groups


@never_fails
def after_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The group keeps its people and gets the new name; then everybody with that record is looked at."""
	groups.record_renamed(doc.doctype, old, new)
	events.record_renamed(doc.doctype, new)
