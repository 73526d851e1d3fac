"""Tests in several processes: how many, on which sites, and that no process meets the site of another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import bench, bench_site, cli, plan, sites, testing
from sandbox.layout import MOST_PROCESSES, TEST_SITE, Layout, site_of_process
from sandbox.steps import Log

ALL = range(1, MOST_PROCESSES + 1)
REDIS_DATABASES = 16
SUITE = """
import os

import pytest

@pytest.mark.parametrize("number", range(4))
def test_where(number):
	with open(os.environ["FOUND"], "a") as found:
		found.write(f"{os.environ['SMOOTH_SITE']} {os.getcwd()}\\n")
"""


def processes(layout: Layout, *arguments: str) -> int:
	options, rest = cli._parser().parse_known_args(["test", *arguments])
	return testing._processes(layout, options, rest)


class TestHowMany:
	@pytest.fixture(autouse=True)
	def _four_processors(self, monkeypatch: pytest.MonkeyPatch) -> None:
		monkeypatch.setattr(os, "sched_getaffinity", lambda _process: range(4), raising=False)

	@pytest.mark.parametrize("arguments", ["", "-x", "-v --durations=40", "--maxfail 3", "-rs"])
	def test_the_whole_quick_suite_takes_two(self, layout: Layout, arguments: str) -> None:
		assert processes(layout, *arguments.split()) == 2

	def test_but_no_more_than_there_are_processors(self, layout: Layout, monkeypatch) -> None:
		monkeypatch.setattr(os, "sched_getaffinity", lambda _process: range(1))
		assert processes(layout) == 1

	@pytest.mark.parametrize(
		"arguments",
		["tests/cohorts", "tests/cohorts/test_door.py::test_x -x", "-k door", "-kdoor", "-m browser", "--lf"],
	)
	def test_a_choice_of_tests_starts_at_once(self, layout: Layout, arguments: str) -> None:
		assert processes(layout, *arguments.split()) == 1

	@pytest.mark.parametrize("arguments", ["-s", "-xvs", "--capture=no", "--pdb", "--collect-only"])
	def test_whoever_wants_to_look_inside_can(self, layout: Layout, arguments: str) -> None:
		assert processes(layout, *arguments.split()) == 1

	def test_slow_proofs_have_the_machine_to_themselves(self, layout: Layout) -> None:
		assert processes(layout, "--full") == 1

	def test_what_is_asked_for_is_done(self, layout: Layout) -> None:
		assert processes(layout, "--processes", "3", "--full") == 3
		assert processes(layout, "-n", "1") == 1

	@pytest.mark.parametrize("number", ["0", "-1", "7", "auto"])
	def test_a_number_out_of_reach_is_refused(self, layout: Layout, number: str, capsys) -> None:
		with pytest.raises(SystemExit):
			processes(layout, f"--processes={number}")
		assert "--processes" in capsys.readouterr().err


class TestSites:
	def test_the_first_keeps_its_name(self) -> None:
		assert site_of_process(TEST_SITE, 1) == TEST_SITE
		assert site_of_process(TEST_SITE, 2) == "test-2.localhost"

	def test_each_has_its_own_step(self, layout: Layout) -> None:
		steps = plan.test_sites(layout, 3)
		assert [step.name for step in steps] == ["test site", "test site 2", "test site 3"]
		assert len({step.stamp(layout) for step in steps}) == 3

	def test_each_has_its_own_database_and_queue(self, layout: Layout, monkeypatch) -> None:
		restored: list[str] = []
		monkeypatch.setattr(sites.database, "restore", lambda _client, _log, name, *_: restored.append(name))
		monkeypatch.setattr(bench, "run_in_site", lambda *_: None)
		layout.choose_ports({"web", "database", "redis", "mail"})
		for number in ALL:
			sites.make_test_site(layout, Log(layout.logs / "site.log"), number)
		found = [sites.config(layout, site_of_process(TEST_SITE, number)) for number in ALL]
		assert restored == [each["db_name"] for each in found]
		assert all(name.isidentifier() for name in restored)
		assert len(set(restored)) == MOST_PROCESSES
		assert_queues([each["redis_queue"] for each in found], taken={1, 2, 3})

	def test_so_it_is_on_a_bench_and_the_first_is_as_it_was(
		self, layout: Layout, tmp_path: Path, monkeypatch
	) -> None:
		restored: list[str] = []
		monkeypatch.setattr(
			bench_site.database, "restore", lambda _client, _log, name, *_: restored.append(name)
		)
		monkeypatch.setattr(Log, "run", lambda *_, **__: None)
		original = {"db_name": "smooth_test_1a", "db_password": "x", "encryption_key": "kept"}
		first = {**original, "redis_queue": f"redis://127.0.0.1:11000/{bench_site.OWN_QUEUE}"}
		common = {"redis_queue": "redis://127.0.0.1:11000"}
		for folder, content in (("", common), (bench_site.SITE, first)):
			path = tmp_path / "sites" / folder
			path.mkdir(parents=True, exist_ok=True)
			name = "site_config.json" if folder else "common_site_config.json"
			bench.write_json(path / name, content)
		copy = bench_site.BenchSite(layout, tmp_path, None)
		for step in copy.fresh(MOST_PROCESSES):
			step.action(Log(layout.logs / "site.log"))
		found = [copy._config(name) for name in bench_site.OWN_SITES]
		assert found[0] == first
		assert {each["encryption_key"] for each in found} == {"kept"}
		assert restored == [each["db_name"] for each in found]
		assert len(set(restored)) == MOST_PROCESSES
		assert_queues([each["redis_queue"] for each in found], taken={0})


def assert_queues(addresses: list[str], taken: set[int]) -> None:
	"""Each is another database of Redis, and none that somebody else uses."""
	numbers = {int(address.rpartition("/")[2]) for address in addresses}
	assert len(numbers) == len(addresses)
	assert not numbers & taken
	assert max(numbers) < REDIS_DATABASES


class TestProcesses:
	@pytest.fixture
	def run(self, tmp_path: Path):
		"""Run a small suite of two files as `./smooth test` would. Returns the site of each test."""
		folder = tmp_path / "bench" / "sites"
		folder.mkdir(parents=True)
		for name in ("test_one.py", "test_two.py"):
			(tmp_path / name).write_text(SUITE)

		def run(names: tuple[str, ...], *arguments: str, fails: str = "") -> list[str]:
			target = testing.Target("sandbox", folder.parent, names)
			env = target.environment() | {"FOUND": str(tmp_path / "found")}
			# this test may itself be run by one of several processes
			env = {name: value for name, value in env.items() if not name.startswith("PYTEST_")}
			env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # starts sooner
			plugins = ["-p", "xdist.plugin", "-p", "sandbox.pytest_in_sites", "-p", "no:cacheprovider"]
			# by their path in the folder of the start, as people name them
			done = subprocess.run(
				[
					*(sys.executable, "-m", "pytest", *plugins, *target.pytest_options(), *arguments),
					*("test_one.py", "test_two.py"),
				],
				**{"cwd": tmp_path, "env": env, "capture_output": True, "text": True},
			)
			if fails:
				assert (done.returncode != 0, fails in done.stdout + done.stderr) == (True, True), done
				return []
			assert done.returncode == 0, done
			found = (tmp_path / "found").read_text().splitlines()
			assert {line.split(" ", 1)[1] for line in found} == {str(folder)}
			return sorted(line.split(" ", 1)[0] for line in found)

		return run

	def test_one_process_is_on_the_first_site(self, run) -> None:
		assert run(("a.localhost",)) == ["a.localhost"] * 8

	def test_each_file_is_on_the_site_of_one_process(self, run) -> None:
		assert run(("a.localhost", "b.localhost")) == ["a.localhost"] * 4 + ["b.localhost"] * 4

	def test_more_processes_than_sites_are_refused(self, run) -> None:
		run(("a.localhost",), "--numprocesses", "2", fails="./smooth test --processes N")

	def test_a_process_that_breaks_down_is_no_success(self, run, tmp_path: Path) -> None:
		broken = "import os\nif os.environ.get('PYTEST_XDIST_WORKER'): os._exit(1)\n"
		(tmp_path / "conftest.py").write_text(broken)
		run(("a.localhost", "b.localhost"), fails="crashed")
