"""The patch that cleans texts which were stored raw."""

import frappe

from smooth_lms.base import texts
from smooth_lms.patches.v0_2 import clean_stored_texts
from tests.security.test_texts import (
	HOSTILE,
	as_a_save_stores,
	by_insert,
	doctypes,
	runs,
	stored,
	text_fields,
)

PICTURE = HOSTILE["a picture"]


def left_raw(doctype: str, values: dict[str, str]) -> str:
	"""A row as the fault would have left it."""
	name = by_insert(doctype, {})
	columns = ", ".join(f"`{field}` = %s" for field in values)
	frappe.db.sql(f"update `tab{doctype}` set {columns} where name = %s", [*values.values(), name])
	return name


def plain_fields(doctype: str) -> list[str]:
	meta = frappe.get_meta(doctype)
	return [
		f for f in text_fields(doctype, len(PICTURE) + 10) if meta.get_field(f).fieldtype != "Text Editor"
	]


def test_every_text_of_every_doctype_is_cleaned(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(clean_stored_texts, "ROWS_A_CHUNK", 2)
	raw = {}
	for doctype in doctypes():
		raw[doctype] = []
		for _each in range(3):  # some have to be unique
			values = dict.fromkeys(plain_fields(doctype), f"{PICTURE}{frappe.generate_hash(length=10)}")
			if values:
				raw[doctype].append((left_raw(doctype, values), values))
	clean_stored_texts.execute()
	for doctype, rows in raw.items():
		for name, values in rows:
			assert stored(doctype, name, list(values)) == as_a_save_stores(doctype, values), doctype


def test_what_needs_nothing_stays_as_it_is_and_nothing_tells_of_it(monkeypatch):
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	name = left_raw("LMS Training Assignment", {"close_reason": "a < b & c", "extension_reason": PICTURE})
	body = '<p style="text-align: center;">x</p>'
	rich = left_raw("LMS Batch", {"batch_details": body, "description": "5 > 3"})
	data = left_raw("LMS SCORM Run", {"run_data": '{"a": "<b>"}'})
	frappe.db.sql("update `tabLMS Training Assignment` set modified = '2020-01-01' where name = %s", name)
	for _again in range(2):
		clean_stored_texts.execute()
	row = frappe.db.sql(
		"select close_reason, extension_reason, modified from `tabLMS Training Assignment` where name = %s",
		name,
	)[0]
	assert row[0] == "a < b & c"
	assert not runs(row[1])
	assert str(row[2]).startswith("2020-01-01")
	assert stored("LMS Batch", rich, ["batch_details", "description"]) == {
		"batch_details": body,
		"description": "5 > 3",
	}
	assert stored("LMS SCORM Run", data, ["run_data"])["run_data"] == '{"a": "<b>"}'
	assert texts.is_untouched(frappe.get_meta("LMS SCORM Run").get_field("run_data"))
