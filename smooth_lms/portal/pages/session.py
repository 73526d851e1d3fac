"""Coming and leaving."""

import frappe
from frappe import _

from smooth_lms.portal.answers import Answer, Page, Redirect
from smooth_lms.portal.navigation import HOME, sign_in_path
from smooth_lms.portal.visit import Visit


def sign_in(visit: Visit) -> Answer:
	"""The page for signing in. Whether somebody may, Frappe decides: the page calls its method."""
	target = _own_path(visit.query.get("redirect-to"))
	if frappe.session.user != "Guest":
		return Redirect(target)
	return Page("sign_in.html", _("Sign in"), {"target": target})


def sign_out(visit: Visit) -> Redirect:
	"""End the session."""
	frappe.local.login_manager.logout()
	# else Frappe keeps the ended session's data for the next request with the same cookie
	frappe.local.session_obj = None
	return Redirect(sign_in_path(HOME))


def _own_path(asked: str | None) -> str:
	"""Where to go afterwards: an address of this site, never another one's."""
	path = (asked or "").strip()
	plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
	return path if plain else HOME
