"""The commands that bring the sandbox up and down."""

import shutil
import subprocess

from sandbox import bench, plan, services, sites
from sandbox.layout import DEMO_SITE, Layout
from sandbox.processes import Process
from sandbox.steps import Runner, exclusive


def up(layout: Layout) -> None:
	"""Bring the sandbox up and print where it answers."""
	with exclusive(layout, "setup"):
		runner = Runner(layout, "./smooth up")
		plan.lay_foundation(layout, runner, for_tests=False)
		runner.run_together(plan.desk(layout), [*plan.template_site(layout), *plan.demo_site(layout)])
	result = plan.demo_result(layout)
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


def pictures(layout: Layout, names: list[str]) -> int:
	"""Bring the sandbox up and take the pictures of the guides anew. Args: names, those of `sandbox.pictures`."""
	up(layout)
	with exclusive(layout, "setup"):
		Runner(layout, "./smooth pictures").run(
			plan.debian_packages(for_tests=True), plan.test_packages(layout)
		)
	folder = layout.checkout / "docs" / "pictures"
	command = [layout.python, "-m", "sandbox.pictures", layout.url(), folder, *names]
	return subprocess.run(command, cwd=layout.checkout, env=bench.environment()).returncode


def status(layout: Layout) -> None:
	"""Say what runs."""
	for name in services.ALL:
		pid = Process(layout, name).pid()
		print(f"{name:<10} {f'running, process {pid}' if pid else 'not running'}")
	if services.servers_run(layout):
		print(f"{DEMO_SITE} answers at {layout.url()}/lms")
