"""LMS Settings had two fields for templates of mails; now each notice has its own in one table."""

import frappe

from smooth_lms.base.rows import set_value
from smooth_lms.setup.notices import ROW, SETTINGS, sync_notices

FIELDS = {
	"batch_confirmation_email_template": "cohort_enrolled",
	"training_digest_template": "training_reminder",
}
"""Events by the field that is gone."""


def execute() -> None:
	"""Take the templates over, where the table names none; one that has been deleted meanwhile is left out."""
	sync_notices()
	singles = frappe.qb.Table("tabSingles")
	of_settings = (singles.doctype == SETTINGS) & singles.field.isin(list(FIELDS))
	stored = dict(frappe.qb.from_(singles).select(singles.field, singles.value).where(of_settings).run())
	for field, event in FIELDS.items():
		if stored.get(field) and frappe.db.exists("Email Template", stored[field]):
			row = {"parent": SETTINGS, "event": event, "email_template": ["is", "not set"]}
			set_value(ROW, row, "email_template", stored[field])
	frappe.qb.from_(singles).delete().where(of_settings).run()
	frappe.clear_document_cache(SETTINGS, SETTINGS)
