import frappe

from smooth_lms.base.guarded import GuardedRow


class LMSTrainingAudience(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		effect: DF.Literal["Include", "Exclude"]
		kind: DF.Literal[
			"Company",
			"Department",
			"Designation",
			"Branch",
			"Employee Grade",
			"Employment Type",
			"LMS Learning Profile",
			"LMS Group",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		value: DF.DynamicLink
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Index: which kinds of records have audiences at all."""
	frappe.db.add_index("LMS Training Audience", ["parenttype", "parent"], "of_records")
