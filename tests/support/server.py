"""The site under test behind real web server processes and nginx, and people who talk to it over HTTP."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import requests

import frappe
from frappe.sessions import Session
from frappe.utils import set_request

from sandbox.front_door import FrontDoor
from sandbox.layout import Layout

CHECKOUT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 8
"""Processes of gunicorn, and threads of each: several of both, so that requests meet each other in both ways."""
START_SECONDS = 180


class Door:
	"""An address at which the site answers."""

	nginx = False
	"""Whether people come through nginx."""

	def __init__(self, site: str, url: str) -> None:
		self.site, self.url = site, url

	def session(self, user: str | None = None) -> requests.Session:
		"""Somebody's HTTP session; a guest's without a user. `user` must be committed."""
		session = requests.Session()
		session.headers["Accept"] = "application/json"
		if user:
			sid, token = make_session(user)
			session.cookies.set("sid", sid)
			session.headers["X-Frappe-CSRF-Token"] = token
		return session

	def call(self, session: requests.Session, method: str, **arguments: object) -> requests.Response:
		"""POST to a whitelisted method, named without the leading `smooth_lms.api.`."""
		return session.post(f"{self.url}/api/method/smooth_lms.api.{method}", json=arguments, timeout=120)


class Server(Door):
	"""`with Server(site) as server:` runs gunicorn behind the nginx that a bench generates until the block ends.

	`server.alone` is the same gunicorn without nginx before it, which then sends everything: see `web.py`.

	Args: workers, processes of gunicorn; each fills its own caches.
	"""

	nginx = True

	def __init__(self, site: str, *, workers: int = WORKERS) -> None:
		super().__init__(site, f"http://127.0.0.1:{_free_port()}")
		self.alone = Door(site, f"http://127.0.0.1:{_free_port()}")
		self.workers = workers

	def __enter__(self) -> "Server":
		self.log = tempfile.TemporaryFile()
		self.processes: list[subprocess.Popen] = []
		self.folder = tempfile.TemporaryDirectory(prefix="smooth-nginx-")
		port, app_port = (int(door.url.rpartition(":")[2]) for door in (self, self.alone))
		folder, bench = Path(self.folder.name, "door"), Path.cwd().parent
		nginx = FrontDoor(Layout.of_checkout(), folder, bench, self.site, port, app_port)
		nginx.arrange()
		gunicorn = [sys.executable, "-m", "gunicorn", "tests.support.web:application", "--preload"]
		gunicorn += ["--bind", f"127.0.0.1:{app_port}", "--timeout", "120"]
		self._run([*gunicorn, "--workers", str(self.workers), "--threads", str(THREADS)])
		self._run(nginx.command())
		self._wait()
		return self

	def __exit__(self, *_: object) -> None:
		for process in self.processes:
			process.terminate()
		for process in self.processes:
			process.wait(timeout=30)
		self.folder.cleanup()

	def _run(self, command: Sequence[str | Path]) -> None:
		path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
		env = os.environ | {"SMOOTH_SITE": self.site, "PYTHONPATH": path}
		self.processes.append(subprocess.Popen(command, env=env, stdout=self.log, stderr=subprocess.STDOUT))

	def _wait(self) -> None:
		deadline = time.monotonic() + START_SECONDS
		while time.monotonic() < deadline:
			with suppress(requests.RequestException):
				if requests.get(f"{self.url}/api/method/ping", timeout=10).ok:
					return
			time.sleep(0.3)  # nginx answers at once that gunicorn does not
		self.log.seek(0)
		raise RuntimeError(self.log.read().decode()[-4000:])


def make_session(user: str) -> tuple[str, str]:
	"""Sign `user` in without a password, as the login page would have. Commits. Returns (sid, CSRF token)."""
	before = frappe.session.user
	set_request(method="POST", path="/")
	frappe.local.request_ip = "127.0.0.1"
	try:
		full_name, user_type = frappe.db.get_value("User", user, ["full_name", "user_type"])
		session = Session(user=user, resume=False, full_name=full_name, user_type=user_type)
		sid, token = session.data.sid, frappe.generate_hash()
		session.data.data.csrf_token = token
		session.update(force=True)
	finally:
		del frappe.local.request
		frappe.local.session = frappe._dict(data=frappe._dict())
		frappe.set_user(before)
	frappe.db.commit()
	return sid, token


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]
