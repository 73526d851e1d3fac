"""The drawn cover of a course that has no picture: the same every time, and courses of one category are alike.

The category chooses the color, the title the drawing. It is an ornament: the title stands beside it as text.
"""

from dataclasses import dataclass
from hashlib import blake2b

WIDTH, HEIGHT = 320, 140
"""The size of the drawing in its own units, as wide as pictures of courses are shown."""
SHAPES = 4
HUES = (205, 262, 168, 24, 338, 96, 232, 48)
"""Degrees on the color wheel, far enough apart to be told from each other."""


@dataclass(frozen=True, slots=True)
class Cover:
	"""A drawing as the template of a card draws it."""

	hue: int
	circles: tuple[tuple[int, int, int], ...]
	"""Each: x and y of the middle, and the radius."""
	wave: str
	"""The path of a hill along the lower edge."""


def drawn(title: str, category: str | None = None) -> Cover:
	"""The cover of a course by its title and category."""
	numbers = _bytes(title)
	circles = tuple(
		(
			numbers[3 * index] * WIDTH // 255,
			numbers[3 * index + 1] * HEIGHT // 255,
			16 + numbers[3 * index + 2] * 48 // 255,
		)
		for index in range(SHAPES)
	)
	left, top, right = (40 + number * 70 // 255 for number in numbers[-3:])
	wave = f"M0 {left}C{WIDTH // 3} {top} {WIDTH * 2 // 3} {HEIGHT} {WIDTH} {right}V{HEIGHT}H0z"
	return Cover(HUES[_bytes(category or title)[0] % len(HUES)], circles, wave)


def _bytes(text: str) -> bytes:
	return blake2b(text.strip().casefold().encode(), digest_size=3 * SHAPES + 3).digest()
