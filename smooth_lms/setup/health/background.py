"""What has to run by itself: the scheduler, the workers and the mails."""

from collections.abc import Iterator
from datetime import timedelta

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import cint, format_datetime, now_datetime
from frappe.utils.background_jobs import generate_qname, get_workers
from frappe.utils.scheduler import is_scheduler_disabled

from smooth_lms.base.health import HINT, MISSING, Finding, Question
from smooth_lms.base.rows import update_rows

QUEUES = ("short", "default", "long")
"""The queues that Frappe's and the app's jobs wait in."""
PATIENCE = timedelta(hours=26)
"""Frappe begins jobs of a site that nobody uses once a day."""
FIRST = timedelta(hours=1)


def scheduler_enabled(_question: Question) -> Iterator[Finding]:
	"""Whether the site may begin jobs by itself."""
	if is_scheduler_disabled(verbose=False):
		yield Finding(
			MISSING,
			_("The scheduler is off: nothing is synchronized, assigned, reminded or mailed by itself."),
			_("Switch it on with bench --site {0} enable-scheduler").format(frappe.local.site),
		)


def late_jobs(_question: Question) -> Iterator[Finding]:
	"""Frappe makes its jobs by the clock of the zone before the setup wizard; west of it they wait for hours."""
	made = frappe.db.get_value("Scheduled Job Type", _late(), "creation", order_by="creation desc")
	if made:
		yield Finding(
			MISSING,
			_(
				"Scheduled jobs begin at {0} only, because they were made by the clock of another time zone."
			).format(format_datetime(made)),
			_("Begin now with bench --site {0} begin-scheduled-jobs").format(frappe.local.site),
		)


def begin_late_jobs() -> int:
	"""Let jobs that wait for the clock of another time zone begin. Returns how many there were."""
	names = frappe.get_all("Scheduled Job Type", _late(), pluck="name", limit=0)
	made = {"creation": now_datetime() - timedelta(days=1)}
	update_rows("Scheduled Job Type", dict.fromkeys(names, made), stamped=False)
	return len(names)


def mail_account(_question: Question) -> Iterator[Finding]:
	"""Whether mails can leave the site."""
	if not EmailAccount.find_default_outgoing():
		yield Finding(
			MISSING,
			_("No Email Account is the default for outgoing mail: confirmations and reminders are held."),
			_("Make an Email Account with Default Outgoing, and send yourself a mail from it."),
		)
	elif cint(frappe.conf.get("mute_emails")):
		yield Finding(
			HINT,
			_("The site's configuration mutes mails (mute_emails): nobody gets any."),
			_("Take it out with bench --site {0} set-config mute_emails 0").format(frappe.local.site),
		)
	elif cint(frappe.db.get_default("suspend_email_queue")):
		yield Finding(
			HINT,
			_("Mails are held: somebody has suspended sending."),
			_("Resume it in the list of Email Queue."),
		)


def scheduler_paused(_question: Question) -> Iterator[Finding]:
	"""What `bench update` sets for its time; left behind, it stops everything."""
	for key in ("maintenance_mode", "pause_scheduler"):
		if cint(frappe.conf.get(key)):
			yield Finding(
				MISSING,
				_("The configuration has {0}: no scheduled job begins.").format(key),
				_(
					"If no update runs, set it to 0 with bench set-config (add -g if it is that of the bench)."
				),
			)


def scheduler_runs(_question: Question) -> Iterator[Finding]:
	"""Whether something has begun jobs of late."""
	if is_scheduler_disabled(verbose=False):
		return
	jobs = {"stopped": 0}
	last = frappe.db.get_value("Scheduled Job Type", jobs, "last_execution", order_by="last_execution desc")
	first = frappe.db.get_value("Scheduled Job Type", jobs, "creation", order_by="creation asc")
	now = now_datetime()
	if (last and now - last > PATIENCE) or (not last and first and now - first > FIRST):
		yield Finding(
			MISSING,
			_("No scheduled job has begun since {0}.").format(format_datetime(last))
			if last
			else _("No scheduled job has begun yet."),
			_("Look with sudo supervisorctl status whether the scheduler and the workers run."),
		)


def workers(_question: Question) -> Iterator[Finding]:
	"""Whether each queue has a worker."""
	served = {name for worker in get_workers() for name in worker.queue_names()}
	lacking = [queue for queue in QUEUES if generate_qname(queue) not in served]
	if lacking:
		yield Finding(
			MISSING,
			_("No worker takes jobs from these queues: {0}.").format(", ".join(lacking)),
			_("Start them: bench setup supervisor, sudo supervisorctl reload, sudo supervisorctl status."),
		)


def _late() -> dict:
	return {"creation": [">", now_datetime()], "last_execution": ["is", "not set"]}
