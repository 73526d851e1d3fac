"""Checks all sources with the pinned linters, which pre-commit runs too, and with checks of its own."""

import subprocess

from sandbox import bench, message_check, plan, sites, sql_check
from sandbox.layout import Layout
from sandbox.steps import Runner, exclusive


def lint(layout: Layout) -> int:
	"""Run every linter, also after one has found something. Returns 1 if any did."""
	with exclusive(layout, "setup"):
		runner = Runner(layout, "./smooth lint")
		runner.run(plan.debian_packages(for_tests=False))
		python = [*plan.python_packages(layout), plan.test_packages(layout)]
		runner.run_together([plan.npm_packages(layout)], python)
	npm = layout.root / "desk" / "node_modules" / ".bin"
	ruff = layout.python.with_name("ruff")
	commands = [
		[ruff, "check"],
		[ruff, "format", "--check"],
		[ruff.with_name("pylint"), "smooth_lms", "sandbox", "benchmarks", "tests"],
		[ruff.with_name("lint-imports"), "--no-cache", "--no-logo"],
		[layout.python, "-m", "sandbox.sentence_check"],
		[layout.python, "-m", "sandbox.message_catalog", "--check"],
		[layout.python, "-m", "sandbox.dead_code"],
		[npm / "eslint", "."],
		[npm / "prettier", "--check", "--log-level", "warn", "."],
	]
	codes = [
		subprocess.run(command, cwd=layout.checkout, env=bench.environment()).returncode
		for command in commands
	]
	found = [
		line for each in (sql_check, message_check) for line in each.check(layout.checkout / "smooth_lms")
	]
	print("\n".join(found) if found else "No value reaches SQL or a message as it is.", flush=True)
	return 1 if any(codes) or found else 0


def write_messages(layout: Layout) -> int:
	"""Make the catalog of messages for translators anew."""
	with exclusive(layout, "setup"):
		runner = Runner(layout, "./smooth lint --messages")
		runner.run(plan.debian_packages(for_tests=False))
		runner.run(*plan.python_packages(layout))
	command = [layout.python, "-m", "sandbox.message_catalog"]
	return subprocess.run(command, cwd=layout.checkout, env=bench.environment()).returncode


def write_types(layout: Layout) -> int:
	"""Write the fields of our DocTypes into their controllers."""
	with exclusive(layout, "setup"):
		runner = Runner(layout, "./smooth lint --types")
		plan.lay_foundation(layout, runner, for_tests=False)
		template = plan.template_site(layout)
		runner.run(plan.test_packages(layout), *plan.desk(layout), *template)
	target = "sandbox.controller_types:write"
	ruff, code = layout.python.with_name("ruff"), layout.checkout / "smooth_lms"
	commands = (
		(bench.in_site(layout.python, sites.TEMPLATE_SITE, target), layout.sites),
		([ruff, "check", "--fix", "--quiet", code], layout.checkout),
		([ruff, "format", "--quiet", code], layout.checkout),
	)
	return max(subprocess.run(each, cwd=cwd, env=bench.environment()).returncode for each, cwd in commands)
