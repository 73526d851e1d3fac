"""A requirement that cannot be carried out is stopped until somebody has put it right."""

import frappe
from frappe import _

from smooth_lms.base.notices.bell import ring
from smooth_lms.base.rows import set_value
from smooth_lms.training import notices
from smooth_lms.training.requirement import rules


def freeze(key: str, error: Exception) -> None:
	"""A requirement that cannot be carried out is stopped, and its owner told. Commits."""
	frappe.clear_last_message()
	if key == rules.MANDATORY:
		frappe.log_error(_("Mandatory courses cannot be assigned"), str(error))
	else:
		_stop(key, str(error))
	frappe.db.commit()


def _stop(name: str, reason: str) -> None:
	"""Nothing is assigned or taken back until somebody has put it right."""
	doc = frappe.db.get_value(
		rules.DOCTYPE, name, ["title", "frozen", "responsible", "owner"], as_dict=True, for_update=True
	)
	if doc.frozen:
		return
	set_value(rules.DOCTYPE, name, {"frozen": 1, "frozen_reason": reason})
	subject = _("Training requirement stopped: {0}").format(doc.title)
	text = _("{0} Nothing is assigned or taken back until you put it right and activate it again.").format(
		reason
	)
	ring(notices.REQUIREMENT_STOPPED.key, {doc.responsible or doc.owner}, subject, text, rules.DOCTYPE, name)
