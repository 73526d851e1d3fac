"""Where the sandbox keeps its things, and the ports it uses."""

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DEMO_SITE = "smooth.localhost"
TEST_SITE = "test.localhost"
APPS = ("frappe", "erpnext", "hrms", "smooth_lms")
LOOPBACK = "127.0.0.1"
MOST_PROCESSES = 6
"""So many processes can run tests at the same time: each has a job queue of its own, and Redis has few databases."""
PREFERRED_PORTS = {"web": 8010, "gunicorn": 18010, "database": 13306, "redis": 16379, "mail": 11025}


@dataclass(frozen=True)
class Layout:
	"""The folders of one sandbox. `root` is the only folder the sandbox writes to."""

	checkout: Path
	root: Path

	@classmethod
	def of_checkout(cls) -> "Layout":
		"""The sandbox of this checkout; the variable SMOOTH_SANDBOX moves it elsewhere."""
		root = os.environ.get("SMOOTH_SANDBOX") or CHECKOUT / ".sandbox"
		return cls(checkout=CHECKOUT, root=Path(root).absolute())

	@property
	def bench(self) -> Path:
		return self.root / "bench"

	@property
	def sites(self) -> Path:
		return self.bench / "sites"

	@property
	def python(self) -> Path:
		return self.bench / "env" / "bin" / "python"

	@property
	def uv(self) -> Path:
		return self.root / "tools" / "bin" / "uv"

	@property
	def logs(self) -> Path:
		return self.root / "logs"

	@property
	def dumps(self) -> Path:
		return self.root / "dumps"

	@property
	def mail(self) -> Path:
		return self.root / "mail"

	@property
	def state_file(self) -> Path:
		return self.root / "state.json"

	def create(self) -> None:
		"""Make the folders that every command relies on."""
		for folder in (self.root, self.logs, self.dumps, self.mail, self.root / "run", self.root / "stamps"):
			folder.mkdir(parents=True, exist_ok=True)
		self.root.chmod(0o700)

	def state(self) -> dict:
		"""What this sandbox chose once and keeps: its ports, and the password of its database's root."""
		if not self.state_file.exists():
			self._save({"ports": {}, "database_password": os.urandom(12).hex()})
		return json.loads(self.state_file.read_text())

	def choose_ports(self, idle: set[str]) -> None:
		"""Choose the ports of services that do not run: the recorded one or, if taken, the next free one.

		They are recorded, so that the sandboxes of two checkouts can run side by side.
		"""
		state = self.state()
		for name in idle:
			state["ports"][name] = free_port(state["ports"].get(name, PREFERRED_PORTS[name]))
		self._save(state)

	def _save(self, state: dict) -> None:
		write_atomically(self.state_file, json.dumps(state, indent=1) + "\n")

	def port(self, name: str) -> int:
		"""The port of one service: web (nginx), gunicorn, database, redis or mail."""
		return self.state()["ports"][name]

	def url(self) -> str:
		"""The address of the demo site."""
		return f"http://{LOOPBACK}:{self.port('web')}"

	def content_url(self) -> str:
		"""The address from which the demo site serves packages: the other name of this machine."""
		return f"http://localhost:{self.port('web')}"


def site_of_process(site: str, number: int) -> str:
	"""The site that one of several processes has to itself, counted from one: the first has `site`."""
	name, dot, domain = site.partition(".")
	return site if number == 1 else f"{name}-{number}{dot}{domain}"


def free_port(preferred: int) -> int:
	"""The first loopback port from the preferred one on that nothing listens on."""
	for port in range(preferred, preferred + 1000):
		with socket.socket() as probe:
			probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			try:
				probe.bind((LOOPBACK, port))
			except OSError:
				continue
			return port
	raise OSError(f"no free port from {preferred} to {preferred + 999}")


def write_atomically(path: Path, text: str) -> None:
	"""Write a file so that an interrupted run leaves the old one or the new one, never half of it."""
	temporary = path.with_name(f".{path.name}.{os.getpid()}")
	temporary.write_text(text)
	temporary.replace(path)
