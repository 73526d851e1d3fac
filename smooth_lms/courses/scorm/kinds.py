"""Which kind of package a zip is: the one place that knows the manifests, and what is said of other kinds."""

from collections.abc import Callable, Collection

from frappe import _

from smooth_lms.courses.files import is_h5p
from smooth_lms.courses.scorm import cmi5_xml, manifest, tincan_xml
from smooth_lms.courses.scorm.manifest import Manifest

READERS: dict[str, Callable[[bytes, Collection[str]], Manifest]] = {
	manifest.NAME: manifest.read,
	cmi5_xml.NAME: cmi5_xml.read,
	tincan_xml.NAME: tincan_xml.read,
}
"""By the name of the manifest, in the order in which they count: some tools put several into a package."""
BY_STATEMENTS = frozenset((cmi5_xml.VERSION, tincan_xml.VERSION))
"""Versions whose packages report by xAPI; the others have the run-time of SCORM."""


def manifest_among(names: Collection[str]) -> str | None:
	"""The name of the manifest that counts. Args: names, of files, without folders and in small letters."""
	return next((name for name in READERS if name in names), None)


def shown(version: str) -> str:
	"""How people call a version. Args: version, as LMS SCORM Package keeps it."""
	return version if version in BY_STATEMENTS else _("SCORM {0}").format(version)


def refusal(names: Collection[str]) -> str:
	"""What to say of a zip without a manifest. Args: as `manifest_among`."""
	endings = {name.rpartition(".")[2] for name in names}
	if "h5p.json" in names:
		return is_h5p()
	if {"crs", "au"} <= endings:
		return _("This is an AICC package, which is not taken: publish it as SCORM, cmi5 or xAPI.")
	return _(
		"The package has no imsmanifest.xml, cmi5.xml or tincan.xml: publish it as SCORM 1.2, SCORM 2004, cmi5 or xAPI."
	)
