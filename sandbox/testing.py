"""Runs the tests and the benchmarks, on the sandbox or on a real bench."""

import argparse
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox import bench, plan, real_bench
from sandbox.layout import TEST_SITE, Layout
from sandbox.steps import Runner, StepFailed, exclusive


@dataclass(frozen=True)
class Target:
	"""The site that tests or benchmarks run on."""

	engine: str
	bench: Path
	site: str

	@property
	def python(self) -> Path:
		return self.bench / "env" / "bin" / "python"

	def environment(self, full: bool = False) -> dict[str, str]:
		"""What the tests are told; tests/conftest.py reads it."""
		return bench.environment() | {
			"SMOOTH_BENCH": str(self.bench),
			"SMOOTH_ENGINE": self.engine,
			"SMOOTH_FULL": "1" if full else "",
			"SMOOTH_SITE": self.site,
		}


def test(layout: Layout, options: argparse.Namespace, arguments: list[str]) -> int:
	"""Run pytest with all of its set-up; returns its exit code."""
	with exclusive(layout, "test"):
		target = _prepare(layout, options)
		command = [target.python, "-m", "pytest", "-p", "sandbox.pytest_in_sites"]
		command += [] if options.full or "-m" in arguments else ["-m", "not full"]
		command += arguments if _names_tests(layout, arguments) else [*arguments, "tests"]
		return subprocess.run(command, cwd=layout.checkout, env=target.environment(options.full)).returncode


def measure(layout: Layout, options: argparse.Namespace, arguments: list[str]) -> int:
	"""Run one benchmark; returns its exit code."""
	if not (layout.checkout / "benchmarks" / f"{options.name}.py").exists():
		names = sorted(path.stem for path in (layout.checkout / "benchmarks").glob("[!_]*.py"))
		raise StepFailed(f"there is no benchmark {options.name}; there are: {', '.join(names)}")
	with exclusive(layout, "test"):
		target = _prepare(layout, options)
		command = bench.in_site(target.python, target.site, f"benchmarks.{options.name}:main", *arguments)
		return subprocess.run(command, cwd=target.bench / "sites", env=target.environment()).returncode


def _names_tests(layout: Layout, arguments: list[str]) -> bool:
	paths = [argument.partition("::")[0] for argument in arguments if not argument.startswith("-")]
	return any((layout.checkout / path).exists() for path in paths)


def _prepare(layout: Layout, options: argparse.Namespace) -> Target:
	retry = f"./smooth {options.command}"
	with exclusive(layout, "setup"):
		if options.bench:
			path = options.bench.expanduser().absolute()
			runner = Runner(layout, f"{retry} --bench {options.bench}")
			return Target("bench", path, real_bench.prepare(layout, runner, path, options.site))
		runner = Runner(layout, retry)
		plan.lay_foundation(layout, runner, for_tests=True)
		test_site = plan.test_site(layout)
		runner.run_together(plan.desk(layout), [*plan.template_site(layout), test_site])
		# From here on the test site may hold anything: the next run makes it anew.
		test_site.stamp(layout).unlink(missing_ok=True)
	return Target("sandbox", layout.bench, TEST_SITE)
