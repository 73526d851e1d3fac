"""Steps of the sandbox: skipped when done, done again when their inputs change, clear when they break."""

import sys
import threading

import pytest

from sandbox.steps import Log, Runner, Step, StepFailed


class Work:
	"""Counts how often it was done; `inputs` and `result_is_there` can be changed between runs."""

	def __init__(self) -> None:
		self.times = 0
		self.inputs = "first"
		self.result_is_there = True
		self.step = Step("some work", self.do, lambda: self.inputs, lambda: self.result_is_there)

	def do(self, log: Log) -> None:
		self.times += 1


def test_done_step_is_skipped(runner: Runner, capsys: pytest.CaptureFixture) -> None:
	work = Work()
	runner.run(work.step)
	runner.run(work.step)
	assert work.times == 1
	assert "· some work  ready" in capsys.readouterr().out


@pytest.mark.parametrize("change", [{"inputs": "second"}, {"result_is_there": False}])
def test_step_is_done_again(runner: Runner, change: dict) -> None:
	work = Work()
	runner.run(work.step)
	vars(work).update(change)
	runner.run(work.step)
	assert work.times == 2


def test_step_without_inputs_runs_each_time(runner: Runner) -> None:
	work = Work()
	step = Step("cheap work", work.do)
	runner.run(step, step)
	assert work.times == 2


def test_broken_step_says_which_why_and_how_to_go_on(runner: Runner) -> None:
	def break_down(log: Log) -> None:
		log.run([sys.executable, "-c", "import sys; sys.exit('the disk is full')"])

	with pytest.raises(StepFailed) as failure:
		runner.run(Step("some work", break_down, lambda: "first"))
	message = str(failure.value)
	assert "✗ some work:" in message
	assert "the disk is full" in message
	assert "some-work.log" in message
	assert "To go on from this step: ./smooth up" in message


def test_broken_step_does_not_count_as_done_by_an_earlier_run(runner: Runner) -> None:
	work = Work()
	runner.run(work.step)

	def break_down(log: Log) -> None:
		raise StepFailed("no")

	work.inputs = "second"
	with pytest.raises(StepFailed):
		runner.run(Step("some work", break_down, lambda: "second"))
	work.inputs = "first"
	runner.run(work.step)
	assert work.times == 2


def test_program_that_is_not_there_is_a_clear_failure(runner: Runner) -> None:
	def call(log: Log) -> None:
		log.run(["no-such-program"])

	with pytest.raises(StepFailed, match="no-such-program could not be started"):
		runner.run(Step("some work", call, lambda: "first"))


def test_chains_run_together_and_the_first_failure_is_raised_when_all_have_ended(runner: Runner) -> None:
	meeting, finished = threading.Barrier(2, timeout=10), []

	def fail(log: Log) -> None:
		meeting.wait()
		raise StepFailed("broken")

	def work(log: Log) -> None:
		meeting.wait()
		finished.append("work")

	with pytest.raises(StepFailed, match="broken"):
		runner.run_together([Step("one", fail, lambda: "1")], [Step("two", work, lambda: "1")])
	assert finished == ["work"]
