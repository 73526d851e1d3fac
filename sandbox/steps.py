"""Steps: named pieces of work that are skipped when done, timed, logged, and say how to go on when broken."""

import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.layout import Layout, write_atomically

LINES_SHOWN_ON_FAILURE = 25


class StepFailed(Exception):
	"""A step could not be done; the message is meant for the person at the terminal."""


@dataclass
class Log:
	"""The log file of one step; commands write to it what they print."""

	path: Path

	def write(self, text: str) -> None:
		"""Add a line."""
		with self.path.open("a") as stream:
			stream.write(text.rstrip("\n") + "\n")

	def run(
		self,
		command: Sequence[str | Path],
		*,
		cwd: Path | None = None,
		env: Mapping[str, str] | None = None,
		stdin: Path | None = None,
		stdout: Path | None = None,
	) -> None:
		"""Run a command to its end with its output in the log. Raises StepFailed when it fails."""
		words = [str(word) for word in command]
		self.write("$ " + " ".join(words))
		with (
			self.path.open("ab") as log,
			open(stdin or os.devnull, "rb") as source,
			open(stdout, "wb") if stdout else self.path.open("ab") as target,
		):
			try:
				done = subprocess.run(words, cwd=cwd, env=env, stdin=source, stdout=target, stderr=log)
			except OSError as error:
				raise StepFailed(f"{words[0]} could not be started: {error}") from error
		if done.returncode:
			raise StepFailed(f"{Path(words[0]).name} ended with exit code {done.returncode}")


@dataclass(frozen=True)
class Step:
	"""One piece of work, skipped when it was done with the same inputs and its result is still there.

	`inputs` returns a fingerprint; a step without it is cheap and runs each time.
	"""

	name: str
	action: Callable[[Log], None]
	inputs: Callable[[], str] | None = None
	is_there: Callable[[], bool] = lambda: True

	def stamp(self, layout: Layout) -> Path:
		"""The file that holds the fingerprint the step was last done with."""
		return layout.root / "stamps" / self.name.replace(" ", "-")


class Runner:
	"""Runs steps in order, several chains of them at the same time if asked to."""

	def __init__(self, layout: Layout, retry_command: str) -> None:
		self.layout = layout
		self.retry_command = retry_command
		self._printing = threading.Lock()

	def run(self, *steps: Step) -> None:
		"""Run steps one after the other; the first failure ends the run."""
		for step in steps:
			self._run_step(step)

	def run_together(self, *chains: Sequence[Step]) -> None:
		"""Run independent chains at the same time. All of them end before the first failure is raised."""
		with ThreadPoolExecutor(len(chains)) as pool:
			futures = [pool.submit(self.run, *chain) for chain in chains]
		for future in futures:
			future.result()

	def _run_step(self, step: Step) -> None:
		stamp = step.stamp(self.layout)
		inputs = step.inputs() if step.inputs else None
		if inputs and stamp.exists() and stamp.read_text() == inputs and step.is_there():
			self._print(f"· {step.name}  ready")
			return
		log = Log(self.layout.logs / f"{stamp.name}.log")
		log.write(f"\n=== {step.name}, {datetime.now():%Y-%m-%d %H:%M:%S}")
		if inputs:
			self._print(f"… {step.name}")
			# A run that is cut short must not count as done by the stamp of an earlier one.
			stamp.unlink(missing_ok=True)
		start = time.monotonic()
		try:
			step.action(log)
		except StepFailed as error:
			raise StepFailed(self._explain(step, log, error)) from error
		if inputs:
			write_atomically(stamp, inputs)
		self._print(f"✓ {step.name}  {time.monotonic() - start:.1f} s")

	def _explain(self, step: Step, log: Log, error: StepFailed) -> str:
		lines = log.path.read_text(errors="replace").splitlines()[-LINES_SHOWN_ON_FAILURE:]
		return "\n".join(
			[
				*(f"    {line}" for line in lines),
				"",
				f"✗ {step.name}: {error}",
				f"The whole log: {os.path.relpath(log.path)}",
				f"To go on from this step: {self.retry_command}",
			]
		)

	def _print(self, line: str) -> None:
		with self._printing, (self.layout.logs / "up.log").open("a") as stream:
			print(line, flush=True)
			stream.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}\n")


@contextmanager
def exclusive(layout: Layout, purpose: str) -> Iterator[None]:
	"""Keep other commands of this sandbox with the same purpose waiting meanwhile."""
	layout.create()
	with (layout.root / "run" / f"{purpose}.lock").open("w") as stream:
		try:
			fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			print(f"another ./smooth is at work here ({purpose}); waiting for it to end", flush=True)
			fcntl.flock(stream, fcntl.LOCK_EX)
		yield
