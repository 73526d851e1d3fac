"""The processes of the sandbox: database and Redis first, then the servers of the demo site."""

import socket
import urllib.request

from sandbox import bench, database, debian
from sandbox.layout import DEMO_SITE, LOOPBACK, Layout
from sandbox.processes import Process
from sandbox.steps import Log

# In the order in which they are stopped.
SERVERS = ("web", "worker-1", "worker-2", "scheduler", "mail")
ALL = (*SERVERS, "redis", "database")
WITH_PORT = ("web", "mail", "redis", "database")


def settle_ports(layout: Layout) -> None:
	"""Give a service that is not running another port if somebody else has taken its own meanwhile."""
	layout.choose_ports({name for name in WITH_PORT if not Process(layout, name).pid()})


def start_stores(layout: Layout, log: Log) -> None:
	"""Start the database and Redis."""
	database.start(layout, log)
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
	redis.wait_for(lambda: _redis_answers(layout.port("redis")), seconds=20)


def start_servers(layout: Layout, log: Log) -> None:
	"""Start web server, workers, scheduler and mail sink anew, with the present sources."""
	for name in SERVERS:
		Process(layout, name).stop()
	bench.run_in_site(layout, log, DEMO_SITE, "sandbox.site_setup:forget_caches")
	web = [layout.bench / "env" / "bin" / "gunicorn", "--bind", f"{LOOPBACK}:{layout.port('web')}"]
	web += ["--workers", "2", "--threads", "8", "--timeout", "120", "sandbox.wsgi:application"]
	worker = bench.frappe(layout.python, "worker")
	commands = {
		"web": web,
		"worker-1": worker,
		"worker-2": worker,
		"scheduler": bench.frappe(layout.python, "schedule"),
		"mail": [layout.python, "-m", "sandbox.mail_sink", str(layout.port("mail")), layout.mail],
	}
	env = bench.environment() | {"SMOOTH_SITE": DEMO_SITE}
	for name, command in commands.items():
		Process(layout, name).start(command, cwd=layout.sites, env=env)
	Process(layout, "web").wait_for(lambda: _site_answers(layout.url()), seconds=90)


def servers_run(layout: Layout) -> bool:
	"""Whether all servers are there and the site answers."""
	return all(Process(layout, name).pid() for name in SERVERS) and _site_answers(layout.url())


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
