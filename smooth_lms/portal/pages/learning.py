"""My learning: what is next for the person who is signed in."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils.pdf import get_pdf

from smooth_lms import permissions
from smooth_lms.cohorts import catalog, display
from smooth_lms.portal.answers import Download, Page
from smooth_lms.training import rules, views, wording

if TYPE_CHECKING:
	from smooth_lms.portal.renderer import Visit

DONE_SHOWN = 20


def index(visit: "Visit") -> Page:
	"""What is to be done, the person's cohorts that come next, and what is finished."""
	shown = permissions.sees_own_training(visit.user)
	training = wording.grouped(views.of_member(visit.user) if shown else [])
	context = {**catalog.coming_up(visit.user), "training": training, "done_shown": DONE_SHOWN}
	return Page("learning.html", _("My learning"), context, section="learning")


def transcript(visit: "Visit") -> Download:
	"""What the person has completed, as PDF."""
	done = wording.grouped(views.of_member(permissions.require_own_training()))["done"]
	context = {
		"full_name": frappe.db.get_value("User", visit.user, "full_name") or visit.user,
		"user": visit.user,
		"day": display.day(rules.today()),
		"rows": done,
	}
	page = frappe.render_template("templates/print/training_transcript.html", context)
	return Download(get_pdf(page), _("Transcript") + ".pdf", "application/pdf")
