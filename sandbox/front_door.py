"""The front door: nginx, with the configuration that a bench generates, before the servers of one site.

The generator and its template are those of the package frappe-bench. It is shown a small bench made of links, in
which the one site stands: so the configuration names a site as on a real bench, and nothing is written to a bench that
somebody else made. Only what a machine for trying out must have is changed: see `_on_loopback` and `MAIN`.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import debian
from sandbox.layout import LOOPBACK, Layout
from sandbox.steps import Log, StepFailed

GENERATE = (
	"from bench.config.nginx import make_nginx_conf; "
	"make_nginx_conf('.', yes=True, logging='combined', log_format='none')"
)
"""As `bench setup nginx --yes --log_format none` does, the command of docs/install.md."""
LOGS = "/var/log/nginx/"
LISTEN = re.compile(r"^(\s*)listen (?:\[::\]:)?(\d+)( ssl)?;$", re.MULTILINE)
MAIN = """\
# As Debian's /etc/nginx/nginx.conf, but in a folder of its own, for any user.
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;

events {{
	worker_connections 768;
}}

http {{
	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log {folder}/access.log;
	gzip on;
{temporary}
	include {folder}/bench/config/nginx.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class FrontDoor:
	"""nginx for one site of a bench.

	Args: folder, its own, made if need be; bench, any bench; site; port, where it listens on loopback;
	app_port, where gunicorn answers.
	"""

	layout: Layout
	folder: Path
	bench: Path
	site: str
	port: int
	app_port: int

	def arrange(self) -> None:
		"""Write the configuration anew. Raises StepFailed when it cannot be generated."""
		shutil.rmtree(self.folder, ignore_errors=True)
		own = self.folder / "bench"
		for name in ("apps", "config", f"sites/{self.site}"):
			(own / name).mkdir(parents=True)
		(own / "sites" / "apps.txt").write_text("frappe\n")
		(own / "sites" / "assets").symlink_to(self.bench / "sites" / "assets")
		for name in ("public", "private"):
			(own / "sites" / self.site / name).symlink_to(self.bench / "sites" / self.site / name)
		_write(own / "sites" / "common_site_config.json", {"webserver_port": self.app_port})
		_write(own / "sites" / self.site / "site_config.json", {"nginx_port": self.port})
		self._generate(own)
		main = MAIN.format(
			folder=self.folder,
			# the files belong to whoever made the sandbox
			user="user root;" if os.geteuid() == 0 else "",
			temporary="".join(f"\t{name}_temp_path {self.folder}/{name};\n" for name in TEMPORARY),
		)
		(self.folder / "nginx.conf").write_text(main)

	def command(self) -> Sequence[str | Path]:
		"""The command line that runs it until it is ended."""
		options = ["-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
		return [debian.find("nginx"), *options, "-g", "daemon off;"]

	def _generate(self, own: Path) -> None:
		done = subprocess.run(
			[_python(self.layout), "-c", GENERATE],
			cwd=own,
			env={**os.environ, "GIT_PYTHON_REFRESH": "quiet", "PYTHONPATH": ""},
			capture_output=True,
			text=True,
		)
		if done.returncode:
			raise StepFailed(f"nginx.conf could not be generated:\n{done.stderr.strip()}")
		made = own / "config" / "nginx.conf"
		made.write_text(_on_loopback(made.read_text().replace(LOGS, f"{self.folder}/")))


def install(layout: Layout, log: Log) -> None:
	"""Add frappe-bench to the tools, without uv, which is there."""
	lock = layout.checkout / "sandbox" / "front-door.lock"
	locked = ["--require-hashes", "--no-deps", "-r", lock]
	log.run([layout.uv, "pip", "install", "--python", _python(layout), *locked])


def is_installed(layout: Layout) -> bool:
	"""Whether the tools have the generator."""
	return any((layout.root / "tools" / "lib").glob("python3.*/site-packages/bench/config/nginx.py"))


def _on_loopback(conf: str) -> str:
	"""The configuration with nothing listening but on 127.0.0.1. Raises StepFailed when that is in doubt."""
	if "listen [::]" not in conf or "/var/log" in conf:
		raise StepFailed("frappe-bench writes another nginx.conf than this sandbox knows how to run")
	conf = re.sub(r"^\s*listen \[::\]:\d+( ssl)?;\n", "", conf, flags=re.MULTILINE)
	conf = LISTEN.sub(rf"\1listen {LOOPBACK}:\2\3;", conf)
	if re.search(rf"^\s*listen (?!{re.escape(LOOPBACK)}:)", conf, re.MULTILINE):
		raise StepFailed("frappe-bench writes another nginx.conf than this sandbox knows how to run")
	return conf


def _python(layout: Layout) -> Path:
	return layout.root / "tools" / "bin" / "python"


def _write(path: Path, content: dict) -> None:
	path.write_text(json.dumps(content))
