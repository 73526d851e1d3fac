"""Reads cmi5.xml: the parts (assignable units) of a cmi5 course, what makes each done, and its blocks.

After the course structure of the cmi5 specification, sections 13 and 14. No database, no files.
"""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from frappe import _

from smooth_lms.courses.scorm import manifest_xml, rule
from smooth_lms.courses.scorm.manifest import TITLE_LENGTH, Manifest, Part, as_text, start_file
from smooth_lms.courses.scorm.manifest_xml import child, local, text
from smooth_lms.exceptions import PackageRefusedError

NAME, VERSION = "cmi5.xml", "cmi5"
MOST_PARTS = 2_000
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
LAUNCH_PARAMETERS = frozenset(("endpoint", "fetch", "actor", "registration", "activityId"))
"""Names in a start address that mean something else there."""


def read(data: bytes, files: Collection[str]) -> Manifest:
	"""The structure of a cmi5 course. Args and errors: as `manifest.read`."""
	root = manifest_xml.root_of(data, NAME)
	course = child(root, "course")
	if local(root.tag) != "courseStructure" or course is None:
		raise PackageRefusedError(_("cmi5.xml is no course structure of cmi5: publish the package again."))
	_check_identifiers(root)
	spelled = {path.casefold(): path for path in files}
	parts: dict[ElementTree.Element, Part] = {}
	for element in root.iter():
		if local(element.tag) == "au":
			parts[element] = _part(element, len(parts) + 1, spelled)
	if not 0 < len(parts) <= MOST_PARTS:
		raise PackageRefusedError(
			_("The package has no part that can be started, or more than {0}: publish it again.").format(
				MOST_PARTS
			)
		)
	title = _title(course)[:TITLE_LENGTH]
	structure = {"id": course.get("id"), "title": title, "blocks": _blocks(root, parts)}
	return Manifest(VERSION, title, list(parts.values()), structure=structure)


def _check_identifiers(root: ElementTree.Element) -> None:
	"""Every course, block, objective and part has an IRI, and none of a kind has that of another."""
	seen: set[tuple[str, str]] = set()
	for element in root.iter():
		kind, found = local(element.tag), element.get("id") or ""
		if kind not in ("course", "block", "au") and not (kind == "objective" and not element.get("idref")):
			continue
		if not IRI.fullmatch(found):
			raise PackageRefusedError(
				_("cmi5.xml has an identifier that is no IRI: {0}. Publish the package again.").format(
					as_text(found[:80])
				)
			)
		if (kind, found) in seen:
			raise PackageRefusedError(
				_("cmi5.xml has the same identifier twice: {0}. Publish the package again.").format(
					as_text(found[:80])
				)
			)
		seen.add((kind, found))


def _part(element: ElementTree.Element, number: int, files: dict[str, str]) -> Part:
	activity = element.get("id") or ""
	title = _title(element)[:TITLE_LENGTH]
	href = text(element, "url")
	path, query, fragment = start_file(href, files)
	if not path:
		raise PackageRefusedError(
			_(
				"The part “{0}” starts with {1}, which is not in the package: publish it again, and zip all of its files."
			).format(title[:60], as_text(href[:80]))
		)
	if taken := LAUNCH_PARAMETERS & {name for name, _value in parse_qsl(query, keep_blank_values=True)}:
		raise PackageRefusedError(
			_("The start address of the part “{0}” says {1} itself, which cmi5 does not allow.").format(
				title[:60], ", ".join(sorted(taken))
			)
		)
	return Part(
		identifier=activity if len(activity) <= TITLE_LENGTH else f"part-{number}",
		title=title or f"part-{number}",
		href=path,
		parameters=((f"?{query}" if query else "") + (f"#{fragment}" if fragment else ""))[:500],
		mastery_score=_mastery_score(element),
		launch_data=text(element, "launchParameters")[:4096],
		activity_id=activity,
		move_on=_one_of(element, "moveOn", rule.MOVE_ON, rule.NOT_APPLICABLE),
		own_window=_one_of(element, "launchMethod", ("AnyWindow", "OwnWindow"), "AnyWindow") == "OwnWindow",
		entitlement_key=text(element, "entitlementKey")[:500],
	)


def _one_of(element: ElementTree.Element, name: str, known: Collection[str], usual: str) -> str:
	found = element.get(name) or usual
	if found not in known:
		raise PackageRefusedError(
			_("cmi5.xml says {0} “{1}”, which cmi5 does not know: publish the package again.").format(
				name, as_text(found[:40])
			)
		)
	return found


def _mastery_score(element: ElementTree.Element) -> str:
	found = element.get("masteryScore") or ""
	try:
		fits = not found or 0 <= float(found) <= 1
	except ValueError:
		fits = False
	if not fits:
		raise PackageRefusedError(
			_("cmi5.xml says masteryScore “{0}”, which has to be a number from 0 to 1.").format(
				as_text(found[:40])
			)
		)
	return found[:20]


def _blocks(root: ElementTree.Element, parts: dict[ElementTree.Element, Part]) -> list[dict[str, Any]]:
	return [
		{
			"id": block.get("id"),
			"title": _title(block)[:TITLE_LENGTH],
			"parts": [parts[each].identifier for each in block.iter() if each in parts],
		}
		for block in root.iter()
		if local(block.tag) == "block"
	]


def _title(element: ElementTree.Element) -> str:
	"""The first of the languages in which something is called."""
	found = child(element, "title")
	return as_text(text(found, "langstring")) if found is not None else ""
