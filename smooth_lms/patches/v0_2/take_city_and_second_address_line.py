"""The table of fields taken from HR had no city and no second line of the address."""

import frappe

from smooth_lms.setup.learners import FIELD_MAP

NEW = ("address_line_2", "city")


def execute() -> None:
	"""Add them to the table, where nobody has done so; what stands there stays. The next run takes them over."""
	settings = frappe.get_doc("LMS Settings")
	known = {row.learner_field for row in settings.field_map}
	rows = [row for row in FIELD_MAP if row[0] in NEW and row[0] not in known]
	if not known or not rows:
		return  # an empty table gets all rows after the migration
	for learner_field, source, source_field in rows:
		settings.append(
			"field_map",
			{"learner_field": learner_field, "source": source, "source_field": source_field},
		)
	settings.flags.ignore_permissions = True
	settings.save()
