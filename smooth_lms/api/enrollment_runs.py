"""Enrolling very many people in the background over HTTP: start, watch, stop, continue."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms import permissions
from smooth_lms.api import arguments
from smooth_lms.api.arguments import checked
from smooth_lms.cohorts import roster
from smooth_lms.cohorts.importing import runs


@frappe.whitelist(methods=["POST"])
@checked
def start_enrollment_run(
	batch: str,
	members: list | str | None = None,
	filters: dict | str | None = None,
	override_reason: str | None = None,
) -> dict[str, Any]:
	"""Enroll a list of people, or the employees that match filters, by a background run.

	Args:
	        batch: LMS Batch.
	        members: Users or Employees.
	        filters: see `roster.find`; used when `members` is not given.
	        override_reason: why audience, time and seats shall not count; moderators only.

	Returns `name` and `total` of the run. Raises PermissionError, UnknownBatchError, ValidationError.
	"""
	permissions.require_enroller()
	chosen = arguments.mapping(filters)
	if members is not None:
		people = arguments.names(members)
	elif chosen is not None:
		people = roster.members(roster.find(chosen))
	else:
		frappe.throw(_("Choose people: pass members or filters."))
	run = runs.start(batch, people, source=arguments.way_in(), override_reason=override_reason or None)
	return {"name": run.name, "total": run.total}


@frappe.whitelist(methods=["POST"])
@checked
def import_enrollments(file_url: str, batch: str | None = None, mute_emails: bool = False) -> dict[str, Any]:
	"""Enroll the people of an uploaded file by a background run; bad rows come back in a file with the reason.

	Args:
	        file_url: of a File that the caller may read, CSV or Excel; see `file`.
	        batch: the cohort of every row; without it the file has a column for it.
	        mute_emails: send no confirmation mails.

	Returns `name` and `total` of the run. Raises PermissionError, EnrollmentFileError, UnknownBatchError.
	"""
	run = runs.start_from_file(*_content_of(file_url), batch=batch or None, mute=bool(mute_emails))
	return {"name": run.name, "total": run.total}


@frappe.whitelist(methods=["GET", "POST"])
@checked
def preview_import(file_url: str, batch: str | None = None) -> dict[str, Any]:
	"""What importing a file would do at this moment, row by row with the file's own numbers; nothing is written.

	Args: as `import_enrollments`. Returns what `runs.preview_file` does.
	"""
	return runs.preview_file(*_content_of(file_url), batch=batch or None)


@frappe.whitelist(methods=["GET", "POST"])
@checked
def get_run(name: str) -> dict[str, Any]:
	"""How far a run is; see `runs.progress`. For moderators and who started it."""
	_require(name)
	return runs.progress(name)


@frappe.whitelist(methods=["POST"])
@checked
def abort_run(name: str) -> dict[str, Any]:
	"""Stop a run after the chunk it is at. What was enrolled stays. Returns its progress."""
	_require(name)
	runs.abort(name)
	return runs.progress(name)


@frappe.whitelist(methods=["POST"])
@checked
def resume_run(name: str) -> dict[str, Any]:
	"""Continue a run that failed or was aborted, where it stopped. Returns its progress."""
	_require(name)
	runs.resume(name)
	return runs.progress(name)


def _require(name: str) -> None:
	permissions.require_enroller()
	if not frappe.db.exists("LMS Enrollment Run", name):
		frappe.throw(_("There is no enrollment run {0}.").format(escape_html(name)), frappe.DoesNotExistError)
	permissions.require_run(frappe.get_doc("LMS Enrollment Run", name))


def _content_of(file_url: str) -> tuple[bytes, str]:
	"""The content of an uploaded file, and its name."""
	permissions.require_enroller()
	file = _readable_file(file_url)
	content = file.get_content()
	name = file.file_name or file_url.rpartition("/")[2]
	return content.encode() if isinstance(content, str) else content, name


def _readable_file(file_url: str):
	if not file_url.startswith(("/files/", "/private/files/")):
		frappe.throw(
			_("Upload the file first: {0} is not a file of this site.").format(escape_html(file_url))
		)
	rows = frappe.get_all(
		"File",
		filters={"file_url": file_url},
		fields=["name", "owner"],
		order_by="creation desc, name",
		limit=0,
	)
	# files of equal content share an address: the caller's last one has the name that they gave it
	for row in sorted(rows, key=lambda row: row.owner != frappe.session.user):
		file = frappe.get_doc("File", row.name)
		# by the document it would leave an empty message where the answer is no
		if frappe.has_permission("File", "read", doc=file):
			return file
	frappe.throw(
		_("There is no file {0}, or you may not read it.").format(escape_html(file_url)),
		frappe.DoesNotExistError,
	)
