"""What `up` does, step by step, and what undoes it."""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox import bench, debian, desk_assets, engine, services, sites
from sandbox.fingerprint import fingerprint, tree
from sandbox.layout import APPS, DEMO_SITE, Layout
from sandbox.processes import Process
from sandbox.steps import Log, Runner, Step, StepFailed


def up(layout: Layout) -> None:
	"""Bring the sandbox up and print where it answers."""
	with prepared(layout):
		runner = Runner(layout, "./smooth up")
		lay_foundation(layout, runner, for_tests=False)
		runner.run_together(desk_steps(layout), [*template_steps(layout), *demo_steps(layout)])
	result = demo_result(layout)
	if result.exists():
		print("\n" + result.read_text().rstrip())
	print(
		f"\nPortal  {layout.url()}/lms"
		f"\nDesk    {layout.url()}/app   (Administrator, password {sites.ADMIN_PASSWORD})"
		f"\nMails   {layout.mail}"
		"\nStop    ./smooth down"
	)


def down(layout: Layout) -> None:
	"""End what was started."""
	stopped = services.stop(layout)
	print("stopped: " + ", ".join(stopped) if stopped else "nothing was running")


def reset(layout: Layout) -> None:
	"""End what was started and remove everything the sandbox made."""
	down(layout)
	shutil.rmtree(layout.root, ignore_errors=True)
	print(f"removed: {layout.root}")


def status(layout: Layout) -> None:
	"""Say what runs."""
	for name in services.ALL:
		pid = Process(layout, name).pid()
		print(f"{name:<10} {f'running, process {pid}' if pid else 'not running'}")
	if services.servers_run(layout):
		print(f"{DEMO_SITE} answers at {layout.url()}/lms")


@contextmanager
def prepared(layout: Layout, lock: str = "setup") -> Iterator[None]:
	"""Make the folders, and keep other commands of this sandbox waiting meanwhile."""
	layout.create()
	with (layout.root / "run" / f"{lock}.lock").open("w") as stream:
		try:
			fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			print("another ./smooth is at work here; waiting for it to end", flush=True)
			fcntl.flock(stream, fcntl.LOCK_EX)
		yield


def lay_foundation(layout: Layout, runner: Runner, *, for_tests: bool) -> None:
	"""Everything below the sites: programs, packages, engine, bench folder, database and Redis."""
	services.settle_ports(layout)
	sandbox = layout.checkout / "sandbox"
	python_locks = [sandbox / name for name in ("uv.lock", "requirements.lock", "build.lock")]
	runner.run(
		Step(
			"debian packages",
			lambda log: debian.install(debian.missing_packages(for_tests), log),
			lambda: "installed",
			lambda: not debian.missing_packages(for_tests),
		)
	)
	tools = Step(
		"installer",
		lambda log: bench.make_tools(layout, log),
		lambda: fingerprint(python_locks[0]),
		layout.uv.exists,
	)
	environment = Step(
		"python environment",
		lambda log: bench.make_environment(layout, log),
		lambda: fingerprint(*python_locks),
		layout.python.exists,
	)
	frappe = Step(
		"engine",
		lambda log: engine.install(layout, log),
		lambda: fingerprint(sandbox / "engine.lock", sandbox / "engine.py"),
		(layout.bench / "apps" / "frappe" / "frappe").exists,
	)
	npm = Step(
		"desk packages",
		lambda log: desk_assets.install_packages(layout, log),
		lambda: desk_assets.packages(layout),
		(layout.root / "desk" / "node_modules").exists,
	)
	arrange = Step("bench folder", lambda log: bench.arrange(layout, log))
	stores = Step("database and redis", lambda log: services.start_stores(layout, log))
	runner.run_together([npm], [tools, environment, frappe, arrange, stores])


def desk_steps(layout: Layout) -> Sequence[Step]:
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


def template_steps(layout: Layout) -> Sequence[Step]:
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


def demo_steps(layout: Layout) -> Sequence[Step]:
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
			"servers",
			lambda log: services.start_servers(layout, log),
			lambda: server_sources(layout),
			lambda: services.servers_run(layout),
		),
		Step(
			"demo", lambda log: load_demo(layout, log), lambda: fingerprint(demo), demo_result(layout).exists
		),
	]


def server_sources(layout: Layout) -> str:
	"""A fingerprint of what the running servers have read."""
	folders = [layout.checkout / "smooth_lms", layout.checkout / "sandbox" / "standins"]
	files = [file for folder in folders for file in tree(folder, lambda path: "public" not in path.parts)]
	own = [
		layout.checkout / "sandbox" / name for name in ("wsgi.py", "mail_sink.py", "services.py", "bench.py")
	]
	return fingerprint(*files, *own, layout.state()["ports"])


def load_demo(layout: Layout, log: Log) -> None:
	"""Load the demo; what it prints is shown at the end of `up`."""
	if not (layout.checkout / "sandbox" / "demo" / "load.py").exists():
		return
	result = demo_result(layout)
	unfinished = result.with_suffix(".part")
	command = bench.in_site(layout.python, DEMO_SITE, "sandbox.demo.load:main")
	try:
		log.run(command, cwd=layout.sites, env=bench.environment(), stdout=unfinished)
	except StepFailed:
		log.write(unfinished.read_text())
		raise
	unfinished.rename(result)


def demo_result(layout: Layout):
	"""The file with the demo's result table."""
	return layout.root / "demo-result.txt"
