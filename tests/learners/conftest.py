"""The engine of the sandbox makes the first desk user a System Manager, whose account is never disabled."""

import os

import pytest

from tests.support.factories import make_user


@pytest.fixture(autouse=True)
def _an_administrator(site) -> None:
	if os.environ.get("SMOOTH_ENGINE") == "sandbox":
		make_user(roles=("System Manager",))
