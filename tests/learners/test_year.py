"""A year in the life of a company: followed event by event, or by one synchronization at its end, with one result."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from smooth_lms.learners import events, sync
from tests.factories import company, make_batch, make_course, make_employee, make_user, make_users, unique
from tests.hr.records import make_applicant, make_onboarding
from tests.hr_factories import make_department
from tests.learners.records import empty_roster

TRACES = (
	"User",
	"Has Role",
	"LMS Learner",
	"LMS Learner Group",
	"LMS Group",
	"LMS Sync Change",
	"LMS Batch Enrollment",
	"LMS Enrollment",
	"User Permission",
	"Version",
)


@pytest.fixture
def empty(site, monkeypatch) -> None:
	monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
	frappe.flags.smooth_lms_no_helpers = True
	empty_roster()
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)
	frappe.db.set_value("LMS Course", {"is_mandatory": 1}, "is_mandatory", 0)
	yield
	for flag in ("smooth_lms_no_helpers", "smooth_lms_hr_off"):
		frappe.flags[flag] = False
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


class Company:
	"""The script. Names are the same every time, so that two years can be compared."""

	def __init__(self, follow) -> None:
		self.follow = follow
		self.people: dict[str, str] = {}

	def email(self, who: str) -> str:
		return f"{who}.of.the.year@example.com"

	def hire(self, who: str, **values) -> str:
		values = {"first_name": who, "last_name": "Year", "company_email": self.email(who), **values}
		self.people[who] = make_employee(**values).name
		self.follow()
		return self.people[who]

	def change(self, who: str, **values) -> None:
		doc = frappe.get_doc("Employee", self.people[who])
		doc.update(values)
		doc.save()
		self.follow()

	def live(self) -> None:
		sales, support = make_department(), make_department()
		self.departments = {sales: "Sales", support: "Support"}
		cohort = make_batch(for_new_hires=1, seat_count=2, enable_waitlist=1, company=company())
		mandatory = make_course(is_mandatory=1)
		self.cohorts, self.courses = {cohort.name: "Cohort"}, {mandatory.name: "Mandatory"}
		self.courses[cohort.courses[0].course] = "Of the cohort"

		self.hire("boss", department=sales)
		for who in ("ann", "bob", "cas"):
			self.hire(who, department=sales, reports_to=self.people["boss"])
		# onboarding before and after the employee
		first, second = make_applicant(), make_applicant()
		make_onboarding(first)
		self.follow()
		self.hire("dee", job_applicant=first, department=support)
		self.hire("eve", job_applicant=second, department=support)
		make_onboarding(second)
		self.follow()
		# moves, a new manager, leave and back
		self.change("ann", department=support, reports_to=self.people["dee"])
		self.change("bob", status="Suspended")
		self.change("bob", status="Active")
		self.change("cas", status="Inactive")
		# somebody waits for a seat; its owner leaves
		(waiting,) = make_users(1)
		self.waiting = waiting
		if not frappe.flags.smooth_lms_hr_off:
			enrollment.enroll(cohort.name, waiting, source="Desk")
		self.change("eve", status="Left", relieving_date=today())
		# a rename, and a record under a new id that takes the account along
		new_id = unique("ID").replace(" ", "-")
		frappe.rename_doc("Employee", self.people["ann"], new_id, force=True)
		self.people["ann"] = new_id
		self.follow()
		old = frappe.get_doc("Employee", self.people["bob"])
		user = old.user_id
		old.db_set("user_id", "")
		copy = frappe.copy_doc(old)
		copy.user_id = user
		self.people["bob-2"] = copy.insert().name
		old.db_set("relieving_date", today())
		old.db_set("status", "Left")
		self.follow()
		# two with one address, one without, one not yet, one excluded, one by an account HR chose
		self.hire("dup", company_email=self.email("dee"))
		self.hire("nomail", company_email=None)
		self.hire("later", date_of_joining=add_days(today(), 30))
		self.hire("excluded", exclude_from_lms=1)
		self.hire("chosen", user_id=make_user("chosen.account.of.the.year@example.com", roles=()).name)
		# left and hired again under the same record; left for good under a profile
		self.hire("again")
		self.change("again", status="Left", relieving_date=today())
		self.change("again", status="Active", relieving_date=None)
		self.hire("author", lms_learning_profile="Author")
		self.change("author", status="Left", relieving_date=today())

	def result(self) -> dict:
		"""Everything that the two ways have to agree about, in names that are the same every time."""
		by_employee = {name: who for who, name in self.people.items()}
		users = frappe.get_all(
			"LMS Learner",
			fields=["name", "employee", "status", "archived_reason", "learning_profile", "approver"],
			order_by="name",
		)
		groups = frappe.get_all(
			"LMS Learner Group", filters={"parenttype": "LMS Learner"}, fields=["parent", "group"]
		)
		return {
			row.name: (
				by_employee.get(row.employee),
				row.status,
				row.archived_reason,
				row.learning_profile,
				row.approver,
				sorted(
					self.departments[frappe.db.get_value("LMS Group", each.group, "followed_record")]
					for each in groups
					if each.parent == row.name
				),
				sorted(frappe.get_all("Has Role", {"parent": row.name, "parenttype": "User"}, pluck="role")),
				frappe.db.get_value("User", row.name, "enabled"),
				frappe.db.get_value("Employee", row.employee, ["user_id", "lms_status"])[1],
				sorted(
					(self.cohorts[batch], status)
					for batch, status in frappe.get_all(
						"LMS Batch Enrollment", {"member": row.name}, ["batch", "status"], as_list=True
					)
				),
			)
			for row in users
		}


FINAL = {
	"boss": ("boss", "Active"),
	"ann": ("ann", "Active"),
	"bob": ("bob-2", "Active"),
	"cas": ("cas", "Archived"),
	"dee": ("dee", "Active"),
	"eve": ("eve", "Archived"),
	"again": ("again", "Active"),
	"author": ("author", "Archived"),
}


def test_event_by_event(empty):
	year = Company(events.run_noted)
	year.live()
	result = year.result()
	for who, (speaks, status) in FINAL.items():
		assert result[year.email(who)][:2] == (speaks, status), who
	assert set(result) == {
		*(year.email(who) for who in FINAL),
		"chosen.account.of.the.year@example.com",
	}
	assert result[year.email("ann")][4] == year.email("dee")
	assert result[year.email("cas")][4] == year.email("boss")
	assert result[year.email("ann")][5] == ["Support"]
	assert result[year.email("dee")][9] == [("Cohort", "Enrolled")]
	assert result[year.email("eve")][9] == [("Cohort", "Withdrawn")]
	assert frappe.db.get_value("LMS Batch Enrollment", {"member": year.waiting}, "status") == "Enrolled"
	mandatory = next(iter(year.courses))
	for who, has in (("dee", True), ("eve", True), ("boss", False)):
		assert (
			bool(frappe.db.exists("LMS Enrollment", {"member": year.email(who), "course": mandatory})) is has
		)

	before = {doctype: frappe.db.count(doctype) for doctype in TRACES}
	run = frappe.get_doc("LMS Sync Run", sync.run_now())
	assert (run.status, run.changes, run.enrolled) == ("Completed", 0, 0)
	assert {doctype: frappe.db.count(doctype) for doctype in TRACES} == before
	assert "dup" not in result
	assert run.skipped == 2


def test_events_off_and_one_run_give_the_same_people(empty):
	"""People who had come and gone before the run never had an account; all others end the same."""
	year = Company(events.run_noted)
	year.live()
	by_events = year.result()
	frappe.db.rollback()

	empty_roster()
	frappe.db.set_value("LMS Batch", {"for_new_hires": 1}, "for_new_hires", 0)
	frappe.db.set_value("LMS Course", {"is_mandatory": 1}, "is_mandatory", 0)
	frappe.flags.smooth_lms_hr_off = True
	blind = Company(lambda: None)
	blind.live()
	assert frappe.db.count("LMS Learner") == 0
	run = frappe.get_doc("LMS Sync Run", sync.run_now())
	assert (run.status, run.failed) == ("Completed", 0)
	by_run = blind.result()
	gone = {blind.email(who) for who in ("cas", "eve", "author")}
	assert set(by_events) - set(by_run) == gone
	assert by_run == {user: facts for user, facts in by_events.items() if user not in gone}
	assert frappe.get_doc("LMS Sync Run", sync.run_now()).changes == 0
