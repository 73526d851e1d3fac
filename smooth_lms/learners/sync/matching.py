"""Which Employee record speaks for which account, and who reports to whom in a circle. No database."""

from collections.abc import Iterable, Mapping
from datetime import date

from smooth_lms.learners.sync import problems
from smooth_lms.learners.sync.model import ACTIVE, LEFT, PENDING, Employee, Policy, Resolved
from smooth_lms.learners.sync.plan import standing
from smooth_lms.learners.sync.problems import Problem


def resolve(
	employees: Iterable[Employee],
	learners: Mapping[str, str],
	users: Mapping[str, str],
	emails: Mapping[str, str],
	policy: Policy,
) -> Resolved:
	"""Find each Employee's account, and the one record that speaks for an account several have.

	By the user HR has set, then the learner found before, then the work e-mail: of a User, a learner, or another
	record of the same person, who may have left under it; else it is to be made.

	Args:
	        employees: all that may share an account with one another.
	        learners: User of the learner by Employee.
	        users: User by case-folded name.
	        emails: User of the learner by case-folded work e-mail.
	"""
	found = Resolved()
	sharing: dict[str, list[Employee]] = {}
	employees = sorted(employees, key=lambda each: each.serial)
	linked = {
		each.name: users.get((each.user_id or "").casefold()) or learners.get(each.name) for each in employees
	}
	of_records = {each.email: linked[each.name] for each in employees if each.email and linked[each.name]}
	for each in employees:
		account = (
			linked[each.name]
			or users.get(each.email or "")
			or emails.get(each.email or "")
			or of_records.get(each.email)
			or each.email
		)
		if account:
			found.account_of[each.name] = account.casefold()
			sharing.setdefault(account.casefold(), []).append(each)
		elif each.status == ACTIVE and standing(each, policy)[0] in (ACTIVE, PENDING):
			found.problems[each.name] = Problem(problems.NO_EMAIL, each.name)
	for account, rivals in sharing.items():
		if len(rivals) > 1:
			rivals.sort(key=lambda each: _claim(each, account, learners, policy), reverse=True)
			for loser in rivals[1:]:
				if loser.status == ACTIVE and not loser.excluded and rivals[0].status == ACTIVE:
					found.problems[loser.name] = Problem(problems.SHARED, loser.name, rivals[0].name)
		found.primary[account] = rivals[0]
	return found


def _claim(
	each: Employee, account: str, learners: Mapping[str, str], policy: Policy
) -> tuple[bool, bool, bool, bool, bool, date, str]:
	"""How strong an Employee's claim to an account is; the greatest wins."""
	active = each.status == ACTIVE
	return (
		active and not each.excluded,
		active,
		each.status != LEFT,
		(each.user_id or "").casefold() == account,
		(learners.get(each.name) or "").casefold() == account,
		# of two active people the one who was there first keeps the account; of two who left, the last one counts
		each.starts or date.min if not active else date.max - ((each.starts or date.max) - date.min),
		each.serial if not active else "",
	)


def manager_loops(managers: Mapping[str, str | None]) -> list[list[str]]:
	"""Employees who report to one another in a circle. Args: the manager by Employee. Each circle once, in order."""
	done: set[str] = set()
	loops = []
	for start in managers:
		path: dict[str, int] = {}
		at: str | None = start
		while at and at not in done and at not in path:
			path[at] = len(path)
			at = managers.get(at)
		if at in path:
			chain = list(path)[path[at] :]
			first = chain.index(min(chain))
			loops.append(chain[first:] + chain[:first])
		done.update(path)
	return loops


def too_many(
	leaving: Mapping[str | None, int], present: Mapping[str | None, int], percent: float, minimum: int
) -> str | None:
	"""Where a run archives suspiciously many people: a department's name, "" for all together, None if nowhere.

	Args: people archived and present, by department; the limits of LMS Settings.
	"""

	def over(gone: int, total: int) -> bool:
		return gone >= max(minimum, 1) and gone * 100 > percent * total

	if over(sum(leaving.values()), sum(present.values())):
		return ""
	for department, gone in leaving.items():
		if department and over(gone, present.get(department, 0)):
			return department
	return None
