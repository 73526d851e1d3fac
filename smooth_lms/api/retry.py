"""Trying a write again that the database gave up to resolve a deadlock."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import frappe

RETRIES = 3
PAUSE_SECONDS = 0.05

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def tried_again_on_deadlock(write: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
	"""Run `write` up to three times more when it is the victim of a deadlock.

	MariaDB undoes the victim's whole transaction, so `write` must be all that the request does.
	"""

	@wraps(write)
	def trying(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
		for attempt in range(RETRIES):
			try:
				return write(*args, **kwargs)
			except frappe.QueryDeadlockError:
				frappe.db.rollback()
				frappe.clear_messages()
				time.sleep(random.uniform(0, PAUSE_SECONDS * (attempt + 1)))
		return write(*args, **kwargs)

	return trying
