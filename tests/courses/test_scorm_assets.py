"""Parts of a package that report nothing (assets): they are taken, and done once they were shown."""

import pytest

from smooth_lms.courses.scorm import manifest as scorm_manifest
from tests.support.packages import build

PARTS = (("A", "a.html"), ("B", "b.html"))


def read(version: str, kinds: tuple[str, str]) -> list[tuple[str, bool]]:
	"""The parts of a package whose two resources say what they are: identifier, whether it is an asset."""
	text = build.manifest(version, parts=PARTS)
	said = build.SCO_ATTRIBUTE[version]
	for kind in kinds:
		text = text.replace(f'{said}="sco" ', f'{said}="{kind}" ', 1) if kind != "sco" else text
	return [
		(part.identifier, part.is_asset)
		for part in scorm_manifest.read(text.encode(), {"a.html", "b.html"}).parts
	]


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_package_of_assets_has_them_as_parts(version):
	assert read(version, ("asset", "asset")) == [("A", True), ("B", True)]


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_an_asset_beside_a_sco_is_a_part_too(version):
	assert read(version, ("asset", "sco")) == [("A", True), ("B", False)]
