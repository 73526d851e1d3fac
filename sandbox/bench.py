"""The bench folder: Python environment, apps, configuration, and how commands run in it."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sandbox import debian
from sandbox.layout import APPS, CHECKOUT, DEMO_SITE, LOOPBACK, Layout, write_atomically
from sandbox.steps import Log


def make_tools(layout: Layout, log: Log) -> None:
	"""An environment with uv, the installer of everything else."""
	tools = layout.root / "tools"
	shutil.rmtree(tools, ignore_errors=True)
	log.run([debian.find_python(), "-m", "venv", tools])
	lock = layout.checkout / "sandbox" / "uv.lock"
	log.run([tools / "bin" / "pip", "install", "--quiet", "--require-hashes", "-r", lock])


def make_environment(layout: Layout, log: Log) -> None:
	"""The bench's Python environment with the packages the engine needs."""
	layout.bench.mkdir(parents=True, exist_ok=True)
	log.run([layout.uv, "venv", "--clear", "--python", debian.find_python(), layout.bench / "env"])
	install_packages(layout, log, "requirements.lock")


def install_packages(layout: Layout, log: Log, lock: str) -> None:
	"""Install locked packages into the bench's environment; what they are built with is locked too."""
	folder = layout.checkout / "sandbox"
	locked = ["--require-hashes", "--build-constraints", folder / "build.lock", "-r", folder / lock]
	log.run([layout.uv, "pip", "install", "--python", layout.python, *locked])


def arrange(layout: Layout, log: Log) -> None:
	"""Link the apps into the bench, make them importable, and write the configuration."""
	standins = layout.checkout / "sandbox" / "standins"
	link(layout.bench / "apps" / "erpnext", standins / "erpnext")
	link(layout.bench / "apps" / "hrms", standins / "hrms")
	link(layout.bench / "apps" / "smooth_lms", layout.checkout)
	packages = next((layout.bench / "env" / "lib").glob("python3.*/site-packages"))
	paths = "".join(f"{layout.bench / 'apps' / app}\n" for app in APPS)
	write_atomically(packages / "smooth-sandbox.pth", paths)
	for folder in (layout.sites / "assets", layout.bench / "logs", layout.bench / "config" / "pids"):
		folder.mkdir(parents=True, exist_ok=True)
	write_atomically(layout.sites / "apps.txt", "".join(f"{app}\n" for app in APPS))
	write_json(layout.sites / "common_site_config.json", common_config(layout))
	log.write("apps linked, configuration written")


def common_config(layout: Layout) -> dict:
	"""The configuration that all sites of the sandbox share."""
	redis = f"redis://{LOOPBACK}:{layout.port('redis')}"
	return {
		"allow_tests": 1,
		"db_host": LOOPBACK,
		"db_port": layout.port("database"),
		"default_site": DEMO_SITE,
		"developer_mode": 0,
		"redis_cache": f"{redis}/1",
		"redis_queue": f"{redis}/2",
		"redis_socketio": f"{redis}/3",
		"root_login": "root",
		"root_password": layout.state()["database_password"],
		"serve_default_site": 1,
		"server_script_enabled": 1,
		"webserver_port": layout.port("gunicorn"),
		# as `bench setup production` leaves it: links carry no port of gunicorn's
		"restart_supervisor_on_update": 1,
	}


def link(path: Path, target: Path) -> None:
	"""Make `path` a symbolic link to `target`, replacing a link that points elsewhere."""
	if path.is_symlink() and path.resolve() != target.resolve():
		path.unlink()
	if not path.is_symlink():
		path.parent.mkdir(parents=True, exist_ok=True)
		path.symlink_to(target)


def write_json(path: Path, content: dict) -> None:
	"""Write a configuration file readable by its owner only: it holds passwords."""
	write_atomically(path, json.dumps(content, indent=1, sort_keys=True) + "\n")
	path.chmod(0o600)


def environment() -> dict[str, str]:
	"""The environment variables for everything that runs the engine."""
	# Frappe treats every job as a test's where CI is set.
	env = {name: value for name, value in os.environ.items() if name != "CI"}
	return env | {
		# Frappe imports GitPython, which insists on a git program unless told otherwise.
		"GIT_PYTHON_REFRESH": "quiet",
		"PATH": debian.SEARCH_PATH,
		"PYTHONPATH": str(CHECKOUT),
	}


def frappe(python: Path, *arguments: str) -> list[str]:
	"""The command line of a Frappe command; it has to run in the `sites` folder."""
	return [str(python), "-m", "frappe.utils.bench_helper", "frappe", *arguments]


def in_site(python: Path, site: str, function: str, *arguments: str) -> list[str]:
	"""The command line that calls `module:function` in a site; it has to run in the `sites` folder."""
	return [str(python), "-m", "sandbox.in_site", site, function, *arguments]


def run_frappe(layout: Layout, log: Log, *arguments: str) -> None:
	"""Run a Frappe command of the sandbox to its end."""
	log.run(frappe(layout.python, *arguments), cwd=layout.sites, env=environment())


def run_in_site(layout: Layout, log: Log, site: str, function: str, *arguments: Sequence[str]) -> None:
	"""Call a function in a site of the sandbox."""
	log.run(in_site(layout.python, site, function, *arguments), cwd=layout.sites, env=environment())
