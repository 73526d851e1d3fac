"""The sites: a clean template, the demo site and the test site made from its dump."""

import json
import os
from pathlib import Path

from sandbox import bench, database
from sandbox.fingerprint import fingerprint, tree
from sandbox.layout import APPS, DEMO_SITE, LOOPBACK, TEST_SITE, Layout, site_of_process, write_atomically
from sandbox.steps import Log

TEMPLATE_SITE = "template.localhost"
ADMIN_PASSWORD = "admin"
# What `migrate` reads: standard documents, hooks and patches. A change elsewhere needs no migration.
SCHEMA_FOLDERS = {"patches", "setup"}
SCHEMA_NAMES = {"hooks.py", "install.py", "patches.txt", "modules.txt"}
FIRST_QUEUE = 4
"""The Redis database for the jobs of the first test site; those of the others follow."""


def schema(layout: Layout) -> str:
	"""A fingerprint of all that a migration would bring to a site."""
	folders = [layout.checkout / "smooth_lms", layout.checkout / "sandbox" / "standins"]
	files = [file for folder in folders for file in tree(folder, _is_schema)]
	setup = [layout.checkout / "sandbox" / name for name in ("engine.lock", "site_setup.py")]
	return fingerprint(*files, *setup)


def _is_schema(path: Path) -> bool:
	return path.suffix == ".json" or path.name in SCHEMA_NAMES or bool(SCHEMA_FOLDERS & set(path.parts))


def make_template(layout: Layout, log: Log) -> None:
	"""A clean site with all apps."""
	apps = [word for app in APPS[1:] for word in ("--install-app", app)]
	bench.run_frappe(
		*(layout, log, "new-site", TEMPLATE_SITE, "--force", "--no-mariadb-socket"),
		*("--admin-password", ADMIN_PASSWORD, *apps),
	)
	write_atomically(_template_schema(layout), schema(layout))


def update_template(layout: Layout, log: Log) -> None:
	"""Bring the apps' present schema into the template, and dump it."""
	if _template_schema(layout).read_text() != schema(layout):
		bench.run_frappe(layout, log, "--site", TEMPLATE_SITE, "migrate")
	bench.run_in_site(layout, log, TEMPLATE_SITE, "sandbox.site_setup:complete")
	# Nobody uses it: the scheduler need not look after it.
	settings = config(layout, TEMPLATE_SITE) | {"pause_scheduler": 1}
	bench.write_json(_config_file(layout, TEMPLATE_SITE), settings)
	database.dump(database.own(layout), log, settings["db_name"], template_dump(layout))
	write_atomically(_template_schema(layout), schema(layout))


def _template_schema(layout: Layout) -> Path:
	"""Tells which schema the template has: one that was just made needs no migration."""
	return layout.sites / TEMPLATE_SITE / "schema"


def template_dump(layout: Layout) -> Path:
	"""The dump that the demo site and the test site are made from."""
	return layout.dumps / "template.sql"


def make_demo_site(layout: Layout, log: Log) -> None:
	"""Make the demo site from the template; one that is there keeps its data and is migrated."""
	settings = {
		# Mails go to the sandbox's own sink, see mail_sink.py.
		"auto_email_id": "learning@smooth.example",
		"disable_mail_smtp_authentication": 1,
		"host_name": layout.url(),
		"mail_port": layout.port("mail"),
		"mail_server": LOOPBACK,
	}
	exists = (layout.sites / DEMO_SITE / "site_config.json").exists()
	if not exists:
		_restore_template(layout, log, DEMO_SITE)
	bench.write_json(_config_file(layout, DEMO_SITE), config(layout, DEMO_SITE) | settings)
	if exists:
		bench.run_frappe(layout, log, "--site", DEMO_SITE, "migrate")


def make_test_site(layout: Layout, log: Log, number: int) -> None:
	"""Make the test site of one process from the template, whatever it held."""
	site = site_of_process(TEST_SITE, number)
	_restore_template(layout, log, site)
	# Its own queue: workers of the demo must not take the jobs of tests. And no mail account, as a
	# new site has none.
	queue = f"redis://{LOOPBACK}:{layout.port('redis')}/{FIRST_QUEUE + number - 1}"
	settings = {"allow_tests": 1, "pause_scheduler": 1, "redis_queue": queue}
	bench.write_json(_config_file(layout, site), config(layout, site) | settings)
	# Redis still holds the hooks of the sources as they were at the run before, and that run's jobs.
	bench.run_in_site(layout, log, site, "sandbox.site_setup:forget_last_run")


def _restore_template(layout: Layout, log: Log, site: str) -> None:
	"""Create a site, or what is left of it, out of the template's dump."""
	folder = layout.sites / site
	for name in ("public/files", "private/files", "private/backups", "logs", "locks"):
		(folder / name).mkdir(parents=True, exist_ok=True)
	settings = config(layout, site) or {
		"db_name": "smooth_" + site.partition(".")[0].replace("-", "_"),
		"db_password": os.urandom(8).hex(),
		"db_type": "mariadb",
	}
	name, password = settings["db_name"], settings["db_password"]
	database.restore(database.own(layout), log, name, password, template_dump(layout))
	bench.write_json(_config_file(layout, site), settings)


def config(layout: Layout, site: str) -> dict:
	"""A site's own configuration; empty when there is no such site."""
	path = _config_file(layout, site)
	return json.loads(path.read_text()) if path.exists() else {}


def _config_file(layout: Layout, site: str) -> Path:
	return layout.sites / site / "site_config.json"
