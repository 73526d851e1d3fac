import frappe
from frappe.model.document import Document
from frappe.utils import flt


class Project(Document):
	def validate(self) -> None:
		self.update_percent_complete()
		self.validate_from_to_dates("expected_start_date", "expected_end_date")

	def update_project(self) -> None:
		"""Called when one of the tasks has changed; fires no event of its own."""
		self.update_percent_complete()
		self.db_update()

	def update_percent_complete(self) -> None:
		"""Progress from the tasks, and the status that follows from it."""
		tasks = frappe.get_all(
			"Task", filters={"project": self.name}, fields=["status", "progress", "task_weight"]
		)
		if self.status == "Completed" and not tasks:
			# Nothing to count, so a person's word stands.
			self.percent_complete_method = "Manual"

		if self.percent_complete_method == "Manual":
			if self.status == "Completed":
				self.percent_complete = 100
			return

		self.percent_complete = self.get_percent(tasks)
		if self.status != "Cancelled":
			self.status = "Completed" if self.percent_complete == 100 else "Open"

	def get_percent(self, tasks: list[dict]) -> float:
		if not tasks:
			return 0.0
		if self.percent_complete_method == "Task Progress":
			return flt(sum(flt(task.progress) for task in tasks) / len(tasks), 2)
		if self.percent_complete_method == "Task Weight":
			weight = sum(flt(task.task_weight) for task in tasks)
			done = sum(flt(task.progress) * flt(task.task_weight) for task in tasks)
			return flt(done / weight, 2) if weight else 0.0
		closed = sum(1 for task in tasks if task.status in ("Completed", "Cancelled"))
		return flt(closed / len(tasks) * 100, 2)
