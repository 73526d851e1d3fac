import frappe
from frappe import _
from frappe.desk.form.assign_to import clear, close_all_assignments
from frappe.utils import flt, getdate
from frappe.utils.nestedset import NestedSet, update_nsm


class ParentIsGroupError(frappe.ValidationError):
	pass


class Task(NestedSet):
	nsm_parent_field = "parent_task"

	def validate(self) -> None:
		self.validate_from_to_dates("exp_start_date", "exp_end_date")
		if flt(self.progress) > 100:
			frappe.throw(_("Progress % for a task cannot be more than 100."))
		if self.is_template:
			self.status = "Template"
		if self.status == "Completed":
			self.progress = 100
		if self.completed_on and getdate(self.completed_on) > getdate():
			frappe.throw(_("Completed On cannot be greater than Today"))
		if self.parent_task and not frappe.db.get_value("Task", self.parent_task, "is_group"):
			frappe.throw(
				_("Parent Task {0} must be a Group Task").format(
					frappe.utils.get_link_to_form("Task", self.parent_task)
				),
				ParentIsGroupError,
			)

	def on_update(self) -> None:
		update_nsm(self)
		self.update_project()
		if self.status == "Completed":
			close_all_assignments(self.doctype, self.name)
		elif self.status == "Cancelled":
			clear(self.doctype, self.name)

	def update_project(self) -> None:
		if self.project and not self.flags.from_project:
			frappe.get_doc("Project", self.project).update_project()

	def on_trash(self) -> None:
		if frappe.db.exists("Task", {"parent_task": self.name}):
			frappe.throw(_("Child Task exists for this Task. You can not delete this Task."))
		update_nsm(self)

	def after_delete(self) -> None:
		self.update_project()


@frappe.whitelist()
def get_children(
	doctype: str,
	parent: str | None = None,
	task: str | None = None,
	project: str | None = None,
	is_root: bool | str = False,
) -> list[dict]:
	"""One level of the task tree, for the desk's tree view."""
	above = task or (parent if parent and not frappe.utils.cint(is_root) else None)
	filters = {"parent_task": above or ("is", "not set")}
	if project:
		filters["project"] = project
	return frappe.get_list(
		doctype,
		fields=["name as value", "subject as title", "is_group as expandable"],
		filters=filters,
		order_by="name",
	)


def on_doctype_update() -> None:
	frappe.db.add_index("Task", ["lft", "rgt"])
