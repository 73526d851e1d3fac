"""How often a proof kills a process: as often as it says, or less where time is short (./smooth test --kills)."""

import os


def at_most(number: int) -> int:
	"""`number`, or what ./smooth test --kills says if that is less."""
	return min(number, int(os.environ.get("SMOOTH_KILLS") or number))
