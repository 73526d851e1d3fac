"""Leaving."""

import frappe

from smooth_lms.portal.answers import Redirect
from smooth_lms.portal.visit import Visit


def sign_out(visit: Visit) -> Redirect:
	"""End the session."""
	frappe.local.login_manager.logout()
	# else Frappe keeps the ended session's data for the next request with the same cookie
	frappe.local.session_obj = None
	return Redirect("/login?redirect-to=%2Flms")
