"""Pictures that authors add: private files of the lesson or course that shows them."""

import os

import frappe
from frappe import _

from smooth_lms.base import file_kinds
from smooth_lms.courses.builder.places import LESSON, course_of


def add(lesson: str, file_name: str, content: bytes) -> str:
	"""Keep a picture for the text of a lesson.

	Args: file_name, as the author has it; content, what a browser shows: JPEG, PNG, GIF or WebP.

	Returns its private address. Raises ValidationError for what is no such picture.
	"""
	course_of(LESSON, lesson)
	return keep(LESSON, lesson, file_name, content)


def keep(doctype: str, name: str, file_name: str, content: bytes, field: str | None = None) -> str:
	"""Keep a picture as a private file of a record. Args: field, that shows it. Returns and raises as `add`."""
	try:
		file_kinds.PICTURE.check(content)
	except file_kinds.UnfitFileError as error:
		frappe.throw(str(error))
	stem, ending = os.path.splitext(os.path.basename(file_name or ""))
	if ending.lower() not in file_kinds.PICTURE.endings:
		frappe.throw(_(file_kinds.PICTURE.sentence))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{stem[:80] or 'picture'}{ending.lower()}",
			"attached_to_doctype": doctype,
			"attached_to_name": name,
			"attached_to_field": field,
			"is_private": 1,
			"content": content,
		}
	)
	return file.insert().file_url
