"""The script of a year in the life of a company, told with HR's own documents, and what has to be true at its end."""

from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import add_days, today

from smooth_lms.cohorts import enrollment
from smooth_lms.courses import enrollment as course_enrollment
from smooth_lms.courses import licences
from smooth_lms.learners import by_hand, events
from smooth_lms.learners.sync import run
from tests.support.boarding import make_applicant, make_onboarding
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_department,
	make_employee,
	make_user,
)
from tests.support.hr import make_address, make_leave

LMS_ROLES = ("LMS Student", "LMS Team Viewer", "Course Creator", "Batch Evaluator", "Moderator")
WAITING = ("waits.first", "waits.second")


def email(who: str) -> str:
	return f"{who}.of.the.year@example.com"


@dataclass(frozen=True)
class Expected:
	"""What is true of one account at the end of the year."""

	record: str | None
	"""The Employee record that speaks for it, by the script's word for it."""
	status: str = "Active"
	reason: str | None = None
	profile: str | None = "Learner"
	approver: str | None = None
	groups: tuple[str, ...] = ()
	roles: tuple[str, ...] = ("LMS Student",)
	seats: tuple[tuple[str, str], ...] = ()
	licence: str | None = None
	enabled: int = 1
	region: str | None = None


GONE: dict[str, Any] = {"status": "Archived", "reason": "Left", "roles": (), "enabled": 0, "profile": None}
EXPECTED = {
	# people who were there when the year began
	"boss": Expected("boss", groups=("Sales",), **GONE),
	"deputy": Expected("deputy", groups=("Sales",)),
	"ann": Expected("ann", groups=("Support",), approver="dee"),
	"bob": Expected("bob", groups=("Sales",), approver="deputy", region="Iberia"),
	"cas": Expected("cas", "Archived", "Inactive", groups=("Sales",), approver="boss", roles=()),
	"dan": Expected(
		"dan",
		groups=("Sales",),
		seats=(("Autumn", "Withdrawn"),),
		licence="Returned",
		approver="boss",
		**GONE,
	),
	"fay": Expected("fay", groups=("Sales",)),
	"gus.new": Expected("gus-2", groups=("Sales",)),  # the account is named as HR named the person
	"hal": Expected("hal-2", groups=("Support",), licence="Assigned"),
	"ivy": Expected("ivy", groups=("Sales",), seats=(("Autumn", "Withdrawn"),), **GONE),
	"jon": Expected("jon", groups=("Sales",)),
	"kim": Expected("kim", "Archived", "By hand", groups=("Sales",), roles=()),
	"lea": Expected("lea", groups=("Sales",)),
	"lea.double": Expected(None, "Archived", "Other account", groups=("Sales",), roles=()),
	"max": Expected("max", groups=("Law",)),
	"ned.married": Expected("ned", groups=("Law",)),
	"oli": Expected("oli", groups=("Sales",), seats=(("Autumn", "Enrolled"),)),
	"quinn": Expected("quinn", groups=("Sales",)),
	"ros": Expected("ros", groups=("Sales",)),
	"tom": Expected("tom", groups=("Sales",)),
	"una": Expected("una-2", groups=("Support",)),
	"vic": Expected("vic", groups=("Sales",), profile="Author", roles=("Course Creator", "LMS Student")),
	"zoe": Expected(
		None, "Archived", "No longer in HR", groups=("Sales",), roles=(), enabled=0, profile=None
	),
	# people who came
	"dee": Expected("dee", groups=("Support",), seats=(("New hires", "Enrolled"),)),
	"eve": Expected("eve", groups=("Support",), seats=(("New hires", "Enrolled"),)),
	"uma": Expected("uma", seats=(("New hires", "Enrolled"),)),
	"soon": Expected("soon", "Pending", seats=(("Later new hires", "Enrolled"),)),
	"wes": Expected("wes"),
	"chosen": Expected("chosen"),
}
ONBOARDED = {"dee", "eve", "uma", "soon"}
"""They, and nobody else, are in the mandatory course."""
AT_FIRST = {
	"ann", "bob", "boss", "cas", "dan", "deputy", "fay", "gus", "hal", "ivy", "jon", "kim", "lea", "lea.double",
	"max", "ned", "oli", "quinn", "ros", "tom", "una", "vic", "zoe",
}  # fmt: skip
"""Whom the first run has made."""
LEFT_OUT = {"dup": "give each their own", "nomail": "a work e-mail is required"}
ONLY_BY_EVENTS = {"brief"}
"""Came and went between two synchronizations: a run finds somebody who has left and never was a learner."""


class Year:
	"""One company, with our event handlers on (what they note is followed at once) or off."""

	def __init__(self, *, events_on: bool) -> None:
		self.events_on = events_on
		self.people: dict[str, str] = {}
		self.onboardings: dict[str, str] = {}

	def follow(self) -> None:
		if self.events_on:
			events.run_noted()
		frappe.flags.smooth_lms_hr_off = not self.events_on

	def hire(self, who: str, **values) -> str:
		values = {"first_name": who, "last_name": "Year", "company_email": email(who), **values}
		self.people[who] = make_employee(**values).name
		self.follow()
		return self.people[who]

	def change(self, who: str, **values) -> None:
		doc = frappe.get_doc("Employee", self.people[who])
		doc.update(values)
		doc.save()
		self.follow()

	def leave(self, who: str) -> None:
		self.change(who, status="Left", relieving_date=today())

	def separate(self, who: str, relieving_date: str) -> None:
		self.change(who, relieving_date=relieving_date)
		doc = {"doctype": "Employee Separation", "employee": self.people[who], "company": company()}
		frappe.get_doc({**doc, "boarding_begins_on": today()}).insert().submit()
		self.follow()

	def onboard(self, who: str, applicant: str, **values) -> None:
		self.onboardings[who] = make_onboarding(applicant, **values).name
		self.follow()

	# the year

	def begin(self) -> None:
		"""The company as it was before, and everybody in it brought in line by runs: the same with events on or off."""
		frappe.flags.smooth_lms_hr_off = True
		self.sales, self.support, self.legal = (
			make_department(f"{word} of the year") for word in ("Sales", "Support", "Legal")
		)
		region = frappe.get_doc({"doctype": "LMS Content Region", "title": "Iberia of the year"})
		region.append("countries", {"country": "Spain"})
		region.insert()
		first = {"seat_count": 3, "for_new_hires": 1, "company": company()}
		later = {"for_new_hires": 1, "start_date": add_days(today(), 40), "end_date": add_days(today(), 41)}
		self.batches = {
			"New hires": make_batch(**first).name,
			"Later new hires": make_batch(**later).name,
			"Autumn": make_batch(seat_count=3, enable_waitlist=1).name,
		}
		self.mandatory = make_course(is_mandatory=1).name
		self.licensed = make_course(licence_count=10).name
		self.courses = {self.mandatory: "Mandatory", self.licensed: "Licensed"}
		for word, name in self.batches.items():
			(course,) = frappe.get_all("LMS Batch Course", {"parent": name}, pluck="course")
			self.courses[course] = f"Of {word}"

		for who in ("boss", "deputy"):
			self._there(who, department=self.sales)
		for who in ("ann", "bob", "cas", "dan"):
			self._there(who, department=self.sales, reports_to=self.people["boss"])
		for who in (
			"fay",
			"gus",
			"ivy",
			"jon",
			"kim",
			"lea",
			"lea.double",
			"oli",
			"quinn",
			"ros",
			"tom",
			"vic",
		):
			self._there(who, department=self.sales)
		for who in ("hal", "una"):
			self._there(who, department=self.support)
		for who in ("max", "ned"):
			self._there(who, department=self.legal)
		self._there("zoe", department=self.sales)
		run.run_now()
		for who in ("tom", "una"):
			frappe.db.set_value(
				"Employee", self.people[who], {"status": "Left", "relieving_date": add_days(today(), -30)}
			)
		by_hand.archive([email("kim")])
		run.run_now()
		for who in ("dan", "ivy", "oli"):
			enrollment.enroll(self.batches["Autumn"], email(who), source="Desk")
		for who in WAITING:
			enrollment.enroll(self.batches["Autumn"], make_user(email(who)).name, source="Desk")
		course_enrollment.open_attempts(
			[(email(who), who, self.licensed, 1, licences.ASSIGNED) for who in ("dan", "hal")]
		)
		licences.lock([self.licensed])
		licences.count({self.licensed: 2})
		frappe.flags.smooth_lms_hr_off = not self.events_on

	def _there(self, who: str, **values) -> None:
		values = {"first_name": who, "last_name": "Year", "company_email": email(who), **values}
		self.people[who] = make_employee(**values).name

	def live(self) -> None:
		"""Twelve months."""
		self._hires()
		self._moves()
		self._absences()
		self._leavers()
		self._rehires()
		self._other_names()
		self._duplicates()
		self._choices()

	def _hires(self) -> None:
		# the onboarding before the record, the record before the work e-mail
		first = make_applicant()
		self.onboard("dee", first)
		self.hire("dee", job_applicant=first, department=self.support, company_email=None)
		self.change("dee", company_email=email("dee"))
		# the record before the onboarding
		second = make_applicant()
		self.hire("eve", job_applicant=second, department=self.support)
		self.onboard("eve", second)
		# both before the account, which somebody makes by hand
		third = make_applicant()
		self.hire("uma", job_applicant=third, company_email=None)
		self.onboard("uma", third)
		self.change("uma", user_id=make_user(email("uma"), roles=()).name)
		# hired ahead: with an onboarding the account and the seat are ready, without one there is nothing yet
		fourth = make_applicant()
		self.hire("soon", job_applicant=fourth, date_of_joining=add_days(today(), 30))
		self.onboard("soon", fourth, date_of_joining=add_days(today(), 30))
		self.hire("later", date_of_joining=add_days(today(), 30))
		self.hire("excluded", exclude_from_lms=1)
		self.hire("wes", exclude_from_lms=1)
		self.change("wes", exclude_from_lms=0)
		self.hire("chosen", company_email=None, user_id=make_user(email("chosen"), roles=()).name)
		self.hire("brief")
		self.leave("brief")

	def _moves(self) -> None:
		self.change("ann", department=self.support, reports_to=self.people["dee"])
		self.change("bob", reports_to=self.people["deputy"])
		self._address("bob", "Spain")
		self.legal = frappe.rename_doc("Department", self.legal, "Law of the year", force=True)
		self.follow()

	def _address(self, who: str, country: str) -> None:
		make_address(self.people[who], country=country)
		self.follow()

	def _absences(self) -> None:
		self.change("oli", status="Suspended")
		self.change("oli", status="Active")
		self.change("cas", status="Inactive")
		# on leave, and therefore still here
		make_leave(self.people["jon"]).submit()
		self.follow()

	def _leavers(self) -> None:
		self.leave("dan")
		self.separate("ivy", today())
		self.separate("jon", add_days(today(), 30))
		# ERPNext lets nobody leave to whom an active employee still reports
		self.leave("boss")
		frappe.delete_doc("Employee", self.people.pop("zoe"), force=not self.events_on)
		self.follow()

	def _rehires(self) -> None:
		self.leave("fay")
		self.change("fay", status="Active", relieving_date=None)
		# without our handler ERPNext asks for the account to be enabled first
		if not self.events_on:
			frappe.db.set_value("User", email("tom"), "enabled", 1)
		self.change("tom", status="Active", relieving_date=None)
		self.hire("una-2", company_email=email("una"), department=self.support, date_of_joining=today())
		# another address, then back under another record with that address
		self.change("gus", company_email=email("gus.new"))
		self.leave("gus")
		self.hire("gus-2", company_email=email("gus.new").upper(), department=self.sales)

	def _other_names(self) -> None:
		self.people["max"] = frappe.rename_doc("Employee", self.people["max"], "YEAR-MAX", force=True)
		self.follow()
		frappe.rename_doc("User", email("ned"), email("ned.married"), force=True)
		self.follow()
		self.change("ros", last_name="Other")
		transfer = {
			"doctype": "Employee Transfer",
			"employee": self.people["hal"],
			"transfer_date": today(),
			"company": company(),
			"create_new_employee_id": 1,
			"transfer_details": [{"property": "Bio", "fieldname": "bio", "current": "", "new": "Moved"}],
		}
		doc = frappe.get_doc(transfer).insert()
		doc.submit()
		self.people["hal-2"] = doc.new_employee_id
		self.follow()

	def _duplicates(self) -> None:
		frappe.rename_doc(
			"Employee", self.people.pop("lea.double"), self.people["lea"], merge=True, force=True
		)
		self.follow()
		self.hire("dup", company_email=email("dee").title())
		self.hire("nomail", company_email=None)

	def _choices(self) -> None:
		self.change("quinn", lms_learning_profile="Moderator")
		self.change("quinn", lms_learning_profile=None)
		self.change("vic", lms_learning_profile="Author")

	# what became of it

	def found(self) -> dict[str, Expected]:
		"""Everybody as they are, in the terms of `EXPECTED`."""
		records = {name: who for who, name in self.people.items()}
		titles = {"Sales of the year": "Sales", "Support of the year": "Support", "Law of the year": "Law"}
		batches = {name: word for word, name in self.batches.items()}
		found = {}
		for row in frappe.get_all("LMS Learner", fields=["*"], limit=0):
			account = frappe.get_doc("User", row.name)
			groups = frappe.get_all(
				"LMS Learner Group", {"parent": row.name, "parenttype": "LMS Learner"}, pluck="group"
			)
			named = [
				frappe.db.get_value("LMS Group", group, "title").rpartition(" - ")[0] for group in groups
			]
			seats = frappe.get_all("LMS Batch Enrollment", {"member": row.name}, ["batch", "status"])
			held = frappe.db.get_value(
				"LMS Enrollment", {"member": row.name, "course": self.licensed}, "licence_state"
			)
			found[_who(row.name)] = Expected(
				record=records.get(row.employee),
				status=row.status,
				reason=row.archived_reason or None,
				profile=row.learning_profile,
				approver=_who(row.approver),
				groups=tuple(sorted(titles.get(title, title) for title in named)),
				roles=tuple(sorted({each.role for each in account.roles} & set(LMS_ROLES))),
				seats=tuple((batches[seat.batch], seat.status) for seat in seats),
				licence=held,
				enabled=account.enabled,
				region=(row.content_region or "").partition(" ")[0] or None,
			)
		return found

	def details(self) -> dict[str, Any]:
		"""All the rest on which the two ways have to agree, in names that are the same every time."""
		records = {name: who for who, name in self.people.items()}
		ours = ("first_name", "last_name", "work_email", "job_title", "company", "department", "country")
		learners = frappe.get_all("LMS Learner", fields=["name", "source", *ours], limit=0)
		people = frappe.get_all("Employee", fields=["name", "status", "user_id", "lms_status"], limit=0)
		onboardings = {name: who for who, name in self.onboardings.items()}
		states = frappe.get_all(
			"Employee Onboarding",
			{"name": ["in", list(onboardings)]},
			["name", "employee", "lms_state", "lms_note"],
		)
		roles = {}
		for row in learners:
			roles[row.name] = sorted(
				frappe.get_all("Has Role", {"parent": row.name, "parenttype": "User"}, pluck="role")
			)
		courses = frappe.get_all("LMS Enrollment", fields=["member", "course"], limit=0)
		ours_only = {row.name for row in learners}
		return {
			"learners": {row.name: dict(row) for row in learners},
			"employees": {
				records[row.name]: (row.status, row.user_id, row.lms_status or None) for row in people
			},
			"onboardings": {
				onboardings[row.name]: (records.get(row.employee), row.lms_state, row.lms_note)
				for row in states
			},
			"roles": roles,
			"courses": sorted(
				(row.member, self.courses[row.course]) for row in courses if row.member in ours_only
			),
			"groups": sorted(frappe.get_all("LMS Group", {"source": "HR"}, pluck="title")),
			"seats taken": {
				word: frappe.db.get_value("LMS Batch", name, ["seats_taken", "waitlist_count"])
				for word, name in self.batches.items()
			},
			"licences in use": frappe.db.get_value("LMS Course", self.licensed, "licences_in_use"),
		}

	def in_mandatory_course(self) -> set[str]:
		members = frappe.get_all("LMS Enrollment", {"course": self.mandatory}, pluck="member")
		return {_who(member) for member in members}


def _who(user: str | None) -> str | None:
	return user.partition(".of.the.year@")[0] if user else None
