"""Address: the home address of an Employee decides about the content region."""

from smooth_lms.hr.guard import never_fails
from smooth_lms.learners import events


@never_fails
def on_change(doc, method: str | None = None) -> None:
	"""Made, changed or deleted."""
	for link in doc.get("links") or []:
		if link.link_doctype == "Employee" and link.link_name:
			events.employee_changed(link.link_name)
