"""A learner who has started a package of cmi5 or xAPI, and what its content sends, over HTTP."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import requests

import frappe

from smooth_lms.courses import enrollment
from tests.support.completions import certified_course
from tests.support.factories import make_lesson, make_user
from tests.support.packages.build import make_package
from tests.support.server import Door


def _as_a_browser_would(page: str, origin: str) -> str:
	"""Where a page leads that does not know its own origin."""
	unknown, address = json.loads(re.search(r"\[unknown, address\] = (\[.*\]);", page)[1])
	return address.replace(quote(unknown, safe=""), quote(origin, safe="")).replace(unknown, origin)


class Launched:
	"""Somebody in a certified course of one package, who has opened its lesson.

	Args: door, where the site answers; data, the zip; lesson, more of the lesson's values.
	"""

	def __init__(self, door: Door, data: bytes, *, part: str | None = None, **lesson: Any) -> None:
		self.door = door
		self.course = certified_course(lessons=0).name
		self.package = make_package(self.course, data)
		self.lesson = make_lesson(self.course, "SCORM", scorm_package=self.package.name, **lesson).name
		self.member = make_user().name
		enrollment.enroll({self.member: "Learner"}, [self.course])
		self.name = frappe.db.get_value("LMS Enrollment", {"member": self.member})
		frappe.db.commit()
		self.portal = door.session(self.member)
		self.open(part)

	def open(self, part: str | None = None) -> "Launched":
		"""Open the lesson, once more: the parameters of the launch are in `given`."""
		asked = {"lesson": self.lesson} | ({"part": part} if part else {})
		answer = self.door.call(self.portal, "scorm.get_player", **asked).json()["message"]
		path = urlsplit(answer["address"]).path
		self.folder = path.rpartition("/")[0]
		self.content = requests.Session()
		started = self.content.get(self.door.url + path, allow_redirects=False, timeout=60)
		self.address = started.headers.get("Location") or _as_a_browser_would(started.text, self.door.url)
		self.given = dict(parse_qsl(urlsplit(self.address).query))
		self.content.headers["X-Experience-API-Version"] = "1.0.3"
		if "fetch" in self.given:
			token = requests.post(self.at("~fetch", urlsplit(self.given["fetch"]).query), timeout=60).json()
			self.content.headers["Authorization"] = f"Basic {token['auth-token']}"
			self.launch_data = self.ask("activities/state", stateId="LMS.LaunchData", **self.about).json()
			self.context = self.launch_data["contextTemplate"]
		else:
			self.content.headers["Authorization"] = self.given["auth"]
			self.context = {}
		return self

	@property
	def about(self) -> dict[str, str]:
		"""What names the learner's state at the part."""
		activity = self.given.get("activityId") or self.given["activity_id"]
		return {
			"activityId": activity,
			"agent": self.given["actor"],
			"registration": self.given["registration"],
		}

	def at(self, path: str, query: str = "") -> str:
		"""An address below the folder of the ticket, at the door of the test."""
		return f"{self.door.url}{self.folder}/{path}" + (f"?{query}" if query else "")

	def ask(self, resource: str, method: str = "GET", *, body: Any = None, headers=None, **asked: str):
		"""A request of the content. Args: body, as JSON unless it is bytes."""
		data = body if body is None or isinstance(body, bytes) else json.dumps(body)
		sent = {"X-LMS-Content-Type": "application/json"} if body is not None and data is not body else {}
		return self.content.request(
			method,
			self.at(f"~xapi/{resource}", urlencode(asked)),
			data=data,
			headers=sent | (headers or {}),
			timeout=60,
		)

	def say(self, *statements: dict[str, Any]) -> requests.Response:
		"""Send statements: one by PUT, several at once."""
		if len(statements) == 1:
			(one,) = statements
			return self.ask("statements", "PUT", body=one, statementId=one["id"])
		return self.ask("statements", "POST", body=list(statements))

	def stands(self) -> tuple[str | None, str, int]:
		"""The status of the lesson and the course, and how many certificates there are."""
		frappe.db.rollback()
		lesson = frappe.db.get_value("LMS Course Progress", {"enrollment": self.name}, "status")
		course = frappe.db.get_value("LMS Enrollment", self.name, "status")
		return lesson, course, frappe.db.count("LMS Certificate", {"member": self.member})

	def attempts(self) -> list[frappe._dict]:
		"""The attempts, in order."""
		frappe.db.rollback()
		return frappe.get_all(
			"LMS SCORM Attempt",
			filters={"enrollment": self.name},
			fields=["status", "has_score", "score", "seconds", "ended_on", "interactions"],
			order_by="attempt asc",
		)

	def said(self) -> list[str]:
		"""The last words of the verbs that are kept, in order."""
		frappe.db.rollback()
		rows = frappe.get_all(
			"LMS xAPI Statement",
			filters={"enrollment": self.name},
			fields=["verb"],
			order_by="stored_on, idx",
		)
		return [row.verb.rpartition("/")[2] for row in rows]
