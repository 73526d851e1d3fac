"""The site's own name, logo and colour in the portal."""

import pytest

import frappe

from smooth_lms.portal import brand
from tests.support import factories


@pytest.fixture
def settings(site):
	yield frappe.get_doc("Website Settings")
	frappe.db.rollback()
	frappe.clear_document_cache("Website Settings", "Website Settings")


def test_a_site_that_set_nothing_has_ours(settings) -> None:
	settings.db_set({"app_name": "Frappe", "app_logo": None})
	frappe.clear_document_cache("Website Settings", "Website Settings")
	found = brand.brand()
	assert (found.name, found.logo, found.accent) == ("Smooth LMS", None, None)


def test_what_a_site_has_set_is_used(settings) -> None:
	theme = frappe.get_doc(
		{"doctype": "Website Theme", "theme": factories.unique("Theme"), "module": "Website", "custom": 1}
	)
	theme.name = theme.theme
	theme.db_insert()
	color = frappe.get_doc({"doctype": "Color", "name": factories.unique("Sun"), "color": "#FFE14D"}).insert()
	frappe.db.set_value("Website Theme", theme.name, "primary_color", color.name)
	settings.db_set({"app_name": "Acme Academy", "app_logo": "/files/acme.svg", "website_theme": theme.name})
	frappe.clear_document_cache("Website Settings", "Website Settings")
	found = brand.brand()
	assert (found.name, found.logo) == ("Acme Academy", "/files/acme.svg")
	assert found.accent_on_dark == "#ffe14d"
	assert found.accent not in (None, "#ffe14d"), "too pale for white text, so it has to be darker"


@pytest.mark.parametrize(
	"colour", [(255, 225, 77), (10, 10, 40), (128, 128, 128), (255, 255, 255), (0, 0, 0)]
)
def test_every_colour_is_made_readable(colour: brand.Colour) -> None:
	light = brand._until_readable(colour, brand.LIGHT_SURFACE, (0, 0, 0))
	dark = brand._until_readable(colour, brand.DARK_SURFACE, (255, 255, 255))
	assert brand.contrast(light, brand.LIGHT_SURFACE) >= 4.5
	assert brand.contrast(dark, brand.DARK_SURFACE) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
	assert brand.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
	assert brand.contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
