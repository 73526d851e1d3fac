"""What the desk is told when it starts (hook `extend_bootinfo`)."""

from smooth_lms.cohorts.importing.file import MAX_BYTES
from smooth_lms.courses.scorm.archive import LARGEST_ARCHIVE

LARGEST_FILES = {
	"LMS SCORM Package": {"package_file": LARGEST_ARCHIVE},
	"LMS Enrollment Run": {"input_file": MAX_BYTES},
}
"""The app's own limits in bytes, by DocType and field. The site's limit, which comes on top, is `max_file_size`."""


def extend(bootinfo: dict) -> None:
	"""Add how large files may be."""
	bootinfo["smooth_lms"] = {"largest_files": LARGEST_FILES}
