"""A mail from those who run a cohort to the people in it: cleaned, looked at before, kept with the cohort."""

from collections.abc import Collection
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html_tags

from smooth_lms import permissions
from smooth_lms.base import links, texts
from smooth_lms.base.rows import select_rows
from smooth_lms.cohorts.admission import COMPLETED, ENROLLED, WAITLISTED
from smooth_lms.people.addresses import mail_addresses

RECORD = "Communication"
TEMPLATE = "cohort_message"
STATUSES = (ENROLLED, COMPLETED, WAITLISTED)
LONGEST_SUBJECT = 140


def preview(batch: str, subject: str, message: str, members: Collection[str] | None = None) -> dict[str, Any]:
	"""What would be sent, and to how many people; nothing is sent or kept.

	Args:
	        batch: LMS Batch.
	        subject, message: a line, and HTML as people write it in an editor.
	        members: Users; None for everybody who has a seat.

	Returns `subject, html, recipients` (their number), `without` (names of people without an address). Raises
	PermissionError, ValidationError.
	"""
	mail = _mail(batch, subject, message)
	found, without = _recipients(batch, members)
	html = frappe.render_template(f"templates/emails/{TEMPLATE}.html", mail["args"])
	return {"subject": mail["subject"], "html": html, "recipients": len(found), "without": without}


def test(batch: str, subject: str, message: str) -> str:
	"""Send it to nobody but oneself. Returns the address. Raises as `preview`."""
	mail = _mail(batch, subject, message)
	address = mail_addresses([frappe.session.user])[frappe.session.user]
	frappe.sendmail(recipients=[address], **mail)
	return address


def send(batch: str, subject: str, message: str, members: Collection[str] | None = None) -> int:
	"""Send it to people of the cohort, each in a mail of their own, and keep it in the cohort's timeline.

	Args: as `preview`. Returns to how many people it goes. Raises PermissionError, ValidationError.
	"""
	mail = _mail(batch, subject, message)
	found, _without = _recipients(batch, members)
	if not found:
		frappe.throw(_("Nobody of the chosen people has an e-mail address: choose others."))
	# whom it went to stands in the queue; the timeline is read by more people
	kept = frappe.get_doc(
		{
			"doctype": RECORD,
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Sent",
			"subject": mail["subject"],
			"content": mail["args"]["message"],
			"reference_doctype": "LMS Batch",
			"reference_name": batch,
			"sender_full_name": frappe.db.get_value("User", frappe.session.user, "full_name"),
		}
	).insert(ignore_permissions=True)
	frappe.sendmail(
		recipients=sorted(set(found.values())),
		reference_doctype="LMS Batch",
		reference_name=batch,
		communication=kept.name,
		**mail,
	)
	return len(found)


def _mail(batch: str, subject: str, message: str) -> dict[str, Any]:
	"""Subject and words, as Frappe's sendmail takes them."""
	permissions.require_cohort_staff(batch)
	line = strip_html_tags(subject or "").strip()[:LONGEST_SUBJECT]
	subject, text = texts.cleaned(RECORD, {"subject": line, "content": message or ""}).values()
	if not subject:
		frappe.throw(_("The mail has no subject: enter one."))
	if not strip_html_tags(text).strip():
		frappe.throw(_("The mail says nothing: write a text."))
	args = {
		"message": text,
		"batch_title": frappe.db.get_value("LMS Batch", batch, "title"),
		"batch_url": links.absolute(f"/lms/batches/{batch}"),
		"sender": frappe.db.get_value("User", frappe.session.user, "full_name"),
	}
	return {"subject": subject, "template": TEMPLATE, "args": args}


def _recipients(batch: str, members: Collection[str] | None) -> tuple[dict[str, str], list[str]]:
	"""The addresses of people of the cohort by User, and the names of those without one."""
	among = {"member": list(members)} if members is not None else {"batch": [batch]}
	where = {"batch": batch, "status": STATUSES if members is not None else (ENROLLED, COMPLETED)}
	rows = dict(select_rows("LMS Batch Enrollment", ("member", "member_name"), among, where))
	addresses = mail_addresses(list(rows))
	without = [name or member for member, name in rows.items() if not addresses.get(member)]
	return {member: addresses[member] for member in rows if addresses.get(member)}, sorted(without)
