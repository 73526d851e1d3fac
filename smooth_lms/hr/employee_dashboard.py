"""The connections of the Employee form: what HR sees of somebody's training."""

from frappe import _


def with_learning(data: dict) -> dict:
	"""Hook override_doctype_dashboards: add our records to Employee's connections.

	Args: data, the dashboard so far. Returns it.
	"""
	data.setdefault("fieldname", "employee")  # without it the lists open unfiltered
	group = {
		"label": _("Learning"),
		"items": ["Employee Compliance", "LMS Certificate", "LMS Batch Enrollment"],
	}
	data["transactions"] = [*(data.get("transactions") or []), group]
	return data
