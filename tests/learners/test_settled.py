"""The sieve in the database never holds back somebody whom the plan would change."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.learners.field_map import FieldMap
from smooth_lms.learners.sync import facts, inputs, run, settled
from smooth_lms.learners.sync import planner as roster
from tests.support import factories
from tests.support.factories import make_user
from tests.support.hr import make_address, make_department
from tests.support.roster import empty_roster, hire


@pytest.fixture
def people(site, monkeypatch) -> list[str]:
	"""Six people whom HR and the LMS agree about: the first is the manager of the second."""
	monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
	frappe.flags.smooth_lms_no_helpers = True
	empty_roster()
	names = hire(6, department=make_department())
	frappe.db.set_value("Employee", names[1], "reports_to", names[0])
	frappe.db.set_value("Employee", names[5], {"status": "Left", "relieving_date": today()})
	run.run_now()
	for _ in range(3):
		sieve()  # so that its answer is remembered, and every change has to show
	yield names
	frappe.flags.smooth_lms_no_helpers = False
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	frappe.cache().delete_value(settled.REMEMBERED)


def sieve() -> tuple[list[str], list[str]]:
	return settled.unsettled(facts.policy(), FieldMap())


def planned(planner: roster.Planner) -> dict[str, tuple]:
	found = {c.user: (c.action, c.before, c.after) for part in planner.chunks() for c in part.changes}
	found |= {p.employee: p for part in planner.chunks() for p in part.problems}
	return found


def user_of(employee: str) -> str:
	return frappe.db.get_value("Employee", employee, "user_id")


def test_nobody_is_looked_at_when_all_agree(people):
	assert sieve() == ([], [])
	assert planned(roster.Planner()) == {}


EMPLOYEE = (
	{"status": "Suspended"},
	{"status": "Left", "relieving_date": "2020-01-01"},
	{"status": "Left", "relieving_date": "2020-01-01", "lms_keep_access": 1},
	{"employee_name": "Café"},
	{"first_name": "ana"},
	{"cell_number": "1"},
	{"designation": "Boss"},
	{"department": None},
	{"company_email": "other@example.com"},
	{"exclude_from_lms": 1},
	{"lms_learning_profile": "Author"},
	{"lms_status": ""},
	{"user_id": None},
	{"date_of_joining": "2099-01-01"},
	{"date_of_joining": "2020-02-29"},
	{"reports_to": None},
)
LEARNER = (
	{"status": "Archived", "archived_reason": "By hand"},
	{"status": "Pending"},
	{"learning_profile": None},
	{"employee": None},
	{"employee": "nobody"},
	{"source": "Manual"},
	{"country": "Chad"},
	{"expiration_date": None},
	{"approver": None},
	{"granted_roles": "Moderator, LMS Student"},
	{"job_title": "x"},
	{"first_name": "PERSON1"},
	{"work_email": "x@example.com"},
	{"joined_on": None},
)


def test_whatever_differs_is_found(people):
	"""Each by itself, after an answer was remembered in which it did not differ."""
	remembered = frappe.cache().get_value(settled.REMEMBERED, expires=True)
	assert remembered["checksum"]
	wrong = {}
	for doctype, name, rows in (
		("Employee", people[1], EMPLOYEE),
		("LMS Learner", user_of(people[1]), LEARNER),
	):
		for values in rows:
			frappe.db.savepoint("one_differs")
			frappe.cache().set_value(settled.REMEMBERED, remembered, expires_in_sec=settled.A_DAY)
			frappe.db.set_value(doctype, name, values, update_modified=False)
			everybody = planned(roster.Planner())
			employees, users = sieve()
			if planned(roster.Planner(employees, users)) != everybody or len(employees) + len(users) >= 5:
				wrong[f"{doctype}: {values}"] = (employees, users, everybody)
			frappe.db.rollback(save_point="one_differs")
			frappe.clear_document_cache(doctype, name)
	assert wrong == {}


def test_nobody_is_compared_again_while_nothing_changes(people, monkeypatch):
	monkeypatch.setattr(settled, "_compare", lambda *_: pytest.fail("compared again"))
	assert sieve() == ([], [])


def test_what_somebody_modified_is_not_added_up(people, monkeypatch):
	frappe.db.set_value("LMS Learner", user_of(people[1]), "job_title", "x")
	monkeypatch.setattr(inputs, "checksum", lambda *_: pytest.fail("added up"))
	assert sieve() == ([people[1]], [])


def silently(doctype: str, name: str | dict, field: str, value) -> None:
	frappe.db.set_value(doctype, name, field, value, update_modified=False)


def another_country() -> str:
	return "Chad" if frappe.db.get_value("Company", factories.company(), "country") != "Chad" else "Peru"


@pytest.mark.parametrize(
	("change", "number"),
	[
		(lambda person: silently("User", user_of(person), "language", "ar"), 1),
		(lambda person: silently("User", user_of(person), "enabled", 0), 1),
		(lambda person: silently("LMS Group", {"source": "HR"}, "followed_record", "Elsewhere"), 5),
		(lambda person: frappe.db.delete("LMS Learner Group", {"parent": user_of(person)}), 1),
		(lambda person: frappe.db.delete("Has Role", {"parent": user_of(person), "role": "LMS Student"}), 1),
		(lambda person: silently("Company", factories.company(), "country", another_country()), 5),
	],
	ids=["language", "account", "groups", "group", "role", "company"],
)
def test_what_stands_beside_the_people_changes_without_a_trace(people, change, number):
	change(people[2])
	check_agreement(at_least=number)


@pytest.mark.parametrize(
	"change",
	[
		lambda name: silently("Address", name, "pincode", "53111"),
		lambda name: silently("Address", name, "disabled", 1),
		lambda name: frappe.db.delete("Dynamic Link", {"parent": name}),
	],
	ids=["postal code", "disabled", "unlinked"],
)
def test_an_address_changes_without_a_trace(people, change):
	address = make_address(people[2])
	check_agreement(at_least=1)
	run.run_now()
	for _ in range(3):
		assert sieve() == ([], [])
	change(address)
	check_agreement(at_least=1)


def test_profiles_with_several_roles(people):
	profile = frappe.get_doc("LMS Learning Profile", "Learner")
	profile.append("roles", {"role": "LMS Team Viewer"})
	profile.save()
	run.run_now()
	for _ in range(3):
		assert sieve() == ([], [])
	frappe.db.delete("Has Role", {"parent": user_of(people[3]), "role": "LMS Team Viewer"})
	check_agreement(at_least=1)


def test_roles_groups_addresses_accounts_and_settings(people):
	second, third, fourth = (user_of(name) for name in people[1:4])
	frappe.db.delete("Has Role", {"parent": second, "role": "LMS Student"})
	frappe.db.delete("LMS Learner Group", {"parent": third})
	frappe.db.set_value("User", fourth, "enabled", 0)
	check_agreement(at_least=3)
	frappe.db.set_single_value("LMS Settings", "groups_follow", "Branch")
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	check_agreement(at_least=4)
	frappe.db.set_single_value("LMS Settings", "who_gets_access", facts.ONLY_PROFILED)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	check_agreement(at_least=4)


def test_regions_and_profiles_that_change(people):
	region = frappe.get_doc({"doctype": "LMS Content Region", "title": "Middle"})
	region.append("countries", {"country": "Germany"})
	region.insert()
	check_agreement(at_least=5)
	run.run_now()
	assert sieve() == ([], [])
	profile = frappe.get_doc("LMS Learning Profile", "Learner")
	profile.append("roles", {"role": "LMS Team Viewer"})
	profile.save()
	check_agreement(at_least=5)


def test_people_nobody_speaks_for_and_rivals(people):
	frappe.db.delete("Employee", {"name": people[2]})
	hire(1, word="rival", company_email=frappe.db.get_value("Employee", people[1], "company_email"))
	hire(1, word="nomail", company_email=None)
	account = make_user(roles=()).name
	hire(1, word="known", users=[account])
	frappe.db.set_value("Employee", people[5], {"relieving_date": add_days(today(), 3)})
	check_agreement(at_least=4)


def check_agreement(*, at_least: int) -> None:
	everybody = planned(roster.Planner())
	assert len(everybody) >= at_least
	assert planned(roster.Planner(*sieve())) == everybody
