"""What the sandbox sets in a fresh site. Runs inside the site."""

import sys
from contextlib import redirect_stdout

from rq import Queue, SimpleWorker

import frappe
from frappe.core.doctype.user.user import update_gravatar
from frappe.utils import now_datetime, today
from frappe.utils.background_jobs import get_redis_conn
from frappe.utils.scheduler import enable_scheduler


def complete() -> None:
	"""Stand in for the setup wizard: the desk opens it until these are set."""
	settings = frappe.get_single("System Settings")
	values = {"setup_complete": 1, "language": "en", "time_zone": "UTC", "enable_scheduler": 1}
	settings.update({**values, "enable_onboarding": 1})
	settings.country = settings.country or "United States"
	settings.flags.ignore_mandatory = True
	settings.save()
	_skip_wizards()
	_follow_onboardings_from_today()
	_begin_jobs_now()
	frappe.db.set_default("desktop:home_page", "workspace")
	enable_scheduler()


def _skip_wizards() -> None:
	"""Newer versions of Frappe open the setup wizard until each installed app has been through it."""
	if frappe.get_meta("Installed Application").has_field("is_setup_complete"):
		frappe.db.set_value("Installed Application", {"is_setup_complete": 0}, "is_setup_complete", 1)


def _begin_jobs_now() -> None:
	"""They were made by the clock of Frappe's first time zone, hours ahead of UTC, and would wait until then."""
	job = frappe.qb.DocType("Scheduled Job Type")
	frappe.qb.update(job).set(job.creation, now_datetime()).where(job.creation > now_datetime()).run()


def forget_caches() -> None:
	"""Let hooks, templates and pages of changed sources be read again."""
	frappe.clear_cache()
	frappe.website.utils.clear_website_cache()


def forget_last_run() -> None:
	"""Forget what Redis holds of a site that was made anew."""
	forget_caches()
	forget_jobs()


def set_content_host(origin: str) -> None:
	"""Serve packages from the other name of this machine, unless somebody has chosen a host."""
	from smooth_lms.courses.scorm import host

	chosen = frappe.db.get_single_value("LMS Settings", "scorm_content_origin") or ""
	if not chosen or chosen.startswith("http://localhost:"):
		host.set_host(origin)


def start_anew() -> None:
	"""Prepare a copy of a site for tests: no jobs of an earlier copy, and the clock of the sandbox.

	Tests count days from today, which a site of another time zone may have behind it.
	"""
	forget_jobs()
	for field, value in (("time_zone", "UTC"), ("setup_complete", 1)):
		frappe.db.set_single_value("System Settings", field, value)
	_skip_wizards()
	frappe.clear_cache()
	_follow_onboardings_from_today()


def _follow_onboardings_from_today() -> None:
	"""The app took its first day from the clock of the zone that the site had, where it may be tomorrow."""
	frappe.db.set_single_value("LMS Settings", "onboarding_from", today())


def forget_jobs() -> None:
	"""Empty the queue of a site that was made anew: it counts its documents from one and would meet old jobs again."""
	for queue in Queue.all(connection=get_redis_conn()):
		queue.empty()


def work_off_jobs() -> None:
	"""Do what waits in the queue, here and now.

	A worker starts a process for each job; after the demo that would keep a machine busy for minutes. Looking for
	pictures of invented people at a service outside is left out. What jobs print, such as Frappe's bars of progress, is
	no result of whoever calls: it goes to the log.
	"""
	site, connection = frappe.local.site, get_redis_conn()
	queues = Queue.all(connection=connection)
	pictures = f"{update_gravatar.__module__}.{update_gravatar.__name__}"
	for queue in queues:
		for job in queue.jobs:
			if pictures in (job.kwargs.get("job_name"), job.kwargs.get("method")):
				job.delete()
	with redirect_stdout(sys.stderr):
		SimpleWorker(queues, connection=connection).work(burst=True, logging_level="WARNING")
	frappe.init(site=site)  # each job ends its connection
	frappe.connect()
