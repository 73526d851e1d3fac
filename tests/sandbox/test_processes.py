"""Processes of the sandbox: remembered by a note, never mistaken for somebody else's, ended with their children."""

import json
import os
import socket
import sys
from collections.abc import Iterator

import pytest

from sandbox import services
from sandbox.layout import LOOPBACK, Layout, free_port
from sandbox.processes import Process, group_lives, process_state, wait_until
from sandbox.steps import StepFailed

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
LISTEN = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""
WITH_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("child started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def process(layout: Layout) -> Iterator[Process]:
	made = Process(layout, "probe")
	yield made
	made.stop()


def test_started_process_is_remembered_and_started_once(process: Process) -> None:
	assert process.pid() is None
	process.start(SLEEP, cwd=process.layout.root)
	pid = process.pid()
	assert pid
	process.start(SLEEP, cwd=process.layout.root)
	assert process.pid() == pid
	assert process.stop()
	assert process.pid() is None
	assert not process.stop()


def test_reused_process_id_is_not_ours(process: Process) -> None:
	# The note of a process that ended long ago; its number belongs to somebody else now: us.
	started = process_state(os.getpid()).started
	process.note.write_text(json.dumps({"pid": os.getpid(), "started": str(int(started) - 1)}))
	assert process.pid() is None
	assert not process.stop()


@pytest.mark.parametrize("note", ["", "{half", '{"pid": 0, "started": "1"}'])
def test_damaged_note_counts_as_not_running(process: Process, note: str) -> None:
	process.note.write_text(note)
	assert process.pid() is None


def test_stop_ends_children_too(process: Process) -> None:
	process.start([sys.executable, "-c", WITH_CHILD], cwd=process.layout.root)
	assert wait_until(lambda: "child started" in process.log.read_text(), 20)
	group = process.pid()
	process.stop()
	assert not group_lives(group)


def test_process_that_ends_shows_the_end_of_its_log(process: Process) -> None:
	process.start([sys.executable, "-c", "import sys; sys.exit('no such folder')"], cwd=process.layout.root)
	with pytest.raises(StepFailed, match="no such folder"):
		process.wait_for(lambda: False, seconds=20)


def test_listening_stranger_is_not_taken_for_ours(process: Process) -> None:
	with socket.create_server((LOOPBACK, 0)) as stranger:
		process.start(SLEEP, cwd=process.layout.root)
		assert not process.listens_at(stranger.getsockname()[1])


def test_own_listener_is_known(process: Process) -> None:
	port = free_port(18000)
	process.start([sys.executable, "-c", LISTEN, str(port)], cwd=process.layout.root)
	assert wait_until(lambda: process.listens_at(port), 20)


def test_reserved_ports_are_left_alone_by_other_sandboxes(layout: Layout) -> None:
	services.settle_ports(layout, reserve=services.WITH_PORT)
	try:
		for name in services.WITH_PORT:
			assert free_port(layout.port(name)) != layout.port(name)
	finally:
		for name in services.WITH_PORT:
			services._release(name)
	# Given back, they are chosen again: a sandbox keeps its ports.
	ports = layout.state()["ports"]
	services.settle_ports(layout, reserve=())
	assert layout.state()["ports"] == ports


def test_waiting_gives_up(process: Process) -> None:
	assert not wait_until(lambda: False, 0.3)
