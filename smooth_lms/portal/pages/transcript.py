"""The transcript of the person who is signed in: what they have completed, as a page and as a PDF."""

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from smooth_lms import permissions
from smooth_lms.base import dates, links
from smooth_lms.compliance import pdf, transcript
from smooth_lms.portal.answers import Download, Page
from smooth_lms.portal.pages.certificates import ROOT as CERTIFICATES
from smooth_lms.portal.visit import Visit
from smooth_lms.training.requirement import rules


def index(visit: Visit) -> Page:
	"""What the person has completed."""
	found = _found()
	for row in found["rows"]:
		row["address"] = f"{CERTIFICATES}/{quote(row['code'], safe='')}" if row["code"] else None
	return Page("transcript.html", _("Training transcript"), found, section="learning")


def download(visit: Visit) -> Download:
	"""The same as PDF. Raises PdfUnavailableError."""
	page = frappe.render_template(
		"templates/print/training_transcript.html", {**_found(), "check_at": links.absolute(CERTIFICATES)}
	)
	# text: the name of a file
	return Download(pdf.from_html(page), _("Transcript") + ".pdf", "application/pdf")


def _found() -> dict[str, Any]:
	user = permissions.require_own_training()
	return {
		"full_name": frappe.db.get_value("User", user, "full_name") or user,
		"user": user,
		"day": dates.day(rules.today()),
		"rows": transcript.of(user),
	}
