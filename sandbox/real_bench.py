"""Prepares a bench that somebody else made for the tests of this checkout."""

from pathlib import Path

from sandbox import bench, debian, front_door
from sandbox.bench_site import OWN_SITES, BenchSite
from sandbox.fingerprint import fingerprint
from sandbox.layout import Layout
from sandbox.steps import Log, Runner, Step, StepFailed


def prepare(
	layout: Layout, runner: Runner, path: Path, site: str | None, processes: int = 1
) -> tuple[str, ...]:
	"""Link the checkout into the bench and make a site for each process that runs tests. Returns the sites' names.

	Args: path, the bench; site, the one to copy, or None for the first that will do.
	"""
	if not (path / "sites" / "apps.txt").exists() or not (path / "env" / "bin" / "python").exists():
		raise StepFailed(f"{path} is no bench: it has no sites/apps.txt or no env/bin/python")
	copy = BenchSite(layout, path, site)
	runner.run(
		Step(
			"debian packages",
			lambda log: debian.install(_missing_packages(), log),
			lambda: "installed",
			lambda: not _missing_packages(),
		),
		Step("app in bench", lambda log: _link_app(layout, path, log)),
		Step(
			"front door",
			lambda log: _install_front_door(layout, log),
			lambda: fingerprint(layout.checkout / "sandbox" / "front-door.lock"),
			lambda: front_door.is_installed(layout),
		),
		Step("test packages", lambda log: _install_test_packages(layout, path, log)),
		*copy.steps(),
	)
	runner.run_together(*([step] for step in copy.fresh(processes)))
	return tuple(OWN_SITES[:processes])


def _missing_packages() -> list[str]:
	"""What the tests need beside a bench's own programs."""
	return debian.packages_of(debian.FRONT_DOOR | ({} if debian.find_browser() else debian.TEST_PROGRAMS))


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


def _install_front_door(layout: Layout, log: Log) -> None:
	if not layout.uv.exists():
		bench.make_tools(layout, log)
	front_door.install(layout, log)


def _install_test_packages(layout: Layout, path: Path, log: Log) -> None:
	"""Install what is missing, of the app and for its tests. The bench's own versions stay: not ours to change."""
	wanted = (layout.checkout / "pyproject.toml", layout.checkout / "sandbox" / "requirements-test.in")
	files = [part for each in wanted for part in ("-r", each)]
	log.run([layout.uv, "pip", "install", "--python", path / "env" / "bin" / "python", *files])
