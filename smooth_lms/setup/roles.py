"""The app's roles. Frappe would make a role that DocTypes name with desk access; learners have none."""

import frappe

ROLES = {
	# role: may open the desk
	"LMS Student": False,
	"LMS Team Viewer": False,
	"Course Creator": True,
	"Batch Evaluator": True,
	"Moderator": True,
}


def sync_roles() -> None:
	"""Make missing roles, and close the desk to those of learners."""
	for role, desk_access in ROLES.items():
		if not frappe.db.exists("Role", role):
			frappe.get_doc(
				{"doctype": "Role", "role_name": role, "desk_access": int(desk_access), "is_custom": 0}
			).insert(ignore_permissions=True)
		elif not desk_access and frappe.db.get_value("Role", role, "desk_access"):
			doc = frappe.get_doc("Role", role)
			doc.desk_access = 0
			doc.save(ignore_permissions=True)


def remove_roles() -> None:
	"""Take the roles from everybody and remove them."""
	for role in ROLES:
		for doctype in ("Has Role", "Custom DocPerm", "DocPerm"):
			frappe.db.delete(doctype, {"role": role})
		frappe.delete_doc("Role", role, ignore_missing=True, force=True, ignore_permissions=True)
	frappe.clear_cache()
