import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, date_diff, flt, formatdate, get_link_to_form, getdate

from erpnext.setup.doctype.employee.employee import get_holiday_list_for_employee

from hrms.hr.utils import set_employee_name, validate_active_employee


class OverlapError(frappe.ValidationError):
	pass


class LeaveApplication(Document):
	def validate(self) -> None:
		validate_active_employee(self.employee)
		set_employee_name(self)
		self.validate_dates()
		self.validate_allocation()
		self.set_total_leave_days()
		self.validate_overlap()
		self.validate_max_days()
		self.set_half_day_date()

	def validate_dates(self) -> None:
		if getdate(self.to_date) < getdate(self.from_date):
			frappe.throw(_("To date cannot be before from date"))
		if (
			self.half_day
			and self.half_day_date
			and not getdate(self.from_date) <= getdate(self.half_day_date) <= getdate(self.to_date)
		):
			frappe.throw(_("Half Day Date should be between From Date and To Date"))

	def validate_allocation(self) -> None:
		"""Nothing is ever allocated here, so only leave that needs no allocation can be taken."""
		leave_type = frappe.get_cached_doc("Leave Type", self.leave_type)
		if not (leave_type.is_lwp or leave_type.allow_negative):
			frappe.throw(_("Application period cannot be outside leave allocation period"))

	def set_total_leave_days(self) -> None:
		self.total_leave_days = get_number_of_leave_days(
			self.employee, self.leave_type, self.from_date, self.to_date, self.half_day, self.half_day_date
		)
		if self.total_leave_days <= 0:
			frappe.throw(
				_(
					"The day(s) on which you are applying for leave are holidays. You need not apply for leave."
				)
			)

	def validate_overlap(self) -> None:
		other = frappe.db.get_value(
			"Leave Application",
			{
				"employee": self.employee,
				"docstatus": ("<", 2),
				"status": ("in", ["Open", "Approved"]),
				"from_date": ("<=", self.to_date),
				"to_date": (">=", self.from_date),
				"name": ("!=", self.name or ""),
			},
			["name", "leave_type", "from_date", "to_date"],
			as_dict=True,
		)
		if other:
			frappe.throw(
				_("Employee {0} has already applied for {1} between {2} and {3} : {4}").format(
					self.employee,
					other.leave_type,
					formatdate(other.from_date),
					formatdate(other.to_date),
					get_link_to_form("Leave Application", other.name),
				),
				OverlapError,
			)

	def validate_max_days(self) -> None:
		limit = cint(frappe.db.get_value("Leave Type", self.leave_type, "max_continuous_days_allowed"))
		if limit and self.total_leave_days > limit:
			frappe.throw(
				_("Leave of type {0} cannot be longer than {1}.").format(
					get_link_to_form("Leave Type", self.leave_type), limit
				),
				title=_("Maximum Consecutive Leaves Exceeded"),
			)

	def set_half_day_date(self) -> None:
		if not self.half_day:
			self.half_day_date = None
		elif getdate(self.from_date) == getdate(self.to_date):
			self.half_day_date = self.from_date

	def on_submit(self) -> None:
		if self.status in ("Open", "Cancelled"):
			frappe.throw(_("Only Leave Applications with status 'Approved' and 'Rejected' can be submitted"))

		own = frappe.db.get_value("Employee", self.employee, "user_id") == frappe.session.user
		if own and frappe.db.get_single_value("HR Settings", "prevent_self_leave_approval"):
			frappe.throw(_("Self-approval for leaves is not allowed"))

	def before_cancel(self) -> None:
		self.status = "Cancelled"


@frappe.whitelist()
def get_number_of_leave_days(
	employee: str,
	leave_type: str,
	from_date: str,
	to_date: str,
	half_day: int | str | None = None,
	half_day_date: str | None = None,
	holiday_list: str | None = None,
) -> float:
	"""Days between the dates, both included; holidays count only where the leave type says so."""
	days = flt(date_diff(to_date, from_date)) + 1
	one_day = getdate(from_date) == getdate(to_date)
	if cint(half_day) and (one_day or half_day_date):
		days -= 0.5

	if not frappe.db.get_value("Leave Type", leave_type, "include_holiday"):
		days -= frappe.db.count(
			"Holiday",
			{
				"parent": holiday_list or get_holiday_list_for_employee(employee),
				"holiday_date": ("between", [from_date, to_date]),
			},
		)
	return days
