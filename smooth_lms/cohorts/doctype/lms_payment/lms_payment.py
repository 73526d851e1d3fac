from frappe.utils import now_datetime

from smooth_lms import permissions
from smooth_lms.base.guarded import GuardedDocument, came_by_generic_door


class LMSPayment(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		batch: DF.Link
		currency: DF.Link
		member: DF.Link
		paid_on: DF.Datetime | None
		reference: DF.Data | None
		status: DF.Literal["Pending", "Paid", "Refunded"]
	# end: auto-generated types

	def validate(self) -> None:
		if self.has_value_changed("status") and self.status != "Pending" and came_by_generic_door(self):
			permissions.require_others([self.member])
		if self.status == "Paid" and not self.paid_on:
			self.paid_on = now_datetime()
