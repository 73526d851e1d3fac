"""My learning: what is next for the person who is signed in."""

from typing import TYPE_CHECKING

from frappe import _

from smooth_lms.cohorts import catalog
from smooth_lms.portal.answers import Page

if TYPE_CHECKING:
	from smooth_lms.portal.renderer import Visit


def index(visit: "Visit") -> Page:
	"""The person's cohorts that come next, and those they wait for."""
	return Page("learning.html", _("My learning"), catalog.coming_up(visit.user), section="learning")
