"""The door on a real database: one person, many people, out again, and what follows from it."""

from zoneinfo import ZoneInfo

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms import exceptions as why
from smooth_lms.cohorts import enrollment, facts, on_behalf, withdrawal
from smooth_lms.cohorts.doctype.lms_batch_enrollment.lms_batch_enrollment import LMSBatchEnrollment
from tests.support.factories import make_batch, make_course, make_employee, make_user, make_users, unique

DOCTYPE = "LMS Batch Enrollment"


def status_of(batch, member):
	return frappe.db.get_value(DOCTYPE, {"batch": batch.name, "member": member}, "status")


def counters(batch):
	return frappe.db.get_value("LMS Batch", batch.name, ["seats_taken", "waitlist_count"])


def courses_of(member):
	return frappe.get_all(
		"LMS Enrollment", filters={"member": member, "withdrawn_on": ["is", "not set"]}, pluck="course"
	)


def started(**values):
	"""A cohort that began yesterday."""
	return make_batch(start_date=add_days(today(), -1), end_date=add_days(today(), 5), **values)


def ended():
	return make_batch(start_date=add_days(today(), -5), end_date=add_days(today(), -2))


class TestOnePerson:
	def test_gets_a_seat_and_every_course(self):
		batch, (user,) = make_batch(courses=3), make_users(1)
		doc = enrollment.enroll(batch.name, user, source="Desk")
		assert (doc.status, doc.source, doc.member_type) == ("Enrolled", "Desk", "External")
		assert doc.enrolled_on
		assert sorted(courses_of(user)) == sorted(row.course for row in batch.courses)
		assert counters(batch) == (1, 0)

	def test_takes_one_lock_one_look_at_the_courses_and_few_statements(self, statements):
		batch, (first, user) = make_batch(courses=3), make_users(2)
		enrollment.enroll(batch.name, first, source="Desk")  # fills Frappe's own caches
		with statements() as sent:
			enrollment.enroll(batch.name, user, source="Desk")
		assert sent.with_words("from `tabLMS Batch` ", "for update") == 1
		assert sent.with_words("from `tabLMS Batch Course`") == 1
		assert sent.total < 14
		assert counters(batch) == (2, 0)

	def test_is_counted_also_when_an_app_enrolls_somebody_else_while_they_are_saved(self, monkeypatch):
		batch, (first, second) = make_batch(courses=1), make_users(2)

		def enroll_second(doc):
			if doc.member == first:
				enrollment.enroll(batch.name, second, source="API")

		monkeypatch.setattr(LMSBatchEnrollment, "before_save", enroll_second, raising=False)
		enrollment.enroll(batch.name, first, source="Desk")
		assert counters(batch) == (2, 0)

	def test_is_counted_anew_in_the_next_transaction(self):
		batch, (first, second) = make_batch(courses=1), make_users(2)
		doc = enrollment.enroll(batch.name, first, source="Desk")
		row = frappe.flags.locked_cohort
		assert facts.is_last_lock(row)
		frappe.db.commit()
		assert not facts.is_last_lock(row)
		enrollment.enroll(batch.name, second, source="Desk")
		doc.reload()
		withdrawal.withdraw(batch.name, doc.member, reason=None)
		assert counters(batch) == (1, 0)

	def test_is_not_enrolled_twice(self):
		batch, (user,) = make_batch(), make_users(1)
		enrollment.enroll(batch.name, user, source="Desk")
		with pytest.raises(why.AlreadyEnrolledError) as caught:
			enrollment.enroll(batch.name, user.upper(), source="Desk")
		assert str(caught.value) == f"{user}: You are already enrolled for this cohort."
		assert counters(batch) == (1, 0)

	def test_is_told_in_the_second_person_about_themselves(self):
		batch, (user,) = make_batch(seat_count=1), make_users(1)
		enrollment.enroll(batch.name, make_users(1)[0], source="Desk")
		frappe.set_user(user)
		with pytest.raises(why.CohortFullError) as caught:
			enrollment.enroll(batch.name, user, source="Portal")
		assert str(caught.value) == "This cohort is full."

	def test_may_be_named_by_employee(self):
		user = make_user().name
		employee = make_employee(user)
		doc = enrollment.enroll(make_batch().name, employee.name, source="HR")
		assert (doc.member, doc.employee, doc.member_type) == (user, employee.name, "Employee")

	def test_without_account_is_refused_with_what_to_do(self):
		employee = make_employee()
		with pytest.raises(why.NoUserAccountError) as caught:
			enrollment.enroll(make_batch().name, employee.name, source="HR")
		expected = f"Employee {employee.name} has no user account: set Employee.user_id first."
		assert str(caught.value) == expected

	def test_contractor_by_employment_type(self):
		kind = "Contractor (agency)"
		if not frappe.db.exists("Employment Type", kind):
			frappe.get_doc({"doctype": "Employment Type", "employee_type_name": kind}).insert()
		user = make_user().name
		make_employee(user, employment_type=kind)
		assert enrollment.enroll(make_batch().name, user, source="HR").member_type == "Contractor"

	@pytest.mark.parametrize(
		("make", "error"),
		[
			(lambda: make_batch(published=0), why.CohortNotOpenError),
			(started, why.CohortStartedError),
			(ended, why.CohortEndedError),
			(lambda: make_batch(paid_batch=1, amount=10, currency="EUR"), why.PaymentRequiredError),
			(lambda: make_batch(courses=[make_course(published=0).name]), why.CourseNotPublishedError),
		],
	)
	def test_is_refused_and_nothing_is_left_behind(self, make, error):
		batch, (user,) = make(), make_users(1)
		with pytest.raises(error):
			enrollment.enroll(batch.name, user, source="Desk")
		assert status_of(batch, user) is None
		assert courses_of(user) == []
		assert counters(batch) == (0, 0)

	def test_unknown_cohort_and_user(self):
		with pytest.raises(why.UnknownBatchError, match="There is no cohort nowhere"):
			enrollment.enroll("nowhere", make_users(1)[0], source="Desk")
		with pytest.raises(why.UnknownUserError, match=r"There is no user nobody@example\.com"):
			enrollment.enroll(make_batch().name, "nobody@example.com", source="Desk")

	def test_unknown_cohort_and_user_of_a_document(self):
		values = {"doctype": "LMS Batch Enrollment", "batch": "nowhere", "member": make_users(1)[0]}
		with pytest.raises(why.UnknownBatchError, match="There is no cohort nowhere"):
			frappe.get_doc(values).insert()
		values |= {"batch": make_batch().name, "member": "nobody@example.com"}
		with pytest.raises(why.UnknownUserError, match=r"There is no user nobody@example\.com"):
			frappe.get_doc(values).insert()

	def test_late_hire_while_late_enrollment_is_open(self):
		batch, (user,) = started(late_enrollment_until=add_days(today(), 1)), make_users(1)
		assert enrollment.enroll(batch.name, user, source="HR").status == "Enrolled"

	def test_payment_is_found_and_linked(self):
		batch, (user,) = make_batch(paid_batch=1, amount=10, currency="EUR"), make_users(1)
		payment = frappe.get_doc(
			{
				"doctype": "LMS Payment",
				"batch": batch.name,
				"member": user,
				"amount": 10,
				"currency": "EUR",
				"status": "Paid",
			}
		).insert()
		assert enrollment.enroll(batch.name, user, source="Desk").payment == payment.name


class TestException:
	def test_is_kept_with_reason_and_name(self):
		batch, (user,) = started(), make_users(1)
		doc = enrollment.enroll(batch.name, user, source="Desk", override_reason="Late hire")
		assert (doc.override_reason, doc.overridden_by) == ("Late hire", "Administrator")
		assert doc.overridden_rules == "This cohort has already started."

	def test_is_not_noted_where_none_was_needed(self):
		doc = enrollment.enroll(
			make_batch().name, make_users(1)[0], source="Desk", override_reason="Just in case"
		)
		assert (doc.override_reason, doc.overridden_by, doc.overridden_rules) == (None, None, None)

	def test_over_the_seats_is_counted(self):
		batch, (first, second) = make_batch(seat_count=1), make_users(2)
		enrollment.enroll(batch.name, first, source="Desk")
		enrollment.enroll(batch.name, second, source="Desk", override_reason="VIP")
		assert counters(batch) == (2, 0)
		withdrawal.withdraw(batch.name, first, reason=None)
		with pytest.raises(why.CohortFullError):
			enrollment.enroll(batch.name, make_users(1)[0], source="Desk")

	def test_is_for_moderators(self):
		frappe.set_user(make_user(roles=["HR User"]).name)
		with pytest.raises(why.OverrideNotAllowedError):
			enrollment.enroll(started().name, make_users(1)[0], source="HR", override_reason="please")

	@pytest.mark.parametrize(
		"make", [lambda: make_batch(published=0), lambda: make_batch(courses=[make_course(published=0).name])]
	)
	def test_does_not_open_what_is_not_published(self, make):
		with pytest.raises(why.Refusal):
			enrollment.enroll(make().name, make_users(1)[0], source="Desk", override_reason="please")


class TestLeaving:
	def test_keeps_the_row_frees_the_seat_and_promotes_the_next(self):
		batch = make_batch(seat_count=2, enable_waitlist=1)
		first, second, third, fourth = make_users(4)
		for user in (first, second, third, fourth):
			enrollment.enroll(batch.name, user, source="Desk")
		assert [status_of(batch, user) for user in (third, fourth)] == ["Waitlisted", "Waitlisted"]
		assert courses_of(third) == []
		doc = withdrawal.withdraw(batch.name, first, reason="New project")
		assert (doc.status, doc.withdrawal_reason) == ("Withdrawn", "New project")
		assert [status_of(batch, user) for user in (third, fourth)] == ["Enrolled", "Waitlisted"]
		assert len(courses_of(third)) == 1
		assert courses_of(first) == []
		assert counters(batch) == (2, 1)

	def test_of_somebody_who_waits_takes_nobodys_seat(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		first, second = make_users(2)
		for user in (first, second):
			enrollment.enroll(batch.name, user, source="Desk")
		withdrawal.withdraw(batch.name, second, reason=None)
		assert (status_of(batch, first), counters(batch)) == ("Enrolled", (1, 0))

	def test_twice_is_refused(self):
		batch, (user,) = make_batch(), make_users(1)
		enrollment.enroll(batch.name, user, source="Desk")
		withdrawal.withdraw(batch.name, user, reason=None)
		with pytest.raises(why.NotEnrolledError):
			withdrawal.withdraw(batch.name, user, reason=None)
		with pytest.raises(why.NotEnrolledError):
			withdrawal.withdraw(batch.name, "nobody@example.com", reason=None)

	def test_and_coming_back_uses_the_same_row_and_keeps_progress(self):
		batch, (user,) = make_batch(), make_users(1)
		first = enrollment.enroll(batch.name, user, source="Desk")
		course = frappe.db.get_value("LMS Enrollment", {"member": user}, "name")
		frappe.db.set_value("LMS Enrollment", course, {"progress": 40, "status": "In Progress"})
		withdrawal.withdraw(batch.name, user, reason=None)
		assert frappe.db.get_value("LMS Enrollment", course, "withdrawn_on")
		second = enrollment.enroll(batch.name, user, source="Portal")
		assert (second.name, second.status, second.withdrawn_on) == (first.name, "Enrolled", None)
		assert frappe.db.get_value("LMS Enrollment", course, ["progress", "withdrawn_on"]) == (40, None)
		assert counters(batch) == (1, 0)

	def test_passes_over_people_who_cannot_come(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		first, gone, third = make_users(3)
		for user in (first, gone, third):
			enrollment.enroll(batch.name, user, source="Desk")
		frappe.db.set_value("User", gone, "enabled", 0)
		withdrawal.withdraw(batch.name, first, reason=None)
		assert [status_of(batch, user) for user in (gone, third)] == ["Waitlisted", "Enrolled"]

	def test_after_the_start_promotes_nobody(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		first, second = make_users(2)
		for user in (first, second):
			enrollment.enroll(batch.name, user, source="Desk")
		frappe.db.set_value("LMS Batch", batch.name, "start_date", add_days(today(), -1))
		withdrawal.withdraw(batch.name, first, reason=None)
		assert status_of(batch, second) == "Waitlisted"

	def test_is_written_into_the_history(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		first, second = make_users(2)
		for user in (first, second):
			enrollment.enroll(batch.name, user, source="Desk")
		withdrawal.withdraw(batch.name, first, reason=None)
		for user, change in (
			(first, ["status", "Enrolled", "Withdrawn"]),
			(second, ["status", "Waitlisted", "Enrolled"]),
		):
			name = frappe.db.get_value(DOCTYPE, {"batch": batch.name, "member": user}, "name")
			versions = frappe.get_all(
				"Version", filters={"docname": name, "ref_doctype": DOCTYPE}, pluck="data"
			)
			assert any(change in frappe.parse_json(data)["changed"] for data in versions)


class TestBeforeTheirTurn:
	@pytest.fixture
	def waiting(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		self.users = make_users(4)
		for user in self.users[:3]:
			enrollment.enroll(batch.name, user, source="Desk")
		return batch

	def positions(self, batch):
		fields = ["member", "status", "waitlist_position"]
		rows = frappe.get_all(DOCTYPE, {"batch": batch.name}, fields, order_by="waitlist_position")
		return [tuple(row.values()) for row in rows]

	def test_nobody_gets_into_a_full_cohort_without_a_reason(self, waiting):
		first = self.users[1]
		before, sentence = self.positions(waiting), f"{first}: This cohort is full."
		with pytest.raises(why.CohortFullError, match=f"^{sentence}$"):
			on_behalf.take_off_waitlist(waiting.name, first)
		assert self.positions(waiting) == before
		enrollment.enroll(waiting.name, self.users[3], source="Desk")
		assert [place for _member, _status, place in self.positions(waiting)] == [0, 1, 2, 3]

	def test_a_reason_makes_an_exception(self, waiting):
		on_behalf.take_off_waitlist(waiting.name, self.users[2], override_reason="The board decided")
		assert [status_of(waiting, user) for user in self.users[:3]] == ["Enrolled", "Waitlisted", "Enrolled"]
		assert counters(waiting) == (2, 1)


class TestOtherWaysASeatComesFree:
	@pytest.fixture
	def full(self):
		batch = make_batch(seat_count=1, enable_waitlist=1)
		self.first, self.second = make_users(2)
		for user in (self.first, self.second):
			enrollment.enroll(batch.name, user, source="Desk")
		return batch

	def test_more_seats(self, full):
		full.reload()
		full.seat_count = 2
		full.save()
		assert status_of(full, self.second) == "Enrolled"

	def test_no_limit_any_more(self, full):
		full.reload()
		full.seat_count = 0
		full.save()
		assert status_of(full, self.second) == "Enrolled"

	def test_status_set_by_rest_or_script(self, full):
		doc = frappe.get_doc(DOCTYPE, {"batch": full.name, "member": self.first})
		doc.status = "Withdrawn"
		doc.save()
		assert (status_of(full, self.second), counters(full)) == ("Enrolled", (1, 0))

	def test_deleting_an_enrollment_nobody_used(self, full):
		frappe.delete_doc(DOCTYPE, frappe.db.get_value(DOCTYPE, {"batch": full.name, "member": self.first}))
		assert (status_of(full, self.second), counters(full)) == ("Enrolled", (1, 0))
		assert courses_of(self.first) == []

	def test_moving_to_another_cohort(self, full):
		other = make_batch(courses=[row.course for row in full.courses])
		frappe.db.set_value(
			"LMS Enrollment", {"member": self.first}, {"progress": 60, "status": "In Progress"}
		)
		doc = enrollment.move(self.first, from_batch=full.name, to_batch=other.name)
		assert doc.batch == other.name
		assert status_of(full, self.first) == "Withdrawn"
		assert status_of(full, self.second) == "Enrolled"
		kept = frappe.db.get_value(
			"LMS Enrollment", {"member": self.first}, ["progress", "batch", "withdrawn_on"]
		)
		assert kept == (60, other.name, None)

	def test_moving_is_all_or_nothing(self, full):
		other = make_batch(published=0)
		with pytest.raises(why.CohortNotOpenError):
			enrollment.move(self.first, from_batch=full.name, to_batch=other.name)
		assert (status_of(full, self.first), status_of(full, self.second)) == ("Enrolled", "Waitlisted")
		assert counters(full) == (1, 1)

	def test_saving_an_open_form_does_not_bring_old_counters_back(self, full):
		opened = frappe.get_doc("LMS Batch", full.name)
		withdrawal.withdraw(full.name, self.second, reason=None)
		opened.description = "edited meanwhile"
		opened.save()
		assert counters(full) == (1, 0)


class TestManyPeople:
	def test_report_names_each_outcome(self):
		batch = make_batch(seat_count=3, enable_waitlist=1)
		first, second, third, fourth, off = make_users(5)
		frappe.db.set_value("User", off, "enabled", 0)
		no_role = make_users(1, roles=[])[0]
		employee = make_employee().name
		enrollment.enroll(batch.name, first, source="Desk")
		asked = [first, second, off, "nobody@example.com", third, no_role, employee, fourth]
		report = enrollment.enroll_many(batch.name, asked, source="Desk")
		outcomes = {row["member"]: (row["outcome"], row["reason"]) for row in report["rows"]}
		assert [row["member"] for row in report["rows"]] == asked
		assert outcomes == {
			first: ("Already enrolled", "You are already enrolled for this cohort."),
			second: ("Enrolled", None),
			off: ("Refused", "The user account is disabled: enable it first."),
			"nobody@example.com": ("Refused", "There is no user nobody@example.com."),
			third: ("Enrolled", None),
			no_role: ("Refused", "The user is not a learner: give the account the role LMS Student first."),
			employee: ("Refused", f"Employee {employee} has no user account: set Employee.user_id first."),
			fourth: ("Waitlisted", None),
		}
		counts = {
			key: report[key] for key in ("total", "enrolled", "waitlisted", "already_enrolled", "refused")
		}
		assert counts == {"total": 8, "enrolled": 2, "waitlisted": 1, "already_enrolled": 1, "refused": 4}
		assert counters(batch) == (3, 1)

	def test_again_changes_nothing(self):
		batch, users = make_batch(courses=2), make_users(30)
		enrollment.enroll_many(batch.name, users, source="Desk")
		before = frappe.get_all(DOCTYPE, filters={"batch": batch.name}, fields=["*"], order_by="name")
		report = enrollment.enroll_many(batch.name, users, source="Desk")
		assert report["already_enrolled"] == 30
		assert frappe.get_all(DOCTYPE, filters={"batch": batch.name}, fields=["*"], order_by="name") == before

	def test_the_same_person_under_two_names_counts_once(self):
		batch, user = make_batch(seat_count=5), make_user().name
		employee = make_employee(user).name
		report = enrollment.enroll_many(batch.name, [user, f" {user.upper()} ", employee], source="Desk")
		assert (report["enrolled"], report["already_enrolled"]) == (1, 1)
		assert counters(batch) == (1, 0)

	def test_people_who_withdrew_come_back_in_the_same_row(self):
		batch, users = make_batch(), make_users(5)
		enrollment.enroll_many(batch.name, users, source="Desk")
		names = set(frappe.get_all(DOCTYPE, filters={"batch": batch.name}, pluck="name"))
		for user in users[:3]:
			withdrawal.withdraw(batch.name, user, reason="x")
		report = enrollment.enroll_many(batch.name, users, source="HR")
		assert (report["enrolled"], report["already_enrolled"]) == (3, 2)
		rows = frappe.get_all(
			DOCTYPE, filters={"batch": batch.name}, fields=["name", "status", "withdrawn_on"]
		)
		assert {row.name for row in rows} == names
		assert all(row.status == "Enrolled" and not row.withdrawn_on for row in rows)
		assert counters(batch) == (5, 0)

	def test_waitlist_keeps_the_order_asked(self):
		batch, users = make_batch(seat_count=1, enable_waitlist=1), make_users(6)
		enrollment.enroll_many(batch.name, users, source="Desk")
		waiting = frappe.get_all(
			DOCTYPE,
			filters={"batch": batch.name, "status": "Waitlisted"},
			pluck="member",
			order_by="waitlist_position",
		)
		assert waiting == users[1:]

	def test_a_row_that_somebody_else_wrote_meanwhile_is_not_counted_twice(self):
		"""Another connection enrolls after our first read and before our lock: the unique index says so."""
		batch, users = make_batch(seat_count=10), make_users(3)
		frappe.db.commit()
		frappe.db.get_value("User", users[0], "name")  # our snapshot starts here
		ours = frappe.local.db
		frappe.connect(set_admin_as_user=False)
		try:
			enrollment.enroll(batch.name, users[0], source="Desk")
			frappe.db.commit()
		finally:
			frappe.db.close()
			frappe.local.db = ours
		report = enrollment.enroll_many(batch.name, users, source="Desk")
		assert (report["enrolled"], report["already_enrolled"]) == (2, 1)
		assert counters(batch) == (3, 0)

	def test_preview_says_the_same_and_writes_nothing(self):
		batch = make_batch(seat_count=2, enable_waitlist=1)
		users = [*make_users(4), "nobody@example.com"]
		said = enrollment.preview(batch.name, users)
		assert frappe.db.count(DOCTYPE, {"batch": batch.name}) == 0
		done = enrollment.enroll_many(batch.name, users, source="Desk")
		assert said == done

	def test_a_fixed_number_of_queries_whatever_the_number(self, statements):
		counts = []
		for number in (10, 400):
			batch, users = make_batch(courses=2), make_users(number)
			with statements() as sent:
				enrollment.enroll_many(batch.name, users, source="Desk")
			counts.append(sent.total)
		assert counts[0] == counts[1]
		assert counts[0] <= 20

	def test_10_000_into_20_seats(self):
		batch, users = make_batch(seat_count=20), make_users(2_000)
		report = enrollment.enroll_many(batch.name, users, source="Desk")
		assert (report["enrolled"], report["refused"]) == (20, 1_980)
		assert {row["reason"] for row in report["rows"] if row["outcome"] == "Refused"} == {
			"This cohort is full."
		}


class TestCohort:
	def test_name_is_the_slug_of_the_title(self):
		title = unique("New Hire — Week 12")
		assert make_batch(title=title).name == title.lower().replace(" — ", "-").replace(" ", "-")

	def test_two_of_one_title_get_names_of_their_own(self):
		title = unique("Twin")
		first, second, third = (make_batch(title=title).name for _ in range(3))
		assert (second, third) == (f"{first}-2", f"{first}-3")

	@pytest.mark.parametrize("title", ["New", "view"])
	def test_no_name_means_something_else_in_the_desks_address(self, title):
		assert make_batch(title=title).name == f"{title.lower()}-2"

	@pytest.mark.parametrize("way", ["document", "new document", "saved again", "REST", "Data Import"])
	def test_times_that_are_left_out_stay_empty(self, way, server):
		values = {
			"title": unique("All day"),
			"start_date": add_days(today(), 3),
			"end_date": add_days(today(), 5),
			"timetable": [{"date": add_days(today(), 3), "subject": "Welcome"}],
		}
		if way == "REST":
			moderator = make_user(roles=["Moderator"]).name
			frappe.db.commit()
			session = server.session(moderator)
			answer = session.post(f"{server.url}/api/resource/LMS Batch", json=values, timeout=60)
			assert answer.status_code == 200
			frappe.db.rollback()
			doc = frappe.get_doc("LMS Batch", answer.json()["data"]["name"])
		elif way in ("new document", "Data Import"):  # an import makes its documents with new_doc
			frappe.flags.in_import = way == "Data Import"
			doc = frappe.new_doc("LMS Batch")
			doc.update(values)
			doc.insert()
		else:
			doc = frappe.get_doc({"doctype": "LMS Batch", **values}).insert()
		if way == "saved again":
			doc.append("timetable", {"date": add_days(today(), 4), "subject": "Farewell"})
			doc.save()
		doc.reload()
		times = [(row.start_time, row.end_time) for row in (doc, *doc.timetable)]
		assert set(times) == {(None, None)}
		cohort = facts.cohort(doc, [])
		assert cohort.starts_at.astimezone(ZoneInfo(doc.timezone)).strftime("%H:%M") == "00:00"

	@pytest.mark.parametrize(
		("values", "sentence"),
		[
			({"timezone": "Mars/Olympus"}, "is not a time zone"),
			({"end_date": "2020-01-01"}, "The end date is before the start date"),
			({"end_time": "08:00:00"}, "The daily end is not after the daily start"),
			({"seat_count": -1}, "egative"),
			({"late_enrollment_until": "2020-01-01"}, "Late enrollment ends before the cohort starts"),
			({"timetable": [{"date": "2020-01-01", "subject": "Too early"}]}, "is outside the cohort"),
		],
	)
	def test_bad_input_is_refused_with_a_sentence(self, values, sentence):
		with pytest.raises(frappe.ValidationError, match=sentence):
			make_batch(**values)

	def test_the_same_course_twice(self):
		course = make_course().name
		with pytest.raises(frappe.ValidationError, match="in this cohort twice"):
			make_batch(courses=[course, course])

	def test_seats_cannot_go_below_those_taken(self):
		batch = make_batch(seat_count=5)
		enrollment.enroll_many(batch.name, make_users(3), source="Desk")
		batch.reload()
		batch.seat_count = 2
		with pytest.raises(frappe.ValidationError, match="3 people are enrolled"):
			batch.save()

	def test_with_enrollments_is_not_deleted(self):
		batch = make_batch()
		enrollment.enroll(batch.name, make_users(1)[0], source="Desk")
		with pytest.raises(why.HistoryError):
			frappe.delete_doc("LMS Batch", batch.name)

	def test_an_enrollment_with_history_is_not_deleted(self):
		batch, (user,) = make_batch(), make_users(1)
		doc = enrollment.enroll(batch.name, user, source="Desk")
		frappe.db.set_value("LMS Enrollment", {"member": user}, "status", "In Progress")
		with pytest.raises(why.HistoryError):
			frappe.delete_doc(DOCTYPE, doc.name)

	def test_a_full_cohort_can_still_be_edited(self):
		batch = make_batch(seat_count=1)
		doc = enrollment.enroll(batch.name, make_users(1)[0], source="Desk")
		batch.reload()
		batch.description = "edited"
		batch.save()
		doc.reload()
		doc.save()
		assert counters(batch) == (1, 0)

	def test_no_way_from_withdrawn_to_completed(self):
		batch, (user,) = make_batch(), make_users(1)
		enrollment.enroll(batch.name, user, source="Desk")
		doc = withdrawal.withdraw(batch.name, user, reason=None)
		doc.status = "Completed"
		with pytest.raises(frappe.ValidationError, match="cannot become"):
			doc.save()
