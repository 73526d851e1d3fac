"""What a site gets when the stand-in is installed."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.desk.page.setup_wizard.setup_wizard import add_all_roles_to

# Frappe's own DocTypes that ERPNext ties to a company.
COMPANY_LINKS = {
	"Email Account": [
		{
			"fieldname": "company",
			"fieldtype": "Link",
			"label": "Company",
			"options": "Company",
			"insert_after": "email_id",
		}
	],
	"Communication": [
		{
			"fieldname": "company",
			"fieldtype": "Link",
			"label": "Company",
			"options": "Company",
			"insert_after": "email_account",
			"fetch_from": "email_account.company",
			"read_only": 1,
		}
	],
}


def after_install() -> None:
	create_custom_fields(COMPANY_LINKS, ignore_validate=True)
	add_all_roles_to("Administrator")
	# A real ERPNext site starts with this date format, which imports and exports follow.
	frappe.db.set_default("date_format", "dd-mm-yyyy")
