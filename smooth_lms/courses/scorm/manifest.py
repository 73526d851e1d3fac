"""Reads imsmanifest.xml: which SCORM version, which parts, and where they start. No database, no files."""

import codecs
import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.parsers import expat

from frappe import _

from smooth_lms.exceptions import PackageRefusedError

LARGEST_MANIFEST = 4 * 1024 * 1024
DEEPEST = 60
MOST_ELEMENTS = 50_000
MOST_PARTS = 200
TITLE_LENGTH = 140
MOST_TEXT = 4_000
MOST_OBJECTIVES = 200
TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Part:
	"""A SCO: something of the package that is started and reports."""

	identifier: str
	title: str
	href: str
	"""Its start file, relative to the package."""
	parameters: str = ""
	mastery_score: str = ""
	time_limit: str = ""
	time_limit_action: str = ""
	launch_data: str = ""
	completion_threshold: str = ""
	"""SCORM 2004: the progress measure (0–1) at which it is completed."""
	objectives: tuple["Objective", ...] = ()
	"""SCORM 2004: those that the manifest declares, the primary one first."""


@dataclass(frozen=True, slots=True)
class Objective:
	"""A learning objective that a part finds in `cmi.objectives` when it starts."""

	identifier: str
	reads: tuple[str, ...] = ()
	"""Shared objectives whose state it starts with."""
	writes: tuple[str, ...] = ()
	"""Shared objectives that get its state."""


@dataclass(frozen=True, slots=True)
class Manifest:
	"""What the app needs to know of a package."""

	version: str
	"""1.2 or 2004."""
	title: str
	parts: list[Part] = field(default_factory=list)
	notes: tuple[str, ...] = ()
	"""What the package asks for and does not get, for its author to read."""


def read(data: bytes, files: Collection[str]) -> Manifest:
	"""The manifest of a package.

	Args:
	        data: the bytes of imsmanifest.xml.
	        files: the paths of the package's files, to check that what is started is there.

	Raises PackageRefusedError for anything unsafe or not SCORM.
	"""
	data = _without_blanks(data)
	_check(data)
	root = ElementTree.fromstring(data)
	if _local(root.tag) != "manifest":
		raise PackageRefusedError(_("imsmanifest.xml is not a SCORM manifest."))
	version = _version(root, data)
	resources = _resources(root)
	organization = _organization(root)
	collection = _sequencing_collection(root)
	parts = _parts(organization, resources, files, collection) if organization is not None else []
	if not parts:
		raise PackageRefusedError(
			_("The package has no part that reports progress (SCO): publish it as SCORM 1.2 or SCORM 2004.")
		)
	title = _title(organization) or parts[0].title
	return Manifest(version, title[:TITLE_LENGTH], parts, tuple(_notes(organization)))


def _without_blanks(data: bytes) -> bytes:
	"""Some tools write an empty line before the declaration, which no parser takes."""
	mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
	return mark + data[len(mark) :].lstrip(b" \t\r\n")


def _check(data: bytes) -> None:
	"""Refuse what could make a parser work or read without end: document types, entities, depth, size."""
	if len(data) > LARGEST_MANIFEST:
		raise PackageRefusedError(_("imsmanifest.xml is too big: split the package into several."))
	depth = elements = 0

	def refuse(*_arguments: object) -> None:
		raise PackageRefusedError(
			_("imsmanifest.xml has a document type or entities, which are not allowed.")
		)

	def start(_name: str, _attributes: dict) -> None:
		nonlocal depth, elements
		depth, elements = depth + 1, elements + 1
		if depth > DEEPEST or elements > MOST_ELEMENTS:
			raise PackageRefusedError(_("imsmanifest.xml is nested too deeply or has too many elements."))

	def end(_name: str) -> None:
		nonlocal depth
		depth -= 1

	parser = expat.ParserCreate()
	parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
	parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse
	parser.StartElementHandler, parser.EndElementHandler = start, end
	try:
		parser.Parse(data, True)
	except (expat.ExpatError, LookupError, ValueError) as error:
		raise PackageRefusedError(_("imsmanifest.xml is not well-formed XML: {0}").format(error)) from error


def _version(root: ElementTree.Element, data: bytes) -> str:
	metadata = _child(root, "metadata")
	said = (_text(metadata, "schemaversion") if metadata is not None else "").lower()
	if said == "1.2":
		return "1.2"
	if said.startswith("2004") or "1.3" in said:
		return "2004"
	# some tools leave the metadata out: the namespaces say it as well
	if b"adlcp_rootv1p2" in data:
		return "1.2"
	if b"adlcp_v1p3" in data:
		return "2004"
	raise PackageRefusedError(_("This is not a SCORM 1.2 or SCORM 2004 package: publish it as one of them."))


def _resources(root: ElementTree.Element) -> dict[str, tuple[str, str]]:
	"""By identifier the start file and what the resource says it is: sco, asset, or nothing."""
	found = {}
	container = _child(root, "resources")
	base = _base(root) + (_base(container) if container is not None else "")
	for element in container if container is not None else []:
		if _local(element.tag) == "resource" and element.get("href"):
			kind = _attribute(element, "scormtype").lower()
			found[element.get("identifier", "")] = (base + _base(element) + element.get("href").strip(), kind)
	return found


def _start_file(href: str, files: dict[str, str]) -> tuple[str | None, str, str]:
	"""What a start address means: the file of the package (None for none), its query and its fragment.

	Args: files, the package's paths by their spelling without capitals.
	"""
	path, _hash, fragment = href.partition("#")
	path, _mark, query = path.partition("?")
	if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
		return None, query, fragment
	known = set(files.values())
	for written in (path, unquote(path)):
		meant = posixpath.normpath(written.replace("\\", "/").lstrip("/"))
		if meant in known:
			return meant, query, fragment
		if meant.casefold() in files:
			return files[meant.casefold()], query, fragment
	return None, query, fragment


def _organization(root: ElementTree.Element) -> ElementTree.Element | None:
	container = _child(root, "organizations")
	if container is None:
		return None
	all_of_them = [each for each in container if _local(each.tag) == "organization"]
	default = container.get("default")
	chosen = [each for each in all_of_them if each.get("identifier") == default]
	return next(iter(chosen or all_of_them), None)


def _parts(
	organization: ElementTree.Element,
	resources: dict[str, tuple[str, str]],
	files: Collection[str],
	collection: dict[str, ElementTree.Element],
) -> list[Part]:
	parts: list[Part] = []
	spelled = {path.casefold(): path for path in files}
	items = [
		item
		for item in organization.iter()
		if _local(item.tag) == "item" and item.get("identifierref") in resources
	]
	# where no resource says what it is, those that an item starts are meant
	said = {resources[item.get("identifierref")][1] for item in items}
	wanted = "sco" if "sco" in said else ""
	for item in items:
		href, kind = resources[item.get("identifierref")]
		if kind != wanted:
			continue
		path, query, fragment = _start_file(href, spelled)
		if not path:
			raise PackageRefusedError(
				_(
					"The part “{0}” starts with {1}, which is not in the package: publish it again, and zip all of its files."
				).format(_title(item)[:60], _as_text(href[:80]))
			)
		identifier = (item.get("identifier") or f"part-{len(parts) + 1}")[:TITLE_LENGTH]
		if any(part.identifier == identifier for part in parts) or len(parts) == MOST_PARTS:
			raise PackageRefusedError(
				_(
					"The package has too many parts, or two of the same identifier: split it, or publish it again."
				)
			)
		rules = _sequencing(item, collection)
		added = "&".join(each.lstrip("?&") for each in (query, item.get("parameters") or "") if each)
		parts.append(
			Part(
				identifier=identifier,
				title=(_title(item) or identifier)[:TITLE_LENGTH],
				href=path,
				parameters=((f"?{added}" if added else "") + (f"#{fragment}" if fragment else ""))[:500],
				mastery_score=(_text(item, "masteryscore") or _passing_measure(rules))[:20],
				time_limit=(_text(item, "maxtimeallowed") or _time_limit(rules))[:40],
				time_limit_action=(_text(item, "timelimitaction") or _text(item, "timeLimitAction"))[:40],
				launch_data=(_text(item, "datafromlms") or _text(item, "dataFromLMS"))[:4096],
				completion_threshold=_completion_threshold(item)[:20],
				objectives=_objectives(rules),
			)
		)
	return parts


def _sequencing_collection(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
	"""SCORM 2004: rules that several items share, by their ID."""
	found = _child(root, "sequencingCollection")
	return (
		{each.get("ID", ""): each for each in found if _local(each.tag) == "sequencing"}
		if found is not None
		else {}
	)


def _sequencing(
	item: ElementTree.Element, collection: dict[str, ElementTree.Element]
) -> list[ElementTree.Element]:
	"""The rules of an item: its own, then those that it shares."""
	own = _child(item, "sequencing")
	if own is None:
		return []
	shared = collection.get(own.get("IDRef", ""))
	return [own] if shared is None else [own, shared]


def _passing_measure(rules: list[ElementTree.Element]) -> str:
	"""SCORM 2004: the scaled score of the primary objective that passes."""
	for sequencing in rules:
		for element in sequencing.iter():
			if _local(element.tag) == "primaryObjective" and element.get("satisfiedByMeasure") in TRUE:
				return _text(element, "minNormalizedMeasure") or "1.0"
	return ""


def _time_limit(rules: list[ElementTree.Element]) -> str:
	for sequencing in rules:
		if (limits := _child(sequencing, "limitConditions")) is not None:
			return limits.get("attemptAbsoluteDurationLimit", "")
	return ""


def _completion_threshold(item: ElementTree.Element) -> str:
	"""Written as text in the third edition, and as attributes in the fourth."""
	element = _child(item, "completionThreshold")
	if element is None:
		return ""
	by_measure = element.get("completedByMeasure")
	if by_measure is not None:
		return element.get("minProgressMeasure", "1.0") if by_measure in TRUE else ""
	return element.get("minProgressMeasure", "") or " ".join((element.text or "").split())


def _objectives(rules: list[ElementTree.Element]) -> tuple[Objective, ...]:
	found: dict[str, Objective] = {}
	for sequencing in rules:
		# those of the fourth edition name the same objectives once more, to share more of them
		for element in sequencing.iter():
			identifier = (element.get("objectiveID") or "")[:MOST_TEXT]
			if _local(element.tag) not in ("primaryObjective", "objective") or not identifier:
				continue
			known = found.get(identifier, Objective(identifier))
			maps = [
				each for each in element if _local(each.tag) == "mapInfo" and each.get("targetObjectiveID")
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


def _notes(organization: ElementTree.Element) -> list[str]:
	"""What is not enforced, as far as the manifest asks for it."""
	asked = {_local(each.tag) for each in organization.iter()}
	modes = [each for each in organization.iter() if _local(each.tag) == "controlMode"]
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


def _local(tag: str) -> str:
	return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
	return next((each for each in element if _local(each.tag) == name), None)


def _text(element: ElementTree.Element, name: str) -> str:
	child = _child(element, name)
	return " ".join((child.text or "").split()) if child is not None else ""


def _title(element: ElementTree.Element) -> str:
	"""A title is text: what looks like markup in it is made to look like what it is."""
	return _as_text(_text(element, "title"))


def _as_text(text: str) -> str:
	return text.replace("<", "‹").replace(">", "›")


def _attribute(element: ElementTree.Element, name: str) -> str:
	return next((v for k, v in element.attrib.items() if _local(k).lower() == name), "")


def _base(element: ElementTree.Element) -> str:
	return element.get("{http://www.w3.org/XML/1998/namespace}base", "")
