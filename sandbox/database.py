"""The sandbox's own MariaDB: a private server in its own folder, which never meets one that runs already."""

import os
import shutil
import socket
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


def _client(layout: Layout, program: str) -> list[str]:
	address = [f"--host={LOOPBACK}", f"--port={layout.port('database')}", "--user=root"]
	return [debian.find(program), "--no-defaults", *address, "--default-character-set=utf8mb4"]


def _environment(layout: Layout) -> dict[str, str]:
	return {**os.environ, "MYSQL_PWD": layout.state()["database_password"]}


def dump(layout: Layout, log: Log, name: str, path: Path) -> None:
	"""Write a database to a file; an interrupted dump leaves the old file."""
	unfinished = path.with_suffix(".part")
	command = [*_client(layout, "mariadb-dump"), "--single-transaction", "--quick", "--skip-comments", name]
	log.run(command, env=_environment(layout), stdout=unfinished)
	unfinished.rename(path)


def restore(layout: Layout, log: Log, name: str, password: str, path: Path) -> None:
	"""Make a database, and the user of the same name, anew from a dump."""
	if not name.isidentifier():
		raise StepFailed(f"{name} is no name for a database")
	statements = (
		f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}`;"
		f"CREATE OR REPLACE USER '{name}'@'%' IDENTIFIED BY '{password}';"
		f"GRANT ALL PRIVILEGES ON `{name}`.* TO '{name}'@'%';"
	)
	client, env = _client(layout, "mariadb"), _environment(layout)
	log.write(f"making the database {name} anew")
	log.run([*client, "--execute", statements], env=env)
	log.run([*client, name], env=env, stdin=path)
