from frappe.contacts.doctype.address.address import Address, get_address_display


class ERPNextAddress(Address):
	def on_update(self) -> None:
		# The real one writes the result to customers, so no address can be saved without a template.
		get_address_display(self.as_dict())
