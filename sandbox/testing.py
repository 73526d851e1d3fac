"""Runs the tests and the benchmarks, on the sandbox or on a real bench."""

import argparse
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox import bench, plan, real_bench
from sandbox.layout import TEST_SITE, Layout, site_of_process
from sandbox.steps import Runner, StepFailed, exclusive

AT_ONCE = 2
"""Processes for the whole quick suite; more of them wait for one another's servers and browsers."""
CHOOSING = re.compile(r"-[km]|--(lf|ff|sw|last-failed|failed-first|stepwise)\b")
"""Options of pytest that leave few tests, or want them in an order."""
LOOKING = re.compile(r"-[vxql]*s|--(capture=no|pdb|trace|co|collect-only)\b")
"""Options of pytest that show what a test prints, or stop in it: only where it runs in pytest's own process."""


@dataclass(frozen=True)
class Target:
	"""The sites that tests or benchmarks run on, one for each process."""

	engine: str
	bench: Path
	sites: tuple[str, ...]

	@property
	def python(self) -> Path:
		return self.bench / "env" / "bin" / "python"

	def environment(self, full: bool = False, kills: int | None = None) -> dict[str, str]:
		"""What the tests are told; tests/conftest.py reads it."""
		return bench.environment() | {
			"SMOOTH_BENCH": str(self.bench),
			"SMOOTH_ENGINE": self.engine,
			"SMOOTH_FULL": "1" if full else "",
			"SMOOTH_KILLS": str(kills or ""),
			"SMOOTH_SITE": self.sites[0],
			"SMOOTH_SITES": " ".join(self.sites),
		}

	def pytest_options(self) -> list[str]:
		"""What makes pytest run in a process for each site. The tests of a file share records: they stay together."""
		if len(self.sites) == 1:
			return []
		# In the order of tests/conftest.py. A process that breaks down is not replaced: its site is in no known state.
		options = ["--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
		return ["-n", str(len(self.sites)), *options]


def test(layout: Layout, options: argparse.Namespace, arguments: list[str]) -> int:
	"""Run pytest with all of its set-up; returns its exit code."""
	with exclusive(layout, "test"):
		target = _prepare(layout, options, _processes(layout, options, arguments))
		command = [target.python, "-m", "pytest", "-p", "sandbox.pytest_in_sites", *target.pytest_options()]
		command += [] if options.full or "-m" in arguments else ["-m", "not full"]
		command += arguments if _names_tests(layout, arguments) else [*arguments, "tests"]
		environment = target.environment(options.full, options.kills)
		return subprocess.run(command, cwd=layout.checkout, env=environment).returncode


def measure(layout: Layout, options: argparse.Namespace, arguments: list[str]) -> int:
	"""Run one benchmark; returns its exit code."""
	if not (layout.checkout / "benchmarks" / f"{options.name}.py").exists():
		names = sorted(path.stem for path in (layout.checkout / "benchmarks").glob("[!_]*.py"))
		raise StepFailed(f"there is no benchmark {options.name}; there are: {', '.join(names)}")
	with exclusive(layout, "test"):
		target = _prepare(layout, options, processes=1)
		command = bench.in_site(target.python, target.sites[0], f"benchmarks.{options.name}:main", *arguments)
		return subprocess.run(command, cwd=target.bench / "sites", env=target.environment()).returncode


def _processes(layout: Layout, options: argparse.Namespace, arguments: list[str]) -> int:
	"""In how many processes the tests run: few start sooner in one, and slow proofs need the machine for themselves."""
	if options.processes:
		return options.processes
	chosen = any(CHOOSING.match(each) or LOOKING.match(each) for each in arguments)
	if chosen or options.full or _names_tests(layout, arguments):
		return 1
	return min(AT_ONCE, len(os.sched_getaffinity(0)))


def _names_tests(layout: Layout, arguments: list[str]) -> bool:
	paths = [argument.partition("::")[0] for argument in arguments if not argument.startswith("-")]
	return any((layout.checkout / path).exists() for path in paths)


def _prepare(layout: Layout, options: argparse.Namespace, processes: int) -> Target:
	retry = f"./smooth {options.command}"
	with exclusive(layout, "setup"):
		if options.bench:
			path = options.bench.expanduser().absolute()
			runner = Runner(layout, f"{retry} --bench {options.bench}")
			names = real_bench.prepare(layout, runner, path, options.site, processes)
			return Target("bench", path, names)
		runner = Runner(layout, retry)
		plan.lay_foundation(layout, runner, for_tests=True)
		test_sites = plan.test_sites(layout, processes)
		runner.run_together(plan.desk(layout), [*plan.template_site(layout), *test_sites])
		# From here on the test sites may hold anything: the next run makes them anew.
		for step in test_sites:
			step.stamp(layout).unlink(missing_ok=True)
	names = tuple(site_of_process(TEST_SITE, number) for number in range(1, processes + 1))
	return Target("sandbox", layout.bench, names)
