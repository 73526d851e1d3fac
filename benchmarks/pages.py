"""How many pages of the portal a server answers in a second when twelve learners read at once.

Wanted, all of one run: slowest_per_s >= 0.35 x ping_per_s, the framework's own answer to `ping`.

Everything goes over HTTP to four real server processes. The pages take turns in short rounds, so that a busy moment
of the machine meets all of them; the median of the rounds counts.
"""

import http.client
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlsplit

import frappe

from benchmarks.learn import School
from benchmarks.measure import WORKERS, per_second, report
from smooth_lms.base.rows import insert_rows
from tests.support.factories import make_users
from tests.support.server import Server, make_session

LEARNERS, ROUNDS, SECONDS = 12, 5, 3.0
PEOPLE, COHORTS = 500, 60
PING = "/api/method/ping"


def main(rounds: str = str(ROUNDS), seconds: str = str(SECONDS)) -> None:
	"""Print one JSON line. The site is one that the next run makes anew: what was written stays.

	Args: rounds, how often each page takes its turn; seconds, how long a turn lasts.
	"""
	school = School(PEOPLE, cohorts=COHORTS)
	learners = _learners(school)
	pages = {
		"learning": "/lms",
		"courses": "/lms/courses",
		"batches": "/lms/batches",
		"cohort": f"/lms/batches/{school.batch}",
		"lesson": f"/lms/courses/{school.course}/{school.lesson}",
	}
	with Server(frappe.local.site, workers=WORKERS) as server:
		readers = [Reader(server.url, make_session(user)[0]) for user in learners]

		def read(path: str) -> float:
			return per_second(readers, lambda reader: reader.get(path), length=float(seconds))

		for path in (PING, *pages.values()):  # each server process fills its own caches first
			read(path)
		taken: dict[str, list[float]] = {name: [] for name in ("ping", *pages)}
		for _round in range(int(rounds)):
			for name in taken:
				taken[name].append(read(pages.get(name, PING)))
	rates = {name: median(each) for name, each in taken.items()}
	slowest = min(pages, key=rates.__getitem__)
	report(
		{
			"learners": LEARNERS,
			**{f"{name}_per_s": rate for name, rate in rates.items()},
			"slowest": slowest,
			"slowest_per_s": rates[slowest],
			"slowest_share": rates[slowest] / rates["ping"],
		}
	)


@dataclass
class Reader:
	"""A learner's browser: one connection that stays open for a turn."""

	url: str
	sid: str
	connection: http.client.HTTPConnection = field(init=False)

	def __post_init__(self) -> None:
		self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

	def get(self, path: str) -> None:
		"""Read a page to its end. Raises SystemExit unless it is there."""
		self.connection.request("GET", path, headers={"Cookie": f"sid={self.sid}", "Accept": "text/html"})
		answer = self.connection.getresponse()
		text = answer.read()
		if answer.status != 200:
			raise SystemExit(f"{path} answers {answer.status}: {text[:300]!r}")


def _learners(school: School) -> list[str]:
	"""Twelve learners of the cohort who are in the middle of its course. Committed."""
	others = make_users(LEARNERS - 1)
	stamp = frappe.utils.now()
	seats = [(school.batch, user, user, "Employee", "Enrolled", "Desk", stamp) for user in others]
	fields = ("batch", "member", "member_name", "member_type", "status", "source", "enrolled_on")
	insert_rows("LMS Batch Enrollment", fields, seats)
	fields = ("member", "member_name", "course", "batch", "attempt", "progress", "status")
	insert_rows(
		"LMS Enrollment",
		fields,
		[(user, user, school.course, school.batch, 1, 0, "Not Started") for user in others],
	)
	frappe.db.commit()
	return [school.learner, *others]
