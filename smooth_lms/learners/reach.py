"""Which accounts HR's word names, closes and opens again."""

from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync import facts, plan
from smooth_lms.learners.sync.model import NEEDS_ACCOUNT


def reached(user: str) -> bool:
	"""Whether HR's word reaches the account; the rule is `plan.reached_by_hr`."""
	people = facts.read_people([user], FieldMap(), [NEEDS_ACCOUNT])
	key = user.casefold()
	return key in people.accounts and plan.reached_by_hr(people.learners.get(key), people.accounts[key])
