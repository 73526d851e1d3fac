"""The portal's navigation: every section in one place. Only sections that have a page are shown."""

from dataclasses import dataclass
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import get_absolute_url

from smooth_lms import permissions

HOME = "/lms"
TEAM_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Section:
	"""An entry of the top bar, and of the bottom bar on a phone."""

	key: str
	label: str
	path: str
	icon: str
	"""A symbol of templates/portal/icons.html."""


def sections() -> list[Section]:
	"""The sections that the signed-in user may open, in order."""
	found = [
		Section("learning", _("Learning"), HOME, "book"),
		Section("cohorts", _("Cohorts"), "/lms/batches", "people"),
		Section("courses", _("Courses"), "/lms/courses", "cap"),
	]
	if _leads(frappe.session.user):
		found.append(Section("team", _("Team"), "/lms/team", "people"))
	if permissions.sees_people(frappe.session.user):
		found.append(Section("people", _("People"), "/lms/people", "directory"))
	if permissions.is_author():
		found.append(Section("author", _("Write courses"), "/lms/author", "pen"))
	# last: on a phone the bar holds four, and who has a team wants it there
	found.append(Section("timetable", _("Timetable"), "/lms/timetable", "calendar"))
	return found


def _leads(user: str) -> bool:
	"""As `permissions.is_manager`, which the page itself asks. Kept for a minute: the top of every page wants to know."""
	if not permissions.sees_team(user):
		return False
	key = f"smooth_lms_leads|{user}"
	known = frappe.cache().get_value(key, expires=True)
	if known is None:
		known = int(permissions.is_manager(user))
		frappe.cache().set_value(key, known, expires_in_sec=TEAM_SECONDS)
	return bool(known)


def sign_in_path(address: str) -> str:
	"""Where somebody signs in who then wants to see `address`."""
	return f"/lms/sign-in?redirect-to={quote(address, safe='')}"


def desk_path() -> str:
	"""Where the desk is on this version of Frappe."""
	return "/".join(get_absolute_url("User", "").split("/")[:2])
