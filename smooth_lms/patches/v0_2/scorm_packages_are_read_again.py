"""What packages say of themselves and was not read when they were uploaded: objectives, frames, content from elsewhere."""

from functools import partial

import frappe

from smooth_lms.base.rows import set_value, update_rows
from smooth_lms.courses.scorm import archive, manifest, outside, package
from smooth_lms.exceptions import PackageRefusedError

PACKAGE, PART = "LMS SCORM Package", "LMS SCORM SCO"


def execute() -> None:
	"""Fill in what is empty, from the files on the disk. Parts, and what is known of them, stay as they are.

	Commits after each package; doing it again changes nothing. What cannot be read is named in the Error Log.
	"""
	unread = []
	fields = ["name", "folder", "notes", "needs_frames", "found_hosts"]
	for row in frappe.get_all(
		PACKAGE, {"scorm_version": ["in", ("1.2", "2004")]}, fields, limit=0, order_by="creation"
	):
		try:
			_read_again(row)
		except (PackageRefusedError, OSError) as error:
			frappe.db.rollback()
			frappe.clear_messages()
			unread.append(f"{row.name}: {error}")
		frappe.db.commit()
	if unread:
		frappe.log_error(
			title=f"Smooth LMS could not read {len(unread)} SCORM packages again",
			message="\n".join(
				["Their lessons work as before. Upload them anew for objectives and notes.", *unread]
			),
		)


def _read_again(row: frappe._dict) -> None:
	sizes = package.sizes(row.folder)
	found = manifest.read(package.read(row.folder, manifest.NAME), sizes)
	has_frames, hosts = archive.scan(sizes, partial(package.read, row.folder))
	values = {
		"needs_frames": int(has_frames or row.needs_frames),
		"found_hosts": row.found_hosts or "\n".join(outside.described(host) for host in hosts) or None,
		"notes": row.notes or "\n".join(found.notes) or None,
	}
	changed = {field: value for field, value in values.items() if value != row[field]}
	if changed:
		set_value(PACKAGE, row.name, changed, update_modified=False)
	read = {part.identifier: manifest.as_row(part) for part in found.parts}
	kept = frappe.get_all(
		PART, {"parent": row.name, "parenttype": PACKAGE}, ["name", *next(iter(read.values()))], limit=0
	)
	missing = {
		part.name: {
			field: value
			for field, value in read.get(part.identifier, {}).items()
			if value and not part.get(field)
		}
		for part in kept
	}
	update_rows(PART, {name: values for name, values in missing.items() if values}, stamped=False)
	frappe.clear_document_cache(PACKAGE, row.name)
