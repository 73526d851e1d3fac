from frappe.model.document import Document
from frappe.utils import now_datetime


class LMSPayment(Document):
	def validate(self) -> None:
		if self.status == "Paid" and not self.paid_on:
			self.paid_on = now_datetime()
