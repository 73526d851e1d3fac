"""Which page an address leads to, before Frappe compiles the route rules of all apps for it (`website_path_resolver`).

A site with ERPNext has some thirty rules, and Frappe makes them anew for each request: that takes longer than a whole
page of the portal. Frappe takes the answer of the last app that has this hook, and asks its own rules only where no
app has it; so what is not this app's is handed on to whoever would have answered without us.
"""

from werkzeug.routing.exceptions import RequestRedirect

import frappe
from frappe.website.path_resolver import resolve_path

from smooth_lms.courses.scorm.content import ROOT as CONTENT
from smooth_lms.courses.uploads import ROOT as UPLOADS

HOOK = "website_path_resolver"
ROOT = "lms"


def resolve(path: str) -> str:
	"""Hook: the address itself where it is this app's. Args: path, without slashes at its ends."""
	if is_portal(path) or path == UPLOADS or path.startswith((f"{CONTENT}/", f"{UPLOADS}/")):
		frappe.local.path = path
		return path
	others = [each for each in frappe.get_hooks(HOOK) if each != f"{__name__}.resolve"]
	if others:
		return frappe.get_attr(others[-1])(path)
	try:
		return resolve_path(path)
	except RequestRedirect as redirect:  # as Frappe does it where it asks its own rules
		frappe.flags.redirect_location = redirect.new_url
		raise frappe.Redirect(redirect.code) from redirect


def skip_rules() -> None:
	"""Hook `before_request`: on benches that do not know the hook above, no rule is compiled for an address of ours.

	They ask the route rules of all apps first, which this request then believes to be none.
	"""
	if is_portal(frappe.request.path.strip("/ ")) and hasattr(frappe.local, "cache"):
		frappe.local.cache[frappe.cache.make_key("website_route_rules")] = []


def is_portal(path: str) -> bool:
	"""Whether the address is the portal's."""
	return path == ROOT or path.startswith(f"{ROOT}/")
