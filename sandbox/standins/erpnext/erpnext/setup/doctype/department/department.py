import frappe
from frappe.utils.nestedset import NestedSet, get_root_of


class Department(NestedSet):
	nsm_parent_field = "parent_department"

	def autoname(self) -> None:
		# The root is the one department without a company, and is named without an abbreviation.
		self.name = (
			get_abbreviated_name(self.department_name, self.company) if self.company else self.department_name
		)

	def validate(self) -> None:
		if not self.parent_department:
			root = get_root_of("Department")
			if root:
				self.parent_department = root

	def before_rename(self, old: str, new: str, merge: bool = False) -> str:
		if frappe.get_cached_value("Company", self.company, "abbr") not in new:
			new = get_abbreviated_name(new, self.company)
		return new

	def on_update(self) -> None:
		if not (frappe.local.flags.ignore_update_nsm or frappe.flags.in_setup_wizard):
			super().on_update()


def on_doctype_update() -> None:
	frappe.db.add_index("Department", ["lft", "rgt"])


def get_abbreviated_name(name: str, company: str) -> str:
	"""`Sales` of company `Example` is `Sales - EX`."""
	return f"{name} - {frappe.get_cached_value('Company', company, 'abbr')}"


@frappe.whitelist()
def get_children(
	doctype: str, parent: str | None = None, company: str | None = None, is_root: bool | str = False
) -> list[dict]:
	"""One level of the tree, for the desk's tree view."""
	filters = {"parent_department": parent or ("is", "not set")}
	if company and company == parent:
		filters = {"name": get_root_of("Department")}
	elif company:
		filters["company"] = company
	return frappe.get_all(
		"Department", fields=["name as value", "is_group as expandable"], filters=filters, order_by="name"
	)


@frappe.whitelist()
def add_node() -> None:
	"""Adds a department from the tree view; below a company's node means below the root."""
	from frappe.desk.treeview import make_tree_args

	args = make_tree_args(**frappe.form_dict)
	if args.parent_department == args.company:
		args.parent_department = None
	frappe.get_doc(args).insert()
