"""Examples for site administrators, shipped switched off."""

import frappe

from smooth_lms.base.rows import set_value

LATE_ENROLLMENT = "Smooth LMS: late enrollment policy"

SCRIPTS = {
	LATE_ENROLLMENT: {
		"script_type": "DocType Event",
		"reference_doctype": "LMS Batch Enrollment",
		"doctype_event": "Before Insert",
		"script": """\
# Lets people be enrolled until noon of the second day of every cohort, by the clock of the cohort's time zone.
# Set doc.flags.admit_until to a date and time to move the end of enrollment for this person,
# or call frappe.throw("...") to refuse them; the sentence is shown to whoever enrolls them.
start = frappe.db.get_value("LMS Batch", doc.batch, "start_date")
if start:
    doc.flags.admit_until = str(frappe.utils.add_days(start, 1)) + " 12:00:00"
""",
	}
}


def sync_server_scripts() -> None:
	"""Make the examples that are not there, renew untouched ones; what an administrator changed stays."""
	for name, values in SCRIPTS.items():
		found = frappe.db.get_value("Server Script", name, ["creation", "modified"], as_dict=True)
		if found and found.creation == found.modified:
			set_value("Server Script", name, values, update_modified=False)
		elif not found:
			doc = frappe.get_doc({"doctype": "Server Script", "name": name, "disabled": 1, **values})
			doc.insert(ignore_permissions=True, set_name=name)


def remove_server_scripts() -> None:
	"""Remove the examples."""
	for name in SCRIPTS:
		frappe.delete_doc("Server Script", name, ignore_missing=True, force=True, ignore_permissions=True)
