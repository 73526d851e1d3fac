"""Reads tincan.xml, by which authoring tools describe what they publish for xAPI ("Tin Can"). No database, no files."""

from collections.abc import Collection

from frappe import _

from smooth_lms.courses.scorm import manifest_xml
from smooth_lms.courses.scorm.cmi5_xml import IRI
from smooth_lms.courses.scorm.manifest import (
	MOST_PARTS,
	TITLE_LENGTH,
	Manifest,
	Part,
	as_text,
	start_file,
)
from smooth_lms.courses.scorm.manifest_xml import local, text
from smooth_lms.exceptions import PackageRefusedError

NAME, VERSION = "tincan.xml", "xAPI"


def read(data: bytes, files: Collection[str]) -> Manifest:
	"""The activities of a package that can be started. Args and errors: as `manifest.read`."""
	root = manifest_xml.root_of(data, NAME)
	spelled = {path.casefold(): path for path in files}
	parts: list[Part] = []
	for element in root.iter():
		href = text(element, "launch") if local(element.tag) == "activity" else ""
		if not href:
			continue
		activity = (element.get("id") or "").strip()
		path, query, fragment = start_file(href, spelled)
		title = as_text(text(element, "name"))[:TITLE_LENGTH]
		if not path:
			raise PackageRefusedError(
				_(
					"The part “{0}” starts with {1}, which is not in the package: publish it again, and zip all of its files."
				).format(title[:60], as_text(href[:80]))
			)
		if not IRI.fullmatch(activity) or any(part.activity_id == activity for part in parts):
			raise PackageRefusedError(
				_("tincan.xml has an activity without an identifier of its own: publish the package again.")
			)
		number = len(parts) + 1
		parts.append(
			Part(
				identifier=activity if len(activity) <= TITLE_LENGTH else f"part-{number}",
				title=title or f"part-{number}",
				href=path,
				parameters=((f"?{query}" if query else "") + (f"#{fragment}" if fragment else ""))[:500],
				activity_id=activity,
			)
		)
	if not 0 < len(parts) <= MOST_PARTS:
		raise PackageRefusedError(
			_("The package has no part that can be started, or more than {0}: publish it again.").format(
				MOST_PARTS
			)
		)
	return Manifest(VERSION, parts[0].title, parts)
