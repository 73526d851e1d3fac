"""When a request is brought to mind, taken to L&D, and given up. No database."""

from datetime import datetime, timedelta

DAYS = 5
"""So long a request waits where nothing else is said."""
ASKED, REMINDED, ESCALATED = 0, 1, 2
"""The steps of a request; after the last one it runs out."""
SHARES = {ASKED: 0.6, REMINDED: 0.8}
"""After which share of its time the next step is due."""


def runs_out(asked: datetime, days: int | None, last: datetime | None) -> datetime:
	"""When a request is given up.

	Args:
	        asked: when it was made.
	        days: how long it may wait; the default where that is nothing.
	        last: the last moment at which it can be granted at all, by the same clock.
	"""
	end = asked + timedelta(days=days or DAYS)
	return min(end, last) if last else end


def next_step_on(step: int, asked: datetime, end: datetime) -> datetime:
	"""When the step after this one is due. Args: asked, end, when the request was made and when it runs out."""
	return asked + (end - asked) * SHARES[step] if step in SHARES else end


def due_step(step: int, asked: datetime, end: datetime, now: datetime) -> int | None:
	"""The step that is due now; None where the request has run out. Steps that were missed are left out."""
	if now >= end:
		return None
	while step in SHARES and now >= next_step_on(step, asked, end):
		step += 1
	return step
