"""What has to be installed: found out without installing, and told to whoever is not root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import debian
from sandbox.layout import Layout
from sandbox.steps import Log, StepFailed


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
	"""Nothing but Python is there."""
	# The program itself: what PATH finds may be a script that needs more than itself.
	(tmp_path / "python3").symlink_to(Path(sys.executable).resolve())
	monkeypatch.setattr(debian, "SEARCH_PATH", str(tmp_path))
	monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("bare_machine")
def test_all_packages_are_missing_from_a_bare_machine() -> None:
	wanted = {"mariadb-server-core", "mariadb-client", "redis-server", "wkhtmltopdf", "nodejs", "npm"}
	assert wanted <= set(debian.missing_packages(for_tests=False))
	assert "chromium-headless-shell" not in debian.missing_packages(for_tests=False)
	assert "chromium-headless-shell" in debian.missing_packages(for_tests=True)


@pytest.mark.usefixtures("bare_machine")
def test_the_browser_without_windows_is_taken_where_it_is(tmp_path: Path) -> None:
	assert debian.find_browser() is None
	for name in ("chromium", "chromium-headless-shell"):
		(tmp_path / name).write_text("#!/bin/sh\n")
		(tmp_path / name).chmod(0o755)
		assert debian.find_browser() == str(tmp_path / name)


def test_nothing_is_missing_where_the_tests_run() -> None:
	if os.environ.get("SMOOTH_ENGINE") == "bench":
		pytest.skip("a bench may have its programs elsewhere")
	assert debian.missing_packages(for_tests=True) == []


def test_somebody_else_than_root_is_told_the_command(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(os, "geteuid", lambda: 1000)
	with pytest.raises(StepFailed, match=r"sudo apt-get install .* mariadb-client redis-server") as failure:
		debian.install(["mariadb-client", "redis-server"], Log(layout.logs / "packages.log"))
	assert "only root can install them" in str(failure.value)


def test_nobody_is_told_to_install_nothing(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(os, "geteuid", lambda: 1000)
	debian.install([], Log(layout.logs / "packages.log"))


@pytest.mark.usefixtures("bare_machine")
def test_program_that_is_missing_is_named() -> None:
	with pytest.raises(StepFailed, match="redis-server is not installed"):
		debian.find("redis-server")


def test_the_launcher_says_what_to_do_where_not_even_python_is(tmp_path: Path) -> None:
	for program in ("dirname", "readlink", "sh"):
		(tmp_path / program).symlink_to(shutil.which(program))
	(tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
	(tmp_path / "id").chmod(0o755)
	launcher = Path(debian.__file__).parent.parent / "smooth"
	done = subprocess.run([launcher, "up"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
	assert done.returncode == 1
	assert "sudo apt-get install --yes --no-install-recommends python3 python3-venv" in done.stderr
