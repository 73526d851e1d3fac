"""The sandbox's own MariaDB: a private server in its own folder, which never meets one that runs already."""

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox import debian
from sandbox.layout import LOOPBACK, Layout
from sandbox.processes import Process
from sandbox.steps import Log, StepFailed


def start(layout: Layout, log: Log) -> None:
	"""Create the data folder if need be and start the server."""
	data = layout.root / "mariadb"
	as_root = ["--user=root"] if os.geteuid() == 0 else []
	if not data.exists():
		unfinished = layout.root / "tmp" / "mariadb"
		shutil.rmtree(unfinished, ignore_errors=True)
		unfinished.mkdir(parents=True)
		log.run(
			[
				debian.find("mariadb-install-db"),
				"--no-defaults",
				f"--datadir={unfinished}",
				"--auth-root-authentication-method=normal",
				"--skip-test-db",
				*as_root,
			]
		)
		unfinished.rename(data)
	server = Process(layout, "database")
	server.start(
		[
			debian.find("mariadbd"),
			"--no-defaults",
			f"--datadir={data}",
			f"--bind-address={LOOPBACK}",
			f"--port={layout.port('database')}",
			"--skip-name-resolve",
			# Relative to the data folder: the path of a socket must be short, a checkout's may be long.
			"--socket=mariadb.sock",
			"--pid-file=mariadb.pid",
			f"--init-file={_init_file(layout)}",
			"--character-set-server=utf8mb4",
			"--collation-server=utf8mb4_unicode_ci",
			# Nothing waits for the disk: making a site is three times as fast. A crash of the machine may
			# cost the data, a crash of the server does not.
			"--innodb-flush-method=nosync",
			"--innodb-flush-log-at-trx-commit=2",
			"--debug-no-sync",
			"--innodb-buffer-pool-size=512M",
			"--innodb-log-file-size=256M",
			"--max-allowed-packet=256M",
			"--max-connections=400",
			*as_root,
		],
		cwd=layout.root,
	)
	port = layout.port("database")
	server.wait_for(lambda: server.listens_at(port) and answers(port), seconds=60)


def _init_file(layout: Layout) -> Path:
	"""Statements for each start of the server: they give root its password before anybody can connect."""
	password = layout.state()["database_password"]
	path = layout.root / "run" / "database.sql"
	path.touch(mode=0o600)
	path.write_text(
		f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';\n"
		f"CREATE OR REPLACE USER 'root'@'{LOOPBACK}' IDENTIFIED BY '{password}';\n"
		f"GRANT ALL PRIVILEGES ON *.* TO 'root'@'{LOOPBACK}' WITH GRANT OPTION;\n"
	)
	return path


def answers(port: int) -> bool:
	"""Whether a server greets at the port."""
	try:
		with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
			return bool(connection.recv(1))
	except OSError:
		return False


@dataclass(frozen=True)
class Client:
	"""How to reach a database server as somebody who may make databases."""

	user: str
	password: str
	host: str | None = None
	port: int | None = None

	def command(self, program: str) -> list[str]:
		"""The command line of a client program, up to its own arguments."""
		options = {"host": self.host, "port": self.port, "user": self.user}
		address = [f"--{name}={value}" for name, value in options.items() if value]
		# Without option files: a password in one of them would win over the one given here.
		return [debian.find(program), "--no-defaults", *address, "--default-character-set=utf8mb4"]

	def environment(self) -> dict[str, str]:
		"""The environment of that command line: a password in the arguments could be read by others."""
		return {**os.environ, **({"MYSQL_PWD": self.password} if self.password else {})}


def own(layout: Layout) -> Client:
	"""The sandbox's own server."""
	return Client("root", layout.state()["database_password"], LOOPBACK, layout.port("database"))


def dump(client: Client, log: Log, name: str, path: Path) -> None:
	"""Write a database to a file; an interrupted dump leaves the old file."""
	unfinished = path.with_suffix(".part")
	options = ["--single-transaction", "--quick", "--skip-comments"]
	log.run([*client.command("mariadb-dump"), *options, name], env=client.environment(), stdout=unfinished)
	unfinished.rename(path)


def restore(client: Client, log: Log, name: str, password: str, path: Path) -> None:
	"""Make a database, and the user of the same name, anew from a dump."""
	if not name.isidentifier():
		raise StepFailed(f"{name} is no name for a database")
	# An account for any host is not enough where an anonymous one for localhost comes before it.
	users = [f"'{name}'@'{host}'" for host in ("%", "localhost")]
	statements = [
		f"DROP DATABASE IF EXISTS `{name}`",
		f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
		*(f"CREATE OR REPLACE USER {user} IDENTIFIED BY '{password}'" for user in users),
		*(f"GRANT ALL PRIVILEGES ON `{name}`.* TO {user}" for user in users),
	]
	command, env = client.command("mariadb"), client.environment()
	log.write(f"making the database {name} anew")
	# Not through Log.run: it would write the password to the log.
	done = subprocess.run(command, input=";".join(statements), env=env, capture_output=True, text=True)
	if done.returncode:
		raise StepFailed(f"the database {name} could not be made: {done.stderr.strip()}")
	log.run([*command, name], env=env, stdin=path)
