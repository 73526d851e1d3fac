"""Enrolling 5,000 people into a cohort with 3 courses, measured against what the framework itself can do.

Wanted, all of one run:
  bulk_per_s  >= 20 x floor_per_s      rows_per_s >= 0.5 x raw_rows_per_s
  rerun_per_s >= 100 x floor_per_s     rerun_writes = 0
  single_ms   <= 3 floor inserts       peak_mb <= 300
"""

from benchmarks.measure import (
	Statements,
	floor_per_s,
	median_seconds,
	peak_mb,
	raw_rows_per_s,
	report,
	seconds,
	undone,
)
from smooth_lms.cohorts import enrollment
from tests.support.factories import make_batch, make_users

PEOPLE = 5_000
COURSES = 3
SINGLES = 50


def main(people: str = str(PEOPLE)) -> None:
	"""Print one JSON line. Everything is rolled back.

	Args: people, how many to enroll.
	"""
	number = int(people)
	with undone():
		floor = floor_per_s()
		raw = raw_rows_per_s("LMS Enrollment", _raw_rows(20_000))
	with undone():
		users = make_users(number)
		batch = make_batch(courses=COURSES).name
		with Statements() as first:
			bulk = seconds(lambda: enrollment.enroll_many(batch, users, source="Desk"))
		with Statements() as again:
			rerun = seconds(lambda: enrollment.enroll_many(batch, users, source="Desk"))
	with undone():
		users = make_users(SINGLES)
		batch = make_batch(courses=COURSES).name
		single = median_seconds(lambda i: enrollment.enroll(batch, users[i], source="Desk"), SINGLES)
	chunks = -(-number // enrollment.CHUNK)
	report(
		{
			"people": number,
			"bulk_per_s": number / bulk,
			"rows_per_s": number * (1 + COURSES) / bulk,
			"rerun_per_s": number / rerun,
			"rerun_writes": again.writes,
			"queries_per_chunk": first.total / chunks,
			"single_ms": single * 1000,
			"peak_mb": peak_mb(),
			"floor_per_s": floor,
			"floor_ms": 1000 / floor,
			"raw_rows_per_s": raw,
		}
	)


def _raw_rows(number: int) -> list[dict]:
	# as wide as the course enrollments that enroll_many writes
	return [
		{
			"member": f"raw.{index:05}@example.com",
			"member_name": f"Learner {index}",
			"course": "raw-course",
			"batch": "raw-cohort",
			"attempt": 1,
			"progress": 0,
			"status": "Not Started",
			"licence_state": "None",
		}
		for index in range(number)
	]
