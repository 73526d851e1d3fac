"""What the desk is told when it starts (hook `extend_bootinfo`)."""

import frappe
from frappe import _
from frappe.core.api import file as file_api

from smooth_lms.base import file_kinds
from smooth_lms.cohorts.importing.file import MAX_BYTES
from smooth_lms.courses.scorm.archive import LARGEST_ARCHIVE
from smooth_lms.courses.scorm.content import content_origin
from smooth_lms.setup.health import sizes

LARGEST_FILES = {
	"LMS SCORM Package": {"package_file": LARGEST_ARCHIVE},
	"LMS Enrollment Run": {"input_file": MAX_BYTES},
}
"""The app's own limits in bytes, by DocType and field. The site's limit, which comes on top, is `max_file_size`."""


def extend(bootinfo: dict) -> None:
	"""Add what fields with files take, how large uploads may be, and whether packages have a host of their own."""
	bootinfo["smooth_lms"] = {
		"largest_files": LARGEST_FILES,
		"file_kinds": _kinds(),
		# where packages have a host of their own there is nothing to trust them with
		"has_content_host": bool(content_origin()),
		# Frappe's own max_file_size of the boot knows nothing of System Settings
		"largest_upload": {"site": file_api.get_max_file_size(), "server": sizes.remembered()},
	}


def _kinds() -> dict[str, dict]:
	"""The sentence, the usual endings and the size of what a field takes, by DocType and field with a dot between."""
	kinds = {
		key: file_kinds.kind_of(*key.split(".")) for key in frappe.get_hooks("smooth_lms_file_kinds") or {}
	}
	return {
		key: {"sentence": _(kind.sentence), "endings": kind.endings, "largest": kind.largest}
		for key, kind in kinds.items()
	}
