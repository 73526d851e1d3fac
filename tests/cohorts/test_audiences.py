"""Enrolling in cohorts and courses that are not meant for everybody."""

import pytest

import frappe
from frappe.utils import add_days, today

from benchmarks.measure import Statements
from smooth_lms.cohorts import admission, catalog, enrollment, on_behalf, waitlist
from smooth_lms.cohorts.catalog import Query
from smooth_lms.courses import catalog as course_catalog
from smooth_lms.exceptions import OutsideAudienceError, TrainingRefusedError, UnknownBatchError
from smooth_lms.learners import why_hidden
from smooth_lms.training import of_reports
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_department,
	make_user,
	make_workforce,
	unique,
)

REASON = "Stands in for somebody"


def lines(*rows: tuple[str, str, str]) -> list[dict]:
	return [{"effect": effect, "kind": kind, "value": value} for effect, kind, value in rows]


@pytest.fixture
def scene():
	"""A cohort for one department, somebody of it, and somebody else."""
	department = make_department()
	inside, outside = make_workforce(1, department=department)[0], make_workforce(1)[0]
	audience = lines(("Include", "Department", department))
	return frappe._dict(
		inside=inside,
		outside=outside,
		audience=audience,
		department=department,
		batch=make_batch(audience=audience).name,
	)


class TestEnrolling:
	def test_whoever_is_inside_enrolls_and_whoever_is_outside_finds_no_cohort(self, scene):
		frappe.set_user(scene.inside)
		assert enrollment.enroll(scene.batch, scene.inside, source="Portal").status == "Enrolled"
		frappe.set_user(scene.outside)
		with pytest.raises(UnknownBatchError):
			enrollment.enroll(scene.batch, scene.outside, source="Portal")

	def test_a_moderator_is_warned_and_may_go_on_with_a_reason_that_is_kept(self, scene):
		frappe.set_user(make_user(roles=("Moderator",)).name)
		told = on_behalf.preview(scene.batch, [scene.inside, scene.outside])
		assert [row["outcome"] for row in told["rows"]] == ["Enrolled", "Refused"]
		assert told["rows"][1]["reason"] == OutsideAudienceError().text
		with pytest.raises(OutsideAudienceError, match=scene.outside):
			enrollment.enroll(scene.batch, scene.outside, source="Desk")
		seat = enrollment.enroll(scene.batch, scene.outside, source="Desk", override_reason=REASON)
		assert (seat.override_reason, seat.overridden_by) == (REASON, frappe.session.user)
		assert seat.overridden_rules == OutsideAudienceError().text

	def test_a_reason_is_not_kept_for_whoever_is_inside(self, scene):
		assert not enrollment.enroll(
			scene.batch, scene.inside, source="Desk", override_reason=REASON
		).override_reason

	def test_hr_has_no_reason_that_counts(self, scene):
		told = enrollment.enroll_many(scene.batch, [scene.inside, scene.outside], source="HR")
		assert [row["outcome"] for row in told["rows"]] == ["Enrolled", "Refused"]

	def test_the_audience_of_a_course_counts_for_its_cohorts(self, scene):
		batch = make_batch(courses=[make_course(audience=scene.audience).name]).name
		with pytest.raises(OutsideAudienceError):
			enrollment.enroll(batch, scene.outside, source="Desk")
		assert enrollment.enroll(batch, scene.inside, source="Desk").status == "Enrolled"

	def test_whoever_waits_gets_the_seat_though_the_audience_has_changed(self, scene):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		first = make_workforce(1)[0]
		enrollment.enroll(batch.name, first, source="Desk")
		assert enrollment.enroll(batch.name, scene.outside, source="Desk").status == "Waitlisted"
		batch.reload()
		batch.update({"audience": scene.audience, "seat_count": 2})
		batch.save()
		waitlist.fill_free_seats(batch.name)
		seat = {"batch": batch.name, "member": scene.outside}
		assert frappe.db.get_value("LMS Batch Enrollment", seat, "status") == "Enrolled"

	def test_a_pinned_guest_of_whom_nothing_is_known_may_enroll(self):
		guest = make_user().name
		named = [{"member": guest, "effect": "Pin", "reason": "Guest"}]
		batch = make_batch(exceptions=named).name
		assert enrollment.enroll(batch, guest, source="Desk").status == "Enrolled"
		with pytest.raises(OutsideAudienceError):
			enrollment.enroll(batch, make_user().name, source="Desk")

	def test_nobody_learns_of_a_hidden_cohort_whether_it_is_open(self, scene):
		frappe.db.set_value("LMS Batch", scene.batch, "published", 0)
		frappe.set_user(scene.outside)
		with pytest.raises(UnknownBatchError):
			enrollment.enroll(scene.batch, scene.outside, source="API")

	def test_many_take_as_many_statements_as_few(self, scene):
		counts = []
		for number in (5, 200):
			users = make_workforce(number, department=scene.department)
			batch = make_batch(
				audience=scene.audience, courses=[make_course(audience=scene.audience).name]
			).name
			with Statements() as sent:
				told = enrollment.enroll_many(batch, users, source="Desk")
			assert told["enrolled"] == number
			counts.append(sent.total)
		assert counts[0] == counts[1]


class TestManagers:
	@pytest.fixture
	def team(self, scene):
		"""A manager inside the audience, with one report inside and one outside."""
		scene.boss = make_workforce(1, department=scene.department)[0]
		above = frappe.db.get_value("Employee", {"user_id": scene.boss})
		frappe.db.set_value(
			"Employee", {"user_id": ["in", [scene.inside, scene.outside]]}, "reports_to", above
		)
		return scene

	def test_enroll_and_assign_within_the_audience(self, team):
		course = make_course(audience=team.audience).name
		frappe.set_user(team.boss)
		done = on_behalf.enroll_reports(team.batch, [team.inside, team.outside], source="Portal")
		assert [row["outcome"] for row in done["rows"]] == ["Enrolled", "Refused"]
		assert course in dict(of_reports.courses_offered())
		told = of_reports.assign_course(course, [team.inside, team.outside], add_days(today(), 9))
		assert len(told["assigned"]) == 1
		assert [row["member"] for row in told["refused"]] == [team.outside]

	def test_give_nobody_what_they_do_not_see_themselves(self, team):
		course = make_course(audience=team.audience).name
		frappe.db.set_value("Employee", {"user_id": team.boss}, "department", None)
		frappe.set_user(team.boss)
		with pytest.raises(UnknownBatchError):
			on_behalf.preview_reports(team.batch, [team.inside])
		assert course not in dict(of_reports.courses_offered())
		assert team.batch not in dict(catalog.offered_to_teams(team.boss))
		with pytest.raises(TrainingRefusedError):
			of_reports.assign_course(course, [team.inside], add_days(today(), 9))


class TestTheAuthor:
	@pytest.fixture(autouse=True)
	def heard(self, monkeypatch):
		monkeypatch.setitem(frappe.flags, "mute_messages", False)
		frappe.clear_messages()

	def test_is_told_that_nobody_matches(self):
		make_course(audience=lines(("Include", "Department", make_department())))
		(told,) = [str(each) for each in frappe.local.message_log if "Nobody matches" in str(each)]
		assert "learners do not see" in told

	def test_is_told_nothing_where_somebody_matches(self, scene):
		make_course(audience=scene.audience)
		assert not [each for each in frappe.local.message_log if "Nobody matches" in str(each)]

	@pytest.mark.parametrize(
		("values", "sentence"),
		[
			({"audience": lines(*[("Include", "Company", "Smooth Test Company")] * 2)}, "named twice"),
			({"exceptions": [{"member": "Administrator", "effect": "Pin", "reason": " "}]}, "give a reason"),
			(
				{"is_mandatory": 1, "audience": lines(("Include", "Company", "Smooth Test Company"))},
				"A mandatory course is for everybody",
			),
		],
	)
	def test_is_told_what_is_wrong(self, values, sentence):
		company()
		with pytest.raises(frappe.ValidationError, match=sentence):
			make_course(**values)


class TestManyCourses:
	def test_the_catalogue_takes_as_many_statements_with_many_audiences_as_with_few(self, scene):
		word = unique("Many")
		counts = []
		course_catalog.courses(
			course_catalog.Query.of(search=word), scene.inside
		)  # fills Frappe's own caches
		catalog.cohorts(Query.of(search=word), scene.inside)
		for number in (2, 30):
			for _ in range(number):
				make_course(title=f"{word} course", audience=scene.audience, lessons=0)
				make_batch(title=f"{word} cohort", audience=scene.audience, courses=0)
			with Statements() as sent:
				seen = course_catalog.courses(course_catalog.Query.of(search=word), scene.inside)
				cohorts = catalog.cohorts(Query.of(search=word), scene.inside)
			assert (seen["total"], cohorts["total"]) == (sum((2, 30)[: len(counts) + 1]),) * 2
			assert not course_catalog.courses(course_catalog.Query.of(search=word), scene.outside)["total"]
			counts.append(sent.total)
		assert counts[0] == counts[1] <= 22, counts


class TestWhy:
	def why(self, user: str, doctype: str, name: str) -> str:
		return " ".join(why_hidden.why_hidden(user, doctype, name)["answer"])

	def test_says_which_line_leaves_the_person_out(self, scene):
		told = self.why(scene.outside, "LMS Batch", scene.batch)
		assert told == f"It is for Department: {scene.department}. The person has: nothing."
		assert self.why(scene.inside, "LMS Batch", scene.batch) == "It is shown to this person."

	def test_says_that_a_course_of_the_cohort_does(self, scene):
		course = make_course(audience=scene.audience)
		told = self.why(scene.outside, "LMS Batch", make_batch(courses=[course.name]).name)
		assert told.startswith(f"Its course {course.title}: It is for Department")

	def test_says_who_is_left_out_by_name_by_exclusion_and_by_company(self, scene):
		other = company("Smooth Why Company")
		course = make_course(
			audience=lines(("Exclude", "Department", scene.department)),
			company=other,
			exceptions=[{"member": scene.outside, "effect": "Exempt", "reason": "Wrote it"}],
		).name
		frappe.db.set_single_value("LMS Settings", "own_company_only", 1)
		assert self.why(scene.outside, "LMS Course", course) == "The person is left out by name: Wrote it"
		told = self.why(scene.inside, "LMS Course", course)
		assert f"It leaves out Department: {scene.department}." in told
		assert f"It belongs to {other}" in told

	def test_says_that_it_is_not_published_and_who_is_named(self):
		course = make_course(
			published=0, exceptions=[{"member": "Administrator", "effect": "Pin", "reason": "x"}]
		).name
		told = self.why(make_user().name, "LMS Course", course)
		assert told.startswith("It is not published. It is for people named one by one")


def test_the_rule_says_it_where_a_person_can_do_something_about_it():
	member = admission.Member("a@example.com", outside=True, status="Enrolled")
	assert type(admission.duplicate_refusal(member)).__name__ == "AlreadyEnrolledError"
