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
	"""Take the roles from everybody and remove them. Who came to the desk by one of them only leaves it."""
	at_desk = _users_with([role for role, desk_access in ROLES.items() if desk_access])
	for role in ROLES:
		for doctype in ("Has Role", "Custom DocPerm", "DocPerm"):
			frappe.db.delete(doctype, {"role": role})
		frappe.delete_doc("Role", role, ignore_missing=True, force=True, ignore_permissions=True)
	still = _users_with(frappe.get_all("Role", filters={"desk_access": 1}, pluck="name", limit=0))
	gone = sorted(at_desk - still)
	# sql: a word of ours, no text of anybody's
	frappe.db.set_value(
		"User",
		{"name": ["in", gone or [""]], "user_type": "System User"},
		"user_type",
		"Website User",
		update_modified=False,
	)
	frappe.clear_cache()


def _users_with(roles: list[str]) -> set[str]:
	filters = {"parenttype": "User", "role": ["in", roles], "parent": ["not in", ["Administrator", "Guest"]]}
	return set(frappe.get_all("Has Role", filters=filters, pluck="parent", limit=0))
