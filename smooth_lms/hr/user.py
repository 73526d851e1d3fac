"""User: a learner is named after their account."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import accounts, events


@never_fails
def after_rename(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The account has another name now, or was merged into another one."""
	accounts.renamed(old, new)
	events.user_changed(new)
