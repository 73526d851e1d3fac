"""What HR has changed and nobody has followed yet: one list for the site, and one job that takes all of it.

The list is in the Redis of the job queue, as the jobs are: with it down, or emptied, the next run of the
synchronization does the work. Names leave the list once what follows from them is committed, so that a killed worker
loses nothing. One job follows at a time; whoever finds another at it leaves, since that one looks again after letting
go. Why so: docs/decisions/0013.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

import frappe
from frappe.utils import get_bench_id
from frappe.utils.background_jobs import get_queue

from smooth_lms.base import locks

EMPLOYEES, ONBOARDINGS, USERS = "employees", "onboardings", "users"

QUEUE = "short"
"""Before the jobs that Frappe queues for each new account, of which an import makes a thousand."""
AT_ONCE = 50
"""Names followed in one transaction: others who want to make accounts wait for its end."""
SECONDS = 120
"""After so long a job leaves the rest to another one, well before its time is up."""
CALLED_SECONDS = 60
"""A job that has not begun for so long may be lost: the next change calls another one."""
LOCK = "hr-news"

Follow = Callable[[Sequence[str], Sequence[str], Sequence[str]], None]


def add(kind_and_names: Iterable[tuple[str, Iterable[str]]]) -> None:
	"""Put names on the list and see to it that a job takes them. For after the commit.

	Args: kind_and_names, EMPLOYEES, ONBOARDINGS or USERS, each with names of such records.
	"""
	user = frappe.session.user
	entries = [json.dumps([user, kind, name]) for kind, names in kind_and_names for name in names]
	if entries:
		_redis().rpush(_key(), *entries)
		call_job()


def call_job() -> None:
	"""Queue the job that takes all news, unless one is queued that has not begun."""
	if not _redis().set(_key("called"), 1, nx=True, ex=CALLED_SECONDS):
		return
	try:
		frappe.enqueue("smooth_lms.learners.events.follow_news", queue=QUEUE)
	except Exception:
		_redis().delete(_key("called"))
		raise


def are_waiting() -> bool:
	"""Whether there is anything on the list."""
	return bool(_redis().llen(_key()))


def take_all(follow: Follow) -> None:
	"""Follow everything on the list, as the users who changed it, some names at a time. For the job.

	Args: follow, called with the names of Employees, Employee Onboardings and Users; commits what it did.
	"""
	_redis().delete(_key("called"))  # whatever comes from now on calls a job of its own
	until = time.monotonic() + SECONDS
	while are_waiting():
		if time.monotonic() > until:
			call_job()
			return
		with locks.hold(LOCK) as taken:
			if not taken:
				return
			_take_some(follow)


def _take_some(follow: Follow) -> None:
	entries = [json.loads(entry) for entry in _redis().lrange(_key(), 0, AT_ONCE - 1)]
	if not entries:
		return
	user = entries[0][0]
	entries = list(takewhile(lambda entry: entry[0] == user, entries))
	before = frappe.session.user
	frappe.set_user(user)
	try:
		_follow(entries, follow)
	finally:
		frappe.set_user(before)
	_redis().ltrim(_key(), len(entries), -1)


def _follow(entries: Sequence[list[str]], follow: Follow) -> None:
	"""Those that cannot be followed are logged and left to the next synchronization; they stop no other."""
	names: dict[str, dict[str, None]] = {EMPLOYEES: {}, ONBOARDINGS: {}, USERS: {}}
	for _user, kind, name in entries:
		names[kind][name] = None
	try:
		follow(*(list(each) for each in names.values()))
	except Exception:
		frappe.db.rollback()
		if len(entries) > 1:
			for entry in entries:
				_follow([entry], follow)
			return
		frappe.log_error(title=f"Smooth LMS could not follow HR for {entries[0][2]}"[:140])
		frappe.db.commit()


def _redis():
	return get_queue(QUEUE).connection


def _key(what: str = "waiting") -> str:
	return f"smooth_lms:{get_bench_id()}:{frappe.local.site}:hr_news:{what}"
