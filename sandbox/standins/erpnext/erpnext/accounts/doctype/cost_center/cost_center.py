import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from erpnext.setup.doctype.company.company import get_name_with_abbr


class CostCenter(NestedSet):
	nsm_parent_field = "parent_cost_center"

	def autoname(self) -> None:
		name = " - ".join(part for part in (self.cost_center_number, self.cost_center_name) if part)
		self.name = get_name_with_abbr(name, self.company)

	def validate(self) -> None:
		# A company has one root, which bears its name.
		if self.cost_center_name != self.company and not self.parent_cost_center:
			frappe.throw(_("Please enter parent cost center"))
		if self.cost_center_name == self.company and self.parent_cost_center:
			frappe.throw(_("Root cannot have a parent cost center"))

		if self.parent_cost_center and not frappe.db.get_value(
			"Cost Center", self.parent_cost_center, "is_group"
		):
			frappe.throw(
				_("{0} is not a group node. Please select a group node as parent cost center").format(
					frappe.bold(self.parent_cost_center)
				)
			)

	def before_rename(self, old: str, new: str, merge: bool = False) -> str:
		new = get_name_with_abbr(new, self.company)
		super().before_rename(old, new, merge, "is_group")
		return new


def on_doctype_update() -> None:
	frappe.db.add_index("Cost Center", ["lft", "rgt"])
