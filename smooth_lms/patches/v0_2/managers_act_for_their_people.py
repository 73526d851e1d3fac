"""Managers enroll and assign for their direct reports, unless LMS Settings say otherwise: also on sites that exist already."""

import frappe

from smooth_lms.base.rows import set_single

SETTINGS, FIELD = "LMS Settings", "managers_act"


def execute() -> None:
	"""Store the default where nothing is stored: a single document takes its defaults only when it is new."""
	if FIELD not in frappe.db.get_singles_dict(SETTINGS):
		set_single(SETTINGS, {FIELD: 1})
		frappe.clear_document_cache(SETTINGS, SETTINGS)
