"""Commands for administrators: `bench --site SITE assign-mandatory-training`."""

import click

import frappe
from frappe.commands import get_site, pass_context


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
	from smooth_lms.training import runs

	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		keys = [requirement] if requirement else None
		started = runs.assign_all(keys=keys, trigger="Command", now=not background)
		if not started:
			click.echo("Nothing to do.")
		for run in started:
			row = runs.progress(run)
			counts = ", ".join(f"{row[field]} {word}" for field, word in WORDS.items() if row[field])
			click.echo(f"{run} ({row['title']}): {row['status']}. {counts or 'Handed to the workers'}")
	finally:
		frappe.destroy()


WORDS = {
	"opened": "assigned",
	"credited": "already certified",
	"completed": "found completed",
	"cancelled": "taken back",
	"redated": "due dates moved",
	"asked": "on the review list",
	"no_licence": "without a licence",
}

commands = [assign_mandatory_training]
