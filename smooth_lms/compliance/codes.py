"""Verification codes: unguessable, and easy to read out and type."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are misread."""
LENGTH = 20
"""100 bits of chance."""
GROUP = 5
LETTERS = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
"""A letter for each byte: five of its bits pick one of 32, and all are equally likely."""
MISREAD = str.maketrans("ILO", "110")


def new_codes(number: int) -> list[str]:
	"""So many codes such as `7K3QM-0V9TX-…`: four groups of five."""
	chars = secrets.token_bytes(number * LENGTH).translate(LETTERS).decode()
	return [_grouped(chars[start : start + LENGTH]) for start in range(0, len(chars), LENGTH)]


def cleaned(typed: str) -> str | None:
	"""The code that somebody meant by what they typed or followed; None if it cannot be one.

	Case, blanks and dashes do not count, and letters that look like digits are taken for them.
	"""
	if len(typed) > 4 * LENGTH:
		return None
	chars = re.sub(r"[\s\-–—]", "", typed).upper().translate(MISREAD)
	if len(chars) != LENGTH or not set(chars) <= set(ALPHABET):
		return None
	return _grouped(chars)


def _grouped(chars: str) -> str:
	return "-".join(chars[start : start + GROUP] for start in range(0, LENGTH, GROUP))
