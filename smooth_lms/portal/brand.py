"""The site's own name, logo and colour, from Website Settings and its theme."""

import re
from dataclasses import dataclass

import frappe

NAME = "Smooth LMS"
UNSET_NAMES = ("", "Frappe", "ERPNext")
"""What the frameworks put there by themselves."""
HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
LIGHT_SURFACE, DARK_SURFACE = (255, 255, 255), (27, 30, 36)
ENOUGH_CONTRAST = 4.6
"""WCAG 2.2 AA asks for 4.5 : 1."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Brand:
	"""How the site presents itself."""

	name: str
	logo: str | None
	favicon: str | None
	accent: str | None
	"""The brand colour, dark enough for white text; None for ours."""
	accent_on_dark: str | None


def brand() -> Brand:
	"""The brand of this site."""
	settings = frappe.get_cached_doc("Website Settings")
	name = (settings.get("app_name") or "").strip()
	colour = _theme_colour(settings.get("website_theme"))
	return Brand(
		name=NAME if name in UNSET_NAMES else name,
		logo=settings.get("app_logo") or None,
		favicon=settings.get("favicon") or None,
		accent=_hex(_until_readable(colour, LIGHT_SURFACE, (0, 0, 0))) if colour else None,
		accent_on_dark=_hex(_until_readable(colour, DARK_SURFACE, (255, 255, 255))) if colour else None,
	)


def _theme_colour(theme: str | None) -> Colour | None:
	colour = theme and frappe.get_cached_value("Website Theme", theme, "primary_color")
	value = colour and (frappe.get_cached_value("Color", colour, "color") or colour)
	if not value or not HEX_COLOUR.match(value):
		return None
	return tuple(int(value[index : index + 2], 16) for index in (1, 3, 5))


def _until_readable(colour: Colour, surface: Colour, towards: Colour) -> Colour:
	"""The colour, mixed with black or white until text in it can be read on the surface."""
	for step in range(21):
		mixed = tuple(round(c + (t - c) * step / 20) for c, t in zip(colour, towards, strict=True))
		if contrast(mixed, surface) >= ENOUGH_CONTRAST:
			return mixed
	return towards


def contrast(one: Colour, other: Colour) -> float:
	"""The contrast ratio of two colours as WCAG 2.2 defines it, from 1 to 21."""
	lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
	return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
	shares = [value / 255 for value in colour]
	linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
	return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(colour: Colour) -> str:
	return "#" + "".join(f"{value:02x}" for value in colour)
