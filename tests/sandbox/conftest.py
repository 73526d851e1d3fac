from pathlib import Path

import pytest

from sandbox.layout import CHECKOUT, Layout
from sandbox.steps import Runner


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
	"""A sandbox of its own, with nothing in it."""
	empty = Layout(checkout=CHECKOUT, root=tmp_path / "sandbox")
	empty.create()
	return empty


@pytest.fixture
def runner(layout: Layout) -> Runner:
	return Runner(layout, "./smooth up")
