"""What saving costs in a SCORM package, measured against the framework's own insert.

Wanted, all of one run:
  commit_ms <= 1.5 x floor_ms        commits_per_s >= floor_per_s        peak_mb <= 200

A commit is what the run-time library sends, with 20 kB of suspend data, to the address of a ticket; the floor is a ToDo
inserted by REST. Everything goes over HTTP to four real server processes behind nginx. Commits and floors take turns, so
that a busy moment of the machine meets both. At once means that each of 200 learners has a connection of their own, and
sends the next one as soon as the one before is answered.

The package of 300 MB, which no compression makes smaller, is sent in pieces of 4 MB; `upload_mb_per_s` counts until it
is unpacked and can be used. `peak_mb` is the most memory that any process of a server that has done nothing else has
held meanwhile, with the 70 or 80 MB that Frappe itself takes.
"""

import base64
import http.client
import json
import os
import re
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import frappe

from benchmarks.measure import WORKERS, per_second, report, seconds
from smooth_lms.courses import enrollment
from tests.support.factories import make_course, make_lesson, make_user, make_users
from tests.support.packages.build import make_package, manifest
from tests.support.server import Server, make_session

LEARNERS, ROUNDS, TURNS, SECONDS = 200, 60, 4, 8.0
MEGABYTES, PIECE = 300, 4 * 1024 * 1024
WARM_UP = 12
"""Commits that are not counted: each server process fills its own caches first."""
SUSPEND_DATA = 20_000
"""Characters, which are bytes here."""


def main(
	learners: str = str(LEARNERS),
	rounds: str = str(ROUNDS),
	turn: str = str(SECONDS),
	megabytes: str = str(MEGABYTES),
) -> None:
	"""Print one JSON line. The site is one that the next run makes anew: what was written stays.

	Args: learners, how many save at once; rounds, how often one of them saves alone; turn, how many seconds all of them
	save, and then insert, before the others' turn; megabytes, of the package that is uploaded.
	"""
	school = School(int(learners))
	with Server(frappe.local.site, workers=WORKERS) as server:
		desks = [Desk(server, school, member) for member in school.members]
		for desk in desks:  # the first one of a lesson also begins it, and the course
			desk.commit()
			desk.connection.close()
		spent = _take_turns(desks[0], int(rounds))
		rates: dict[str, list[float]] = {"commit": [], "floor": []}
		for _turn in range(TURNS):
			for name, each in rates.items():
				each.append(per_second(desks, getattr(Desk, name), length=float(turn)))
		school.check()
	upload_mb_per_s, peak_mb = _upload(school.course, int(megabytes))
	report(
		{
			"learners": len(desks),
			"commit_ms": median(spent["commit"]) * 1_000,
			"floor_ms": median(spent["floor"]) * 1_000,
			"commits_per_s": median(rates["commit"]),
			"floor_per_s": median(rates["floor"]),
			"upload_mb_per_s": upload_mb_per_s,
			"peak_mb": peak_mb,
		}
	)


class School:
	"""A course with a package, and the learners who are in it. Committed."""

	def __init__(self, learners: int) -> None:
		self.members = make_users(learners)
		self.course = make_course(lessons=0).name
		package = make_package(self.course, parts=(("A", "index.html"), ("B", "index.html")))
		self.lesson = make_lesson(self.course, "SCORM", scorm_package=package.name).name
		enrollment.enroll(dict.fromkeys(self.members, "Learner"), [self.course])
		frappe.db.commit()

	def check(self) -> None:
		"""Raises SystemExit unless everybody's data is stored."""
		frappe.db.rollback()
		runs = frappe.get_all("LMS SCORM Run", {"lesson": self.lesson}, ["run_data"], limit=0)
		whole = [row for row in runs if len(row.run_data or "") > SUSPEND_DATA]
		if len(whole) != len(self.members):
			raise SystemExit(f"{len(whole)} of {len(self.members)} learners have what they saved")


@dataclass
class Desk:
	"""A learner's browser: one connection that stays open, and the address to which the package saves."""

	server: Server
	school: School
	member: str
	connection: http.client.HTTPConnection = field(init=False)
	count: int = 0

	def __post_init__(self) -> None:
		self.connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=120)
		self.sid, self.token = make_session(self.member)
		about = {"lesson": self.school.lesson, "part": "A"}
		answer = self._post("/api/method/smooth_lms.api.scorm.get_player", json.dumps(about))
		address = json.loads(answer)["message"]["address"]
		self.commits = f"{address[address.index('/lms-content/') :].rpartition('/')[0]}/~commit"
		self.connection.close()  # the server would, until all others have theirs

	def commit(self) -> None:
		"""Save once. Raises SystemExit unless it is stored."""
		self.count += 1
		core = {"lesson_status": "incomplete", "lesson_location": str(self.count), "exit": "suspend"}
		data = f"{self.count} ".ljust(SUSPEND_DATA, "x")
		values = {
			"completionStatus": "incomplete",
			"successStatus": "unknown",
			"totalTimeSeconds": self.count,
			"score": {"raw": 40, "min": 0, "max": 100},
			"runtimeData": {"cmi": {"core": core, "suspend_data": data}},
			"ended": False,
		}
		if json.loads(self._post(self.commits, json.dumps(values))).get("result") != "true":
			raise SystemExit("A commit was not stored")

	def floor(self) -> None:
		"""Insert a ToDo by REST."""
		self._post("/api/resource/ToDo", json.dumps({"description": "floor", "assigned_by": self.member}))

	def _post(self, path: str, body: str) -> bytes:
		headers = {
			"Cookie": f"sid={self.sid}",
			"X-Frappe-CSRF-Token": self.token,
			"Content-Type": "application/json",
			"Accept": "application/json",
		}
		if path.startswith("/lms-content/"):
			headers = {"Content-Type": "text/plain;charset=UTF-8"}  # a package has no cookies
		self.connection.request("POST", path, body, headers)
		answer = self.connection.getresponse()
		text = answer.read()
		if answer.status != 200:
			raise SystemExit(f"{path[:60]} answers {answer.status}: {text[:500]!r}")
		return text


def _take_turns(desk: Desk, rounds: int) -> dict[str, list[float]]:
	spent: dict[str, list[float]] = {"commit": [], "floor": []}
	for number in range(rounds + WARM_UP):
		for name, each in spent.items():
			taken = seconds(getattr(desk, name))
			if number >= WARM_UP:
				each.append(taken)
	return spent


def _upload(course: str, megabytes: int) -> tuple[float, float]:
	"""Send a package in pieces and take it. Returns megabytes in a second, and the peak of the server's memory in MB."""
	path = frappe.get_site_path("private", "files", "benchmark.zip")
	_write_package(path, megabytes)
	author = make_user(roles=("Moderator",)).name
	frappe.db.commit()
	with Server(frappe.local.site, workers=WORKERS) as server, open(path, "rb") as source:
		session, size = server.session(author), os.path.getsize(path)
		start = time.perf_counter()
		said = {"filename": "benchmark.zip", "course": course}
		metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in said.items())
		headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
		answer = session.post(f"{server.url}/lms-upload", headers=headers, timeout=60)
		answer.raise_for_status()
		address, offset = answer.headers["Location"], 0
		while piece := source.read(PIECE):
			headers = {
				"X-HTTP-Method-Override": "PATCH",
				"Upload-Offset": str(offset),
				"Content-Type": "application/offset+octet-stream",
			}
			sent = session.post(f"{server.url}{address}", data=piece, headers=headers, timeout=120)
			sent.raise_for_status()
			offset += len(piece)
		name = address.rpartition("/")[2]
		server.call(session, "scorm.take_upload", upload=name, course=course).raise_for_status()
		spent = time.perf_counter() - start
		peak = max(_peak_mb(pid) for process in server.processes for pid in _family(process.pid))
	os.remove(path)
	return size / 1024 / 1024 / spent, peak


def _write_package(path: str, megabytes: int) -> None:
	with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
		archive.writestr("imsmanifest.xml", manifest())
		archive.writestr("index.html", "<html><head></head></html>")
		for number in range(megabytes // 10):
			archive.writestr(f"film-{number}.mp4", os.urandom(10 * 1024 * 1024))


def _family(pid: int) -> list[int]:
	"""A process and its children."""
	children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
	return [pid, *(each for child in children for each in _family(int(child)))]


def _peak_mb(pid: int) -> float:
	status = Path(f"/proc/{pid}/status").read_text()
	return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
