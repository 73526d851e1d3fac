"""The command line: ./smooth COMMAND."""

import argparse
import os
import sys
from pathlib import Path

from sandbox import bench, lint, testing, up
from sandbox.layout import DEMO_SITE, MOST_PROCESSES, Layout
from sandbox.steps import StepFailed

DESCRIPTION = """\
Try Smooth LMS out and test it on this machine, without a Frappe bench.

  ./smooth up                   make what is missing, start it, load the demo, print addresses and logins
  ./smooth test [pytest args]   run the tests; does all of its own set-up
  ./smooth down                 stop what was started
  ./smooth reset                stop it and remove it

Everything is kept in .sandbox/ (SMOOTH_SANDBOX names another folder) and bound to 127.0.0.1.
It is no way to run the app in production: use a real bench for that."""


def main(arguments: list[str]) -> int:
	"""Run one command and return its exit code."""
	options, rest = _parser().parse_known_args(arguments)
	if rest and options.command not in ("test", "bench", "frappe", "pictures"):
		_parser().error(f"{options.command} takes no {' '.join(rest)}")
	layout = Layout.of_checkout()
	try:
		return _run(layout, options, rest)
	except StepFailed as error:
		print(f"\n{error}", file=sys.stderr)
	except KeyboardInterrupt:
		print("\nstopped; the same command goes on from here", file=sys.stderr)
	return 1


def _run(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
	if options.command == "test":
		return testing.test(layout, options, rest)
	if options.command == "bench":
		return testing.measure(layout, options, rest)
	if options.command == "lint":
		if options.types:
			return lint.write_types(layout)
		return lint.write_messages(layout) if options.messages else lint.lint(layout)
	if options.command == "pictures":
		return up.pictures(layout, rest)
	if options.command == "frappe":
		os.chdir(layout.sites)
		command = bench.frappe(layout.python, "--site", options.site or DEMO_SITE, *rest)
		os.execve(command[0], command, bench.environment())
	getattr(up, options.command)(layout)
	return 0


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(
		prog="./smooth", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
	)
	commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
	commands.add_parser("up", help="make what is missing and start the demo")
	test = commands.add_parser("test", help="run the tests; unknown options go to pytest")
	test.add_argument("--full", action="store_true", help="also the slow proofs: load, races, scale")
	test.add_argument(
		"--kills",
		type=int,
		metavar="N",
		help="kill a process at most N times in each proof that does so; without it as often as the proof says",
	)
	test.add_argument(
		*("-n", "--processes"),
		type=int,
		choices=range(1, MOST_PROCESSES + 1),
		metavar="N",
		help="run in N processes, each on a site of its own. Without it: 2 for the whole quick suite where there are "
		"two processors; 1 for --full, and wherever pytest is told which tests (paths, -k, -m, --lf) or to show "
		"what they do (-s, --pdb)",
	)
	_add_bench_options(test)
	measure = commands.add_parser("bench", help="run benchmarks/NAME.py; its last line is JSON")
	measure.add_argument("name", help="which benchmark")
	_add_bench_options(measure)
	style = commands.add_parser("lint", help="check the style of all sources")
	style.add_argument(
		"--messages", action="store_true", help="make smooth_lms/locale/main.pot from the sources instead"
	)
	style.add_argument(
		"--types", action="store_true", help="write the fields of DocTypes into their controllers instead"
	)
	commands.add_parser("pictures", help="take the pictures of the guides anew, all or those that are named")
	commands.add_parser("down", help="stop what was started")
	commands.add_parser("reset", help="stop it and remove everything it made")
	commands.add_parser("status", help="say what runs")
	frappe = commands.add_parser("frappe", help="run a Frappe command on the demo site, for example console")
	frappe.add_argument("--site", help=f"another site than {DEMO_SITE}")
	return parser


def _add_bench_options(parser: argparse.ArgumentParser) -> None:
	parser.add_argument("--bench", type=Path, metavar="PATH", help="use this real bench, not the sandbox")
	parser.add_argument("--site", help="site of that bench to copy for the tests")
