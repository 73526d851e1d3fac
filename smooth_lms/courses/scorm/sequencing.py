"""What a manifest of SCORM 2004 says of an item beside its start: scores, objectives, data that parts share."""

from dataclasses import dataclass
from xml.etree import ElementTree

from frappe import _

from smooth_lms.courses.scorm.manifest_xml import child, local, text

MOST_TEXT = 4_000
MOST_OBJECTIVES = 200
TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Objective:
	"""A learning objective that a part finds in `cmi.objectives` when it starts."""

	identifier: str
	reads: tuple[str, ...] = ()
	"""Shared objectives whose state it starts with."""
	writes: tuple[str, ...] = ()
	"""Shared objectives that get its state."""


@dataclass(frozen=True, slots=True)
class SharedData:
	"""A store of texts that several parts see in `adl.data` (fourth edition)."""

	target: str
	reads: bool = True
	writes: bool = True


def collection_of(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
	"""SCORM 2004: rules that several items share, by their ID."""
	found = child(root, "sequencingCollection")
	return (
		{each.get("ID", ""): each for each in found if local(each.tag) == "sequencing"}
		if found is not None
		else {}
	)


def rules_of(
	item: ElementTree.Element, collection: dict[str, ElementTree.Element]
) -> list[ElementTree.Element]:
	"""The rules of an item: its own, then those that it shares."""
	own = child(item, "sequencing")
	if own is None:
		return []
	shared = collection.get(own.get("IDRef", ""))
	return [own] if shared is None else [own, shared]


def passing_measure(rules: list[ElementTree.Element]) -> str:
	"""SCORM 2004: the scaled score of the primary objective that passes."""
	for rule in rules:
		for element in rule.iter():
			if local(element.tag) == "primaryObjective" and element.get("satisfiedByMeasure") in TRUE:
				return text(element, "minNormalizedMeasure") or "1.0"
	return ""


def time_limit(rules: list[ElementTree.Element]) -> str:
	"""How long an attempt may take, as the manifest writes it; empty for no limit."""
	for rule in rules:
		if (limits := child(rule, "limitConditions")) is not None:
			return limits.get("attemptAbsoluteDurationLimit", "")
	return ""


def completion_threshold(item: ElementTree.Element) -> str:
	"""Written as text in the third edition, and as attributes in the fourth."""
	element = child(item, "completionThreshold")
	if element is None:
		return ""
	by_measure = element.get("completedByMeasure")
	if by_measure is not None:
		return element.get("minProgressMeasure", "1.0") if by_measure in TRUE else ""
	return element.get("minProgressMeasure", "") or " ".join((element.text or "").split())


def objectives(rules: list[ElementTree.Element]) -> tuple[Objective, ...]:
	"""The objectives of an item, the primary one first."""
	found: dict[str, Objective] = {}
	for rule in rules:
		# those of the fourth edition name the same objectives once more, to share more of them
		for element in rule.iter():
			identifier = (element.get("objectiveID") or "")[:MOST_TEXT]
			if local(element.tag) not in ("primaryObjective", "objective") or not identifier:
				continue
			known = found.get(identifier, Objective(identifier))
			maps = [
				each for each in element if local(each.tag) == "mapInfo" and each.get("targetObjectiveID")
			]
			reads = [
				each.get("targetObjectiveID")
				for each in maps
				if each.get("readSatisfiedStatus", "true") in TRUE
			]
			writes = [
				each.get("targetObjectiveID") for each in maps if each.get("writeSatisfiedStatus") in TRUE
			]
			found[identifier] = Objective(identifier, (*known.reads, *reads), (*known.writes, *writes))
	return tuple(found.values())[:MOST_OBJECTIVES]


def shared_data(item: ElementTree.Element) -> tuple[SharedData, ...]:
	"""The stores of an item, in the order in which it finds them."""
	container = child(item, "data")
	if container is None:
		return ()
	found = {
		each.get("targetID", "")[:MOST_TEXT]: SharedData(
			each.get("targetID", "")[:MOST_TEXT],
			each.get("readSharedData", "true") in TRUE,
			each.get("writeSharedData", "true") in TRUE,
		)
		for each in container
		if local(each.tag) == "map"
	}
	found.pop("", None)
	return tuple(found.values())[:MOST_OBJECTIVES]


def notes(organization: ElementTree.Element) -> list[str]:
	"""What is not enforced, as far as the manifest asks for it."""
	asked = {local(each.tag) for each in organization.iter()}
	modes = [each for each in organization.iter() if local(each.tag) == "controlMode"]
	notes = []
	if (
		asked & {"sequencingRules", "prerequisites", "rollupRules"}
		or any(each.get("forwardOnly") in TRUE for each in modes)
		or any(each.get("choice") in ("false", "0") for each in modes)
	):
		notes.append(
			_(
				"The package has rules about the order of its parts. They are not enforced: learners choose the part, and the lesson is completed once all are done."
			)
		)
	return notes
