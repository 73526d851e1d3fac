import frappe
import frappe.defaults
from frappe.model.document import Document

# Field here, and the key of the site-wide default that new documents take it from.
KEYS = {"default_company": "company", "default_currency": "currency", "country": "country"}


class GlobalDefaults(Document):
	def on_update(self) -> None:
		for fieldname, key in KEYS.items():
			frappe.db.set_default(key, self.get(fieldname) or "")
		if self.default_currency:
			frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		frappe.clear_cache()
