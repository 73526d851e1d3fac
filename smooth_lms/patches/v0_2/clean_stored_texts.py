"""Texts that were stored past Frappe's cleaning become what a save would have stored.

Quiz answers, reasons, positions, SCORM bookmarks, refused lines: what writes them cleans them now. Only rows that hold a
tag are touched, only by what cleaning changes, and `modified` stays; rich texts were always cleaned.
"""

from collections.abc import Sequence

import frappe

from smooth_lms.base import texts
from smooth_lms.base.rows import update_rows

APP = "smooth_lms"
ROWS_A_CHUNK = 1_000


def execute() -> None:
	"""Clean what needs it in every DocType of the app. Commits after each chunk; doing it again changes nothing."""
	modules = frappe.get_all("Module Def", filters={"app_name": APP}, pluck="name")
	filters = {"module": ["in", modules], "issingle": 0, "is_virtual": 0}
	for doctype in frappe.get_all("DocType", filters=filters, pluck="name", limit=0):
		fields = _plain_texts(doctype)
		if fields and frappe.db.table_exists(doctype):
			_clean(doctype, fields)


def _plain_texts(doctype: str) -> list[str]:
	columns = frappe.db.get_table_columns(doctype) if frappe.db.table_exists(doctype) else []
	return [
		df.fieldname
		for df in frappe.get_meta(doctype).fields
		if df.fieldname in columns
		and frappe.db.type_map.get(df.fieldtype, ("",))[0] in ("varchar", "text", "longtext")
		and df.fieldtype != "Text Editor"
		and not texts.is_untouched(df)
	]


def _clean(doctype: str, fields: Sequence[str]) -> None:
	last = ""
	table = frappe.qb.DocType(doctype)
	suspicious = table[fields[0]].like("%<%")
	for field in fields[1:]:
		suspicious |= table[field].like("%<%")
	while True:
		rows = (
			frappe.qb.from_(table)
			.select(table.name, *(table[field] for field in fields))
			.where((table.name > last) & suspicious)
			.orderby(table.name)
			.limit(ROWS_A_CHUNK)
		).run()
		if not rows:
			return
		last = rows[-1][0]
		names, *columns = zip(*rows, strict=True)
		new = [texts.column(doctype, field, values) for field, values in zip(fields, columns, strict=True)]
		for field, before, after in zip(fields, columns, new, strict=True):
			changed = {
				name: {field: text}
				for name, old, text in zip(names, before, after, strict=True)
				if old != text
			}
			update_rows(doctype, changed, stamped=False)
		frappe.db.commit()
