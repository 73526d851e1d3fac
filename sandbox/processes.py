"""Long-running processes: started apart from the terminal, remembered, and ended only if they are ours."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.layout import Layout, write_atomically
from sandbox.steps import StepFailed


@dataclass(frozen=True)
class Process:
	"""A process of the sandbox with its own process group, its log, and a note of what was started."""

	layout: Layout
	name: str

	@property
	def note(self) -> Path:
		return self.layout.root / "run" / f"{self.name}.json"

	@property
	def log(self) -> Path:
		return self.layout.logs / f"{self.name}.log"

	def pid(self) -> int | None:
		"""The process id while it runs. A reused id does not count: the start time must match too."""
		try:
			note = json.loads(self.note.read_text())
		except (FileNotFoundError, ValueError):
			return None
		state = process_state(note["pid"])
		return note["pid"] if state and state.started == note["started"] else None

	def start(
		self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
	) -> None:
		"""Start the process unless it runs already."""
		if self.pid():
			return
		with self.log.open("ab") as log:
			child = subprocess.Popen(
				[str(word) for word in command],
				cwd=cwd,
				env=env,
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=subprocess.STDOUT,
				start_new_session=True,
			)
		state = process_state(child.pid)
		note = {"pid": child.pid, "started": state and state.started}
		write_atomically(self.note, json.dumps(note))

	def stop(self) -> bool:
		"""End the process and its children. Returns whether it ran."""
		pid = self.pid()
		if pid:
			# The second SIGTERM tells a job worker not to wait for its job any longer.
			for signal_number, patience in ((signal.SIGTERM, 15), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
				try:
					os.killpg(pid, signal_number)
				except ProcessLookupError:
					break
				if wait_until(lambda: not group_lives(pid), patience):
					break
		self.note.unlink(missing_ok=True)
		return bool(pid)

	def listens_at(self, port: int) -> bool:
		"""Whether it is this process, not a stranger, that listens at a loopback port."""
		group = self.pid()
		sockets = _listening_sockets(port)
		return bool(group and sockets) and any(
			not sockets.isdisjoint(_open_files(pid)) for pid in _members(group)
		)

	def wait_for(self, ready: Callable[[], bool], seconds: float) -> None:
		"""Wait until the process answers. Raises StepFailed when it ends or takes too long."""
		wait_until(lambda: ready() or not self.pid(), seconds)
		if not self.pid() or not ready():
			tail = self.log.read_text(errors="replace").splitlines()[-15:]
			raise StepFailed("\n    ".join([f"{self.name} does not answer. The end of its log:", *tail]))


@dataclass(frozen=True)
class ProcessState:
	"""What the kernel says of a living process."""

	group: int
	started: str


def process_state(pid: int) -> ProcessState | None:
	"""Group and start time (in clock ticks since boot) of a process; None when it has ended."""
	try:
		# The name in parentheses may hold spaces; the fields after it start with the state.
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except (FileNotFoundError, ProcessLookupError):
		return None
	return None if fields[0] == "Z" else ProcessState(group=int(fields[2]), started=fields[19])


def group_lives(group: int) -> bool:
	"""Whether any process of a group is still there."""
	return any(_members(group))


def _members(group: int) -> Iterator[int]:
	for entry in Path("/proc").iterdir():
		if entry.name.isdigit():
			state = process_state(int(entry.name))
			if state and state.group == group:
				yield int(entry.name)


def _listening_sockets(port: int) -> set[str]:
	"""The sockets that listen at a port, as /proc/*/fd shows them."""
	found = set()
	for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
		_, local, _, state, *_, inode = line.split()[:10]
		if state == "0A" and int(local.rpartition(":")[2], 16) == port:
			found.add(f"socket:[{inode}]")
	return found


def _open_files(pid: int) -> set[str]:
	found = set()
	with contextlib.suppress(OSError):
		for link in Path(f"/proc/{pid}/fd").iterdir():
			with contextlib.suppress(OSError):
				found.add(os.readlink(link))
	return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
	"""Poll until a condition holds; tells whether it did."""
	deadline = time.monotonic() + seconds
	while not condition():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.1)
	return True
