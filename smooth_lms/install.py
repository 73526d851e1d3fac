"""What a site needs besides DocTypes: checks before, roles and records after. Repeatable."""

import click

import frappe
from frappe import _
from frappe.utils import escape_html

from smooth_lms.base import health
from smooth_lms.setup import sync_records

VERSIONS = (15, 16)
"""Of Frappe; pyproject.toml tells bench the same."""


def before_install() -> None:
	"""Refuse a site this app cannot live on."""
	if "lms" in frappe.get_installed_apps():
		frappe.throw(
			_(
				"Smooth LMS and the app lms own DocTypes of the same names and cannot share a site: use a site without lms."
			)
		)
	major = int(frappe.__version__.split(".")[0])
	if major not in VERSIONS:
		frappe.throw(
			_("Smooth LMS needs Frappe {0} or {1}; this bench has {2}.").format(
				*VERSIONS, escape_html(frappe.__version__)
			)
		)


def after_install() -> None:
	"""Make what the app brings along."""
	sync_records()


def after_migrate() -> None:
	"""Bring what the app brings along up to date, and say what the site still lacks."""
	sync_records()
	for finding in health.findings(health.DATABASE):
		if finding.level == health.FACT:
			continue
		click.secho(f"Smooth LMS: {finding}", fg="yellow")
