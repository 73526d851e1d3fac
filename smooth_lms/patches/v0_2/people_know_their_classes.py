"""From now on people are told what changes in their cohorts; of what is planned already they know."""

import frappe
from frappe.utils import today

from smooth_lms.base.transactions import in_one_transaction
from smooth_lms.cohorts import telling


def execute() -> None:
	"""Note what people of present and coming cohorts know, so that an update invites nobody to what they attend."""
	coming = {"published": 1, "end_date": [">=", today()]}
	for batch in frappe.get_all("LMS Batch", filters=coming, pluck="name", limit=0):
		in_one_transaction(lambda batch=batch: telling.tell(batch, known_already=True))
