"""Prepares a bench that somebody else made for the tests of this checkout."""

import json
import shutil
import subprocess
from pathlib import Path

from sandbox import bench, debian
from sandbox.layout import Layout
from sandbox.steps import Log, Runner, Step, StepFailed

NEW_SITE = "smooth-test.localhost"
ADMIN_PASSWORD = "admin"


def prepare(layout: Layout, runner: Runner, path: Path, site: str | None) -> str:
	"""Link the checkout into the bench and bring it into a site for tests. Returns the site's name."""
	if not (path / "sites" / "apps.txt").exists() or not (path / "env" / "bin" / "python").exists():
		raise StepFailed(f"{path} is no bench: it has no sites/apps.txt or no env/bin/python")
	name = site or _site_for_tests(path)
	chromium = debian.TEST_PROGRAMS.items()
	runner.run(
		Step(
			"debian packages",
			lambda log: debian.install([package for _, package in chromium], log),
			lambda: "installed",
			lambda: all(shutil.which(program) for program, _ in chromium),
		),
		Step("app in bench", lambda log: _link_app(layout, path, log)),
		Step("test packages", lambda log: _install_test_packages(layout, path, log)),
		Step(f"site {name}", lambda log: _prepare_site(path, name, log)),
	)
	return name


def _site_for_tests(path: Path) -> str:
	"""The bench's default site if its configuration allows tests; else one of our own."""
	common = json.loads((path / "sites" / "common_site_config.json").read_text())
	site = common.get("default_site", "")
	config = path / "sites" / site / "site_config.json"
	if site and config.exists() and (common | json.loads(config.read_text())).get("allow_tests"):
		return site
	return NEW_SITE


def _link_app(layout: Layout, path: Path, log: Log) -> None:
	app = path / "apps" / "smooth_lms"
	if app.exists() and not app.is_symlink():
		if app.resolve() != layout.checkout.resolve():
			raise StepFailed(f"{app} is another copy of the app; move it away to test {layout.checkout}")
	else:
		bench.link(app, layout.checkout)
	packages = next((path / "env" / "lib").glob("python3.*/site-packages"))
	(packages / "smooth_lms.pth").write_text(f"{app}\n")
	apps = path / "sites" / "apps.txt"
	listed = apps.read_text().split()
	if "smooth_lms" not in listed:
		apps.write_text("\n".join([*listed, "smooth_lms"]) + "\n")
	assets = path / "sites" / "assets" / "smooth_lms"
	bench.link(assets, app / "smooth_lms" / "public")
	log.write(f"{app} is {layout.checkout}")


def _install_test_packages(layout: Layout, path: Path, log: Log) -> None:
	"""Install what is missing. The bench's own versions stay: they are not ours to change."""
	if not layout.uv.exists():
		bench.make_tools(layout, log)
	wanted = layout.checkout / "sandbox" / "requirements-test.in"
	log.run([layout.uv, "pip", "install", "--python", path / "env" / "bin" / "python", "-r", wanted])


def _prepare_site(path: Path, site: str, log: Log) -> None:
	if not (path / "sites" / site / "site_config.json").exists():
		_run(path, log, "new-site", site, "--no-mariadb-socket", "--admin-password", ADMIN_PASSWORD)
		_run(path, log, "--site", site, "set-config", "allow_tests", "true", "--parse")
	installed = _installed_apps(path, site)
	missing = [app for app in ("erpnext", "hrms", "smooth_lms") if app not in installed]
	for app in missing:
		_run(path, log, "--site", site, "install-app", app)
	if not missing:
		_run(path, log, "--site", site, "migrate")


def _installed_apps(path: Path, site: str) -> list[str]:
	command = bench.frappe(path / "env" / "bin" / "python", "--site", site, "list-apps", "--format", "json")
	listed = subprocess.run(
		command, cwd=path / "sites", env=bench.environment(), capture_output=True, text=True
	)
	if listed.returncode:
		raise StepFailed(f"the apps of {site} could not be listed:\n{listed.stderr}")
	return json.loads(listed.stdout)[site]


def _run(path: Path, log: Log, *arguments: str) -> None:
	log.run(
		bench.frappe(path / "env" / "bin" / "python", *arguments),
		cwd=path / "sites",
		env=bench.environment(),
	)
