"""What Frappe HR's transfer, promotion and leave do, on the stand-in and on the real app alike."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from .records import (
	company,
	department,
	employee,
	ensure,
	holiday_list,
	new,
	permissions,
	recorded_events,
	roles,
	unique,
	user,
)


class TestTransfer:
	def transfer(self, member, *details, **values):
		return new(
			"Employee Transfer",
			**{
				"employee": member.name,
				"transfer_date": today(),
				"company": company(),
				"transfer_details": list(details) or [self.change("bio", "", "Moved")],
				**values,
			},
		)

	def change(self, fieldname, current, new):
		return {"property": fieldname.title(), "fieldname": fieldname, "current": current, "new": new}

	def test_not_before_its_date(self):
		doc = self.transfer(employee(), transfer_date=add_days(today(), 1))
		with pytest.raises(frappe.DocstatusTransitionError):
			doc.submit()

	def test_changes_the_employee_and_keeps_history(self):
		old, fresh = department("Old Desk"), department("New Desk")
		member = employee(department=old)
		doc = self.transfer(member, self.change("department", old, fresh))
		with recorded_events("Employee", member.name) as events:
			doc.submit()
		assert {"validate", "on_update"} <= set(events)
		member.reload()
		assert member.department == fresh
		rows = [(row.department, str(row.from_date), row.to_date) for row in member.internal_work_history]
		assert rows == [
			(old, "2020-01-06", getdate(add_days(today(), -1))),
			(fresh, today(), None),
		]

		doc.reload()
		doc.cancel()
		member.reload()
		assert member.department == old
		assert [row.department for row in member.internal_work_history] == [old]

	def test_to_another_company(self):
		other = company("Daughter Works", "CFD")
		member = employee()
		self.transfer(member, new_company=other).submit()
		member.reload()
		assert member.company == other
		assert getdate(member.date_of_joining) == getdate(today())

	def test_to_a_new_record(self):
		account = user()
		member = employee(user_id=account.name, employee_number=unique("E"))
		doc = self.transfer(member, create_new_employee_id=1)
		with recorded_events("Employee", member.name) as events:
			doc.submit()
		assert set(events) == {"on_change"}

		doc.reload()
		fresh = frappe.get_doc("Employee", doc.new_employee_id)
		member.reload()
		assert fresh.name != member.name
		assert (fresh.status, fresh.user_id, fresh.employee_number) == ("Active", account.name, None)
		assert (member.status, member.user_id) == ("Left", "")
		assert getdate(member.relieving_date) == getdate(today())
		assert frappe.db.get_value("User", account.name, "enabled") == 1
		assert "Employee" in roles(account.name)
		assert {("Employee", member.name), ("Employee", fresh.name)} <= permissions(account.name)

		with pytest.raises(frappe.ValidationError, match="Please delete the Employee"):
			doc.cancel()

	def test_deleting_the_new_record_frees_the_transfer(self):
		member = employee()
		doc = self.transfer(member, create_new_employee_id=1)
		doc.submit()
		doc.reload()
		frappe.delete_doc("Employee", doc.new_employee_id, force=1)
		doc.reload()
		assert not doc.new_employee_id
		doc.cancel()
		assert frappe.db.get_value("Employee", member.name, "status") == "Active"


class TestPromotion:
	def test_changes_the_employee(self):
		clerk = ensure("Designation", "Conformance Clerk", "designation_name")
		chief = ensure("Designation", "Conformance Chief", "designation_name")
		member = employee(designation=clerk, ctc=100, salary_currency="EUR")
		doc = new(
			"Employee Promotion",
			employee=member.name,
			promotion_date=today(),
			company=company(),
			current_ctc=100,
			revised_ctc=120,
			promotion_details=[
				{"property": "Designation", "fieldname": "designation", "current": clerk, "new": chief}
			],
		)
		with recorded_events("Employee", member.name) as events:
			doc.submit()
		assert {"validate", "on_update"} <= set(events)
		member.reload()
		assert (member.designation, member.ctc) == (chief, 120)
		assert [row.designation for row in member.internal_work_history] == [clerk, chief]

		doc.reload()
		doc.cancel()
		member.reload()
		assert (member.designation, member.ctc) == (clerk, 100)

	def test_not_for_the_inactive(self):
		from erpnext.setup.doctype.employee.employee import InactiveEmployeeStatusError

		member = employee(status="Inactive")
		with pytest.raises(InactiveEmployeeStatusError):
			new("Employee Promotion", employee=member.name, promotion_date=today())


class TestLeave:
	def leave(self, member, **values):
		return new(
			"Leave Application",
			**{
				"employee": member.name,
				"leave_type": "Leave Without Pay",
				"company": company(),
				"from_date": today(),
				"to_date": add_days(today(), 9),
				"status": "Approved",
				"follow_via_email": 0,
				**values,
			},
		)

	def test_approved(self):
		doc = self.leave(employee(holiday_list=holiday_list(today())))
		assert doc.total_leave_days == 10
		doc.submit()
		assert (doc.docstatus, doc.status) == (1, "Approved")
		doc.reload()
		doc.cancel()
		assert (doc.docstatus, doc.status) == (2, "Cancelled")

	def test_open_cannot_be_submitted(self):
		doc = self.leave(employee(holiday_list=holiday_list()), status="Open")
		with pytest.raises(frappe.ValidationError, match="can be submitted"):
			doc.submit()

	def test_overlap(self):
		from hrms.hr.doctype.leave_application.leave_application import OverlapError

		member = employee(holiday_list=holiday_list())
		self.leave(member)
		with pytest.raises(OverlapError):
			self.leave(member, from_date=add_days(today(), 9), to_date=add_days(today(), 12))
		self.leave(member, from_date=add_days(today(), 10), to_date=add_days(today(), 12))

	def test_half_day(self):
		doc = self.leave(employee(holiday_list=holiday_list()), to_date=today(), half_day=1)
		assert doc.total_leave_days == 0.5
		assert getdate(doc.half_day_date) == getdate(today())

	def test_holidays_are_no_leave(self):
		member = employee(holiday_list=holiday_list(today()))
		leave_type = new("Leave Type", leave_type_name=unique("Unpaid"), is_lwp=1).name
		assert self.leave(member, leave_type=leave_type).total_leave_days == 9
		with pytest.raises(frappe.ValidationError, match="You need not apply for leave"):
			self.leave(employee(holiday_list=member.holiday_list), leave_type=leave_type, to_date=today())

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"to_date": "2001-01-01"}, "To date cannot be before from date"),
			({"leave_type": "Casual Leave"}, "outside leave allocation period"),
		],
	)
	def test_refused(self, values, message):
		with pytest.raises(frappe.ValidationError, match=message):
			self.leave(employee(holiday_list=holiday_list()), **values)

	def test_not_for_the_inactive(self):
		from erpnext.setup.doctype.employee.employee import InactiveEmployeeStatusError

		with pytest.raises(InactiveEmployeeStatusError):
			self.leave(employee(status="Inactive", holiday_list=holiday_list()))
