"""The mail that tells somebody they are in: once, after the commit, and never in the way of the enrollment.

An enrollment that is to be confirmed carries `confirmation_due`. The job that queues the mail clears it and
sets `confirmation_email_sent` in the same transaction, so a job that is run twice or killed midway sends nothing
twice. What could not be queued says why in `confirmation_email_error` and can be sent again.
"""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import strip_html_tags

from smooth_lms.base import links
from smooth_lms.base.notices import choices
from smooth_lms.base.notices.events import MAIL
from smooth_lms.base.notices.letters import speaking
from smooth_lms.base.rows import set_on, set_value
from smooth_lms.cohorts.display import reader_zone, when
from smooth_lms.cohorts.notices import ENROLLED
from smooth_lms.people.addresses import mail_address
from smooth_lms.people.readers import able_to_sign_in, language_of

DOCTYPE = "LMS Batch Enrollment"
JOB_SIZE = 500
COMMIT_EVERY = 50
SHIPPED_TEMPLATE = "cohort_confirmation"


def wanted() -> bool:
	"""Whether people enrolled now shall get the mail: not when an import or the site has muted mails."""
	return not frappe.flags.mute_emails


def queue(names: Sequence[str]) -> None:
	"""Send the mail of these enrollments by a background job, once the present transaction is committed."""
	if not wanted():
		return
	for start in range(0, len(names), JOB_SIZE):
		frappe.enqueue(
			"smooth_lms.cohorts.confirmation.send",
			queue="default",
			enqueue_after_commit=True,
			names=list(names[start : start + JOB_SIZE]),
		)


def send(names: Sequence[str]) -> dict[str, int]:
	"""Put the mails that are due into Frappe's Email Queue; commits as it goes.

	Returns how many were `sent`, `held` (the account has no password yet) and `failed`. Whoever does not want such mails
	gets none.
	"""
	result = {"sent": 0, "held": 0, "failed": 0}
	due = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", list(names)], "confirmation_due": 1, "status": "Enrolled"},
		fields=["name", "member"],
		limit=0,
	)
	members = {row.member for row in due}
	ready, wanted = able_to_sign_in(members), choices.wanted(ENROLLED.key, MAIL, members)
	for count, row in enumerate(due, start=1):
		if row.member not in wanted:
			set_value(DOCTYPE, row.name, "confirmation_due", 0, update_modified=False)
			continue
		if row.member not in ready:
			result["held"] += 1
			continue
		outcome = _send_one(row.name)
		result[outcome] = result.get(outcome, 0) + 1
		if count % COMMIT_EVERY == 0:
			frappe.db.commit()  # a killed job keeps what it has queued
	frappe.db.commit()
	return result


def send_again(names: Sequence[str]) -> None:
	"""Send the mail of chosen enrollments once more, whether it went out before or not."""
	set_value(
		DOCTYPE,
		{"name": ["in", list(names)], "status": "Enrolled"},
		{"confirmation_due": 1, "confirmation_email_sent": 0, "confirmation_email_error": None},
	)
	queue(names)


def release(user: str) -> None:
	"""Send what was held for `user`; called when they sign in, which setting a password does."""
	names = frappe.get_all(
		DOCTYPE,
		filters={"member": user, "confirmation_due": 1, "status": "Enrolled"},
		pluck="name",
		limit=0,
	)
	queue(names)


def on_session_creation() -> None:
	"""Hook: somebody signed in."""
	release(frappe.session.user)


def send_held() -> None:
	"""Scheduler: send what was held for people who can sign in by now, and what an ended job left over."""
	names = frappe.get_all(
		DOCTYPE,
		filters={"confirmation_due": 1, "status": "Enrolled", "confirmation_email_error": ["is", "not set"]},
		pluck="name",
		limit=0,
	)
	for start in range(0, len(names), JOB_SIZE):
		send(names[start : start + JOB_SIZE])


def _send_one(name: str) -> str:
	frappe.db.savepoint("confirmation")
	try:
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		if not doc.confirmation_due or doc.status != "Enrolled":
			return "skipped"  # another job was faster, or they withdrew meanwhile
		_queue_mail(doc)
		set_on(doc, {"confirmation_due": 0, "confirmation_email_sent": 1, "confirmation_email_error": None})
		return "sent"
	except Exception as error:  # whatever is wrong with mail, the enrollment stands and says so
		frappe.db.rollback(save_point="confirmation")
		frappe.clear_messages()
		frappe.log_error(
			_("Confirmation email could not be queued"), reference_doctype=DOCTYPE, reference_name=name
		)
		set_value(DOCTYPE, name, "confirmation_email_error", str(error)[:500])
		return "failed"


def _queue_mail(enrollment) -> None:
	queued = {"reference_doctype": DOCTYPE, "reference_name": enrollment.name}
	earlier = frappe.db.count("Email Queue", queued)
	with speaking(language_of(enrollment.member)):
		frappe.sendmail(
			recipients=[mail_address(enrollment.member)],
			reference_doctype=DOCTYPE,
			reference_name=enrollment.name,
			**_mail(enrollment),
		)
	if frappe.db.count("Email Queue", queued) == earlier:
		raise frappe.ValidationError(
			_("The mail has no recipient: the address is unsubscribed or not valid.")
		)


def _mail(enrollment) -> dict:
	"""Subject and words, as Frappe's sendmail takes them."""
	batch = frappe.get_cached_doc("LMS Batch", enrollment.batch)
	template = batch.confirmation_email_template or choices.template(ENROLLED.key)
	context = _context(enrollment, batch)
	if template:
		mail = frappe.get_doc("Email Template", template).get_formatted_email(context)
		return {"subject": mail["subject"], "message": mail["message"]}
	subject = strip_html_tags(_("You are enrolled: {0}").format(batch.title))  # Frappe repeats it as HTML
	return {"subject": subject, "template": SHIPPED_TEMPLATE, "args": context}


def _context(enrollment, batch) -> dict:
	return {
		**enrollment.as_dict(),
		"member_name": enrollment.member_name,
		"title": batch.title,
		"batch_title": batch.title,
		"start_date": batch.start_date,
		"end_date": batch.end_date,
		"medium": batch.medium,
		"when": when(batch, reader_zone(enrollment.member)),
		"courses": [row.title or row.course for row in batch.courses],
		"instructors": [
			frappe.get_cached_value("User", row.instructor, "full_name") for row in batch.instructors
		],
		"batch_url": links.absolute(f"/lms/batches/{batch.name}"),
		"courses_url": links.absolute("/lms/courses"),
	}
