"""What packages of many learners, and several parts of one lesson, save at the same moment."""

import json
import threading

import pytest
import requests

import frappe

from smooth_lms.courses import enrollment
from tests.support.factories import make_course, make_lesson, make_users
from tests.support.packages.build import make_package

LEARNERS, PARTS = 12, ("A", "B", "C")


class School:
	"""Learners in a course with a package of three parts, each with the addresses that those save to. Committed."""

	def __init__(self, server) -> None:
		self.members = make_users(LEARNERS)
		course = make_course(lessons=0).name
		package = make_package(course, parts=[(part, "index.html") for part in PARTS])
		self.lesson = make_lesson(course, "SCORM", scorm_package=package.name).name
		enrollment.enroll(dict.fromkeys(self.members, "Learner"), [course])
		frappe.db.commit()
		self.addresses = [self.address(server, member, part) for member in self.members for part in PARTS]

	def address(self, server, member: str, part: str) -> str:
		answer = server.call(server.session(member), "scorm.get_player", lesson=self.lesson, part=part)
		address = answer.json()["message"]["address"]
		return f"{server.url}{address[address.index('/lms-content/') :].rpartition('/')[0]}/~commit"


@pytest.fixture
def school(server):
	frappe.set_user("Administrator")
	return School(server)


def test_nothing_is_lost_when_all_learners_and_parts_save_at_the_same_moment(school):
	sent = {
		"completionStatus": "completed",
		"successStatus": "passed",
		"totalTimeSeconds": 60,
		"runtimeData": {"cmi": {"core": {"lesson_status": "passed"}}},
	}
	answers: list[tuple[int, str]] = []
	begin = threading.Barrier(len(school.addresses))

	def save(address: str) -> None:
		begin.wait(timeout=60)
		answer = requests.post(address, data=json.dumps(sent), timeout=120)
		answers.append((answer.status_code, answer.json().get("result")))

	threads = [threading.Thread(target=save, args=(address,)) for address in school.addresses]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert answers == [(200, "true")] * len(school.addresses)
	frappe.db.rollback()
	completed = frappe.get_all("LMS Enrollment", {"member": ["in", school.members]}, pluck="status", limit=0)
	assert completed == ["Completed"] * LEARNERS
