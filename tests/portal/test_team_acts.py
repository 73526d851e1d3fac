"""What managers do for the people who report to them: enroll them in a cohort, assign them a course."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.api import team as api
from smooth_lms.cohorts import enrollment, on_behalf
from smooth_lms.exceptions import CohortFullError, TrainingRefusedError
from smooth_lms.training import of_reports
from tests.support.factories import make_batch, make_course, make_employee, make_user, make_workforce
from tests.support.portal import Person

SEAT, ASSIGNMENT = "LMS Batch Enrollment", "LMS Training Assignment"


@pytest.fixture
def team():
	"""A manager with three reports, and somebody below one of them."""
	(boss,) = make_workforce(1)
	reports = make_workforce(3, reports_to=frappe.db.get_value("Employee", {"user_id": boss}))
	(below,) = make_workforce(1, reports_to=frappe.db.get_value("Employee", {"user_id": reports[0]}))
	for user, name in zip(reports, ("Ada", "Ben", "Cleo"), strict=True):
		frappe.db.set_value("User", user, "full_name", name)
	return frappe._dict(boss=boss, reports=reports, below=below, stranger=make_user().name)


def outcomes(report):
	return {row["member"]: row["outcome"] for row in report["rows"]}


def as_manager(team, act, *args, **values):
	frappe.set_user(team.boss)
	try:
		return act(*args, **values)
	finally:
		frappe.set_user("Administrator")


class TestEnrolling:
	def test_people_get_seats_in_order_and_then_wait(self, team):
		batch = make_batch(seat_count=2, enable_waitlist=1).name
		told = as_manager(team, on_behalf.preview_reports, batch, team.reports)
		assert not frappe.db.exists(SEAT, {"batch": batch})
		done = as_manager(team, on_behalf.enroll_reports, batch, team.reports, source="Portal")
		assert outcomes(told) == outcomes(done)
		assert list(outcomes(done).values()) == ["Enrolled", "Enrolled", "Waitlisted"]
		assert set(frappe.get_all(SEAT, {"batch": batch}, pluck="source")) == {"Portal"}

	@pytest.mark.parametrize("who", ["boss", "below", "stranger"])
	def test_nobody_else_is_enrolled_by_them(self, team, who):
		batch = make_batch().name
		done = as_manager(team, on_behalf.enroll_reports, batch, [team[who], team.reports[0]], source="API")
		assert outcomes(done) == {team[who]: "Refused", team.reports[0]: "Enrolled"}
		assert "does not report to you directly" in done["rows"][0]["reason"]
		assert not frappe.db.exists(SEAT, {"batch": batch, "member": team[who]})

	@pytest.mark.parametrize(
		("values", "sentence"),
		[
			({"published": 0}, "This cohort is not open for enrollment."),
			({"start_date": "2020-01-01", "end_date": "2099-01-01"}, "This cohort has already started."),
			({"paid_batch": 1, "amount": 5, "currency": "EUR"}, "Payment is required for this cohort."),
		],
	)
	def test_they_make_no_exceptions(self, team, values, sentence):
		batch = make_batch(**values).name
		done = as_manager(team, on_behalf.enroll_reports, batch, team.reports, source="API")
		assert {row["reason"] for row in done["rows"]} == {sentence}

	def test_doing_it_twice_changes_nothing(self, team):
		batch = make_batch().name
		for outcome in ("Enrolled", "Already enrolled"):
			done = as_manager(team, on_behalf.enroll_reports, batch, team.reports, source="API")
			assert set(outcomes(done).values()) == {outcome}

	def test_is_for_managers_whom_the_site_lets(self, team):
		batch = make_batch().name
		frappe.set_user(team.stranger)
		with pytest.raises(frappe.PermissionError, match="Only managers"):
			api.enroll(batch, [team.reports[0]])
		frappe.set_user(team.boss)
		frappe.db.set_single_value("LMS Settings", "managers_act", 0)
		try:
			frappe.clear_document_cache("LMS Settings", "LMS Settings")
			with pytest.raises(frappe.PermissionError, match="Only managers"):
				api.enroll(batch, [team.reports[0]])
			assert api.permissions.is_manager(team.boss)
		finally:
			frappe.db.rollback()
			frappe.clear_document_cache("LMS Settings", "LMS Settings")

	def test_the_unknown_cohort_is_said(self, team):
		with pytest.raises(frappe.ValidationError, match="There is no cohort x"):
			as_manager(team, on_behalf.enroll_reports, "x", team.reports, source="API")


class TestAssigning:
	def test_each_report_gets_an_assignment(self, team):
		course, due = make_course().name, add_days(today(), 9)
		done = as_manager(team, of_reports.assign_course, course, [*team.reports, team.below, team.boss], due)
		rows = frappe.get_all(ASSIGNMENT, {"course": course}, ["member", "due_date", "assigned_by"])
		assert {row.member for row in rows} == set(team.reports)
		assert {(str(row.due_date), row.assigned_by) for row in rows} == {(due, team.boss)}
		assert [row["member"] for row in done["refused"]] == [team.below, team.boss]
		again = as_manager(team, of_reports.assign_course, course, team.reports, due)
		assert not again["assigned"]
		assert "has this course assigned already" in again["refused"][0]["reason"]

	@pytest.mark.parametrize("values", [{"published": 0}, {"disable_self_learning": 1}, {"upcoming": 1}])
	def test_what_people_cannot_take_by_themselves_is_not_offered(self, team, values):
		course = make_course(**values).name
		assert course not in dict(of_reports.courses_offered())
		with pytest.raises(TrainingRefusedError, match="cannot be assigned by managers"):
			as_manager(team, of_reports.assign_course, course, team.reports, add_days(today(), 9))

	@pytest.mark.parametrize(("due", "sentence"), [("2020-01-01", "is past"), ("x", "not a date")])
	def test_the_due_date_is_checked(self, team, due, sentence):
		done = as_manager(team, of_reports.assign_course, make_course().name, team.reports, due)
		assert sentence in done["refused"][0]["reason"]

	def test_licences_run_out(self, team):
		course = make_course(licence_count=2).name
		done = as_manager(team, of_reports.assign_course, course, team.reports, add_days(today(), 9))
		assert len(done["assigned"]) == 2
		assert "licences" in done["refused"][0]["reason"]


class TestPages:
	def test_enrolls_after_a_preview(self, team, server):
		batch = make_batch(seat_count=2, enable_waitlist=1)
		enrollment.enroll(batch.name, team.reports[2], source="Desk")
		frappe.db.commit()
		boss = Person(server, team.boss)
		listed = boss.see("/lms/team")
		token = listed.select_one("form[data-team] input[name=csrf_token]")["value"]
		answer = boss.post("/lms/team", csrf_token=token, member=team.reports[0], what="enroll", go="1")
		page = boss.follow(answer)
		(ticked,) = page.select("input[name=member][checked]")
		assert ticked["value"] == team.reports[0]
		address = f"/lms/team/enroll?preview=1&batch={batch.name}" + "".join(
			f"&member={each}" for each in [*team.reports, team.below]
		)
		words = " ".join(boss.see(address).select_one("#main").text.split())
		for sentence in (
			"1 person gets a seat.",
			"1 person goes on the waitlist.",
			"1 person is in this cohort already.",
			f"1 person is refused: {team.below} does not report to you directly",
		):
			assert sentence in words
		page = boss.see(address)
		(form,) = page.select("form[method=post][action='/lms/team/enroll']")
		assert form.select_one("button").text == "Enroll 1, waitlist 1"
		members = [field["value"] for field in form.select("input[name=member]")]
		answer = boss.post("/lms/team/enroll", csrf_token=token, batch=batch.name, member=members)
		assert "1 person is enrolled." in answer.text
		assert "1 person is on the waitlist." in answer.text
		frappe.db.rollback()
		assert frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "waitlist_count"]) == (2, 1)

	def test_assigns_and_says_who_did_not_get_it(self, team, server):
		course = make_course().name
		make_employee()
		frappe.db.commit()
		boss = Person(server, team.boss)
		form = {"course": course, "due_date": add_days(today(), 5)}
		answer = boss.press("/lms/team/assign", "Assign", **form)
		assert "Tick the people first." in answer.text
		answer = boss.press("/lms/team/assign", "Assign", member=team.reports[:2], **form)
		assert "The course is assigned to 2 people." in answer.text
		answer = boss.press("/lms/team/assign", "Assign", member=team.reports, **form)
		assert "The course is assigned to 1 person." in answer.text
		assert "2 people did not get it:" in answer.text
		assert "Ada" in answer.text

	def test_a_cohort_and_a_person_lead_there(self, team, server):
		batch, closed = make_batch(), make_batch(start_date="2020-01-01", end_date="2020-01-02")
		frappe.db.commit()
		boss = Person(server, team.boss)
		assert boss.see(f"/lms/batches/{batch.name}").select(f"a[href='/lms/team/enroll?batch={batch.name}']")
		assert not boss.see(f"/lms/batches/{closed.name}").select("a[href*='/lms/team/enroll']")
		assert boss.see(f"/lms/team/people/{team.reports[0]}").select("a[href^='/lms/team/assign']")
		assert not boss.see(f"/lms/team/people/{team.below}").select("a[href^='/lms/team/assign']")
		learner = Person(server, team.stranger)
		assert not learner.see(f"/lms/batches/{batch.name}").select("a[href*='/lms/team/enroll']")
		assert learner.get("/lms/team/enroll").status_code == 403

	def test_the_cohort_that_filled_up_meanwhile_says_so(self, team, server):
		batch = make_batch(seat_count=1)
		enrollment.enroll(batch.name, team.stranger, source="Desk")
		frappe.db.commit()
		boss = Person(server, team.boss)
		page = boss.see(f"/lms/team/enroll?preview=1&batch={batch.name}&member={team.reports[0]}")
		assert f"1 person is refused: {CohortFullError().text}" in " ".join(page.text.split())
		assert not page.select("form[method=post][action='/lms/team/enroll'] button")
