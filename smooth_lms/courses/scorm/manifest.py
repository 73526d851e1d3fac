"""Reads imsmanifest.xml: which SCORM version, which parts, and where they start. No database, no files."""

import json
import posixpath
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from frappe import _

from smooth_lms.courses.scorm import manifest_xml, sequencing
from smooth_lms.courses.scorm.manifest_xml import attribute, child, local, text
from smooth_lms.exceptions import PackageRefusedError

NAME = "imsmanifest.xml"
MOST_PARTS = 200
TITLE_LENGTH = 140
PLAIN = (
	"identifier",
	"title",
	"href",
	"parameters",
	"mastery_score",
	"time_limit",
	"time_limit_action",
	"launch_data",
	"completion_threshold",
	"activity_id",
	"move_on",
	"entitlement_key",
)


@dataclass(frozen=True, slots=True)
class Part:
	"""What an item of the package starts: a SCO, which reports, or an asset, which only shows something."""

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
	objectives: tuple[sequencing.Objective, ...] = ()
	"""SCORM 2004: those that the manifest declares, the primary one first."""
	shared_data: tuple[sequencing.SharedData, ...] = ()
	"""SCORM 2004: texts that it shares with other parts."""
	is_asset: bool = False
	"""It reports nothing: it is done once it was shown."""
	activity_id: str = ""
	"""cmi5 and xAPI: how the package itself calls it."""
	move_on: str = ""
	"""cmi5: what makes it done, one of `rule.MOVE_ON`."""
	own_window: bool = False
	"""cmi5: it wants a window of its own."""
	entitlement_key: str = ""
	"""cmi5: what it gets back when it starts."""


@dataclass(frozen=True, slots=True)
class Manifest:
	"""What the app needs to know of a package."""

	version: str
	"""1.2 or 2004 of SCORM; cmi5 or xAPI."""
	title: str
	parts: list[Part] = field(default_factory=list)
	notes: tuple[str, ...] = ()
	"""What the package asks for and does not get, for its author to read."""
	structure: dict[str, Any] | None = None
	"""cmi5: `id` and `title` of the course, and its `blocks`, each with `id`, `title` and the identifiers of all `parts`
	below it."""


def as_row(part: Part) -> dict[str, Any]:
	"""A part as a row of LMS SCORM SCO keeps it."""
	kept = {name: getattr(part, name) for name in PLAIN}
	kept |= {"is_asset": int(part.is_asset), "own_window": int(part.own_window)}
	return kept | {
		name: json.dumps([asdict(each) for each in getattr(part, name)]) if getattr(part, name) else None
		for name in ("objectives", "shared_data")
	}


def read(data: bytes, files: Collection[str]) -> Manifest:
	"""The manifest of a package.

	Args:
	        data: the bytes of imsmanifest.xml.
	        files: the paths of the package's files, to check that what is started is there.

	Raises PackageRefusedError for anything unsafe or not SCORM.
	"""
	root = manifest_xml.root_of(data, NAME)
	if local(root.tag) != "manifest":
		raise PackageRefusedError(_("imsmanifest.xml is not a SCORM manifest."))
	version = _version(root, data)
	resources = _resources(root)
	organization = _organization(root)
	collection = sequencing.collection_of(root)
	parts = _parts(organization, resources, files, collection) if organization is not None else []
	if not parts:
		raise PackageRefusedError(
			_("The package has no part that can be started: publish it as SCORM 1.2 or SCORM 2004.")
		)
	title = _title(organization) or parts[0].title
	return Manifest(version, title[:TITLE_LENGTH], parts, tuple(sequencing.notes(organization)))


def _version(root: ElementTree.Element, data: bytes) -> str:
	metadata = child(root, "metadata")
	said = (text(metadata, "schemaversion") if metadata is not None else "").lower()
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
	container = child(root, "resources")
	base = _base(root) + (_base(container) if container is not None else "")
	for element in container if container is not None else []:
		if local(element.tag) == "resource" and element.get("href"):
			kind = attribute(element, "scormtype").lower()
			found[element.get("identifier", "")] = (base + _base(element) + element.get("href").strip(), kind)
	return found


def start_file(href: str, files: dict[str, str]) -> tuple[str | None, str, str]:
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
	container = child(root, "organizations")
	if container is None:
		return None
	all_of_them = [each for each in container if local(each.tag) == "organization"]
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
		if local(item.tag) == "item" and item.get("identifierref") in resources
	]
	# where no resource says what it is, those that an item starts are meant
	said = {resources[item.get("identifierref")][1] for item in items}
	wanted = {"sco", "asset"} if said & {"sco", "asset"} else {""}
	for item in items:
		href, kind = resources[item.get("identifierref")]
		if kind not in wanted:
			continue
		path, query, fragment = start_file(href, spelled)
		if not path:
			raise PackageRefusedError(
				_(
					"The part “{0}” starts with {1}, which is not in the package: publish it again, and zip all of its files."
				).format(_title(item)[:60], as_text(href[:80]))
			)
		identifier = (item.get("identifier") or f"part-{len(parts) + 1}")[:TITLE_LENGTH]
		if any(part.identifier == identifier for part in parts) or len(parts) == MOST_PARTS:
			raise PackageRefusedError(
				_(
					"The package has too many parts, or two of the same identifier: split it, or publish it again."
				)
			)
		rules = sequencing.rules_of(item, collection)
		added = "&".join(each.lstrip("?&") for each in (query, item.get("parameters") or "") if each)
		parts.append(
			Part(
				identifier=identifier,
				title=(_title(item) or identifier)[:TITLE_LENGTH],
				href=path,
				parameters=((f"?{added}" if added else "") + (f"#{fragment}" if fragment else ""))[:500],
				mastery_score=(text(item, "masteryscore") or sequencing.passing_measure(rules))[:20],
				time_limit=(text(item, "maxtimeallowed") or sequencing.time_limit(rules))[:40],
				time_limit_action=(text(item, "timelimitaction") or text(item, "timeLimitAction"))[:40],
				launch_data=(text(item, "datafromlms") or text(item, "dataFromLMS"))[:4096],
				completion_threshold=sequencing.completion_threshold(item)[:20],
				objectives=sequencing.objectives(rules),
				shared_data=sequencing.shared_data(item),
				is_asset=kind == "asset",
			)
		)
	return parts


def _title(element: ElementTree.Element) -> str:
	"""A title is text: what looks like markup in it is made to look like what it is."""
	return as_text(text(element, "title"))


def as_text(text: str) -> str:
	"""A text that looks like no markup."""
	return text.replace("<", "‹").replace(">", "›")


def _base(element: ElementTree.Element) -> str:
	return element.get("{http://www.w3.org/XML/1998/namespace}base", "")
