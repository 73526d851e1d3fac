"""LMS Settings: a row for each thing that people are told about; what an administrator chose stays."""

import frappe
from frappe import _

from smooth_lms.base.notices.events import CHANNELS, event, events
from smooth_lms.base.rows import insert_rows, set_value, update_rows

SETTINGS, ROW, TABLE = "LMS Settings", "LMS Notice Setting", "notices"


def sync_notices() -> None:
	"""Add rows for new events, take out those of events that are gone, and bring names and order up to date."""
	known = {
		row.event: row.name
		for row in frappe.get_all(ROW, filters={"parent": SETTINGS}, fields=["event", "name"], limit=0)
	}
	wanted = {each.key: (index, _(each.label)) for index, each in enumerate(events(), start=1)}
	gone = [known[key] for key in known if key not in wanted]
	if gone:
		frappe.db.delete(ROW, {"name": ["in", gone]})
	update_rows(
		ROW,
		{known[key]: {"idx": idx, "notice": label} for key, (idx, label) in wanted.items() if key in known},
	)
	for channel in CHANNELS:
		others = [each.key for each in events() if channel not in each.channels]
		set_value(ROW, {"parent": SETTINGS, "event": ["in", others], channel: 1}, channel, 0)
	fields = ("parent", "parenttype", "parentfield", "idx", "event", "notice", *CHANNELS)
	place = (SETTINGS, SETTINGS, TABLE)
	new = [
		(*place, idx, key, label, *(int(channel in event(key).channels) for channel in CHANNELS))
		for key, (idx, label) in wanted.items()
		if key not in known
	]
	insert_rows(ROW, fields, new)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
