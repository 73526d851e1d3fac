"""Reminders: one mail a day at most for each person, about their own training and about people who report to them.

What is to be said today follows from due dates and from when somebody was reminded last, so a quiet weekend is made
up for on Monday. A digest is noted (LMS Training Digest) in the transaction that queues its mail: a job that is
killed midway or started twice mails nobody twice.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, strip_html_tags

from smooth_lms.base import links
from smooth_lms.base.dates import day as day_in_words
from smooth_lms.base.notices import choices
from smooth_lms.base.notices.events import MAIL
from smooth_lms.base.notices.letters import speaking
from smooth_lms.base.rows import insert_rows, set_single
from smooth_lms.base.settings import setting, setting_number
from smooth_lms.base.words import plural
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.people import audience, managers
from smooth_lms.people.addresses import mail_address
from smooth_lms.people.presence import Presence
from smooth_lms.people.readers import language_of
from smooth_lms.training.assignments.ledger import DOCTYPE, MARK
from smooth_lms.training.notices import REMINDER
from smooth_lms.training.requirement import rules

DIGEST, SETTINGS = "LMS Training Digest", "LMS Settings"
SHIPPED_TEMPLATE = "training_digest"
SATURDAY = 5
LONGEST_LIST = 50
NAMES_A_STATEMENT = 1_000
NUDGE_DAYS = 30
MORNING = 6
"""The hour, by the site's clock, from which reminders go out."""


@dataclass(frozen=True, slots=True)
class Policy:
	"""When to remind, from LMS Settings."""

	before: tuple[int, ...] = (14, 7, 1)
	overdue_every: int = 7
	weekends: bool = False
	manager: bool = True
	escalate_after: int = 14

	@classmethod
	def of_site(cls) -> "Policy":
		"""The site's policy; numbers that make no sense are left out."""
		text = setting("remind_before") or ""
		return cls(
			before=tuple(sorted({int(each) for each in re.findall(r"\d+", text)}, reverse=True)),
			overdue_every=setting_number("remind_overdue_every"),
			weekends=bool(setting_number("remind_weekends")),
			manager=bool(setting_number("remind_manager")),
			escalate_after=setting_number("escalate_after_days"),
		)


@dataclass(slots=True)
class Digest:
	"""What one person is told today."""

	own: list[frappe._dict] = field(default_factory=list)
	team: list[frappe._dict] = field(default_factory=list)
	escalated: list[frappe._dict] = field(default_factory=list)


def is_due(policy: Policy, due: date, reminded: date | None, today: date) -> bool:
	"""Whether a learner is to be reminded today of something due on `due`.

	Args: reminded, the day of the last reminder; today counts as not yet reminded, so that an ended job can go on.
	"""
	last = None if reminded == today else reminded
	if due < today:
		first = last is None or last <= due
		return first or bool(policy.overdue_every and (today - last).days >= policy.overdue_every)
	steps = [due - timedelta(days=days) for days in (*policy.before, 0)]
	reached = [step for step in steps if step <= today]
	return bool(reached) and (last is None or last < max(reached))


def scheduled() -> int:
	"""Scheduler, every quarter of an hour: send the morning's digests once; go on where a job was killed midway.

	Returns how many were sent. Commits after each.
	"""
	today = rules.today()
	done = frappe.db.get_single_value(SETTINGS, "reminded_on")
	if now_datetime().hour < MORNING or (done and getdate(done) >= today):
		return 0
	sent = daily()
	set_single(SETTINGS, {"reminded_on": today}, update_modified=False)
	frappe.db.commit()
	return sent


def daily() -> int:
	"""Send today's digests to whom nobody has sent one yet. Returns how many. Commits after each."""
	today, policy = rules.today(), Policy.of_site()
	if not setting_number("remind") or (today.weekday() >= SATURDAY and not policy.weekends):
		return 0
	digests = collect(policy, today)
	sent_already = set(frappe.get_all(DIGEST, filters={"day": today}, pluck="recipient", limit=0))
	sent = 0
	for recipient in sorted(choices.wanted(REMINDER.key, MAIL, digests.keys() - sent_already)):
		try:
			sent += _send(recipient, digests[recipient], today)
			frappe.db.commit()
		except frappe.OutgoingEmailError:
			frappe.db.rollback()
			frappe.log_error(_("Training reminders could not be sent: there is no outgoing email account"))
			break
		except Exception:
			frappe.db.rollback()
			frappe.log_error(
				_("A training reminder could not be sent"), reference_doctype="User", reference_name=recipient
			)
	return sent


def collect(policy: Policy, today: date) -> dict[str, Digest]:
	"""What everybody is to be told today, by user. People who have left or are away are told nothing."""
	horizon = today + timedelta(days=max(policy.before, default=0))
	rows = _open_rows(horizon)
	people = audience.everybody(today, {row.member for row in rows})
	rows = [row for row in rows if row.member in people and people[row.member].presence is Presence.PRESENT]
	digests: dict[str, Digest] = {}
	for row in rows:
		if is_due(policy, row.due_date, row.last_reminder_on, today):
			digests.setdefault(row.member, Digest()).own.append(row)
	late = [row for row in rows if row.due_date < today]
	if policy.manager and late:
		_tell_managers(digests, late, policy, today)
	return digests


def nudge(member: str) -> None:
	"""Remind one person now, at a manager's wish. Raises TrainingRefusedError when they were reminded today."""
	today = rules.today()
	found = audience.everybody(today, [member]).get(member)
	if not found or found.presence is not Presence.PRESENT:
		raise TrainingRefusedError(reason=_("The person is away or has left: nobody is reminded."))
	rows = _open_rows(today + timedelta(days=NUDGE_DAYS), member)
	if not rows:
		raise TrainingRefusedError(reason=_("Nothing is overdue or due within {0} days.").format(NUDGE_DAYS))
	if not _send(member, Digest(own=rows), today):
		raise TrainingRefusedError(reason=_("{0} was reminded today already.").format(found.full_name))


def _open_rows(horizon: date, member: str | None = None) -> list[frappe._dict]:
	table, course = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("LMS Course")
	query = (
		frappe.qb.from_(table)
		.left_join(course)
		.on(course.name == table.course)
		.select(
			table.name,
			table.member,
			table.member_name,
			table.course,
			course.title,
			table.due_date,
			table.status,
			table.last_reminder_on,
			table.manager_told_on,
			table.escalated_on,
		)
		.where((table.open_mark == MARK) & (table.due_date <= horizon) & table.paused_since.isnull())
		.orderby(table.due_date)
	)
	if member:
		query = query.where(table.member == member)
	return query.run(as_dict=True)


def _tell_managers(digests: dict[str, Digest], late: list, policy: Policy, today: date) -> None:
	bosses = managers.managers_of({row.member for row in late})
	above = managers.managers_of(set(bosses.values()))
	for row in late:
		manager = bosses.get(row.member)
		if not manager:
			continue
		# each is told by a memory of their own, so that a mail that failed is made up for by its next day
		if is_due(policy, row.due_date, row.manager_told_on, today):
			digests.setdefault(manager, Digest()).team.append(row)
		upper = above.get(manager)
		if not upper or not policy.escalate_after or (today - row.due_date).days < policy.escalate_after:
			continue
		if is_due(policy, row.due_date, row.escalated_on, today):
			digests.setdefault(upper, Digest()).escalated.append(row)


def _send(recipient: str, digest: Digest, today: date) -> int:
	counts = (len(digest.own), _people(digest.team), _people(digest.escalated))
	fields = ("recipient", "day", "own", "team", "escalated")
	name = insert_rows(DIGEST, fields, [(recipient, today, *counts)], skip_duplicates=True)[0]
	if not name:
		return 0  # another job was faster
	with speaking(language_of(recipient)):
		frappe.sendmail(
			recipients=[mail_address(recipient)],
			reference_doctype=DIGEST,
			reference_name=name,
			**_mail(recipient, digest, today),
		)
	table = frappe.qb.DocType(DOCTYPE)
	_note(digest.own, {"last_reminder_on": today, "reminders": table.reminders + 1})
	_note(digest.team, {"manager_told_on": today})
	_note(digest.escalated, {"escalated_on": today})
	return 1


def _note(rows: Sequence[frappe._dict], values: Mapping[str, Any]) -> None:
	"""Remember on assignments who was told, in parts that the database takes at once."""
	table = frappe.qb.DocType(DOCTYPE)
	names = sorted(row.name for row in rows)
	for start in range(0, len(names), NAMES_A_STATEMENT):
		# sql: dates and numbers
		query = frappe.qb.update(table).where(table.name.isin(names[start : start + NAMES_A_STATEMENT]))
		for column, value in values.items():
			query = query.set(table[column], value)
		query.run()


def _mail(recipient: str, digest: Digest, today: date) -> dict[str, Any]:
	"""Subject and words, as Frappe's sendmail takes them."""
	context = {
		"recipient": recipient,
		"full_name": frappe.db.get_value("User", recipient, "full_name") or recipient,
		"own": [_line(row, today) for row in digest.own[:LONGEST_LIST]],
		"own_more": max(len(digest.own) - LONGEST_LIST, 0),
		"team": _by_person(digest.team),
		"escalated": _by_person(digest.escalated),
		"learning_url": links.absolute("/lms"),
		"team_url": links.absolute("/lms/team"),
		"timezone": frappe.utils.get_system_timezone(),
	}
	template = choices.template(REMINDER.key)
	if template:
		mail = frappe.get_doc("Email Template", template).get_formatted_email(context)
		return {"subject": mail["subject"], "message": mail["message"]}
	return {"subject": _subject(digest, today), "template": SHIPPED_TEMPLATE, "args": context}


def _subject(digest: Digest, today: date) -> str:
	if not digest.own:
		people = _people([*digest.team, *digest.escalated])
		sentence = plural(people, _("Training overdue: 1 person"), _("Training overdue: {0} people"))
		return sentence.format(people)
	if len(digest.own) == 1:
		title = digest.own[0].title or digest.own[0].course
		return strip_html_tags(_("Training Reminder: {0}").format(title))  # Frappe repeats it as HTML
	return _("Training Reminder: {0} courses").format(len(digest.own))


def _line(row: frappe._dict, today: date) -> dict[str, str]:
	days = (row.due_date - today).days
	if days < 0:
		words = _("overdue since {0}")
	else:
		words = _("due today, {0}") if days == 0 else _("due {0}")
	return {
		"title": row.title or row.course,
		"when": words.format(day_in_words(row.due_date)),
		"overdue": days < 0,
		"url": links.absolute(f"/lms/courses/{row.course}"),
	}


def _by_person(rows: list[frappe._dict]) -> list[dict[str, str | int]]:
	found: dict[str, dict] = {}
	for row in rows:
		person = found.setdefault(row.member, {"name": row.member_name or row.member, "count": 0})
		person["count"] += 1
	return sorted(found.values(), key=lambda person: (-person["count"], person["name"]))[:LONGEST_LIST]


def _people(rows: Collection[Mapping]) -> int:
	return len({row["member"] for row in rows})
