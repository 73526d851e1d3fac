"""Requirements: bad input, the preview, activation, and what happens to one that cannot be carried out."""

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.api import training as api
from smooth_lms.exceptions import BrokenRequirementError, ConfirmNumberError, TrainingRefusedError
from smooth_lms.training import activation
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start
from tests.support.factories import make_course, make_department, make_requirement, make_user, make_workforce
from tests.support.training import DOCTYPE, activated, assign_to, remove, rows_of


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"courses": []}, "at least one course|courses"),
		({"due_rule": "Fixed date"}, "date on which it is due|fixed_date"),
		({"due_rule": "Fixed date", "fixed_date": "2020-01-01"}, "is past, and nothing repeats"),
		({"recurrence_months": 1, "window_days": 28}, "choose a shorter time"),
		(
			{"due_rule": "Days after last completion", "due_days": 30, "window_days": 30},
			"choose a shorter time",
		),
		({"due_rule": "Days after last completion", "due_days": 0}, "would never end"),
		({"timezone": "Mars/Olympus"}, "is not a time zone"),
		({"due_days": -1}, "egative"),
		({"audience": [("Include", "Company", "Nobody Ltd")]}, "does not exist|Could not find"),
	],
)
def test_bad_input_is_refused_with_a_sentence(values, sentence):
	with pytest.raises(frappe.ValidationError, match=sentence):
		make_requirement(**values)


@pytest.mark.parametrize(
	"values",
	[
		{"due_days": 0},
		{"due_rule": "Days after joining", "due_days": 0},
		{"due_rule": "Fixed date", "fixed_date": "2020-03-31", "recurrence_months": 12},
		{"recurrence_months": 1, "window_days": 27},
		{"timezone": "Pacific/Kiritimati"},
	],
)
def test_odd_input_that_makes_sense(values):
	assert make_requirement(**values).name.startswith("TR-")


def test_a_course_twice_and_a_person_twice():
	course = make_course().name
	with pytest.raises(frappe.ValidationError, match="named twice"):
		make_requirement(courses=[course, course])
	user = make_user().name
	line = {"member": user, "effect": "Pin", "reason": "Yes"}
	with pytest.raises(frappe.ValidationError, match="named twice"):
		make_requirement(exceptions=[line, {**line, "effect": "Exempt"}])
	with pytest.raises(frappe.ValidationError, match="reason"):
		make_requirement(exceptions=[{**line, "reason": " "}])


def test_the_preview_counts_and_writes_nothing():
	department = make_department()
	users = make_workforce(5, department=department)
	course = make_course(licence_count=3).name
	from smooth_lms.courses import enrollment

	enrollment.enroll(dict.fromkeys(users[:2], "Learner"), [course])
	frappe.db.set_value(
		"LMS Enrollment", {"course": course}, {"status": "Completed", "completed_on": f"{today()} 09:00:00"}
	)
	doc = make_requirement(
		courses=[course], audience=[("Include", "Department", department)], recurrence_months=12
	)
	found = activation.preview(doc)
	assert (found["people"], found["already_certified"], found["assign"]) == (5, 2, 3)
	assert found["certified_until"] == getdate(frappe.utils.add_months(today(), 12))
	assert found["first_due"] == found["last_due"] == getdate(add_days(today(), 30))
	assert found["licences"] == [
		{"course": frappe.db.get_value("LMS Course", course, "title"), "wanted": 3, "free": 3}
	]
	assert rows_of(users) == []


class TestActivation:
	def test_of_one_for_nobody_or_everybody_wants_the_number(self):
		make_workforce(2)
		nobody = make_requirement(audience=[("Include", "Department", make_department())])
		with pytest.raises(ConfirmNumberError, match="nobody"):
			activation.activate(nobody.name)
		assert activation.activate(nobody.name, 0)
		everybody = make_requirement()
		with pytest.raises(ConfirmNumberError, match=r"reaches \d+ of \d+"):
			activation.activate(everybody.name)
		with pytest.raises(ConfirmNumberError):
			activation.activate(everybody.name, 1_000_000)

	def test_starts_a_run_that_reaches_who_is_there(self):
		department = make_department()
		users = make_workforce(3, department=department)
		make_workforce(3)
		doc = make_requirement(audience=[("Include", "Department", department)])
		run = activation.activate(doc.name)
		assert frappe.db.get_value(start.DOCTYPE, run, ["rule_key", "status"]) == (doc.name, "Queued")
		with pytest.raises(TrainingRefusedError, match="active already"):
			activation.activate(doc.name)
		with pytest.raises(TrainingRefusedError, match="is at work"):
			start.start(doc.name)
		assert rows_of(users) == []

	def test_of_one_with_an_unpublished_course_is_refused(self):
		doc = make_requirement(courses=[make_course(published=0).name])
		with pytest.raises(BrokenRequirementError, match="not published"):
			activation.activate(doc.name, 1)

	def test_ends_and_takes_back(self):
		department = make_department()
		users = make_workforce(2, department=department)
		doc = activated(audience=[("Include", "Department", department)])
		assign_to(doc, users)
		assert activation.deactivate(doc.name, take_back=True) == 2
		assert {row.closed_because for row in rows_of(users)} == {"Requirement stopped"}
		assert doc.name not in rules.active_keys()


class TestBroken:
	def test_one_freezes_and_tells_its_owner(self):
		department = make_department()
		users = make_workforce(2, department=department)
		doc = activated(audience=[("Include", "Department", department)])
		assign_to(doc, users)
		frappe.db.set_value("LMS Course", doc.courses[0].course, "published", 0)
		try:
			assert start.prepare(doc.name) is None
			doc.reload()
			assert doc.frozen
			assert "is not published" in doc.frozen_reason
			assert doc.name not in rules.active_keys()
			assert {row.status for row in rows_of(users)} == {"Pending"}
		finally:
			remove(doc, users)

	def test_one_does_not_hold_up_the_others(self):
		broken = activated()
		frappe.db.set_value("LMS Course", broken.courses[0].course, "published", 0)
		department = make_department()
		users = make_workforce(1, department=department)
		sound = activated(audience=[("Include", "Department", department)])
		from smooth_lms.training.assignments import assign

		assign.assign_for(users, [broken.name, sound.name])
		assert [row.requirement for row in rows_of(users)] == [sound.name]

	def test_with_assignments_is_not_deleted(self):
		department = make_department()
		users = make_workforce(1, department=department)
		doc = activated(audience=[("Include", "Department", department)])
		assign_to(doc, users)
		with pytest.raises(frappe.ValidationError, match="training history"):
			frappe.delete_doc("LMS Training Requirement", doc.name)


class TestWhoMay:
	@pytest.mark.parametrize(
		"roles", [["LMS Student"], ["HR Manager"], ["Course Creator"], ["Batch Evaluator"]]
	)
	def test_others_are_refused(self, roles):
		doc = make_requirement()
		frappe.set_user(make_user(roles=roles).name)
		for call in (
			lambda: api.assign_mandatory_training(),
			lambda: api.assign_mandatory_training(members=["x@example.com"]),
			lambda: api.preview_requirement(doc.name),
			lambda: api.activate_requirement(doc.name, 0),
			lambda: api.deactivate_requirement(doc.name, True),
			lambda: api.waive(["TA-1"], "x"),
			lambda: api.cancel(["TA-1"], "x"),
			lambda: api.decide_reviews(["x"], reason="x"),
			lambda: api.get_run("x"),
			lambda: api.abort_run("x"),
		):
			with pytest.raises(frappe.PermissionError):
				call()

	@pytest.mark.parametrize("role", ["Moderator", "System Manager"])
	def test_moderators_may(self, role):
		department = make_department()
		users = make_workforce(1, department=department)
		doc = activated(audience=[("Include", "Department", department)])
		frappe.set_user(make_user(roles=[role]).name)
		assert api.assign_mandatory_training(requirement=doc.name, members=users)["opened"] == 1
		assert rows_of(users)[0].assigned_by == frappe.session.user

	def test_learners_see_only_their_own_in_lists_and_documents(self):
		users = make_workforce(2)
		doc = activated(exceptions=[], audience=[("Include", "Department", make_department())])
		for user in users:
			doc.append("exceptions", {"member": user, "effect": "Pin", "reason": "Test"})
		doc.flags.by_function = True
		doc.save()
		assign_to(doc, users)
		frappe.set_user(users[0])
		seen = frappe.get_list(DOCTYPE, pluck="member", limit=0)
		assert set(seen) == {users[0]}
		other = rows_of(users[1])[0].name
		assert not frappe.has_permission(DOCTYPE, "read", doc=other)
		assert not frappe.has_permission(DOCTYPE, "write", doc=rows_of(users[0])[0].name)

	def test_managers_see_and_decide_for_their_reports_only(self):
		manager, stranger = make_workforce(2)
		boss = frappe.db.get_value("Employee", {"user_id": manager})
		(report,) = make_workforce(1, reports_to=boss)
		doc = activated(
			audience=[("Include", "Department", make_department())],
			exceptions=[
				{"member": each, "effect": "Pin", "reason": "Test"} for each in (manager, stranger, report)
			],
		)
		assign_to(doc, [manager, stranger, report])
		frappe.set_user(manager)
		assert set(frappe.get_list(DOCTYPE, pluck="member", limit=0)) == {manager, report}
		later = add_days(today(), 50)
		assert api.extend([rows_of(report)[0].name], later)["changed"] == 1
		for other in (manager, stranger):
			with pytest.raises(frappe.PermissionError):
				api.extend([rows_of(other)[0].name], later)
