"""Programs that come from Debian: what is missing is installed by root, or listed for everybody else."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.steps import Log, StepFailed

# Servers live in folders that the PATH of ordinary users lacks.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
# Packages by the command that shows they are there. The database comes from the -core package: it holds
# the server without the service that would start one for the whole machine.
FRONT_DOOR = {"nginx": "nginx"}
PROGRAMS = {
	**FRONT_DOOR,
	"mariadbd": "mariadb-server-core",
	"mariadb-install-db": "mariadb-server-core",
	"mariadb": "mariadb-client",
	"mariadb-dump": "mariadb-client",
	"redis-server": "redis-server",
	"wkhtmltopdf": "wkhtmltopdf",
}
# Names in any script have to show in certificates and pictures. Packages by a file they bring.
FONTS = {
	"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
	"/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf": "fonts-noto-core",
}
# Chromium without windows: the whole one draws some for each visitor, which takes longer than a page of the portal.
TEST_PROGRAMS = {"chromium-headless-shell": "chromium-headless-shell"}
BROWSERS = (*TEST_PROGRAMS, "chromium")
"""What the tests may be seen in, the best first."""
OLDEST_NODE = (18, 18)
# The engine is of 2023: its pinned packages have no wheels for newer Pythons.
PYTHONS = ("python3", "python3.11", "python3.10")
KEEP_SERVICES_DOWN = Path("/usr/sbin/policy-rc.d")


def find(program: str) -> str:
	"""The path of an installed program."""
	path = shutil.which(program, path=SEARCH_PATH)
	if not path:
		raise StepFailed(f"{program} is not installed")
	return path


def find_browser() -> str | None:
	"""The path of the browser for tests, None where there is none."""
	return next(filter(None, (shutil.which(name, path=SEARCH_PATH) for name in BROWSERS)), None)


def find_python() -> str:
	"""A Python that the engine's pinned packages have wheels for."""
	for name in PYTHONS:
		path = shutil.which(name, path=SEARCH_PATH)
		if (
			path
			and _output(path, "-c", "import sys; print(sys.version_info[:2] in ((3, 10), (3, 11)))") == "True"
		):
			return path
	raise StepFailed("the sandbox needs Python 3.10 or 3.11 (python3, as in Debian 12)")


def missing_packages(for_tests: bool) -> list[str]:
	"""The Debian packages that have to be installed first."""
	programs = PROGRAMS | (TEST_PROGRAMS if for_tests else {})
	packages = set(packages_of(programs))
	packages |= {package for file, package in FONTS.items() if not Path(file).exists()}
	if not _has_node():
		packages |= {"nodejs", "npm"}
	if _output(find_python(), "-c", "import ensurepip; print(ensurepip.version())") is None:
		packages.add("python3-venv")
	return sorted(packages)


def packages_of(programs: dict[str, str]) -> list[str]:
	"""The packages of those programs that are not there. Args: programs, packages by program."""
	missing = {
		package for program, package in programs.items() if not shutil.which(program, path=SEARCH_PATH)
	}
	return sorted(missing)


def install(packages: list[str], log: Log) -> None:
	"""Install packages, without starting any service they bring."""
	if not packages:
		return
	command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
	if os.geteuid() != 0:
		raise StepFailed(
			"these Debian packages are missing, and only root can install them. Run:\n\n"
			f"    sudo apt-get update && sudo {' '.join(command)}\n"
		)
	env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
	log.run(["apt-get", "update"], env=env)
	with _services_kept_down():
		# a fresh machine may still be busy with its own updates
		log.run([*command, "-o", "DPkg::Lock::Timeout=300"], env=env)


@contextmanager
def _services_kept_down() -> Iterator[None]:
	"""Debian starts a service as soon as it is installed, unless this file tells it not to."""
	if KEEP_SERVICES_DOWN.exists():
		yield
		return
	KEEP_SERVICES_DOWN.write_text("#!/bin/sh\nexit 101\n")
	KEEP_SERVICES_DOWN.chmod(0o755)
	try:
		yield
	finally:
		KEEP_SERVICES_DOWN.unlink()


def _has_node() -> bool:
	version = re.match(r"v(\d+)\.(\d+)", _output("node", "--version") or "")
	has_npm = shutil.which("npm", path=SEARCH_PATH)
	return bool(version and has_npm) and tuple(map(int, version.groups())) >= OLDEST_NODE


def _output(*command: str) -> str | None:
	"""What a command prints; None when it is missing or fails."""
	try:
		done = subprocess.run(command, capture_output=True, text=True, check=True)
	except (OSError, subprocess.CalledProcessError):
		return None
	return done.stdout.strip()
