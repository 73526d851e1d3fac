from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door


class LMSPayment(GuardedDocument):
	def validate(self) -> None:
		if self.has_value_changed("status") and self.status != "Pending" and came_by_generic_door(self):
			permissions.require_others([self.member])
		if self.status == "Paid" and not self.paid_on:
			self.paid_on = now_datetime()
