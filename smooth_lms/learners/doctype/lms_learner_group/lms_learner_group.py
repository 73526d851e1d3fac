import frappe

from smooth_lms.base.guarded import GuardedRow


class LMSLearnerGroup(GuardedRow):
	pass


def on_doctype_update() -> None:
	"""An index that holds all that the synchronization asks of each learner: the group from HR."""
	frappe.db.add_index("LMS Learner Group", ["parent", "parenttype", "from_hr", "`group`"], "by_learner")
