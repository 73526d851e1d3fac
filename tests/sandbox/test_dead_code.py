"""What `./smooth lint` says about code that nothing calls."""

from pathlib import Path

from sandbox.dead_code import check

SOURCE = """
def called():
	return 1


def named_in_a_hook():
	return called()


def left_over():
	return called()
"""


def _app(root: Path) -> Path:
	for name in ("smooth_lms", "sandbox", "benchmarks"):
		(root / name).mkdir()
	(root / "smooth_lms" / "rules.py").write_text(SOURCE)
	(root / "smooth_lms" / "hooks.py").write_text('on_login = "smooth_lms.rules.named_in_a_hook"\n')
	return root


def test_finds_only_what_neither_code_nor_a_hook_names(tmp_path):
	(found,) = check(_app(tmp_path))
	assert found.startswith("smooth_lms/rules.py:10: nothing calls left_over")


def test_a_docstring_is_no_call(tmp_path):
	root = _app(tmp_path)
	(root / "smooth_lms" / "words.py").write_text('"""See left_over."""\n')
	assert len(check(root)) == 1


def test_a_script_of_the_desk_is_one(tmp_path):
	root = _app(tmp_path)
	(root / "smooth_lms" / "form.js").write_text('lms.call("rules.left_over");')
	assert check(root) == []


def test_the_app_is_free_of_it():
	assert check(Path(__file__).parents[2]) == []
