"""What browsers kept a package from loading, for its author to read.

The word comes from a learner's browser: hosts are checked, their number is limited, and nothing is allowed by it.
"""

import frappe
from frappe import _

from smooth_lms.base.notices.bell import ring
from smooth_lms.base.rows import set_value
from smooth_lms.courses import notices
from smooth_lms.courses.scorm import outside

DOCTYPE = "LMS SCORM Package"
KINDS = frozenset(("script", "style", "font", "img", "media", "frame", "connect", "object", "child"))
"""Directives of a page's policy, without their `-src`."""
REMEMBERED_SECONDS = 86_400


def note(package: str, host: str, kind: str) -> None:
	"""Keep that a package was not allowed to load something, and tell its author of each host once.

	Args: package; host and kind, untrusted: of the content, and what it is.
	"""
	if kind not in KINDS or "*" in host or not outside.WRITTEN.fullmatch(host):
		return
	line = f"{outside.described(host)}: {kind}"
	key = f"smooth_lms:scorm_blocked:{package}:{line}"
	if frappe.cache().get_value(key, expires=True):
		return
	stored = frappe.db.get_value(
		DOCTYPE, package, ["blocked_hosts", "title", "owner", "course"], as_dict=True, for_update=True
	)
	lines = (stored.blocked_hosts or "").splitlines()
	if line not in lines and len(lines) < outside.MOST_HOSTS:
		set_value(DOCTYPE, package, "blocked_hosts", "\n".join([*lines, line]), update_modified=False)
		if host not in {outside.host_of(each).rstrip(":") for each in lines}:
			_tell(package, stored, host)
	frappe.cache().set_value(key, 1, expires_in_sec=REMEMBERED_SECONDS)


def _tell(package: str, about: frappe._dict, host: str) -> None:
	instructors = frappe.get_all(
		"Course Instructor", {"parent": about.course, "parenttype": "LMS Course"}, pluck="instructor"
	)
	users = frappe.get_all(
		"User",
		{"name": ["in", [about.owner, *instructors]], "enabled": 1, "user_type": "System User"},
		pluck="name",
	)
	subject = _("{0}: content of {1} is not shown.").format(about.title, outside.described(host))
	text = _("Allow the host in the form of the package, or publish the package with everything in it:")
	ring(notices.CONTENT_BLOCKED.key, users, subject, text, DOCTYPE, package)
