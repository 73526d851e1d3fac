"""People whom a moderator makes learners: one by one or from a file. HR's people come by the synchronization."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime, validate_email_address

from smooth_lms import permissions
from smooth_lms.base.rows import forget_documents, insert_rows, record_changes, select_rows, update_rows
from smooth_lms.base.transactions import IN_THE_WAY
from smooth_lms.exceptions import ProfileRefusedError
from smooth_lms.learners import accounts, announce, by_hand, groups
from smooth_lms.learners.sync.model import ACTIVE, PENDING
from smooth_lms.people import employees
from smooth_lms.people.presence import ARCHIVED

LEARNER, MANUAL = "LMS Learner", "Manual"
MOST = 200
"""People at once: each gets an account, which takes Frappe its time."""
HERE = ("Active", "Inactive", "Suspended")
"""Employees who have not left."""
NEW, ACCOUNT, REFUSED = "New account", "Has an account", "Refused"


@dataclass(frozen=True, slots=True)
class Newcomer:
	"""Somebody who is to become a learner."""

	email: str
	full_name: str = ""
	profile: str = ""
	"""An LMS Learning Profile."""
	groups: tuple[str, ...] = ()
	"""LMS Groups, by name or title."""
	line: int = 0
	"""In the file, counted from 1 with the headings."""


@dataclass(slots=True)
class Outcome:
	"""What becomes of a newcomer."""

	newcomer: Newcomer
	state: str
	reason: str = ""
	employee: str = ""
	"""The Employee whom HR keeps for this person, where that is the reason."""
	groups: tuple[str, ...] = ()


@dataclass(slots=True)
class Known:
	"""What the site knows about the people and names of a list."""

	users: Mapping[str, bool]
	"""Whether the account is enabled."""
	learners: Mapping[str, str]
	hr: Mapping[str, str]
	"""The Employee by e-mail."""
	profiles: frozenset[str]
	groups: Mapping[str, tuple[str, str]]
	"""Name and source, by name and by title in lower case."""
	seen: dict[str, int] = field(default_factory=dict)


def check(people: Sequence[Newcomer]) -> list[Outcome]:
	"""What adding these people would do; changes nothing. A fixed number of statements.

	Raises ValidationError for more than MOST people.
	"""
	if len(people) > MOST:
		frappe.throw(_("At most {0} people at once: split the list.").format(MOST))
	known = _known(people)
	return [_outcome(each, known) for each in people]


def add(people: Sequence[Newcomer], *, approve: bool = True, notify: bool = False) -> dict[str, Any]:
	"""Make people learners, with an account where they have none; a refusal of one stops no other.

	Args:
	        approve: give them access at once; otherwise they wait as Pending.
	        notify: send the welcome mail to those who have never signed in; only with `approve`.

	Returns `outcomes` (see `Outcome`), `added` and `sent`. Raises as `check`.
	"""
	accounts.take_turns()
	outcomes = check(people)
	added = [outcome.newcomer.email for outcome in outcomes if _made(outcome)]
	sent = approve_people(added, notify=notify)["sent"] if approve and added else 0
	return {"outcomes": outcomes, "added": len(added), "sent": sent}


def approve_people(learners: Sequence[str], *, notify: bool = False) -> dict[str, int]:
	"""Give access to learners who wait for it. HR decides about its own: they are passed over.

	Returns `approved`, `sent` (welcome mails) and `skipped`.
	"""
	permissions.require_others(learners)
	fields = ("name", "learning_profile")
	waiting = {"status": PENDING, "source": MANUAL}
	rows = dict(select_rows(LEARNER, fields, {"name": sorted(set(learners))}, waiting, lock=True))
	for profile in sorted({each for each in rows.values() if each}):
		permissions.require_profile(profile)
	roles = roles_of(rows.values())
	given = accounts.grant({user: roles[profile or ""] for user, profile in rows.items()})
	moment = now_datetime()
	update_rows(
		LEARNER,
		{
			user: {"status": ACTIVE, "joined_on": moment, "granted_roles": _list(given.get(user, ()))}
			for user in rows
		},
	)
	record_changes(LEARNER, {user: [("status", PENDING, ACTIVE)] for user in rows})
	forget_documents(LEARNER, rows)
	announce.joined(sorted(rows))
	sent = by_hand.invite(sorted(rows))["sent"] if notify and rows else 0
	return {"approved": len(rows), "sent": sent, "skipped": len(set(learners)) - len(rows)}


def roles_of(profiles: Sequence[str | None]) -> dict[str, frozenset[str]]:
	"""What learners get by these profiles, by profile; "" for none. Everybody may learn."""
	names = sorted({each for each in profiles if each})
	rows = frappe.get_all(
		"LMS Learning Profile Role",
		filters={"parenttype": "LMS Learning Profile", "parent": ["in", names or [""]]},
		fields=["parent", "role"],
		limit=0,
	)
	found = {name: {"LMS Student"} for name in ("", *names)}
	for row in rows:
		found[row.parent].add(row.role)
	return {name: frozenset(roles) for name, roles in found.items()}


def _known(people: Sequence[Newcomer]) -> Known:
	emails = sorted({each.email for each in people})
	titles = [
		(row.name, row.title, row.source)
		for row in frappe.get_all("LMS Group", ["name", "title", "source"], limit=0)
	]
	by_title = {title.casefold(): (name, source) for name, title, source in titles if title}
	by_title.update({name.casefold(): (name, source) for name, _title, source in titles})
	return Known(
		users={
			name.casefold(): bool(on)
			for name, on in select_rows("User", ("name", "enabled"), {"name": emails})
		},
		learners={
			name.casefold(): status
			for name, status in select_rows(LEARNER, ("name", "status"), {"name": emails})
		},
		hr=employees.named_as(emails, HERE),
		profiles=frozenset(frappe.get_all("LMS Learning Profile", pluck="name", limit=0)),
		groups=by_title,
	)


def _outcome(person: Newcomer, known: Known) -> Outcome:
	if reason := _wrong_with(person, known):
		return Outcome(person, REFUSED, reason, employee=known.hr.get(person.email, ""))
	known.seen[person.email] = person.line
	names = tuple(known.groups[each.casefold()][0] for each in person.groups)
	return Outcome(person, ACCOUNT if person.email in known.users else NEW, groups=names)


def _wrong_with(person: Newcomer, known: Known) -> str:
	email = person.email
	if not validate_email_address(email):
		return _("{0} is no e-mail address.").format(email or "–")
	if email in known.seen:
		return _("{0} stands in the list twice: the first time in line {1}.").format(email, known.seen[email])
	if permissions.is_self([email]):
		return _("You cannot decide about your own training: ask somebody else.")
	if email in known.learners:
		if known.learners[email] == ARCHIVED:
			return _("{0} is archived: bring them back instead.").format(email)
		return _("{0} is a learner already.").format(email)
	if email in known.hr:
		return _("HR knows {0} as employee {1}: they become a learner by HR's record.").format(
			email, known.hr[email]
		)
	if known.users.get(email) is False:
		return _("The account {0} is disabled: enable it first.").format(email)
	if not person.full_name and email not in known.users:
		return _("Enter a name.")
	return _wrong_profile(person, known) or _wrong_groups(person, known)


def _wrong_profile(person: Newcomer, known: Known) -> str:
	if person.profile and person.profile not in known.profiles:
		return _("There is no learning profile {0}.").format(person.profile)
	try:
		permissions.require_profile(person.profile)
	except ProfileRefusedError as refusal:
		frappe.clear_last_message()
		return frappe.utils.strip_html(str(refusal))
	return ""


def _wrong_groups(person: Newcomer, known: Known) -> str:
	for title in person.groups:
		_name, source = known.groups.get(title.casefold(), (None, None))
		if not _name:
			return _("There is no group {0}.").format(title)
		if source == "HR":
			sentence = _("{0} follows HR: people get into it and out of it by their record there.")
			return sentence.format(title)
	return ""


def _made(outcome: Outcome) -> bool:
	"""Make account and learner of one newcomer; what fails is their refusal."""
	if outcome.state == REFUSED:
		return False
	person = outcome.newcomer
	frappe.db.savepoint("newcomer")
	try:
		if outcome.state == NEW:
			first, _blank, last = " ".join(person.full_name.split()).rpartition(" ")
			accounts.make(person.email, first_name=first or last, last_name=last if first else None)
		full_name = frappe.db.get_value("User", person.email, "full_name") or person.full_name
		values = {
			"user": person.email,
			"full_name": full_name,
			"status": PENDING,
			"source": MANUAL,
			"learning_profile": person.profile or None,
			"notifications_enabled": 1,
			"account_from_sync": 0,
		}
		insert_rows(LEARNER, tuple(values), [tuple(values.values())], names=[person.email])
		for group in outcome.groups:
			groups.add([person.email], group)
	except IN_THE_WAY:
		raise
	except Exception as error:
		frappe.db.rollback(save_point="newcomer")
		frappe.clear_messages()
		frappe.log_error(title=f"Smooth LMS could not add {person.email}"[:140])
		outcome.state, outcome.reason = REFUSED, escape_html(str(error)[:500] or type(error).__name__)
		return False
	return True


def _list(roles: Sequence[str]) -> str | None:
	return ", ".join(sorted(roles)) or None
