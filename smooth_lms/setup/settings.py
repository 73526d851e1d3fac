"""LMS Settings: fields that came with an update get their default, what an administrator chose stays."""

import frappe

from smooth_lms.base.rows import set_single
from smooth_lms.people import audience

DOCTYPE = "LMS Settings"


def sync_settings() -> None:
	"""Store the default of each field that has never been stored. Frappe does this for new sites only."""
	singles = frappe.qb.Table("tabSingles")
	stored = set(
		frappe.qb.from_(singles).select(singles.field).where(singles.doctype == DOCTYPE).run(pluck=True)
	)
	missing = {
		field.fieldname: field.default
		for field in frappe.get_meta(DOCTYPE).fields
		if field.default and field.fieldname not in stored
	}
	# a restored backup of these settings may be older than the audiences
	missing.update({field: used for field, used in audience.uses().items() if used})
	if missing:
		set_single(DOCTYPE, missing, update_modified=False)
