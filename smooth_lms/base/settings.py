"""LMS Settings, read once for a request, whichever fields are asked for.

Frappe keeps the document until it is saved again. Its `get_single_value` costs a statement for each field.
"""

from typing import Any

import frappe
from frappe.utils import cint

DOCTYPE = "LMS Settings"


def setting(field: str) -> Any:
	"""What LMS Settings say in a field; None where nothing was ever stored there. Dates are texts."""
	return frappe.get_cached_doc(DOCTYPE).get(field)


def setting_number(field: str) -> int:
	"""A number or a check of LMS Settings; 0 where nothing was ever stored there."""
	return cint(setting(field))
