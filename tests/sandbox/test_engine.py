"""The engine's names are restored from those of the wheel it comes in."""

from pathlib import Path

import pytest

from sandbox import engine


@pytest.mark.parametrize(
	("replaced", "original"),
	[
		("import criscostack", "import frappe"),
		("CRISCOSTACK_SITE", "FRAPPE_SITE"),
		("class CriscoClient", "class FrappeClient"),
		("AwesomeCriscoerp", "AwesomeERPNext"),
		("Criscoerp and criscoerp.com", "ERPNext and erpnext.com"),
		("criscostack.utils.brik_helper", "frappe.utils.bench_helper"),
		("nothing to replace: crisp, cost", "nothing to replace: crisp, cost"),
	],
)
def test_text(replaced: str, original: str) -> None:
	assert engine.restore(replaced.encode()).decode() == original


def test_files_and_folders_are_renamed_and_binary_content_stays(tmp_path: Path) -> None:
	folder = tmp_path / "criscostack" / "public" / "criscostack"
	folder.mkdir(parents=True)
	(folder / "criscoerp.js").write_text("criscostack.ui = {}")
	picture = b"\x89PNG\0criscostack"
	(folder / "logo.png").write_bytes(picture)
	engine.restore_names(tmp_path / "criscostack")
	restored = tmp_path / "criscostack" / "public" / "frappe"
	assert (restored / "erpnext.js").read_text() == "frappe.ui = {}"
	assert (restored / "logo.png").read_bytes() == picture
