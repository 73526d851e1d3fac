"""My learning: what is next for the person who is signed in."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils.pdf import get_pdf

from smooth_lms.cohorts import catalog, display
from smooth_lms.courses import enrollment
from smooth_lms.portal.answers import Download, Page
from smooth_lms.portal.pages.courses import address_of
from smooth_lms.training import rules, views, wording

if TYPE_CHECKING:
	from smooth_lms.portal.renderer import Visit

DONE_SHOWN = 20


def index(visit: "Visit") -> Page:
	"""What is to be done, the person's cohorts that come next, and what is finished."""
	training = wording.grouped(views.of_member(visit.user))
	given = {row["course"] for group in ("next", "later") for row in training[group]}
	begun = [
		{**row, "progress": round(row.progress or 0), "route": address_of(row.course)}
		for row in enrollment.begun_by(visit.user)
		if row.course not in given
	]
	context = {
		**catalog.coming_up(visit.user),
		"training": training,
		"begun": begun,
		"done_shown": DONE_SHOWN,
	}
	return Page("learning.html", _("My learning"), context, section="learning")


def transcript(visit: "Visit") -> Download:
	"""What the person has completed, as PDF."""
	done = wording.grouped(views.of_member(visit.user))["done"]
	context = {
		"full_name": frappe.db.get_value("User", visit.user, "full_name") or visit.user,
		"user": visit.user,
		"day": display.day(rules.today()),
		"rows": done,
	}
	page = frappe.render_template("templates/print/training_transcript.html", context)
	return Download(get_pdf(page), _("Transcript") + ".pdf", "application/pdf")
