"""The assigner on a real database: whom it reaches, what it writes, and that doing it again changes nothing."""

import dataclasses
from datetime import timedelta

import pytest

import frappe
from frappe.utils import add_days, getdate, today

from smooth_lms.courses import licences
from smooth_lms.people import audience
from smooth_lms.training import activation, decisions, newcomers
from smooth_lms.training.assignments import assign, ledger, status
from smooth_lms.training.requirement import rules
from smooth_lms.training.runs import start
from tests.support.factories import (
	make_course,
	make_department,
	make_employee,
	make_requirement,
	make_user,
	make_users,
	make_workforce,
	unique,
)
from tests.support.training import DOCTYPE, activated, assign_to, complete, enrollments_of, rows_of


def snapshot(users):
	return [
		frappe.get_all(each, filters={"member": ["in", users]}, fields=["*"], order_by="name", limit=0)
		for each in (DOCTYPE, "LMS Enrollment", "LMS Training Review")
	]


@pytest.fixture
def team():
	"""A department with four people, and the courses of a requirement for it."""
	department = make_department()
	users = make_workforce(4, department=department)
	doc = activated(courses=2, audience=[("Include", "Department", department)])
	return doc, users, department


class TestFirstTime:
	def test_gives_the_courses_with_a_due_date_and_access(self, team):
		doc, users, _department = team
		assert assign_to(doc, users) == {"opened": 8}
		row = rows_of(users[0])[0]
		assert row.name.startswith("TA-")
		assert (row.status, row.requirement, row.cycle, row.source) == ("Pending", doc.name, 1, "Requirement")
		assert row.due_date == getdate(add_days(today(), 30))
		assert (row.assigned_on, row.assigned_by) == (getdate(today()), "Administrator")
		assert row.employee == frappe.db.get_value("Employee", {"user_id": users[0]})
		assert len(enrollments_of(users[0])) == 2

	def test_again_changes_nothing_and_nobody_has_to_be_looked_at(self, team, statements):
		doc, users, _department = team
		assign_to(doc, users)
		before = snapshot(users)
		assert assign_to(doc, users) == {}
		assert snapshot(users) == before
		with statements() as sent:
			assert start.prepare(doc.name) is None
		assert sent.writes == 0
		assert sent.total <= 25

	def test_a_fixed_number_of_statements(self, statements):
		sent_for = []
		for number in (5, 10, 200):
			department = make_department()
			users = make_workforce(number, department=department)
			doc = activated(courses=2, audience=[("Include", "Department", department)])
			program = rules.load(doc.name)
			assign.plan(program, users)  # settings and the like are read once and kept
			with statements() as sent:
				assign.assign(program, users)
			sent_for.append(sent.total)
		assert (
			sent_for[2] == sent_for[1] <= 30
		)  # the first time Frappe reads its own descriptions of the tables

	def test_who_has_it_by_hand_is_left_alone(self, team):
		doc, users, _department = team
		course = doc.courses[0].course
		by_hand = frappe.get_doc(
			{"doctype": DOCTYPE, "member": users[0], "course": course, "due_date": add_days(today(), 5)}
		).insert()
		assert assign_to(doc, users)["opened"] == 7
		assert [row.name for row in rows_of(users[0], course=course)] == [by_hand.name]

	def test_who_has_begun_goes_on(self, team):
		doc, users, _department = team
		course = doc.courses[0].course
		from smooth_lms.courses import enrollment

		enrollment.enroll({users[0]: "Learner"}, [course])
		frappe.db.set_value("LMS Enrollment", {"member": users[0]}, {"status": "In Progress", "progress": 40})
		assign_to(doc, users)
		assert rows_of(users[0], course=course)[0].status == "In Progress"
		assert [row.progress for row in enrollments_of(users[0], course)] == [40]

	def test_an_earlier_completion_counts(self, team):
		doc, users, _department = team
		course = doc.courses[0].course
		from smooth_lms.courses import enrollment

		enrollment.enroll({users[0]: "Learner"}, [course])
		frappe.db.set_value(
			"LMS Enrollment",
			{"member": users[0]},
			{"status": "Completed", "completed_on": "2025-05-05 10:00:00"},
		)
		assert assign_to(doc, users) == {"opened": 7, "credited": 1}
		row = rows_of(users[0], course=course)[0]
		assert (row.status, row.completed_on, row.open_mark) == ("Completed", getdate("2025-05-05"), None)
		assert start.prepare(doc.name) is None

	def test_a_new_version_is_assigned_and_the_old_one_counts(self):
		department = make_department()
		first, second = make_workforce(2, department=department)
		course = make_course()
		doc = activated(courses=[course.name], audience=[("Include", "Department", department)])
		from smooth_lms.courses import enrollment, versions

		enrollment.enroll({first: "Learner"}, [course.name])
		frappe.db.set_value(
			"LMS Enrollment",
			{"member": first},
			{"status": "Completed", "completed_on": "2025-05-05 10:00:00"},
		)
		newer = versions.new_version(course.name)
		newer.published = 1
		newer.save()
		assign_to(doc, [first, second])
		assert [row.status for row in rows_of(first)] == ["Completed"]
		assert [row.course for row in rows_of(second)] == [newer.name]


class TestAudience:
	def test_departments_below_exclusion_pin_and_exemption(self):
		top = make_department()
		below, apart = make_department(under=top), make_department(under=top)
		inside, lower, _excluded = (make_workforce(1, department=each)[0] for each in (top, below, apart))
		exempt, expired = make_workforce(2, department=below)
		pinned = make_workforce(1)[0]
		doc = make_requirement(
			audience=[("Include", "Department", top), ("Exclude", "Department", apart)],
			exceptions=[
				{"member": exempt, "effect": "Exempt", "reason": "Holds the licence abroad"},
				{"member": expired, "effect": "Exempt", "reason": "For a while", "until": today()},
				{"member": pinned, "effect": "Pin", "reason": "Acting manager"},
			],
		)
		program = rules.of_requirement(doc)
		found = set(audience.members(program.audience, program.today))
		assert found == {inside, lower, pinned}
		doc.exceptions[1].until = add_days(today(), -1)
		assert expired in audience.members(rules.of_requirement(doc).audience, program.today)

	def test_kinds_have_to_match_together_and_values_are_alternatives(self):
		one, other = make_department(), make_department()
		if not frappe.db.exists("Designation", "Smooth Welder"):
			frappe.get_doc({"doctype": "Designation", "designation_name": "Smooth Welder"}).insert()
		welder = make_workforce(1, department=one, designation="Smooth Welder")[0]
		make_workforce(1, department=one)
		elsewhere = make_workforce(1, department=other, designation="Smooth Welder")[0]
		lines = [("Include", "Department", one), ("Include", "Designation", "Smooth Welder")]
		program = rules.of_requirement(make_requirement(audience=lines))
		assert set(audience.members(program.audience, program.today)) == {welder}
		lines.append(("Include", "Department", other))
		program = rules.of_requirement(make_requirement(audience=lines))
		assert set(audience.members(program.audience, program.today)) == {welder, elsewhere}

	def test_groups_and_learners_without_an_employee_record(self):
		group = frappe.get_doc({"doctype": "LMS Group", "title": unique("Group")}).insert().name
		user = make_user().name
		learner = frappe.get_doc("LMS Learner", user) if frappe.db.exists("LMS Learner", user) else None
		learner = learner or frappe.get_doc({"doctype": "LMS Learner", "user": user, "full_name": "External"})
		learner.append("groups", {"group": group})
		learner.save()
		program = rules.of_requirement(make_requirement(audience=[("Include", "LMS Group", group)]))
		assert set(audience.members(program.audience, program.today)) == {user}

	def test_two_employee_records_are_one_person(self):
		department = make_department()
		user = make_user().name
		make_employee(user, department=department, status="Left", relieving_date="2025-01-01")
		active = make_employee(user, department=department)
		doc = activated(audience=[("Include", "Department", department)])
		assert assign_to(doc, [user]) == {"opened": 1}
		assert rows_of(user)[0].employee == active.name

	@pytest.mark.parametrize(
		"values", [{"status": "Left", "relieving_date": "2025-01-01"}, {"status": "Inactive"}]
	)
	def test_nothing_for_people_who_are_gone(self, team, values):
		doc, users, _department = team
		frappe.db.set_value("Employee", {"user_id": users[0]}, values)
		assert assign_to(doc, users) == {"opened": 6}

	def test_people_without_an_account_are_counted(self, team):
		doc, _users, department = team
		make_employee(department=department)
		assert activation.preview(doc)["without_account"] == 1


class TestLater:
	def test_leaving_the_audience_takes_back_and_coming_back_gives_again(self, team):
		doc, users, department = team
		assign_to(doc, users)
		frappe.db.set_value("Employee", {"user_id": users[0]}, "department", make_department())
		assert assign.candidates(rules.load(doc.name))[0] == [users[0]]
		assert assign_to(doc, users) == {"cancelled": 2}
		assert {(row.status, row.closed_because) for row in rows_of(users[0])} == {
			("Cancelled", "Left the audience")
		}
		frappe.db.set_value("Employee", {"user_id": users[0]}, "department", department)
		assert assign.candidates(rules.load(doc.name))[0] == [users[0]]
		assert assign_to(doc, users) == {"opened": 2}
		assert len(rows_of(users[0])) == 4
		assert len(enrollments_of(users[0])) == 2

	def test_leaving_the_audience_can_be_let_pass_leaving_the_company_cannot(self, team):
		doc, users, _department = team
		doc.reload()
		doc.db_set("cancel_on_leaving", 0)
		assign_to(doc, users)
		frappe.db.set_value("Employee", {"user_id": users[0]}, "department", make_department())
		assert assign.candidates(rules.load(doc.name))[0] == []
		assert assign_to(doc, users) == {}
		frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
		assert assign.candidates(rules.load(doc.name))[0] == [users[0]]
		assert assign_to(doc, users) == {"cancelled": 2}
		assert rows_of(users[0])[0].closed_because == "Archived"

	def test_completion_closes_and_the_next_cycle_opens_afresh(self, team):
		doc, users, _department = team
		doc.db_set({"recurrence_months": 12, "window_days": 60})
		course = doc.courses[0].course
		assign_to(doc, users)
		complete(users[0], course)
		row = rows_of(users[0], course=course)[0]
		assert (row.status, row.completed_on, row.open_mark) == ("Completed", getdate(today()), None)
		assign_to(doc, users)
		row = rows_of(users[0], course=course)[0]
		following = getdate(frappe.utils.add_months(today(), 12))
		assert row.review_on == following - timedelta(days=60)
		# ten months later
		then = getdate(add_days(following, -30))
		program = dataclasses.replace(rules.load(doc.name), today=then)
		assert users[0] in assign.candidates(program)[0]
		assert assign.assign(program, [users[0]])["opened"] == 1
		first, second = rows_of(users[0], course=course)
		assert (second.cycle, second.due_date, second.renews) == (2, following, getdate(today()))
		assert (first.status, first.current_mark, second.current_mark) == ("Completed", None, "1")
		assert [(row.attempt, row.progress, row.status) for row in enrollments_of(users[0], course)] == [
			(1, 100, "Completed"),
			(2, 0, "Not Started"),
		]
		assert assign.assign(program, [users[0]]) == {}

	def test_a_due_date_that_is_past_goes_to_the_review_list(self, team):
		doc, users, _department = team
		doc.db_set({"due_rule": "Days after joining", "due_days": 30})
		assert assign_to(doc, users) == {"asked": 8}
		assert rows_of(users) == []
		assert start.prepare(doc.name) is None
		questions = frappe.get_all("LMS Training Review", filters={"member": users[0]}, pluck="name")
		decisions.decide_reviews(questions[:1], due_date=add_days(today(), 10))
		decisions.decide_reviews(questions[1:], reason="Did it in the army")
		found = {row.status: row for row in rows_of(users[0])}
		assert found["Pending"].due_date == getdate(add_days(today(), 10))
		assert found["Waived"].close_reason == "Did it in the army"
		assert assign_to(doc, users) == {}
		assert found["Pending"].due_date == rows_of(users[0], status="Pending")[0].due_date

	def test_a_later_day_of_joining_moves_the_due_date(self, team):
		doc, users, _department = team
		frappe.db.set_value("Employee", {"user_id": ["in", users]}, "date_of_joining", today())
		doc.db_set({"due_rule": "Days after joining", "due_days": 30})
		assign_to(doc, users)
		frappe.db.set_value("Employee", {"user_id": users[0]}, "date_of_joining", add_days(today(), 14))
		newcomers.bring_in_line([users[0]])
		assert {row.due_date for row in rows_of(users[0], requirement=doc.name)} == {
			getdate(add_days(today(), 44))
		}
		assert {row.due_date for row in rows_of(users[1], requirement=doc.name)} == {
			getdate(add_days(today(), 30))
		}

	def test_a_course_taken_out_is_taken_back(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		kept = doc.courses[0].course
		assert assign.stop(doc.name, [kept]) == 4
		assert {row.course for row in rows_of(users, status="Pending")} == {kept}

	def test_mandatory_courses_are_a_requirement_by_themselves(self):
		users = make_workforce(2)
		course = make_course(is_mandatory=1, validity_days=365).name
		newcomers.bring_in_line(users)
		rows = rows_of(users, course=course)
		assert [(row.requirement, row.source) for row in rows] == [(None, "Mandatory course")] * 2
		assert {row.due_date for row in rows} == {getdate(add_days(today(), 30))}
		frappe.db.set_value("LMS Course", course, "published", 0)
		program = rules.load(rules.MANDATORY) if rules.active_keys()[0] == rules.MANDATORY else None
		assert program is not None
		assert assign.stop(program.key, list(program.subjects)) == 2


class TestLicences:
	@pytest.fixture
	def limited(self):
		department = make_department()
		users = make_workforce(3, department=department)
		course = make_course(licence_count=2).name
		doc = activated(courses=[course], audience=[("Include", "Department", department)])
		return doc, users, course

	def in_use(self, course):
		counted = frappe.db.count(
			"LMS Enrollment", {"course": course, "licence_state": ["in", licences.TAKEN]}
		)
		assert frappe.db.get_value("LMS Course", course, "licences_in_use") == counted
		return counted

	def test_never_more_than_bought_and_the_others_wait(self, limited):
		doc, users, course = limited
		assert assign_to(doc, users) == {"opened": 2, "no_licence": 1}
		assert self.in_use(course) == 2
		waiting = frappe.get_all(
			"LMS Training Review", filters={"course": course}, fields=["member", "kind", "state"]
		)
		assert [(row.member, row.kind, row.state) for row in waiting] == [
			(users[2], "No licence is free", "Open")
		]
		frappe.db.set_value("LMS Course", course, "licence_count", 3)
		assert assign_to(doc, users) == {"opened": 1}
		assert self.in_use(course) == 3
		assert frappe.db.get_value("LMS Training Review", {"course": course}, "state") == "Settled"

	def test_one_that_nobody_started_goes_back(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Left")
		assert assign_to(doc, users) == {"cancelled": 1, "opened": 1}
		assert self.in_use(course) == 2
		row = enrollments_of(users[0], course)[0]
		assert row.licence_state == "Returned"
		assert row.withdrawn_on

	def test_a_started_one_is_used(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		row = enrollments_of(users[0], course)[0]
		frappe.db.set_value("LMS Enrollment", row.name, "status", "In Progress")
		status.on_course_started(row.name)
		assert rows_of(users[0])[0].status == "In Progress"
		decisions.cancel([rows_of(users[0])[0].name], "Moved on")
		assert self.in_use(course) == 2
		assert enrollments_of(users[0], course)[0].licence_state == "Used"

	def test_by_hand_is_refused_when_none_is_free(self, limited):
		doc, users, course = limited
		assign_to(doc, users)
		with pytest.raises(frappe.ValidationError, match="All 2 licences"):
			frappe.get_doc(
				{"doctype": DOCTYPE, "member": users[2], "course": course, "due_date": today()}
			).insert()

	def test_warnings_at_75_and_100_percent_once_each(self, limited):
		doc, users, course = limited
		frappe.db.set_value("LMS Course", course, "licence_count", 4)
		assign_to(doc, users)
		assert frappe.db.get_value("LMS Course", course, "licence_warning") == 75
		frappe.db.set_value("LMS Course", course, "licence_count", 3)
		from smooth_lms.training import licence_warnings

		licence_warnings.check([course])
		assert frappe.db.get_value("LMS Course", course, "licence_warning") == 100


class TestByHand:
	def test_a_second_one_is_refused_while_one_is_open_overdue_included(self):
		user, course = make_users(1)[0], make_course().name
		values = {"doctype": DOCTYPE, "member": user, "course": course, "due_date": today()}
		first = frappe.get_doc(values).insert()
		frappe.db.set_value(DOCTYPE, first.name, {"due_date": add_days(today(), -3)})
		status.mark_overdue()
		assert frappe.db.get_value(DOCTYPE, first.name, "status") == "Overdue"
		with pytest.raises(frappe.ValidationError, match="assigned already"):
			frappe.get_doc(values).insert()
		complete(user, course)
		assert frappe.get_doc(values).insert().status == "Pending"

	def test_the_unique_index_stands_behind_it(self):
		user, course = make_users(1)[0], make_course().name
		values = {
			"member": user,
			"course": course,
			"course_root": course,
			"open_mark": "1",
			"status": "Pending",
		}
		assert ledger.insert([values, values])[1] is None

	@pytest.mark.parametrize(
		("values", "sentence"),
		[
			({"due_date": "2020-01-01"}, "is past"),
			({"status": "Completed", "completed_on": None}, "date of completion"),
			({"status": "Completed", "completed_on": "2099-01-01"}, "in the future"),
			({"status": "Waived"}, "A new assignment is"),
			({"due_date": None}, "Enter a due date"),
		],
	)
	def test_bad_input(self, values, sentence):
		user, course = make_users(1)[0], make_course().name
		base = {
			"doctype": DOCTYPE,
			"member": user,
			"course": course,
			"due_date": today(),
			"status": "Pending",
		}
		with pytest.raises(frappe.ValidationError, match=sentence):
			frappe.get_doc({**base, **values}).insert()

	def test_an_uploaded_completion_closes_what_it_is_good_for(self, team):
		doc, users, _department = team
		course = doc.courses[0].course
		assign_to(doc, users)
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"member": users[0],
				"course": course,
				"status": "Completed",
				"completed_on": "2026-01-10",
				"due_date": "2026-01-31",
			}
		).insert()
		row = rows_of(users[0], requirement=doc.name, course=course)[0]
		assert (row.status, row.completed_on) == ("Completed", getdate("2026-01-10"))

	def test_waive_and_cancel_want_a_reason_and_end_this_cycle(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		one, two = rows_of(users[0])
		with pytest.raises(frappe.ValidationError, match="Give a reason"):
			decisions.waive([one.name], " ")
		decisions.waive([one.name], "Equivalent abroad")
		decisions.cancel([two.name], "Wrong course")
		assert [row.status for row in rows_of(users[0])] == ["Waived", "Cancelled"]
		assert assign_to(doc, users) == {}
		with pytest.raises(frappe.ValidationError, match="already"):
			decisions.waive([one.name], "Again")

	def test_what_was_saved_is_not_typed_over_or_deleted(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		row = frappe.get_doc(DOCTYPE, rows_of(users[0])[0].name)
		row.due_date = add_days(today(), 90)
		with pytest.raises(frappe.ValidationError, match="cannot be typed over"):
			row.save()
		with pytest.raises(frappe.ValidationError, match="training history"):
			frappe.delete_doc(DOCTYPE, row.name)

	def test_more_time_is_asked_for_by_the_learner_and_given_by_the_manager(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		name = rows_of(users[0])[0].name
		frappe.set_user(users[1])
		with pytest.raises(frappe.PermissionError):
			decisions.request_extension(name, add_days(today(), 60), "Not mine")
		frappe.set_user(users[0])
		decisions.request_extension(name, add_days(today(), 60), "Audit season")
		frappe.set_user("Administrator")
		decisions.decide_extension(name, True)
		row = frappe.get_doc(DOCTYPE, name)
		assert (row.due_date, row.extension_state) == (getdate(add_days(today(), 60)), "Granted")
		assert assign_to(doc, users) == {}

	def test_every_change_is_in_the_history(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		name = rows_of(users[0])[0].name
		decisions.waive([name], "Equivalent abroad")
		data = frappe.get_all("Version", filters={"docname": name}, pluck="data")
		assert ["status", "Pending", "Waived"] in frappe.parse_json(data[0])["changed"]


class TestPauses:
	def test_a_long_leave_moves_the_due_date(self, team, monkeypatch):
		doc, users, _department = team
		assign_to(doc, users)
		employee = frappe.db.get_value("Employee", {"user_id": users[0]})
		on_leave(employee, today(), add_days(today(), 20))
		status.pause(users)
		row = rows_of(users[0])[0]
		assert row.paused_since == getdate(today())
		assert not rows_of(users[1])[0].paused_since
		frappe.db.set_value(DOCTYPE, {"member": users[0]}, "paused_since", add_days(today(), -21))
		status.resume(users)
		assert rows_of(users[0])[0].paused_since  # still away
		frappe.db.delete("Leave Application", {"employee": employee})
		status.resume(users)
		row = rows_of(users[0])[0]
		assert (row.paused_since, row.paused_days) == (None, 21)
		assert row.due_date == getdate(add_days(today(), 51))
		assert assign_to(doc, users) == {}

	def test_a_short_leave_does_not(self, team):
		doc, users, _department = team
		assign_to(doc, users)
		on_leave(frappe.db.get_value("Employee", {"user_id": users[0]}), today(), add_days(today(), 5))
		status.pause(users)
		assert not rows_of(users[0])[0].paused_since

	def test_suspended_people_get_nothing_new_and_are_not_overdue(self, team):
		doc, users, _department = team
		assign_to(doc, users[:1])
		frappe.db.set_value("Employee", {"user_id": ["in", users[:2]]}, "status", "Suspended")
		status.pause(users)
		assert assign_to(doc, users) == {"opened": 4}
		frappe.db.set_value(DOCTYPE, {"member": users[0]}, "due_date", add_days(today(), -1))
		status.mark_overdue()
		assert {row.status for row in rows_of(users[0])} == {"Pending"}

	def test_can_be_switched_off(self, team):
		doc, users, _department = team
		frappe.db.set_single_value("LMS Settings", "pause_suspended", 0)
		try:
			assign_to(doc, users)
			frappe.db.set_value("Employee", {"user_id": users[0]}, "status", "Suspended")
			assert assign_to(doc, users) == {"cancelled": 2}
		finally:
			frappe.db.set_single_value("LMS Settings", "pause_suspended", 1)


def on_leave(employee, first, last):
	columns = ["name", "employee", "from_date", "to_date", "status", "docstatus", "creation", "modified"]
	stamp = frappe.utils.now()
	values = (frappe.generate_hash(length=10), employee, first, last, "Approved", 1, stamp, stamp)
	frappe.db.bulk_insert("Leave Application", columns, [values])
