"""Telling 5,000 people that a class is moved, by mail, at the desk and as an invitation.

Wanted, all of one run:
  rows_per_s >= 0.5 x raw_rows_per_s      again_rows = 0      peak_mb <= 300

`rows_per_s` counts what is written for them, from the look at the cohort to the last mail in the queue: the notice of
each person, their mail, its recipient, and the notice at their desk.
`raw_rows_per_s` is of the same rows, copied out and written again by the framework's `frappe.db.bulk_insert`, one
statement for as many as fit, and one commit.
`queries_per_chunk` is of 250 people.
`again_rows` is what the same change writes when the job runs once more.

What is measured is committed, as the job commits: the site is made anew before the next run.
"""

from datetime import datetime, timedelta, timezone

import frappe
from frappe.utils import today

from benchmarks.measure import Statements, peak_mb, report, seconds
from smooth_lms.base.notices import delivery, ledger
from smooth_lms.cohorts import enrollment, telling
from tests.support.factories import make_batch, make_mail_account, make_users

PEOPLE = 5_000
WRITTEN = (ledger.DOCTYPE, delivery.QUEUE, f"{delivery.QUEUE} Recipient", "Notification Log")
ROWS_A_STATEMENT = 500
"""As many of the largest rows as a database takes at once by default."""
LATER_NUMBERS = 10_000_000


def main(people: str = str(PEOPLE)) -> None:
	"""Print one JSON line. Commits.

	Args: people, how many are told.
	"""
	number = int(people)
	held = _stage(number)
	_later()
	telling.scheduled()  # the invitations
	before = _count()
	frappe.db.set_value("LMS Live Class", held, _at(21))
	telling.mark(frappe.db.get_value("LMS Live Class", held, "batch"))
	_later()
	with Statements() as sent:
		told = seconds(telling.scheduled)
	rows = _count() - before
	telling.mark(frappe.db.get_value("LMS Live Class", held, "batch"))
	_later()
	telling.scheduled()
	again = _count() - before - rows
	copies = [_copy(doctype, number) for doctype in WRITTEN]
	report(
		{
			"people": number,
			"rows": rows,
			"rows_per_s": rows / told,
			"raw_rows_per_s": rows / seconds(lambda: _write(copies)),
			"queries_per_chunk": sent.total / -(-number // delivery.CHUNK),
			"again_rows": again,
			"peak_mb": peak_mb(),
		}
	)


def _stage(number: int) -> str:
	"""People at the desk with seats in a cohort, and their class, which begins soon. Returns the class."""
	make_mail_account()
	frappe.db.set_single_value("LMS Settings", "hold_mail_until_password", 0)
	users = make_users(number)
	frappe.db.set_value("User", {"name": ["in", users]}, "user_type", "System User")
	batch = make_batch(start_date=today(), timezone="UTC")
	values = {"title": "Class", "batch": batch.name, "duration_minutes": 60, **_at(20)}
	held = frappe.get_doc({"doctype": "LMS Live Class", **values})
	held.insert(ignore_permissions=True)
	enrollment.enroll_many(batch.name, users, source="Desk", override_reason="It has begun")
	frappe.db.commit()
	return held.name


def _at(hours: int) -> dict[str, str]:
	"""Date and time of a class that begins in so many hours: soon enough to be told at night, too."""
	moment = datetime.now(timezone.utc) + timedelta(hours=hours)
	return {"date": f"{moment:%Y-%m-%d}", "start_time": f"{moment:%H:%M}:00"}


def _later() -> None:
	"""Let five minutes pass."""
	frappe.db.sql("update `tabLMS Batch` set tell_on = '2020-01-01' where tell_on is not null")
	frappe.db.commit()


def _count() -> int:
	return sum(frappe.db.count(doctype) for doctype in WRITTEN)


def _copy(doctype: str, number: int) -> tuple[str, list[str], list[tuple]]:
	"""The newest rows of a DocType under other names."""
	columns = frappe.db.get_table_columns(doctype)
	fields = ", ".join(f"`{column}`" for column in columns)
	place = {column: index for index, column in enumerate(columns)}
	rows = []
	for found in frappe.db.sql(f"select {fields} from `tab{doctype}` order by creation desc limit {number}"):
		row = list(found)
		name = row[place["name"]]  # a number in logs of older sites
		row[place["name"]] = (
			name + LATER_NUMBERS if isinstance(name, int) else frappe.generate_hash(length=10)
		)
		if "sequence" in place:
			row[place["sequence"]] += 1_000
		rows.append(tuple(row))
	return doctype, columns, rows


def _write(copies: list[tuple[str, list[str], list[tuple]]]) -> None:
	for doctype, columns, rows in copies:
		frappe.db.bulk_insert(doctype, columns, rows, chunk_size=ROWS_A_STATEMENT)
	frappe.db.commit()
