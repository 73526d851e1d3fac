"""What a manifest of SCORM 2004 declares reaches the part: objectives, shared ones, the completion threshold."""

import pytest

import frappe

from smooth_lms.courses import enrollment
from smooth_lms.courses.scorm import run, shared_data
from tests.support.factories import make_course, make_lesson, make_user
from tests.support.packages.build import make_package, manifest, zipped

OBJECTIVES = """<imsss:sequencing><imsss:objectives>
<imsss:primaryObjective objectiveID="PRIMARY" satisfiedByMeasure="true">
<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective>
<imsss:objective objectiveID="etiquette"><imsss:mapInfo targetObjectiveID="shared" readSatisfiedStatus="true"
 writeSatisfiedStatus="true"/></imsss:objective><imsss:objective objectiveID="playing"/></imsss:objectives></imsss:sequencing>"""
PAGE = ("index.html", "<html></html>")


class Learner:
	def __init__(self, item: str = OBJECTIVES, text: str | None = None) -> None:
		parts = (("A", "index.html"), ("B", "index.html"))
		text = text or manifest("2004", parts, item=item)
		course = make_course(lessons=0).name
		self.package = make_package(course, zipped([("imsmanifest.xml", text), PAGE]))
		self.lesson = make_lesson(course, "SCORM", scorm_package=self.package.name).name
		member = make_user().name
		enrollment.enroll({member: "Learner"}, [course])
		self.name = frappe.db.get_value("LMS Enrollment", {"member": member})

	def starts(self, part: int = 0) -> dict:
		return run.resume_data(self.name, self.lesson, self.package.scos[part], "2004", "Administrator")


def test_a_part_finds_the_objectives_of_its_manifest():
	found = Learner().starts()["objectives"]
	assert [row["id"] for row in found.values()] == ["PRIMARY", "etiquette", "playing"]


def test_it_finds_its_own_results_in_them():
	learner = Learner()
	kept = {"0": {"id": "playing", "success_status": "passed"}, "1": {"id": "own"}}
	run.save(learner.name, learner.lesson, "A", {"runtimeData": {"cmi": {"objectives": kept}}})
	found = learner.starts()["objectives"]
	assert found["0"] == {"id": "playing", "success_status": "passed"}
	assert [row["id"] for row in found.values()] == ["playing", "own", "PRIMARY", "etiquette"]


def test_other_parts_read_what_is_shared():
	learner = Learner()
	kept = {"0": {"id": "etiquette", "success_status": "passed", "score": {"scaled": 0.9}}}
	run.save(learner.name, learner.lesson, "A", {"runtimeData": {"cmi": {"objectives": kept}}})
	found = {row["id"]: row for row in learner.starts(1)["objectives"].values()}
	assert found["etiquette"] == {"id": "etiquette", "success_status": "passed", "score": {"scaled": 0.9}}
	assert found["playing"] == {"id": "playing"}


@pytest.mark.parametrize(
	("item", "expected"),
	[
		("<adlcp:completionThreshold>0.75</adlcp:completionThreshold>", "0.75"),
		('<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.6"/>', "0.6"),
		('<adlcp:completionThreshold completedByMeasure="false" minProgressMeasure="0.6"/>', None),
		("", None),
	],
)
def test_the_progress_at_which_it_is_completed(item, expected):
	assert Learner(item).starts().get("completion_threshold") == expected


DATA = """<adlcp:data><adlcp:map targetID="notes"/><adlcp:map targetID="log" readSharedData="false"/>
<adlcp:map targetID="news" writeSharedData="false"/></adlcp:data>"""


def test_texts_that_parts_share_reach_each_other():
	learner = Learner(DATA)
	assert shared_data.at_start(learner.package.scos[0], learner.name, learner.lesson) == {
		"maps": [
			{"targetID": "notes", "readSharedData": True, "writeSharedData": True},
			{"targetID": "log", "readSharedData": False, "writeSharedData": True},
			{"targetID": "news", "readSharedData": True, "writeSharedData": False},
		],
		"stores": {},
	}
	for part, text in (("A", "first"), ("B", "second")):
		sent = {"notes": text, "news": "forged", "elsewhere": "x", "log": 3}
		run.save(learner.name, learner.lesson, part, {"sharedData": sent})
	found = shared_data.at_start(learner.package.scos[0], learner.name, learner.lesson)
	assert found["stores"] == {"notes": "second"}
	run.save(learner.name, learner.lesson, "A", {"completionStatus": "incomplete"})
	assert shared_data.at_start(learner.package.scos[1], learner.name, learner.lesson)["stores"]


def test_a_part_without_them_has_none():
	learner = Learner()
	assert shared_data.at_start(learner.package.scos[0], learner.name, learner.lesson) is None


def test_rules_that_items_share():
	shared = OBJECTIVES.replace("<imsss:sequencing>", '<imsss:sequencing ID="rules">')
	text = manifest("2004", item='<imsss:sequencing IDRef="rules"/>').replace(
		"</manifest>", f"<imsss:sequencingCollection>{shared}</imsss:sequencingCollection></manifest>"
	)
	learner = Learner(text=text)
	assert learner.package.scos[0].mastery_score == "0.8"
	assert len(learner.starts()["objectives"]) == 3


@pytest.mark.parametrize(
	("item", "expected"),
	[
		('<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>', False),
		('<imsss:sequencing><imsss:controlMode forwardOnly="true"/></imsss:sequencing>', True),
		('<imsss:sequencing><imsss:controlMode choice="false"/></imsss:sequencing>', True),
		('<adlcp:prerequisites type="aicc_script">A</adlcp:prerequisites>', True),
	],
)
def test_the_author_is_told_what_is_not_enforced(item, expected):
	assert ("not enforced" in (Learner(item).package.notes or "")) is expected
