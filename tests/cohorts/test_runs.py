"""Background runs: good ones in, bad ones back with the reason, a chunk at a time, whatever happens midway."""

import csv
import threading

import pytest

import frappe
from frappe.utils import add_to_date, now_datetime

from smooth_lms.base import runs as engine
from smooth_lms.cohorts import on_behalf
from smooth_lms.cohorts.importing import file as enrollment_file
from smooth_lms.cohorts.importing import runs
from smooth_lms.exceptions import OverrideNotAllowedError, UnknownBatchError
from tests.conftest import SITE
from tests.support.factories import company, make_batch, make_employee, make_user, make_users, unique
from tests.support.hr import make_hr_user


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(runs, "CHUNK", 4)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
	"""The jobs that were handed to the queue, which nobody works on here."""
	jobs: list[dict] = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: jobs.append({"method": method, **kwargs}))
	return jobs


@pytest.fixture
def people() -> list[str]:
	"""Ten learners, committed, for what commits on its way."""
	return committed(make_users(10))


def committed(value):
	frappe.db.commit()
	return value


def run_of(run: str):
	frappe.db.rollback()  # see what jobs have committed
	return frappe.get_doc("LMS Enrollment Run", run)


def counts(run) -> tuple[int, ...]:
	fields = ("processed", "enrolled", "waitlisted", "already_enrolled", "refused")
	return tuple(run.get(field) for field in fields)


def file_of(url: str) -> list[str]:
	content = frappe.get_doc("File", {"file_url": url}).get_content()
	return (content if isinstance(content, str) else content.decode()).removeprefix("\ufeff").splitlines()


def enrolled(batch: str) -> set[str]:
	return set(frappe.get_all("LMS Batch Enrollment", {"batch": batch, "status": "Enrolled"}, pluck="member"))


def finish(run) -> None:
	frappe.db.commit()
	runs.perform(run.name)


def test_a_list_is_enrolled_in_chunks_and_again_changes_nothing(people):
	batch = make_batch(seat_count=8, enable_waitlist=1)
	run = runs.start(batch.name, people, source="Desk")
	assert (run.status, run.total, run.requested_by) == ("Queued", 10, "Administrator")
	finish(run)
	run = run_of(run.name)
	assert run.status == "Completed"
	assert counts(run) == (10, 8, 2, 0, 0)
	assert enrolled(batch.name) == set(people[:8])
	assert not run.rejected_file
	again = runs.start(batch.name, people, source="Desk")
	finish(again)
	assert counts(run_of(again.name)) == (10, 0, 0, 10, 0)
	assert frappe.db.count("LMS Batch Enrollment", {"batch": batch.name}) == 10


def test_refused_rows_have_the_numbers_of_the_file(monkeypatch):
	monkeypatch.setattr(runs, "CHUNK", 1)
	batch, people = make_batch(), make_users(1)
	text = (
		f"sep=;\n\nStarters of March\nMember\n\nnobody@example.com\n{people[0]}\n\nnobody.else@example.com\n"
	)
	run = runs.start_from_file(text.encode(), "starters.csv", batch=batch.name)
	assert "The headings are in row 4." in run.log
	finish(run)
	refused = runs.progress(run.name)["refusals"]
	assert [(row.row_no, row.file_row) for row in refused] == [(1, 6), (3, 9)]
	back = list(csv.reader(file_of(run_of(run.name).rejected_file)))
	assert [row[0] for row in back] == ["Member", "nobody@example.com", "nobody.else@example.com"]


def test_good_rows_go_in_and_bad_ones_come_back_with_the_reason(people):
	batch, other = make_batch(), make_batch(published=0)
	employee = make_employee()
	disabled = make_user().name
	frappe.db.set_value("User", disabled, "enabled", 0)
	rows = [
		("Étage", "Cohort", "Member"),
		("1", batch.title.upper(), people[0].upper()),
		("2", batch.name, "nobody@example.com"),
		("3", batch.name, employee.name),
		("4", batch.name, ""),
		("5", "", people[1]),
		("6", "no-such-cohort", people[1]),
		("7", other.name, people[1]),
		("8", batch.name, disabled),
		("9", batch.name, people[0]),
		("10", batch.name, people[2]),
		("11", batch.name, '"><script>alert(1)</script>'),
	]
	content = enrollment_file.write(rows[0], rows[1:], ";")
	run = runs.start_from_file(content, "Starters.csv")
	assert "From the file Starters.csv." in run.log
	assert "Columns that were ignored: Étage." in run.log
	finish(run)
	run = run_of(run.name)
	assert run.status == "Completed"
	assert counts(run) == (11, 2, 0, 1, 8)
	assert enrolled(batch.name) == {people[0], people[2]}
	assert frappe.db.get_value("LMS Batch Enrollment", {"batch": batch.name}, "source") == "Data Import"
	refused = runs.progress(run.name)["refusals"]
	assert [(row.row_no, row.file_row) for row in refused][:2] == [(2, 3), (3, 4)]  # below the headings
	back = file_of(run.rejected_file)
	assert back[0] == '"Étage";"Cohort";"Member";"Error"'
	cells = list(csv.reader(back, delimiter=";"))
	assert [row[0] for row in cells[1:]] == ["2", "3", "4", "5", "6", "7", "8", "11"]
	assert [row[3] for row in cells[1:]] == [
		"There is no user nobody@example.com.",
		f"Employee {employee.name} has no user account: set Employee.user_id first.",
		"The row names nobody: enter a user's e-mail address or an employee ID.",
		"The row names no cohort.",
		"There is no cohort no-such-cohort.",
		"This cohort is not open for enrollment.",
		"The user account is disabled: enable it first.",
		'There is no user "><script>alert(1)</script>.',
	]
	file = frappe.get_doc("File", {"file_url": run.rejected_file})
	assert (file.is_private, file.attached_to_name) == (1, run.name)


def test_a_corrected_file_of_refused_rows_can_be_uploaded_as_it_is(people):
	batch = make_batch()
	content = f"Member\n{people[0]}x\n{people[1]}\n".encode()
	run = runs.start_from_file(content, "a.csv", batch=batch.name)
	finish(run)
	back = "\n".join(file_of(run_of(run.name).rejected_file)).replace(f'"{people[0]}x"', f'"{people[0]}"')
	again = runs.start_from_file(back.encode(), "a-rejected.csv", batch=batch.name)
	finish(again)
	assert counts(run_of(again.name)) == (1, 1, 0, 0, 0)


def test_the_cohort_of_the_upload_stands_above_the_rows(people):
	batch, other = make_batch(), make_batch()
	content = f"Member,Cohort\n{people[0]},\n{people[1]},{batch.title}\n{people[2]},{other.name}\n".encode()
	run = runs.start_from_file(content, "a.csv", batch=batch.name)
	finish(run)
	assert enrolled(batch.name) == {people[0], people[1]}
	assert frappe.get_all("LMS Enrollment Refusal", {"run": run.name}, ["row_no", "reason"]) == [
		{"row_no": 3, "reason": f"The row names another cohort: {other.name}."}
	]


def test_a_title_that_two_cohorts_share_wants_their_name(people):
	title = unique("Twin")
	first, second = (make_batch(title=title).name for _ in range(2))
	assert second == f"{first}-2"
	rows = f"cohort,member\n{title},{people[0]}\n{second},{people[1]}\n".encode()
	run = runs.start_from_file(rows, "a.csv")
	finish(run)
	assert counts(run_of(run.name)) == (2, 1, 0, 0, 1)
	assert enrolled(second) == {people[1]}
	(reason,) = frappe.get_all("LMS Enrollment Refusal", {"run": run.name}, pluck="reason")
	assert reason == f"2 cohorts have the title {title}: write which of them you mean ({first}, {second})."
	again = runs.start_from_file(f"cohort,member\n{title},{people[0]}\n".encode(), "a.csv", batch=second)
	finish(again)
	assert enrolled(second) == set(people[:2])


def test_reasons_for_exceptions_are_for_moderators(people):
	full = make_batch(seat_count=1)
	employees = [make_employee(each) for each in people[:3]]
	content = "member,override_reason\n" + "".join(
		f"{each.user_id},{reason}\n" for each, reason in zip(employees, ("", "", "CEO"), strict=True)
	)
	frappe.set_user(committed(make_hr_user()))
	run = runs.start_from_file(content.encode(), "a.csv", batch=full.name)
	finish(run)
	frappe.set_user("Administrator")
	assert counts(run_of(run.name)) == (3, 1, 0, 0, 2)
	reasons = frappe.get_all("LMS Enrollment Refusal", {"run": run.name}, pluck="reason", order_by="row_no")
	assert "Only a moderator can make an exception: leave the reason empty." in reasons
	again = runs.start_from_file(content.encode(), "a.csv", batch=full.name)
	finish(again)
	assert counts(run_of(again.name)) == (3, 1, 0, 1, 1)
	assert frappe.db.get_value(
		"LMS Batch Enrollment",
		{"batch": full.name, "member": people[2]},
		["override_reason", "overridden_by", "overridden_rules"],
	) == ("CEO", "Administrator", "This cohort is full.")


def test_hr_reaches_the_employees_they_may_see_even_when_a_moderator_continues(people):
	batch = make_batch()
	here = make_employee(people[0])
	there = make_employee(people[1], company=company("Northern Test Company"))
	hr = committed(make_hr_user(company=company()))
	frappe.set_user(hr)
	run = runs.start(batch.name, [there.user_id, here.name, there.name, people[2]], source="Desk")
	runs.abort(run.name)
	frappe.set_user("Administrator")
	runs.resume(run.name)
	finish(run)
	assert frappe.session.user == "Administrator"
	run = run_of(run.name)
	assert counts(run) == (4, 1, 0, 0, 3)
	assert enrolled(batch.name) == {people[0]}
	refused = frappe.get_all("LMS Enrollment Refusal", {"run": run.name}, ["reason", "owner"])
	assert {row.owner for row in refused} == {hr}
	assert all(row.reason.startswith("You may not see the employee record of") for row in refused)


def test_who_may_start_and_what_is_refused_at_once(people):
	batch = make_batch()
	with pytest.raises(UnknownBatchError, match="There is no cohort nowhere"):
		runs.start("nowhere", people, source="Desk")
	with pytest.raises(frappe.ValidationError, match="Nobody is chosen"):
		runs.start(batch.name, [" ", ""], source="Desk")
	with pytest.raises(frappe.ValidationError, match="No row says which cohort"):
		runs.start_from_file(b"member\nana@example.com\n", "a.csv")
	frappe.set_user(make_hr_user())
	with pytest.raises(OverrideNotAllowedError):
		runs.start(batch.name, people, source="Desk", override_reason="because")
	frappe.set_user(people[0])
	with pytest.raises(frappe.PermissionError):
		runs.start(batch.name, people, source="Desk")
	with pytest.raises(frappe.PermissionError):
		runs.start_from_file(b"member\nana@example.com\n", "a.csv", batch=batch.name)


def test_an_abort_is_honoured_between_chunks_and_continue_goes_on(people, monkeypatch, queued):
	batch = make_batch()
	run = runs.start(batch.name, people, source="Desk")
	enroll_many, calls = on_behalf.enroll_many, []

	def abort_after_first(*args, **kwargs):
		calls.append(args)
		if len(calls) == 1:
			frappe.db.set_value("LMS Enrollment Run", run.name, "abort_requested", 1)
		return enroll_many(*args, **kwargs)

	monkeypatch.setattr(on_behalf, "enroll_many", abort_after_first)
	finish(run)
	stopped = run_of(run.name)
	assert (stopped.status, stopped.processed) == ("Aborted", 4)
	assert "Aborted after 4 of 10." in stopped.log
	with pytest.raises(frappe.ValidationError, match="nothing to abort"):
		runs.abort(run.name)
	runs.resume(run.name)
	assert [job["job_id"] for job in queued if job["method"].endswith("runs.perform")] == [
		f"smooth_lms_run::{run.name}::1",
		f"smooth_lms_run::{run.name}::2",
	]
	finish(run)
	done = run_of(run.name)
	assert done.status == "Completed"
	assert counts(done) == (10, 10, 0, 0, 0)
	with pytest.raises(frappe.ValidationError, match="Only a run that failed or was aborted"):
		runs.resume(run.name)


def test_a_run_that_nobody_works_on_is_aborted_at_once(people):
	run = runs.start(make_batch().name, people, source="Desk")
	runs.abort(run.name)
	finish(run)
	assert (run_of(run.name).status, run_of(run.name).processed) == ("Aborted", 0)


def test_an_error_midway_keeps_the_chunks_before_it_and_continue_completes(people, monkeypatch):
	batch = make_batch()
	run = runs.start(batch.name, [*people, "nobody@example.com"], source="Desk")
	insert_rows, calls = runs.insert_rows, []

	def break_second(*args, **kwargs):
		calls.append(args)
		if len(calls) == 2:
			raise RuntimeError("the disk is full.")
		return insert_rows(*args, **kwargs)

	monkeypatch.setattr(runs, "insert_rows", break_second)
	finish(run)
	failed = run_of(run.name)
	assert (failed.status, failed.processed) == ("Failed", 4)
	assert "Stopped by an error: the disk is full." in failed.log
	assert len(enrolled(batch.name)) == 4
	runs.resume(run.name)
	finish(run)
	done = run_of(run.name)
	assert (done.status, *counts(done)) == ("Completed", 11, 10, 0, 0, 1)
	assert len(file_of(done.rejected_file)) == 2


def test_a_deadlock_is_tried_again(people, monkeypatch):
	batch = make_batch()
	run = runs.start(batch.name, people, source="Desk")
	enroll_many, calls = on_behalf.enroll_many, []

	def give_way_once(*args, **kwargs):
		report = enroll_many(*args, **kwargs)
		calls.append(args)
		if len(calls) == 1:
			raise frappe.QueryDeadlockError
		return report

	monkeypatch.setattr(on_behalf, "enroll_many", give_way_once)
	finish(run)
	assert counts(run_of(run.name)) == (10, 10, 0, 0, 0)


def test_two_jobs_on_one_run_take_turns(people):
	batch = make_batch()
	run = committed(runs.start(batch.name, people, source="Desk"))
	frappe.db.commit()

	def work() -> None:
		frappe.init(site=SITE, sites_path=".")
		frappe.connect()
		try:
			runs.perform(run.name)
		finally:
			frappe.destroy()

	threads = [threading.Thread(target=work) for _ in range(3)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(60)
	done = run_of(run.name)
	assert (done.status, *counts(done)) == ("Completed", 10, 10, 0, 0, 0)
	assert enrolled(batch.name) == set(people)


def test_the_sweep_marks_runs_whose_job_is_gone(people, queued):
	batch = make_batch()
	dead, lost, fresh = (runs.start(batch.name, people, source="Desk") for _ in range(3))
	long_ago = add_to_date(now_datetime(), hours=-1)
	for run, status in ((dead, "Running"), (lost, "Queued")):
		frappe.db.set_value("LMS Enrollment Run", run.name, {"status": status, "last_step_on": long_ago})
	marked = engine.sweep(runs.RUN)
	assert {dead.name, lost.name} <= set(marked)
	assert fresh.name not in marked
	dead.reload()
	assert dead.status == "Failed"
	assert "Choose Continue" in dead.log
	runs.resume(dead.name)
	finish(dead)
	assert run_of(dead.name).status == "Completed"


def test_the_sweep_leaves_a_run_that_waits_in_a_long_queue(people, monkeypatch, queued):
	run = runs.start(make_batch().name, people, source="Desk")
	frappe.db.set_value("LMS Enrollment Run", run.name, "last_step_on", add_to_date(now_datetime(), hours=-1))
	monkeypatch.setattr(engine, "is_job_enqueued", lambda job_id: job_id.endswith(f"{run.name}::1"))
	assert run.name not in engine.sweep(runs.RUN)


def test_mails_can_be_left_out(people):
	batch = make_batch()
	run = runs.start_from_file(f"member\n{people[0]}\n".encode(), "a.csv", batch=batch.name, mute=True)
	finish(run)
	assert not frappe.flags.mute_emails
	loud = runs.start_from_file(f"member\n{people[1]}\n".encode(), "a.csv", batch=batch.name)
	finish(loud)
	due = frappe.get_all("LMS Batch Enrollment", {"batch": batch.name, "confirmation_due": 1}, pluck="member")
	assert due == [people[1]]


def test_progress_says_how_far_it_is(people):
	run = runs.start(make_batch().name, [*people, "nobody@example.com"], source="Desk")
	started = add_to_date(now_datetime(), seconds=-10)
	values = {"status": "Running", "processed": 4, "started_on": started}
	frappe.db.set_value("LMS Enrollment Run", run.name, values)
	assert runs.progress(run.name)["seconds_left"] in range(15, 20)
	finish(run)
	answer = runs.progress(run.name)
	assert (answer["status"], answer["seconds_left"]) == ("Completed", None)
	assert [row.reason for row in answer["refusals"]] == ["There is no user nobody@example.com."]


def test_deleting_a_run_takes_its_rows_along_but_not_while_it_is_at_work(people):
	run = runs.start(make_batch().name, ["nobody@example.com"], source="Desk")
	finish(run)
	frappe.db.set_value("LMS Enrollment Run", run.name, "status", "Running")
	with pytest.raises(frappe.ValidationError, match="abort it first"):
		frappe.delete_doc("LMS Enrollment Run", run.name)
	frappe.db.set_value("LMS Enrollment Run", run.name, "status", "Completed")
	frappe.delete_doc("LMS Enrollment Run", run.name)
	assert not frappe.db.exists("LMS Enrollment Refusal", {"run": run.name})


def test_runs_and_their_rows_are_seen_by_who_started_them_and_moderators(people):
	batch = make_batch()
	one, two = (committed(make_hr_user()) for _ in range(2))
	frappe.set_user(one)
	run = runs.start(batch.name, ["nobody@example.com"], source="Desk")
	finish(run)
	for user, sees in (
		(one, True),
		(two, False),
		(people[0], False),
		(make_user(roles=("Moderator",)).name, True),
	):
		frappe.set_user(user)
		for doctype, key in (("LMS Enrollment Run", "name"), ("LMS Enrollment Refusal", "run")):
			try:
				found = frappe.get_list(doctype, {key: run.name})
			except frappe.PermissionError:
				found = []
			assert bool(found) == sees, (user, doctype)
		assert bool(frappe.get_doc("LMS Enrollment Run", run.name).has_permission("read")) == sees


@pytest.mark.full
def test_ten_thousand_rows_with_broken_ones_among_them(monkeypatch):
	monkeypatch.setattr(runs, "CHUNK", 500)
	batch = make_batch(courses=2)
	users = committed(make_users(9_900))
	rows = [(batch.name, user) for user in users]
	for place in range(0, 10_000, 100):
		rows.insert(place, (batch.name, f"nobody{place}@example.com"))
	run = runs.start_from_file(enrollment_file.write(("Cohort", "Member"), rows), "all.csv")
	finish(run)
	done = run_of(run.name)
	assert (done.status, *counts(done)) == ("Completed", 10_000, 9_900, 0, 0, 100)
	assert len(file_of(done.rejected_file)) == 101
	assert frappe.db.get_value("LMS Batch", batch.name, "seats_taken") == 9_900
