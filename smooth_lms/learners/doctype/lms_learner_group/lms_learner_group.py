import frappe

from smooth_lms.base.guarded import GuardedRow


class LMSLearnerGroup(GuardedRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_hr: DF.Check
		group: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types


def on_doctype_update() -> None:
	"""An index that holds all that the synchronization asks of each learner: the group from HR."""
	frappe.db.add_index("LMS Learner Group", ["parent", "parenttype", "from_hr", "`group`"], "by_learner")
