import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet, rebuild_tree, update_nsm

# Departments every new company starts with, under the one root shared by all companies.
ROOT_DEPARTMENT = "All Departments"
DEFAULT_DEPARTMENTS = (
	"Accounts",
	"Marketing",
	"Sales",
	"Purchase",
	"Operations",
	"Production",
	"Dispatch",
	"Customer Service",
	"Human Resources",
	"Management",
	"Quality Management",
	"Research & Development",
	"Legal",
)


class Company(NestedSet):
	nsm_parent_field = "parent_company"

	def validate(self) -> None:
		self.validate_abbr()
		self.validate_parent_company()

	def validate_abbr(self) -> None:
		"""The abbreviation ends the names of departments and cost centers, so it must be one company's."""
		if not self.abbr:
			self.abbr = "".join(word[0] for word in self.company_name.split()).upper()

		self.abbr = self.abbr.strip()
		if not self.abbr:
			frappe.throw(_("Abbreviation is mandatory"))

		if frappe.db.exists("Company", {"abbr": self.abbr, "name": ("!=", self.name)}):
			frappe.throw(_("Abbreviation already used for another company"))

	def validate_parent_company(self) -> None:
		if self.parent_company and not frappe.db.get_value("Company", self.parent_company, "is_group"):
			frappe.throw(_("Parent Company must be a group company"))

	def on_update(self) -> None:
		super().on_update()
		if not frappe.db.exists("Cost Center", {"company": self.name, "is_group": 0}):
			self.create_default_cost_center()
		if not frappe.db.exists("Department", {"company": self.name}):
			self.create_default_departments()
		if self.default_currency:
			frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		frappe.clear_cache()

	def create_default_cost_center(self) -> None:
		root = insert_with_company(
			{"doctype": "Cost Center", "cost_center_name": self.name, "company": self.name, "is_group": 1}
		)
		main = insert_with_company(
			{
				"doctype": "Cost Center",
				"cost_center_name": _("Main"),
				"company": self.name,
				"parent_cost_center": root,
			}
		)
		for fieldname in ("cost_center", "round_off_cost_center", "depreciation_cost_center"):
			self.db_set(fieldname, main)

	def create_default_departments(self) -> None:
		root = _(ROOT_DEPARTMENT)
		if not frappe.db.exists("Department", root):
			# The root belongs to no company, although the field is mandatory.
			insert_with_company({"doctype": "Department", "department_name": root, "is_group": 1})

		# One rebuild at the end is cheaper than moving the tree thirteen times.
		frappe.local.flags.ignore_update_nsm = True
		try:
			for department in DEFAULT_DEPARTMENTS:
				insert_with_company(
					{
						"doctype": "Department",
						"department_name": _(department),
						"parent_department": root,
						"company": self.name,
					}
				)
		finally:
			frappe.local.flags.ignore_update_nsm = False
		rebuild_tree("Department", "parent_department")

	def on_trash(self) -> None:
		self.validate_if_child_exists()
		update_nsm(self)
		frappe.defaults.clear_default("company", value=self.name)
		for doctype in ("Cost Center", "Employee", "Department"):
			frappe.db.delete(doctype, {"company": self.name})
		if frappe.db.get_single_value("Global Defaults", "default_company") == self.name:
			frappe.db.set_single_value("Global Defaults", "default_company", "")

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		self.db_set("company_name", new)
		frappe.db.set_value("DefaultValue", {"defkey": "Company", "defvalue": old}, "defvalue", new)
		frappe.clear_cache()


def insert_with_company(values: dict) -> str:
	"""Insert a record that comes with a new company, whoever creates the company."""
	doc = frappe.get_doc(values)
	doc.flags.ignore_permissions = True
	doc.flags.ignore_mandatory = True
	return doc.insert(ignore_if_duplicate=True).name


def get_name_with_abbr(name: str, company: str) -> str:
	"""`Main` of company `Example` becomes `Main - EX`, and stays so when called again."""
	abbr = frappe.get_cached_value("Company", company, "abbr")
	parts = name.split(" - ")
	if parts[-1].lower() != abbr.lower():
		parts.append(abbr)
	return " - ".join(parts)
