"""The list of all learners: who is in it for whom, filters, standing, and its cost."""

from contextlib import suppress

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms import permissions
from smooth_lms.training.reading import everyone
from smooth_lms.training.reading.everyone import PeopleQuery
from tests.support.factories import company, make_department, make_learners, make_user, make_workforce, unique
from tests.support.hr import make_hr_user
from tests.support.training import DOCTYPE, activated, assign_to, complete, rows_of


@pytest.fixture
def crowd():
	"""Five learners of a department of their own: one overdue, one with a certified course, one archived."""
	department = make_department()
	users = make_workforce(5, department=department)
	make_learners(users, company=company(), department=department, approver="Administrator")
	pins = [{"member": each, "effect": "Pin", "reason": "Test"} for each in users[:3]]
	assign_to(activated(exceptions=pins), users[:3])
	late = rows_of(users[0])[0].name
	frappe.db.set_value(DOCTYPE, late, {"due_date": add_days(today(), -2), "status": "Overdue"})
	complete(users[1], rows_of(users[1])[0].course)
	frappe.db.set_value("LMS Learner", users[3], "approver", None)
	frappe.db.set_value("LMS Learner", users[4], "status", "Archived")
	return frappe._dict(department=department, users=users)


def shown(crowd, **asked):
	found = everyone.people(PeopleQuery.of(department=crowd.department, **asked))
	return [crowd.users.index(row["member"]) for row in found["people"]]


def test_whoever_is_not_archived_is_shown_the_most_overdue_first(crowd):
	assert shown(crowd)[0] == 0
	assert sorted(shown(crowd)) == [0, 1, 2, 3]
	found = everyone.people(PeopleQuery.of(department=crowd.department))
	assert (found["total"], found["everybody"]) == (4, 4)
	assert found["counts"] == {"behind": 1, "due": 0, "on_track": 3, "asking": 0}
	row = found["people"][0]
	assert (row["overdue"], row["open"], row["department"], row["company"]) == (
		1,
		1,
		crowd.department,
		company(),
	)
	assert row["employee"] == frappe.db.get_value("Employee", {"user_id": crowd.users[0]})


def test_filters(crowd):
	assert shown(crowd, state="behind") == [0]
	assert shown(crowd, status="Archived") == [4]
	assert shown(crowd, no_approver="1") == [3]
	assert shown(crowd, company="Nobody Ltd") == []
	assert sorted(shown(crowd, company=company())) == [0, 1, 2, 3]
	assert shown(crowd, search=crowd.users[2].split("@")[0].upper()) == [2]
	group = frappe.get_doc({"doctype": "LMS Group", "title": unique("Night shift")}).insert().name
	doc = frappe.get_doc("LMS Learner", crowd.users[2])
	doc.append("groups", {"group": group})
	doc.save()
	assert shown(crowd, group=group) == [2]
	assert (group, frappe.db.get_value("LMS Group", group, "title")) in everyone.choices()["group"]


def test_a_department_means_those_below_it_too(crowd):
	above = make_department()
	below = make_department(under=above)
	frappe.db.set_value("LMS Learner", crowd.users[1], "department", below)
	found = everyone.people(PeopleQuery.of(department=above))
	assert [row["member"] for row in found["people"]] == [crowd.users[1]]
	assert {above, below} <= {value for value, _label in everyone.choices()["department"]}


@pytest.mark.parametrize(
	("sort", "first"), [("name", 0), ("next_due", 0), ("last_activity", 0), ("drop table", 0)]
)
def test_orders(crowd, sort, first):
	assert shown(crowd, sort=sort)[0] == first


def test_a_file_has_everybody(crowd):
	query = PeopleQuery.of(department=crowd.department, page=7, page_size=1)
	rows = everyone.all_people(query)
	assert len(rows) == 4
	assert all("last_activity" in row for row in rows)


@pytest.mark.parametrize(
	"asked", [{"status": "x", "page": "-1", "no_approver": "maybe", "company": None}, {}]
)
def test_odd_questions_are_put_right(asked):
	query = PeopleQuery.of(**asked)
	assert (query.status, query.page, query.no_approver, query.company) == ("", 1, False, "")
	assert not query.is_filtered


class TestWhoSees:
	def test_hr_sees_the_employees_they_may_see(self, crowd):
		other = company("Other Test Company")
		frappe.db.set_value("Employee", {"user_id": crowd.users[1]}, "company", other)
		frappe.set_user(make_hr_user(other))
		assert shown(crowd) == [1]
		assert permissions.require_learner(crowd.users[1]).name == crowd.users[1]
		with pytest.raises(frappe.PermissionError):
			permissions.require_learner(crowd.users[0])
		with pytest.raises(frappe.PermissionError):
			permissions.require_learner("nobody@example.com")

	def test_hr_without_limits_and_moderators_see_everybody(self, crowd):
		for user in (make_hr_user(), make_user(roles=("Moderator",)).name):
			frappe.set_user(user)
			assert sorted(shown(crowd)) == [0, 1, 2, 3]
			frappe.set_user("Administrator")
		with pytest.raises(frappe.DoesNotExistError):
			permissions.require_learner("nobody@example.com")

	@pytest.mark.parametrize("roles", [("LMS Student",), ("LMS Team Viewer",), ("Batch Evaluator",)])
	def test_others_are_shown_nobody(self, crowd, roles):
		frappe.set_user(make_user(roles=roles).name)
		assert not permissions.sees_people()
		with pytest.raises(frappe.PermissionError):
			permissions.require_people()
		with pytest.raises(frappe.PermissionError):
			permissions.require_learner(crowd.users[0])
		with suppress(frappe.PermissionError):
			assert shown(crowd) == []


def test_the_number_of_statements_does_not_grow(statements):
	counts = []
	for number in (5, 400):
		department = make_department()
		make_learners(make_workforce(number, department=department), department=department)
		query = PeopleQuery.of(department=department)
		everyone.people(query)
		with statements() as sent:
			everyone.people(query)
			everyone.choices()
			everyone.all_people(query)
		counts.append(sent.total)
	assert counts[0] == counts[1] <= 14
