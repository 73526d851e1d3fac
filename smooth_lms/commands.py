"""Commands for administrators: `bench --site SITE NAME`, see `commands` at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

import frappe
from frappe.commands import pass_context
from frappe.utils import strip_html

from smooth_lms.base import health

HINTS_ONLY = 3
"""2 is click's, for a command that is called wrongly."""

WORDS = {
	"opened": "assigned",
	"credited": "already certified",
	"completed": "found completed",
	"cancelled": "taken back",
	"redated": "due dates moved",
	"asked": "on the review list",
	"no_licence": "without a licence",
}


@click.command("assign-mandatory-training")
@click.option(
	"--requirement", help="Only this LMS Training Requirement, or `mandatory` for the mandatory courses."
)
@click.option(
	"--background", is_flag=True, help="Hand the work to background workers instead of doing it here."
)
@pass_context
def assign_mandatory_training(context, requirement: str | None = None, background: bool = False) -> None:
	"""Assign mandatory training to everybody it concerns; doing it again changes nothing."""
	if not context.sites:
		raise click.UsageError("Name a site: bench --site SITE assign-mandatory-training")
	# a list, not a generator: one site that fails does not hold up the others
	ended_well = [_assign_on(site, requirement, background) for site in context.sites]
	if not all(ended_well):
		raise SystemExit(1)


def _assign_on(site: str, requirement: str | None, background: bool) -> bool:
	"""Assign on one site and print what was done. Returns whether every run ended as it should."""
	from smooth_lms.training.requirement import rules
	from smooth_lms.training.runs import start

	frappe.init(site=site)
	frappe.connect()
	try:
		if requirement and requirement not in rules.active_keys():
			raise click.UsageError(f"There is no active requirement {requirement} on {site}.")
		keys = [requirement] if requirement else rules.active_keys()
		started = start.assign_all(keys=keys if requirement else None, trigger="Command", now=not background)
		frozen = rules.frozen_among(keys)
		for name, reason in frozen.items():
			click.echo(f"{name} is frozen: {reason}")
		if not started and not frozen:
			click.echo("Nothing to do.")
		for run in started:
			row = start.progress(run)
			counts = ", ".join(f"{row[field]} {word}" for field, word in WORDS.items() if row[field])
			click.echo(f"{run} ({row['title']}): {row['status']}. {counts or 'Handed to the workers'}")
		ended_badly = [
			run for run in started if start.progress(run)["status"] in (start.FAILED, start.ABORTED)
		]
		return not frozen and not ended_badly
	finally:
		frappe.destroy()


@click.command("check-learning-site")
@click.option("--address", help="Where people reach the site, if not at its host_name.")
@pass_context
def check_learning_site(context, address: str | None = None) -> None:
	"""Say what the set-up of a site lacks, with what to do. Ends with 1 if something is missing, 3 if there are hints only."""
	if not context.sites:
		raise click.UsageError("Name a site: bench --site SITE check-learning-site")
	levels = {level for site in context.sites for level in _check(site, address)}
	if health.MISSING in levels:
		raise SystemExit(1)
	if health.HINT in levels:
		raise SystemExit(HINTS_ONLY)


def _check(site: str, address: str | None) -> set[str]:
	"""Print what there is to say about one site. Returns the levels of what was found."""
	frappe.init(site=site)
	frappe.connect()
	try:
		question = health.Question(address=address)
		found = health.findings(health.DATABASE, health.MACHINE, question=question)
		for finding in found:
			click.echo(f"{finding.level}: {finding}" if finding.level != health.FACT else str(finding))
		return {finding.level for finding in found}
	finally:
		frappe.destroy()


@click.command("begin-scheduled-jobs")
@pass_context
def begin_scheduled_jobs(context) -> None:
	"""Begin scheduled jobs that wait because they were made by the clock of another time zone."""
	with _one_site(context, "begin-scheduled-jobs"):
		from smooth_lms.setup.health import background

		begun = background.begin_late_jobs()
		frappe.db.commit()
		click.echo(f"Scheduled jobs that waited and begin now: {begun}")


@click.command("smooth-lms-content-host")
@click.argument("host")
@click.option("--anyway", is_flag=True, help="Set it even though something is missing.")
@pass_context
def set_content_host(context, host: str, anyway: bool = False) -> None:
	"""Serve SCORM packages from HOST, once DNS, certificate, nginx and size limits are there for it.

	Ends with 1, and changes nothing, when something is missing.
	"""
	with _one_site(context, "smooth-lms-content-host HOST"):
		from smooth_lms.courses.scorm import host as scorm_host
		from smooth_lms.courses.scorm.content import checked_origin

		try:
			origin = checked_origin(scorm_host.origin_of(host))
		except frappe.ValidationError as refused:
			click.echo(strip_html(str(refused)))
			raise SystemExit(1) from refused
		missing = scorm_host.missing(host)
		for sentence in missing:
			click.echo(sentence)
		if missing and not anyway:
			raise SystemExit(1)
		scorm_host.set_host(origin)
		frappe.db.commit()
		click.echo(f"Packages are served from {origin} now, and from nowhere else.")


@click.command("smooth-lms-import-scorm")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, resolve_path=True))
@click.option("--course", required=True, help="The LMS Course they are for.")
@pass_context
def import_scorm(context, paths: tuple[str, ...], course: str) -> None:
	"""Take SCORM packages from zip files on the server, or from all zip files of folders.

	Says of each what became of it. Ends with 1 when one was refused; the others are taken.
	"""
	with _one_site(context, "smooth-lms-import-scorm PATH… --course COURSE"):
		from smooth_lms.courses.scorm import taking

		if not frappe.db.exists("LMS Course", course):
			raise click.UsageError(f"There is no course {course} on {frappe.local.site}.")
		frappe.set_user("Administrator")
		refused = 0
		for path in taking.zips(list(paths)):
			done = taking.take_each(path, course)
			refused += done.package is None
			click.echo(f"{path}: {done.said}")
		if refused:
			raise SystemExit(1)


@contextmanager
def _one_site(context, usage: str) -> Iterator[None]:
	"""Connect to the one site that the command names."""
	if len(context.sites) != 1:
		raise click.UsageError(f"Name one site: bench --site SITE {usage}")
	frappe.init(site=context.sites[0])
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()


commands = [
	assign_mandatory_training,
	check_learning_site,
	begin_scheduled_jobs,
	set_content_host,
	import_scorm,
]
