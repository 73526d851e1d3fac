"""Reads from the database what the admission rules need to know: a fixed number of queries for any number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import get_system_timezone, getdate

from smooth_lms.base.reads import read_row, read_rows
from smooth_lms.base.sql import Condition
from smooth_lms.cohorts import holds, meant, schedule
from smooth_lms.cohorts.admission import Cohort, Member
from smooth_lms.people.employees import Person, people_by_user
from smooth_lms.permissions import LEARNER_ROLES

COHORT_FIELDS = (
	"name",
	"title",
	"published",
	"start_date",
	"start_time",
	"end_date",
	"end_time",
	"timezone",
	"late_enrollment_until",
	"seat_count",
	"seats_taken",
	"seats_held",
	"enable_waitlist",
	"confirm_offers",
	"offer_hours",
	"waitlist_count",
	"waitlist_serial",
	"allow_self_enrollment",
	"requires_approval",
	"approval_days",
	"paid_batch",
	"tell_on",
)
COURSES = """
	select link.parent, link.course, course.title, course.published, course.short_introduction
	from `tabLMS Batch Course` link
	join `tabLMS Course` course on course.name = link.course
	where link.parenttype = 'LMS Batch' and link.parent in %(batches)s
	order by link.parent, link.idx
"""
UNPUBLISHED = """
	select link.parent, link.course, course.title, course.published
	from `tabLMS Batch Course` link
	join `tabLMS Course` course on course.name = link.course
	where link.parenttype = 'LMS Batch' and link.parent in %(batches)s and course.published = 0
	order by link.parent, link.idx
"""
ZONES = "select distinct coalesce(timezone, %(site_zone)s) from `tabLMS Batch`"
ENDED = """
	coalesce(cohort.timezone, %(site_zone)s) in %(zones_{number})s
	and (
		cohort.end_date < %(day_{number})s
		or (
			cohort.end_date = %(day_{number})s
			and cohort.end_time is not null and cohort.end_time <= %(clock_{number})s
		)
	)
"""
"""NULL must not make the whole condition NULL, nor its opposite."""
ACCOUNTS = """
	select account.name, account.enabled, account.full_name, held.role, learner.name as archived
	from `tabUser` account
	left join `tabHas Role` held
		on held.parent = account.name and held.parenttype = 'User' and held.role in %(roles)s
	left join `tabLMS Learner` learner on learner.name = account.name and learner.status = 'Archived'
	where account.name in %(users)s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
	"""Somebody who may get into a cohort: the facts for the rules, and what the enrollment will say."""

	member: Member
	full_name: str = ""
	person: Person | None = None
	payment: str | None = None
	enrollment: str | None = None
	"""Name of the enrollment they already have in this cohort, withdrawn ones too."""
	offered_until: datetime | None = None
	"""Until when a seat is offered to them, by the site's clock."""

	def with_status(self, status: str | None) -> "Candidate":
		"""The same person with another standing in this cohort."""
		return replace(self, member=replace(self.member, status=status))

	def with_held_seat(self) -> "Candidate":
		"""The same person, for whom a seat is held."""
		return replace(self, member=replace(self.member, holds_seat=True))


def lock(batch: str) -> frappe._dict | None:
	"""Take the cohort's row lock until the transaction ends and return the row as it is now; None if unknown.

	Everything that changes who sits in a cohort takes this lock first, so that
	`seats_taken` and `waitlist_count` are true while it is held, whatever this transaction has read before.
	"""
	row = read_row("LMS Batch", COHORT_FIELDS, {"name": batch}, lock=True)
	frappe.flags.locked_cohort = row
	frappe.db.after_commit.add(_forget_lock)
	frappe.db.after_rollback.add(_forget_lock)
	return row


def is_last_lock(row: frappe._dict) -> bool:
	"""Whether nothing has taken a cohort's lock since this row was locked, in this transaction: it is true as it stands.

	Hooks of other apps run while an enrollment is saved, and may enroll somebody else.
	"""
	return row is frappe.flags.locked_cohort


def _forget_lock() -> None:
	frappe.flags.locked_cohort = None


def courses_of(batches: Collection[str]) -> dict[str, list[frappe._dict]]:
	"""The courses of each cohort, in order, as rows with `course`, `title`, `published` and `short_introduction`."""
	return _by_cohort(COURSES, batches)


def unpublished_of(batches: Collection[str]) -> dict[str, list[frappe._dict]]:
	"""The courses of each cohort that are not published, which is all that its state depends on."""
	return _by_cohort(UNPUBLISHED, batches)


def _by_cohort(statement: str, batches: Collection[str]) -> dict[str, list[frappe._dict]]:
	# sql: a statement of this module, the values are parameters
	rows = frappe.db.sql(statement, {"batches": tuple(batches)}, as_dict=True) if batches else []
	found: dict[str, list[frappe._dict]] = {batch: [] for batch in batches}
	for row in rows:
		found[row.parent].append(row)
	return found


def cohort(row: frappe._dict, courses: Iterable[frappe._dict]) -> Cohort:
	"""The rules' view of an LMS Batch row (a database row or a document) and its courses."""
	zone_name = row.timezone or get_system_timezone()
	start, end = schedule.clock(row.start_time), schedule.clock(row.end_time)
	return Cohort(
		name=row.name,
		published=bool(row.published),
		starts_at=schedule.starts_at(getdate(row.start_date), start, zone_name),
		ends_at=schedule.ends_at(getdate(row.end_date), end, zone_name),
		late_until=schedule.late_until(
			getdate(row.late_enrollment_until) if row.late_enrollment_until else None, zone_name
		),
		seat_count=row.seat_count or 0,
		seats_taken=row.seats_taken or 0,
		waitlist_enabled=bool(row.enable_waitlist),
		waitlist_count=row.waitlist_count or 0,
		self_enrollment=bool(row.allow_self_enrollment),
		paid=bool(row.paid_batch),
		seats_held=row.seats_held or 0,
		requires_approval=bool(row.requires_approval),
		unpublished_course=next((c.title or c.course for c in courses if not c.published), None),
	)


def standing(batch: str, users: Collection[str]) -> dict[str, frappe._dict]:
	"""The enrollments (name, member, status, offered_until) that users already have in a cohort, by lower-cased user."""
	wanted = {"batch": batch, "member": tuple(users)}
	rows = read_rows("LMS Batch Enrollment", ("name", "member", "status", "offered_until"), wanted)
	return {row.member.lower(): row for row in rows}


def source_of(batch: str, user: str) -> str | None:
	"""How the user came into the cohort: Desk, Portal, API, Data Import, HR or Rule; None if they are not in it."""
	return frappe.db.get_value("LMS Batch Enrollment", {"batch": batch, "member": user}, "source")


def candidates(
	row: frappe._dict,
	users: Collection[str],
	*,
	courses: Collection[str] | None = None,
	to_show: bool = False,
) -> dict[str, Candidate]:
	"""Everything about each user that joining the cohort `row` depends on, by the user as it was asked for.

	Users are matched without regard to case, as the database does; one that does not exist gives a candidate
	whose member does not exist.

	Args:
	        courses: of the cohort, to ask whether it is meant for them; None for those who wait for a seat already.
	        to_show: for a page only: it goes on without HR's records where these cannot be read.
	"""
	accounts = _accounts(users)
	names = [account.name for account in accounts.values()]
	outside = set() if courses is None else meant.outside(row.name, courses, names, to_show=to_show)
	already = standing(row.name, names)
	people = people_by_user(names, optional=to_show)
	payments = _payments(row.name, names) if row.paid_batch else {}
	held = holds.holders(row.name, names, lock=is_last_lock(row)) if row.seats_held else set()
	found = {}
	for user in users:
		account = accounts.get(user.lower())
		if not account:
			found[user] = Candidate(Member(user, exists=False))
			continue
		key = account.name.lower()
		enrollment, payment = already.get(key), payments.get(key)
		found[user] = Candidate(
			member=Member(
				user=account.name,
				enabled=bool(account.enabled),
				is_learner=bool(account.is_learner),
				status=enrollment.status if enrollment else None,
				has_paid=bool(payment),
				holds_seat=key in held,
				outside=account.name in outside,
			),
			full_name=account.full_name or account.name,
			person=people.get(key),
			payment=payment,
			enrollment=enrollment.name if enrollment else None,
			offered_until=enrollment.offered_until if enrollment else None,
		)
	return found


def statuses(batches: Collection[str], user: str) -> dict[str, str]:
	"""The status of a user in each of many cohorts that they are or were in."""
	wanted = {"member": user, "batch": tuple(batches)}
	rows = read_rows("LMS Batch Enrollment", ("batch", "status"), wanted) if batches else []
	return {row.batch: row.status for row in rows}


def has_free_seat() -> Condition:
	"""The twin of `Cohort.has_free_seat` as a condition on the table LMS Batch, named cohort."""
	free = "cohort.seats_taken + cohort.seats_held + cohort.waitlist_count < cohort.seat_count"
	return Condition(f"(cohort.seat_count = 0 or {free})", {})


def has_ended(now: datetime) -> Condition:
	"""The twin of `schedule.ends_at` as a condition on the table LMS Batch, named cohort: one case for each wall clock."""
	values: dict[str, Any] = {"site_zone": get_system_timezone()}
	clocks: dict[datetime, list[str]] = {}
	for name in frappe.db.sql(ZONES, values, pluck=True):
		clocks.setdefault(now.astimezone(schedule.zone(name)).replace(tzinfo=None), []).append(name)
	for number, (wall, names) in enumerate(clocks.items()):
		values |= {
			f"zones_{number}": tuple(names),
			f"day_{number}": wall.date(),
			f"clock_{number}": wall.strftime("%H:%M:%S"),
		}
	ended = " or ".join(ENDED.format(number=number) for number in range(len(clocks)))
	return Condition(f"({ended or 'cohort.name is null'})", values)


def _accounts(users: Collection[str]) -> dict[str, frappe._dict]:
	wanted = {"users": tuple(users), "roles": LEARNER_ROLES}
	rows = frappe.db.sql(ACCOUNTS, wanted, as_dict=True) if users else []
	for row in rows:
		# an archived learner may have kept Employee Self Service
		row.is_learner = bool(row.role and not row.archived)
	return {row.name.lower(): row for row in rows}


def _payments(batch: str, users: Collection[str]) -> dict[str, str]:
	paid = {"batch": batch, "member": tuple(users), "status": "Paid"}
	rows = read_rows("LMS Payment", ("name", "member"), paid)
	return {row.member.lower(): row.name for row in rows}
