"""One course for some people at once, decided by a person."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.api import training as api
from smooth_lms.exceptions import TrainingRefusedError
from smooth_lms.training import decisions
from tests.support.factories import make_course, make_user, make_users, make_workforce
from tests.support.training import DOCTYPE, enrollments_of, rows_of


def due() -> str:
	return add_days(today(), 9)


def test_one_course_for_many_with_what_stands_in_the_way_of_whom():
	course, day = make_course(licence_count=3).name, due()
	users = make_users(5)
	frappe.db.set_value("User", users[1], "enabled", 0)
	first = decisions.assign_course(course, users[:1], day)
	assert [row.name for row in rows_of(users[0])] == first["assigned"]

	told = decisions.assign_course(course, [*users, users[4]], day)
	assert len(told["assigned"]) == 2
	reasons = ("assigned already, due", "The user account is disabled", "All 3 licences")
	assert [row["member"] for row in told["refused"]] == [users[0], users[1], users[4]]
	for row, reason in zip(told["refused"], reasons, strict=True):
		assert reason in row["reason"]
	for user in users[2:4]:
		assert [str(row.due_date) for row in rows_of(user)] == [day]
		assert len(enrollments_of(user, course)) == 1
	assert frappe.local.message_log == []


@pytest.mark.parametrize(
	("day", "sentence"), [("2020-02-02", "is past"), ("someday", "someday"), (None, "Enter a due date")]
)
def test_a_due_date_that_makes_no_sense(day, sentence):
	user = make_users(1)[0]
	told = decisions.assign_course(make_course().name, [user], day)
	assert told["assigned"] == []
	assert sentence in told["refused"][0]["reason"]


def test_a_course_that_does_not_exist():
	told = decisions.assign_course("no such course", make_users(1), due())
	assert "no such course" in told["refused"][0]["reason"]


def test_more_than_500_want_a_requirement():
	people = [f"{number}@example.com" for number in range(decisions.MOST_BY_HAND + 1)]
	with pytest.raises(TrainingRefusedError, match="write a requirement"):
		api.assign_course(make_course().name, people, due())


def test_moderators_only():
	user, course = make_users(1)[0], make_course().name
	frappe.set_user(make_user(roles=("HR Manager", "Course Creator", "LMS Team Viewer")).name)
	with pytest.raises(frappe.PermissionError):
		api.assign_course(course, [user], due())
	frappe.set_user(make_user(roles=("Moderator",)).name)
	assert len(api.assign_course(course, [user], due())["assigned"]) == 1
	assert frappe.db.get_value(DOCTYPE, {"member": user}, "assigned_by") == frappe.session.user


def assigned(user: str, day: str | None = None) -> str:
	(name,) = decisions.assign_course(make_course().name, [user], day or due())["assigned"]
	return name


def state_of(name: str) -> tuple:
	row = frappe.db.get_value(DOCTYPE, name, ["due_date", "status", "extension_reason"])
	return str(row[0]), *row[1:]


@pytest.mark.parametrize(("days", "status"), [(3, "Pending"), (-2, "Overdue")])
def test_a_moderator_moves_a_due_date_to_any_day_with_a_reason(days, status):
	name, day = assigned(make_user().name), add_days(today(), days)
	frappe.set_user(make_user(roles=["Moderator"]).name)
	with pytest.raises(TrainingRefusedError, match="Give a reason"):
		api.extend([name], day)
	assert api.extend([name], day, "The audit is sooner") == {"changed": 1, "refused": []}
	assert state_of(name) == (day, status, "The audit is sooner")


def test_a_manager_moves_it_later_only():
	(manager,) = make_workforce(1)
	boss = frappe.db.get_value("Employee", {"user_id": manager})
	(report,) = make_workforce(1, reports_to=boss)
	name = assigned(report)
	frappe.set_user(manager)
	with pytest.raises(TrainingRefusedError, match="choose a later day"):
		api.extend([name], add_days(today(), 3), "Sooner")
	assert api.extend([name], add_days(today(), 30)) == {"changed": 1, "refused": []}


def test_each_of_many_decides_for_itself():
	moderator = make_user(roles=["Moderator", "LMS Student"]).name
	free, closed, same, own = (assigned(user) for user in [*make_users(3), moderator])
	decisions.cancel([closed], "Not needed")
	day = add_days(today(), 40)
	decisions.extend([same], day)
	frappe.set_user(moderator)
	told = api.extend([free, closed, same, own], day, "Later for all")
	assert told["changed"] == 1
	assert [row["assignment"] for row in told["refused"]] == [closed, same, own]
	for row, reason in zip(
		told["refused"], ("Cancelled already", "is due", "your own training"), strict=True
	):
		assert reason in row["reason"]
	assert [state_of(name)[0] for name in (free, own)] == [day, due()]
	assert frappe.local.message_log == []
