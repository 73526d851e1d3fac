"""The processes of the sandbox: database and Redis first, then the servers of the demo site behind nginx."""

import socket
import urllib.request

from sandbox import bench, database, debian
from sandbox.front_door import FrontDoor
from sandbox.layout import DEMO_SITE, LOOPBACK, Layout
from sandbox.processes import Process
from sandbox.steps import Log

# In the order in which they are stopped.
SERVERS = ("web", "gunicorn", "worker-1", "worker-2", "scheduler", "mail")
ALL = (*SERVERS, "redis", "database")
STORES = ("redis", "database")
WITH_PORT = ("web", "gunicorn", "mail", *STORES)
_reserved: dict[str, socket.socket] = {}


def settle_ports(layout: Layout, reserve: tuple[str, ...]) -> None:
	"""Give a service that is not running another port if somebody else has taken its own meanwhile.

	Minutes pass until a new sandbox starts its servers: the ports in `reserve`, those of services that this command
	will start, are kept from the sandboxes of other checkouts until then.
	"""
	idle = {name for name in WITH_PORT if not Process(layout, name).pid()}
	layout.choose_ports(idle)
	for name in idle.intersection(reserve):
		# Listening, because two sockets that do not listen may share a port.
		_reserved[name] = socket.create_server((LOOPBACK, layout.port(name)))


def _release(name: str) -> None:
	"""Give the port to the service, which is about to start."""
	if name in _reserved:
		_reserved.pop(name).close()


def start_stores(layout: Layout, log: Log) -> None:
	"""Start the database and Redis."""
	_release("database")
	database.start(layout, log)
	_release("redis")
	redis = Process(layout, "redis")
	address = ["--bind", LOOPBACK, "--port", str(layout.port("redis"))]
	redis.start(
		[
			debian.find("redis-server"),
			*address,
			"--save",
			"",
			"--appendonly",
			"no",
			"--dir",
			layout.root / "run",
		],
		cwd=layout.root,
	)
	port = layout.port("redis")
	redis.wait_for(lambda: redis.listens_at(port) and _redis_answers(port), seconds=20)


def start_servers(layout: Layout, log: Log) -> None:
	"""Start nginx, web server, workers, scheduler and mail sink anew, with the present sources."""
	for name in SERVERS:
		Process(layout, name).stop()
	bench.run_in_site(layout, log, DEMO_SITE, "sandbox.site_setup:forget_caches")
	bench.run_in_site(layout, log, DEMO_SITE, "sandbox.site_setup:set_content_host", layout.content_url())
	door = FrontDoor(
		layout,
		*(layout.root / "nginx", layout.bench, DEMO_SITE),
		*(layout.port("web"), layout.port("gunicorn")),
	)
	door.arrange()
	gunicorn = [layout.bench / "env" / "bin" / "gunicorn", "--bind", f"{LOOPBACK}:{layout.port('gunicorn')}"]
	gunicorn += ["--workers", "2", "--threads", "8", "--timeout", "120", "frappe.app:application"]
	worker = bench.frappe(layout.python, "worker")
	commands = {
		"web": door.command(),
		"gunicorn": gunicorn,
		"worker-1": worker,
		"worker-2": worker,
		"scheduler": bench.frappe(layout.python, "schedule"),
		"mail": [layout.python, "-m", "sandbox.mail_sink", str(layout.port("mail")), layout.mail],
	}
	for name, command in commands.items():
		_release(name)
		Process(layout, name).start(command, cwd=layout.sites, env=bench.environment())
	server = Process(layout, "web")
	server.wait_for(lambda: server.listens_at(layout.port("web")) and _site_answers(layout.url()), seconds=90)


def servers_run(layout: Layout) -> bool:
	"""Whether all servers are there and the site answers."""
	listens = all(Process(layout, name).listens_at(layout.port(name)) for name in ("web", "gunicorn"))
	return listens and all(Process(layout, name).pid() for name in SERVERS) and _site_answers(layout.url())


def stop(layout: Layout) -> list[str]:
	"""End everything that the sandbox started; returns the names of what ran."""
	return [name for name in ALL if Process(layout, name).stop()]


def _site_answers(url: str) -> bool:
	try:
		with urllib.request.urlopen(f"{url}/api/method/ping", timeout=30) as response:
			return response.status == 200
	except OSError:
		return False


def _redis_answers(port: int) -> bool:
	try:
		with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
			connection.sendall(b"PING\r\n")
			return connection.recv(5) == b"+PONG"
	except OSError:
		return False
