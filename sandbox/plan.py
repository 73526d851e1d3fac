"""The steps that make a sandbox, and what each of them depends on."""

import shutil
from functools import partial
from pathlib import Path

from sandbox import bench, debian, desk_assets, engine, front_door, services, sites
from sandbox.fingerprint import fingerprint, tree
from sandbox.layout import APPS, DEMO_SITE, Layout
from sandbox.steps import Log, Runner, Step, StepFailed


def lay_foundation(layout: Layout, runner: Runner, *, for_tests: bool) -> None:
	"""Everything below the sites: programs, packages, engine, bench folder, database and Redis."""
	services.settle_ports(layout, reserve=services.STORES if for_tests else services.WITH_PORT)
	runner.run(debian_packages(for_tests))
	below_sites = [
		_engine(layout),
		Step("bench folder", lambda log: bench.arrange(layout, log)),
		Step("database and redis", lambda log: services.start_stores(layout, log)),
	]
	tests = [test_packages(layout)] if for_tests else []
	runner.run_together([npm_packages(layout)], [*python_packages(layout), *tests, *below_sites])


def debian_packages(for_tests: bool) -> Step:
	"""What comes from Debian; the only step that touches the machine outside the sandbox's folder."""
	return Step(
		"debian packages",
		lambda log: debian.install(debian.missing_packages(for_tests), log),
		lambda: "installed",
		lambda: not debian.missing_packages(for_tests),
	)


def python_packages(layout: Layout) -> list[Step]:
	"""The installer, the bench's environment made with it, and what generates nginx's configuration."""
	locks = [layout.checkout / "sandbox" / name for name in ("uv.lock", "requirements.lock", "build.lock")]
	return [
		Step(
			"installer",
			lambda log: bench.make_tools(layout, log),
			lambda: fingerprint(locks[0]),
			layout.uv.exists,
		),
		Step(
			"python environment",
			lambda log: bench.make_environment(layout, log),
			lambda: fingerprint(*locks),
			layout.python.exists,
		),
		Step(
			"front door",
			lambda log: front_door.install(layout, log),
			lambda: fingerprint(locks[0].with_name("front-door.lock")),
			lambda: front_door.is_installed(layout),
		),
	]


def test_packages(layout: Layout) -> Step:
	"""What only tests and linters need, added to the same environment."""
	lock = layout.checkout / "sandbox" / "requirements-test.lock"
	return Step(
		"test packages",
		lambda log: bench.install_packages(layout, log, lock.name),
		# A new environment comes without them.
		lambda: fingerprint(lock, layout.python.lstat().st_ctime_ns),
	)


def npm_packages(layout: Layout) -> Step:
	"""What the desk is built with, and the linters of scripts and styles."""
	return Step(
		"desk packages",
		lambda log: desk_assets.install_packages(layout, log),
		lambda: desk_assets.packages(layout),
		(layout.root / "desk" / "node_modules").exists,
	)


def _engine(layout: Layout) -> Step:
	source = layout.checkout / "sandbox"
	return Step(
		"engine",
		lambda log: engine.install(layout, log),
		lambda: fingerprint(source / "engine.lock", source / "engine.py"),
		(layout.bench / "apps" / "frappe" / "frappe").exists,
	)


def desk(layout: Layout) -> list[Step]:
	"""The desk's bundles: the engine's take long and change rarely, the apps' are quick."""
	built = (layout.sites / "assets" / "assets.json").exists
	return [
		Step(
			"desk",
			lambda log: desk_assets.build(layout, log, APPS[:1]),
			lambda: desk_assets.scripts(layout),
			built,
		),
		Step(
			"desk of the apps",
			lambda log: desk_assets.build(layout, log, APPS[1:]),
			lambda: desk_assets.app_files(layout),
			built,
		),
	]


def template_site(layout: Layout) -> list[Step]:
	"""The site that the others are made from."""
	return [
		Step(
			"template site",
			lambda log: sites.make_template(layout, log),
			lambda: fingerprint(layout.checkout / "sandbox" / "engine.lock"),
			(layout.sites / sites.TEMPLATE_SITE / "schema").exists,
		),
		Step(
			"template schema",
			lambda log: sites.update_template(layout, log),
			lambda: sites.schema(layout),
			sites.template_dump(layout).exists,
		),
	]


def demo_site(layout: Layout) -> list[Step]:
	"""The demo site, its servers, and what is in it."""
	demo = layout.checkout / "sandbox" / "demo"
	return [
		Step(
			"demo site",
			lambda log: sites.make_demo_site(layout, log),
			lambda: fingerprint(sites.schema(layout), layout.state()["ports"]),
			(layout.sites / DEMO_SITE / "site_config.json").exists,
		),
		Step(
			"demo",
			lambda log: _load_demo(layout, log),
			# The result names addresses.
			lambda: fingerprint(demo, layout.port("web")),
			demo_result(layout).exists,
		),
		Step(
			"servers",
			lambda log: services.start_servers(layout, log),
			lambda: _server_sources(layout),
			lambda: services.servers_run(layout),
		),
	]


def test_sites(layout: Layout, processes: int) -> list[Step]:
	"""A test site for each process, made anew for each run: testing.py removes the stamps as soon as tests may write."""
	return [
		Step(
			"test site" if number == 1 else f"test site {number}",
			partial(sites.make_test_site, layout, number=number),
			lambda: fingerprint(sites.schema(layout), layout.state()["ports"]),
		)
		for number in range(1, processes + 1)
	]


def _server_sources(layout: Layout) -> str:
	"""A fingerprint of what the running servers have read."""
	folders = [layout.checkout / "smooth_lms", layout.checkout / "sandbox" / "standins"]
	files = [file for folder in folders for file in tree(folder, lambda path: "public" not in path.parts)]
	own = [
		layout.checkout / "sandbox" / name
		for name in ("front_door.py", "front-door.lock", "mail_sink.py", "services.py", "bench.py")
	]
	return fingerprint(*files, *own, layout.state()["ports"])


def _load_demo(layout: Layout, log: Log) -> None:
	"""Load the demo; what it prints is shown at the end of `up`."""
	if not (layout.checkout / "sandbox" / "demo" / "load.py").exists():
		return
	unfinished = demo_result(layout).with_suffix(".part")
	command = bench.in_site(layout.python, DEMO_SITE, "sandbox.demo.load:main")
	try:
		log.run(command, cwd=layout.sites, env=bench.environment(), stdout=unfinished)
	except StepFailed:
		log.write(unfinished.read_text())
		raise
	shutil.move(unfinished, demo_result(layout))


def demo_result(layout: Layout) -> Path:
	"""The file with the demo's result table, kept with the site: a new site has none."""
	return layout.sites / DEMO_SITE / "demo-result.txt"
