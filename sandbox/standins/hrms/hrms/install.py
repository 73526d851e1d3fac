"""What a site gets when the stand-in is installed: fields on ERPNext's records, masters, a user type."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.installer import update_site_config

ESS = "Employee Self Service"

# What people with only the self service may do; the rights are those of the real user type.
ESS_PERMISSIONS = {
	"Holiday List": ["read"],
	"Employee": ["read", "write"],
	"Company": ["read"],
	"Leave Type": ["read"],
	"Leave Application": ["read", "write", "create", "delete"],
	"Training Program": ["read"],
}

ESS_DOCTYPE_LIMIT = 40

HR_ROLE_PROFILE = ["HR User", "HR Manager", "Leave Approver", "Expense Approver"]


def get_custom_fields() -> dict[str, list[dict]]:
	"""Fields that Frappe HR adds to the records of ERPNext."""
	return {
		"Department": [
			layout("section_break_4", "Section Break", "disabled"),
			link("payroll_cost_center", "Payroll Cost Center", "Cost Center", "section_break_4"),
			layout("approvers", "Section Break", "payroll_cost_center", "Approvers"),
			table("shift_request_approver", "Shift Request Approver", "Department Approver", "approvers"),
			table("leave_approvers", "Leave Approver", "Department Approver", "shift_request_approver"),
			table("expense_approvers", "Expense Approver", "Department Approver", "leave_approvers"),
		],
		"Designation": [
			layout("required_skills_section", "Section Break", "description", "Required Skills"),
			table("skills", "Skills", "Designation Skill", "required_skills_section"),
		],
		"Employee": [
			link("employment_type", "Employment Type", "Employment Type", "department")
			| {"ignore_user_permissions": 1},
			link("job_applicant", "Job Applicant", "Job Applicant", "employment_details"),
			link("grade", "Grade", "Employee Grade", "branch"),
			layout("approvers_section", "Section Break", "holiday_list", "Approvers"),
			link("expense_approver", "Expense Approver", "User", "approvers_section"),
			link("leave_approver", "Leave Approver", "User", "expense_approver"),
			layout("column_break_45", "Column Break", "leave_approver"),
			link("shift_request_approver", "Shift Request Approver", "User", "column_break_45"),
			layout("salary_cb", "Column Break", "salary_mode"),
			link("payroll_cost_center", "Payroll Cost Center", "Cost Center", "salary_cb")
			| {"fetch_from": "department.payroll_cost_center", "fetch_if_empty": 1},
		],
	}


def link(fieldname: str, label: str, doctype: str, after: str) -> dict:
	return layout(fieldname, "Link", after, label) | {"options": doctype}


def table(fieldname: str, label: str, doctype: str, after: str) -> dict:
	return layout(fieldname, "Table", after, label) | {"options": doctype}


def layout(fieldname: str, fieldtype: str, after: str, label: str | None = None) -> dict:
	field = {"fieldname": fieldname, "fieldtype": fieldtype, "insert_after": after}
	return field | ({"label": label} if label else {})


def after_install() -> None:
	create_custom_fields(get_custom_fields(), ignore_validate=True)
	create_masters()
	set_defaults()
	create_user_type()
	create_role_profile()


def before_uninstall() -> None:
	for doctype, fields in get_custom_fields().items():
		names = [field["fieldname"] for field in fields]
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ("in", names)})
		frappe.clear_cache(doctype=doctype)


def create_masters() -> None:
	for name in (
		"Full-time",
		"Part-time",
		"Probation",
		"Contract",
		"Commission",
		"Piecework",
		"Intern",
		"Apprentice",
	):
		create_once("Employment Type", {"employee_type_name": name})
	for name in ("Website Listing", "Walk In", "Employee Referral", "Campaign"):
		create_once("Job Applicant Source", {"source_name": name})
	for name in ("Date of Joining", "Annual Salary", "Probationary Period", "Notice Period"):
		create_once("Offer Term", {"offer_term": name})

	create_once(
		"Leave Type",
		{
			"leave_type_name": "Casual Leave",
			"allow_encashment": 1,
			"is_carry_forward": 1,
			"max_continuous_days_allowed": 3,
			"include_holiday": 1,
		},
	)
	create_once(
		"Leave Type", {"leave_type_name": "Compensatory Off", "include_holiday": 1, "is_compensatory": 1}
	)
	create_once("Leave Type", {"leave_type_name": "Sick Leave", "include_holiday": 1})
	create_once("Leave Type", {"leave_type_name": "Privilege Leave", "include_holiday": 1})
	create_once("Leave Type", {"leave_type_name": "Leave Without Pay", "include_holiday": 1, "is_lwp": 1})


def create_once(doctype: str, values: dict) -> None:
	"""The first value is the record's name."""
	if not frappe.db.exists(doctype, next(iter(values.values()))):
		frappe.get_doc({"doctype": doctype} | values).insert(ignore_permissions=True)


def set_defaults() -> None:
	settings = frappe.get_doc("HR Settings")
	for field in settings.meta.fields:
		if field.default:
			settings.set(field.fieldname, field.default)
	# The stand-in has no notification templates, so it could send none.
	settings.send_leave_notification = 0
	settings.flags.ignore_mandatory = True
	settings.save(ignore_permissions=True)


def create_user_type() -> None:
	"""A user type whose users hold one role and see their own records.

	Saving it copies the permissions of its DocTypes into Custom DocPerm, from then on the ones in
	force: the same happens on a real site.
	"""
	update_site_config("user_type_doctype_limit", {frappe.scrub(ESS): ESS_DOCTYPE_LIMIT})
	if not frappe.db.exists("Role", ESS):
		frappe.get_doc({"doctype": "Role", "role_name": ESS, "desk_access": 1, "is_custom": 1}).insert(
			ignore_permissions=True
		)
	if frappe.db.exists("User Type", ESS):
		return

	user_type = frappe.new_doc("User Type")
	user_type.update(
		{"name": ESS, "role": ESS, "user_id_field": "user_id", "apply_user_permission_on": "Employee"}
	)
	for doctype, rights in ESS_PERMISSIONS.items():
		user_type.append("user_doctypes", {"document_type": doctype} | dict.fromkeys(rights, 1))
	user_type.flags.ignore_links = True
	user_type.save(ignore_permissions=True)


def create_role_profile() -> None:
	if frappe.db.exists("Role Profile", "HR"):
		return
	profile = frappe.new_doc("Role Profile")
	profile.role_profile = "HR"
	for role in HR_ROLE_PROFILE:
		# Expense Approver is in no permission of the stand-in, so nothing else has made it.
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
				ignore_permissions=True
			)
		profile.append("roles", {"role": role})
	profile.insert(ignore_permissions=True)
