"""The site on a real bench that tests run on: a copy of another one, so that nothing of anybody's is touched.

The copy is made once and dumped. Each run restores the dump, which brings a clean site in seconds, one for each
process that runs tests. Their databases and job queues are their own.
"""

import json
import os
import subprocess
from base64 import urlsafe_b64encode as b64encode
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox import bench, database, sites
from sandbox.fingerprint import fingerprint
from sandbox.layout import MOST_PROCESSES, Layout, site_of_process
from sandbox.steps import Log, Step, StepFailed

SITE = "smooth-test.localhost"
OWN_SITES = [site_of_process(SITE, number) for number in range(1, MOST_PROCESSES + 1)]
HR_APPS = ("erpnext", "hrms")
OWN_QUEUE = 9
"""The Redis database for jobs of tests, the next ones for further processes; the bench's workers listen to another."""


@dataclass(frozen=True)
class BenchSite:
	"""The site for tests on one bench, and its copies."""

	layout: Layout
	bench: Path
	source: str | None
	"""The site to copy; one is looked for where none is given."""

	def steps(self) -> list[Step]:
		"""Make the copy and bring the app's present schema into it."""
		return [
			Step("bench site", self._copy, self._apps, self._is_copied),
			Step(
				"bench schema",
				self._update,
				lambda: fingerprint(self._apps(), sites.schema(self.layout)),
				self._dump("updated").exists,
			),
		]

	def fresh(self, processes: int) -> list[Step]:
		"""Restore the copy for this run, once for each process. These steps can be done at the same time."""
		return [
			Step(
				f"bench site {number} for this run" if number > 1 else "bench site for this run",
				partial(self._refresh, number=number),
			)
			for number in range(1, processes + 1)
		]

	@property
	def _python(self) -> Path:
		return self.bench / "env" / "bin" / "python"

	def _config_file(self, site: str) -> Path:
		return self.bench / "sites" / site / "site_config.json"

	def _dump(self, state: str) -> Path:
		# One sandbox may test on several benches.
		return self.layout.dumps / f"bench-{fingerprint(str(self.bench))}-{state}.sql"

	def _is_copied(self) -> bool:
		return self._dump("copied").exists() and self._config_file(SITE).exists()

	def _apps(self) -> str:
		"""A fingerprint of what the copy is made of: the source, and the bench's versions of the other apps."""
		apps = ("frappe", *HR_APPS)
		return fingerprint(
			str(self.bench), self.source, *(self.bench / "apps" / app / app / "__init__.py" for app in apps)
		)

	def _copy(self, log: Log) -> None:
		source = self.source or self._find_source()
		log.write(f"copying {source}")
		original = self._config(source)
		base = self._dump("source")
		database.dump(self._client(), log, original["db_name"], base)
		settings = {
			**{name: value for name, value in original.items() if not name.startswith("db_")},
			"db_name": f"smooth_test_{fingerprint(str(self.bench))[:8]}",
			"db_password": os.urandom(8).hex(),
			"db_type": "mariadb",
			# Frappe would make one at its first use, in this file, which other processes have read by then
			"encryption_key": original.get("encryption_key") or b64encode(os.urandom(32)).decode(),
			"allow_tests": 1,
			"pause_scheduler": 1,
		}
		self._configure(SITE, settings, OWN_QUEUE)
		self._restore(base, log)
		base.unlink()
		# The app as the source has it may be older, and brings along what people did with it.
		if "smooth_lms" in self._installed_apps():
			self._run(log, "uninstall-app", "smooth_lms", "--yes", "--no-backup", "--force")
		self._run(log, "install-app", "smooth_lms")
		database.dump(self._client(), log, settings["db_name"], self._dump("copied"))

	def _update(self, log: Log) -> None:
		self._restore(self._dump("copied"), log)
		self._run(log, "migrate")
		database.dump(self._client(), log, self._config(SITE)["db_name"], self._dump("updated"))

	def _refresh(self, log: Log, number: int) -> None:
		site = site_of_process(SITE, number)
		if number > 1:
			settings = self._config(SITE)
			settings["db_name"] += f"_{number}"
			self._configure(site, settings, OWN_QUEUE + number - 1)
		self._restore(self._dump("updated"), log, site)
		command = bench.in_site(self._python, site, "sandbox.site_setup:start_anew")
		log.run(command, cwd=self.bench / "sites", env=bench.environment())
		self._run(log, "clear-cache", site=site)

	def _configure(self, site: str, settings: dict, queue: int) -> None:
		"""Make the site's folder, with these settings and a job queue of its own."""
		if address := self._common().get("redis_queue"):
			settings = {**settings, "redis_queue": f"{'/'.join(address.split('/')[:3])}/{queue}"}
		for name in ("public/files", "private/files", "private/backups", "logs", "locks"):
			(self.bench / "sites" / site / name).mkdir(parents=True, exist_ok=True)
		bench.write_json(self._config_file(site), settings)

	def _restore(self, path: Path, log: Log, site: str = SITE) -> None:
		settings = self._config(site)
		database.restore(self._client(), log, settings["db_name"], settings["db_password"], path)

	def _find_source(self) -> str:
		"""The bench's default site, else the first one, that allows tests and has the HR apps."""
		common = self._common()
		found = sorted(path.parent.name for path in (self.bench / "sites").glob("*/site_config.json"))
		found.sort(key=lambda name: name != common.get("default_site"))
		for name in found:
			if name not in OWN_SITES and (common | self._config(name)).get("allow_tests"):
				apps = self._installed_apps(name)
				if "lms" not in apps and all(app in apps for app in HR_APPS):
					return name
		raise StepFailed(
			f"no site of {self.bench} allows tests and has ERPNext and Frappe HR. Make one, run "
			"`bench --site NAME set-config allow_tests true`, and name it with --site NAME."
		)

	def _installed_apps(self, site: str = SITE) -> list[str]:
		done = subprocess.run(
			self._command(site, "list-apps", "--format", "json"),
			cwd=self.bench / "sites",
			env=bench.environment(),
			capture_output=True,
			text=True,
		)
		try:
			return json.loads(done.stdout)[site]
		except (ValueError, KeyError):
			return []

	def _client(self) -> database.Client:
		common = self._common()
		return database.Client(
			common.get("root_login") or "root",
			common.get("root_password") or "",
			common.get("db_host"),
			common.get("db_port") if common.get("db_host") else None,
		)

	def _common(self) -> dict:
		return json.loads((self.bench / "sites" / "common_site_config.json").read_text())

	def _config(self, site: str) -> dict:
		path = self._config_file(site)
		if not path.exists():
			raise StepFailed(f"{self.bench} has no site {site}")
		return json.loads(path.read_text())

	def _command(self, site: str, *arguments: str) -> list[str]:
		return bench.frappe(self._python, "--site", site, *arguments)

	def _run(self, log: Log, *arguments: str, site: str = SITE) -> None:
		log.run(self._command(site, *arguments), cwd=self.bench / "sites", env=bench.environment())
