"""Why HR's word about somebody cannot be carried out: kept as a code, said in the reader's language."""

from typing import NamedTuple

from frappe import _

NO_EMAIL, BAD_EMAIL, SHARED = "no-email", "bad-email", "shared"
DISABLED, BY_HAND, NO_ACCOUNTS = "disabled", "by-hand", "no-accounts"
NOT_GIVEN = "not-given"
EMAIL_TAKEN, MORE_RIGHTS = "email-taken", "more-rights"
STAYS_OPEN, OTHER_NAME = "stays-open", "other-name"
FOR_SYSTEM_MANAGER = frozenset({MORE_RIGHTS, STAYS_OPEN, OTHER_NAME})
"""What only a System Manager can settle; the person is not left out for it."""


class Problem(NamedTuple):
	"""What is in the way."""

	code: str
	employee: str
	other: str = ""

	@property
	def text(self) -> str:
		"""The sentence: what is wrong and what to do."""
		return _sentence(self.code).format(self.employee, self.other)


def _sentence(code: str) -> str:
	sentences = {
		NO_EMAIL: _("Employee {0} has no company e-mail: a work e-mail is required."),
		BAD_EMAIL: _("The company e-mail of Employee {0} is not valid: correct it."),
		SHARED: _("Employee {0} has the account or company e-mail of Employee {1}: give each their own."),
		DISABLED: _("The user account of Employee {0} was disabled by hand: enable it to give access."),
		BY_HAND: _("The learner of Employee {0} was archived by hand: restore it there to give access."),
		NO_ACCOUNTS: _("Employee {0} has no user account: set Employee.user_id first."),
		EMAIL_TAKEN: _(
			"The new work e-mail {1} of Employee {0} is that of another account: the account keeps its name. Correct the e-mail, or merge or rename the other account."
		),
		MORE_RIGHTS: _(
			"The account of Employee {0} has more rights than training needs: a System Manager has to rename it to {1}."
		),
		STAYS_OPEN: _(
			"Employee {0} has left, and the account {1} has the role System Manager: another System Manager has to disable it."
		),
		OTHER_NAME: _(
			"The account of Employee {0} has another name than HR says, and more rights than training needs: a System Manager has to change the name to {1}, or HR corrects the record."
		),
		NOT_GIVEN: _(
			"Employee {0} has a learning profile that was given by nobody who may give it: a System Manager has to give it, or HR chooses another one."
		),
	}
	return sentences[code]
