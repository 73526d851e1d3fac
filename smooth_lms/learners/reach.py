"""Which accounts HR's word closes and opens again; the rules stand in `plan`."""

from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync import facts, plan
from smooth_lms.learners.sync.model import NEEDS_ACCOUNT, Account, Learner


def closed(user: str) -> bool:
	"""Whether the account is closed when its person leaves, as far as it is for HR to close it."""
	_learner, account = _read(user)
	return bool(account and plan.closed_by_hr(account))


def opened(user: str) -> bool:
	"""Whether a rehire may open the account again."""
	learner, account = _read(user)
	return bool(learner and account and plan.opened_by_hr(learner, account))


def _read(user: str) -> tuple[Learner | None, Account | None]:
	people = facts.read_people([user], FieldMap(), [NEEDS_ACCOUNT])
	key = user.casefold()
	return people.learners.get(key), people.accounts.get(key)
