"""The connections of the User form: what somebody is enrolled in."""

from frappe import _

RECORDS = ("LMS Batch Enrollment", "LMS Enrollment")


def with_learning(data: dict) -> dict:
	"""Hook override_doctype_dashboards: add our records to User's connections.

	Args: data, the dashboard so far. Returns it.
	"""
	data.setdefault("fieldname", "user")
	data["non_standard_fieldnames"] = {
		**(data.get("non_standard_fieldnames") or {}),
		**dict.fromkeys(RECORDS, "member"),
	}
	group = {"label": _("Learning"), "items": list(RECORDS)}
	data["transactions"] = [*(data.get("transactions") or []), group]
	return data
