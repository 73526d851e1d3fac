from hrms.controllers.employee_boarding_controller import EmployeeBoardingController


class EmployeeSeparation(EmployeeBoardingController):
	"""Tasks around somebody's leaving. The employee's status is changed by a person, never here."""

	def on_update_after_submit(self) -> None:
		self.create_task_and_notify_user()
