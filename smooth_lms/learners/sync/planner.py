"""Brings learners in line with HR: reads facts, asks the plan, hands the changes to the applier."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import frappe

from smooth_lms.base.rows import insert_rows
from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync import applier, facts, plan, problems, settled, tidy
from smooth_lms.learners.sync.changes import APPLIED, CHANGE, FAILED, rows
from smooth_lms.learners.sync.matching import resolve
from smooth_lms.learners.sync.model import (
	ACTIVE,
	ALWAYS_TAKEN,
	KEEP_NAME,
	NEEDS_ACCOUNT,
	PENDING,
	RENAME,
	Change,
	Employee,
)
from smooth_lms.learners.sync.problems import Problem
from smooth_lms.people.employees import has_hr

CHUNK = 4_000
FEW = 6_000
"""People a run looks at one by one; when more may need something, reading everybody is quicker."""


@dataclass
class Planned:
	"""What has to change for some people."""

	changes: list[Change] = field(default_factory=list)
	problems: list[Problem] = field(default_factory=list)
	unchanged: int = 0


class Planner:
	"""Plans for everybody, or for the people behind some records."""

	def __init__(self, employees: Collection[str] | None = None, users: Collection[str] = ()) -> None:
		"""Args: as of `facts.read_index`."""
		self.sifted = employees is not None
		self.policy = facts.policy()
		self.mapping = FieldMap()
		self.index = facts.read_index(employees, users)
		self.resolved = resolve(
			self.index.employees.values(),
			self.index.learners,
			self.index.users,
			self.index.emails,
			self.policy,
		)
		self.roles = {role for roles in self.policy.profiles.values() for role in roles}
		self.roles |= {NEEDS_ACCOUNT, *ALWAYS_TAKEN}
		self.scope = self._scope(employees, users)

	def _scope(self, employees: Collection[str] | None, users: Collection[str]) -> list[str]:
		"""The accounts to plan for, case-folded: those that HR speaks for, and learners it has left behind."""
		linked = {user.casefold() for user in self.index.learners.values()}
		linked |= {user.casefold() for user in self.index.from_hr}
		if employees is None:
			return sorted(linked | set(self.resolved.primary))
		wanted = {self.resolved.account_of.get(name) for name in employees}
		wanted |= {self.index.learners[name].casefold() for name in employees if name in self.index.learners}
		wanted |= {user.casefold() for user in users} & (linked | set(self.resolved.primary))
		return sorted(account for account in wanted if account)

	def chunks(self) -> Iterator[Planned]:
		"""Plan for the whole scope, some thousands of people at a time."""
		if self.resolved.problems:
			# people of whom not even the account is known
			yield Planned(problems=list(self.resolved.problems.values()))
		for start in range(0, len(self.scope), CHUNK):
			yield self._plan(self.scope[start : start + CHUNK])

	def _plan(self, accounts: Sequence[str]) -> Planned:
		primary, users = self.resolved.primary, self.index.users
		facts.add_values([primary[each] for each in accounts if each in primary], self.mapping)
		people = facts.read_people([users.get(each, each) for each in accounts], self.mapping, self.roles)
		planned = Planned()
		blocked = self._renamed(accounts, people)
		for each in accounts:
			employee, learner = primary.get(each), people.learners.get(each)
			account = people.accounts.get(each)
			if employee:
				user = account.name if account else each
				approver = self._approver(employee.manager)
				renaming = None
				if each in blocked:
					renaming = KEEP_NAME if blocked[each] else RENAME
					planned.problems += [blocked[each]] if blocked[each] else []
				found = plan.plan_person(user, employee, learner, account, approver, self.policy, renaming)
				kept = plan.withheld(employee, learner, account, self.policy)
				planned.problems += [kept] if kept else []
				employee.values = {}
			elif learner:
				exists = learner.employee in self.index.employees
				found = plan.plan_vanished(learner, account, exists, self.policy)
			else:
				continue
			if isinstance(found, Change):
				planned.changes.append(found)
			elif found:
				planned.problems.append(found)
			else:
				planned.unchanged += 1
		return planned

	def _renamed(self, accounts: Sequence[str], people: facts.People) -> dict[str, Problem | None]:
		"""The accounts whose work e-mail HR has changed, with what keeps them from following it."""
		changed: dict[str, Employee] = {}
		for each in accounts:
			employee, account = self.resolved.primary.get(each), people.accounts.get(each)
			if employee and plan.follows_email(
				each, employee, people.learners.get(each), account, self.policy
			):
				changed[each] = employee
		protected = facts.with_more_rights(changed)
		found: dict[str, Problem | None] = {}
		for each, employee in changed.items():
			code = problems.MORE_RIGHTS if each in protected else None
			code = problems.EMAIL_TAKEN if employee.email in self.index.users else code
			found[each] = Problem(code, employee.name, employee.email or "") if code else None
		return found

	def _approver(self, manager: str | None) -> str | None:
		"""The User of an Employee's manager, if they have one or get one by this plan."""
		account = self.resolved.account_of.get(manager or "")
		if not account or account in self.index.users:
			return self.index.users.get(account or "")
		boss = self.resolved.primary[account]
		planned = self.policy.provision and plan.standing(boss, self.policy)[0] in (ACTIVE, PENDING)
		return account if planned and boss.status == ACTIVE and account in self._scope_set else None

	@property
	def _scope_set(self) -> set[str]:
		if not hasattr(self, "_accounts_in_scope"):
			self._accounts_in_scope = set(self.scope)
		return self._accounts_in_scope


def for_everybody() -> Planner:
	"""A planner for all people who may need something, found in the database, or for everybody if these are many."""
	if settled.usable():
		employees, users = settled.unsettled(facts.policy(), FieldMap())
		if len(employees) + len(users) <= FEW:
			return Planner(employees, users)
	return Planner()


def follow(
	employees: Sequence[str] = (),
	users: Sequence[str] = (),
	*,
	with_team: bool = True,
	run: str | None = None,
) -> applier.Outcome:
	"""Bring the learners behind these records in line with HR, now.

	Args:
	        employees: Employee names, also of records that are gone.
	        users: Users whose learners shall be looked at.
	        with_team: look at those who report to them too: a manager who gets an account becomes their approver.
	        run: the LMS Sync Run that the changes are part of, if any.
	"""
	if not (employees or users) or not has_hr():
		return applier.Outcome()
	team = []
	if with_team and employees:
		team = frappe.get_all(
			"Employee", filters={"reports_to": ["in", list(employees)]}, pluck="name", limit=0
		)
	planner = Planner([*employees, *team], users)
	total = applier.Outcome()
	for planned in planner.chunks():
		outcome = applier.apply(planned.changes)
		total.done += outcome.done
		total.failed |= outcome.failed
		total.seats += outcome.seats
		total.licences += outcome.licences
		note(planned.changes, outcome, run=run)
	tidy.records(planner.index.employees)
	return total


def note(changes: Sequence[Change], outcome: applier.Outcome, *, run: str | None = None) -> None:
	"""Keep a LMS Sync Change for each change, done or failed."""
	done = {change.user for change in outcome.done}
	states = [APPLIED if change.user in done else FAILED for change in changes]
	insert_rows(CHANGE, *rows(changes, states, outcome.failed, run))
