"""A run of the synchronization: what it does, does not do, lists, holds and takes back."""

from datetime import datetime, timezone

import pytest

import frappe
from frappe.utils import add_to_date, now_datetime, today

from smooth_lms.base import locks
from smooth_lms.cohorts import enrollment
from smooth_lms.exceptions import SyncBusyError
from smooth_lms.learners.sync import alerts, schedule, undo
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.learners.sync.changes import LOCK
from smooth_lms.people import employees
from tests.support.boarding import roles, standing
from tests.support.factories import make_batch, make_user, make_users
from tests.support.hr import make_department
from tests.support.roster import empty_roster, hire, run_changes

TRACES = (
	"User",
	"Has Role",
	"LMS Learner",
	"LMS Learner Group",
	"LMS Sync Change",
	"User Permission",
	"Version",
)


@pytest.fixture(autouse=True)
def _one_transaction(site, monkeypatch) -> None:
	"""The run's commits stay in the test's transaction, which is rolled back."""
	monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
	frappe.flags.smooth_lms_no_helpers = True
	empty_roster()
	yield
	frappe.flags.smooth_lms_no_helpers = False
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def run(**values) -> frappe._dict:
	return frappe.get_doc("LMS Sync Run", sync_run.run_now(**values))


def counts(*doctypes: str) -> dict[str, int]:
	return {doctype: frappe.db.count(doctype) for doctype in doctypes or TRACES}


def test_everybody_arrives_once_and_then_nothing_is_written():
	department = make_department()
	people = hire(12, department=department)
	first = run()
	assert (first.status, first.created, first.failed) == ("Completed", 12, 0)
	assert (first.changes, first.processed) == (12, 12)
	user = frappe.db.get_value("Employee", people[0], "user_id")
	assert {"LMS Student", "Employee"} <= roles(user)
	before = counts()
	stamp = frappe.db.get_value("LMS Learner", user, "modified")
	second = run()
	assert (second.status, second.unchanged, second.changes) == ("Completed", 12, 0)
	assert counts() == before
	assert frappe.db.get_value("LMS Learner", user, "modified") == stamp


def test_a_learner_without_a_status_stops_no_run_and_is_repaired():
	hire(3)
	sync_run.run_now()
	broken, archived = frappe.get_all("LMS Learner", pluck="name", limit=2)
	frappe.db.set_value("LMS Learner", broken, "status", None)
	frappe.db.set_value("LMS Learner", archived, {"status": None, "employee": None, "source": "Manual"})
	for _time in range(2):
		run = sync_run.run_now()
		assert frappe.db.get_value("LMS Sync Run", run, ["status", "failed"]) == ("Completed", 0)
	assert frappe.db.get_value("LMS Learner", broken, "status") == "Active"
	assert run_changes(run) == 0


def test_dry_run_lists_and_changes_nothing():
	hire(3)
	before = counts("User", "LMS Learner", "Has Role")
	dry = run(dry_run=True)
	assert (dry.status, dry.created) == ("Completed", 3)
	assert run_changes(dry.name, state="Planned", action="Create") == 3
	assert counts("User", "LMS Learner", "Has Role") == before


def test_dry_run_counts_seats_and_licences():
	(employee,) = hire(1)
	run()
	user = frappe.db.get_value("Employee", employee, "user_id")
	batch = make_batch()
	enrollment.enroll(batch.name, user, source="HR")
	frappe.db.set_value("LMS Enrollment", {"member": user, "batch": batch.name}, "licence_state", "Assigned")
	frappe.db.set_value("Employee", employee, {"status": "Left", "relieving_date": today()})
	dry = run(dry_run=True)
	assert (dry.archived, dry.seats_freed, dry.licences_returned) == (1, 1, 1)
	assert standing(batch.name, user) == "Enrolled"
	real = run()
	assert (real.archived, real.seats_freed, real.licences_returned) == (1, 1, 1)


def test_people_left_out_are_listed_with_the_reason():
	hire(1, company_email=None, word="nomail")
	hire(2, company_email="same@example.com", word="same")
	done = run()
	assert done.skipped == 2
	assert "has no company e-mail: a work e-mail is required." in done.skipped_people
	assert "give each their own" in done.skipped_people
	assert done.created == 1


def test_managers_made_in_the_same_run_become_approvers_and_loops_are_reported(monkeypatch):
	monkeypatch.setattr(sync_run, "NEW_A_CHUNK", 1)
	boss, one, two = hire(3)
	frappe.db.set_value("Employee", boss, "reports_to", two)
	frappe.db.set_value("Employee", one, "reports_to", boss)
	frappe.db.set_value("Employee", two, "reports_to", one)
	done = run()
	users = dict(frappe.get_all("Employee", fields=["name", "user_id"], as_list=True))
	for name, manager in ((boss, two), (one, boss), (two, one)):
		assert frappe.db.get_value("LMS Learner", users[name], "approver") == users[manager]
	assert " → ".join([boss, two, one, boss]) in done.manager_loops
	assert run().changes == 0


def vanished(number: int, of: int) -> tuple[list[str], str]:
	users = make_users(of, roles=())
	people = hire(of, department=make_department(), users=users)
	run()
	# as if the run had made the accounts, which takes its time: those it closes again
	frappe.db.set_value("LMS Learner", {"name": ["in", users]}, "account_from_sync", 1)
	batch = make_batch()
	enrollment.enroll_many(batch.name, users, source="HR")
	course = batch.courses[0].course
	frappe.db.set_value("LMS Enrollment", {"batch": batch.name}, "licence_state", "Assigned")
	frappe.db.set_value("LMS Course", course, {"licence_count": of, "licences_in_use": of})
	frappe.db.delete("Employee", {"name": ["in", people[:number]]})
	return users, batch.name


def everything(batch: str) -> dict[str, list]:
	"""All that a run may touch: learners, accounts, roles, groups, seats, licences."""
	stamps = {"modified", "modified_by", "last_synced_on"}
	learners = frappe.get_all("LMS Learner", fields=["*"], order_by="name", limit=0)
	groups = {"parenttype": "LMS Learner"}
	return {
		"learners": [{key: row[key] for key in row.keys() - stamps} for row in learners],
		"users": frappe.get_all("User", fields=["name", "enabled", "user_type"], order_by="name", limit=0),
		"roles": sorted(
			frappe.get_all("Has Role", {"parenttype": "User"}, ["parent", "role"], as_list=True, limit=0)
		),
		"groups": sorted(
			frappe.get_all("LMS Learner Group", groups, ["parent", "group"], as_list=True, limit=0)
		),
		"seats": sorted(
			frappe.get_all(
				"LMS Batch Enrollment", {"batch": batch}, ["member", "status"], as_list=True, limit=0
			)
		),
		"licences": sorted(
			frappe.get_all(
				"LMS Enrollment", {"batch": batch}, ["member", "licence_state"], as_list=True, limit=0
			)
		),
		"in use": frappe.get_all("LMS Course", fields=["name", "licences_in_use"], order_by="name", limit=0),
		"taken": frappe.get_all("LMS Batch", {"name": batch}, ["seats_taken", "waitlist_count"]),
	}


def test_who_is_archived_already_and_leaves_is_not_archived_once_more():
	vanished(3, of=40)
	away = frappe.get_all("Employee", {"user_id": ["is", "set"]}, pluck="user_id", limit=4)
	archived = {"status": "Archived", "archived_reason": "Suspended"}
	frappe.db.set_value("LMS Learner", {"name": ["in", away]}, archived)
	left = {"status": "Left", "lms_status": "Archived"}
	frappe.db.set_value("Employee", {"user_id": ["in", away]}, left)
	done = run(dry_run=True)
	assert (done.archived, done.updated, done.changes) == (3, 4, 7)


def test_fifteen_percent_leavers_are_held_approved_and_undone():
	_users, batch = vanished(21, of=140)
	before = everything(batch)
	held = run()
	assert held.status == "Held"
	assert held.held_reason == "21 of 140 learners would be archived."
	assert everything(batch) == before
	assert run_changes(held.name, state="Planned") == 21
	with pytest.raises(SyncBusyError, match="approve or discard"):
		sync_run.start(trigger="Schedule")
	assert run(dry_run=True).archived == 21
	assert everything(batch) == before

	frappe.flags.smooth_lms_sync_here = True
	sync_run.approve(held.name)
	frappe.flags.smooth_lms_sync_here = False
	sync_run.execute(held.name)
	held.reload()
	assert (held.status, held.archived, held.seats_freed, held.licences_returned) == ("Completed", 21, 21, 21)
	assert held.decided_by == "Administrator"
	assert frappe.db.count("LMS Learner", {"status": "Archived"}) == 21
	assert frappe.db.get_value("LMS Batch", batch, "seats_taken") == 119
	gone = frappe.get_all("LMS Learner", {"status": "Archived"}, pluck="name")
	assert not roles(gone[0]) & {"LMS Student"}

	assert undo.undo(held.name) == 21
	after = everything(batch)
	for part, value in before.items():
		assert after[part] == value, part
	assert frappe.db.get_value("LMS Sync Run", held.name, "status") == "Undone"
	assert run().held_reason.startswith("The run before was undone.")


def test_a_held_run_can_be_discarded():
	vanished(20, of=60)
	held = run()
	assert held.status == "Held"
	sync_run.discard(held.name)
	held.reload()
	assert held.status == "Aborted"
	assert run_changes(held.name, state="Discarded") == 20
	assert frappe.db.count("LMS Learner", {"status": "Archived"}) == 0


def test_fewer_than_the_minimum_are_not_held():
	vanished(19, of=30)
	assert run().status == "Completed"


def test_undo_of_new_people_and_moves():
	account = make_users(1)[0]
	hire(1, word="linked", user_id=account, company_email=account)
	made = hire(1, word="made")
	first = run()
	undo.undo(first.name)
	assert not frappe.db.exists("LMS Learner", account)
	user = frappe.db.get_value("LMS Learner", {"employee": made[0]}, "name")
	assert frappe.db.get_value("LMS Learner", user, ["status", "archived_reason"]) == ("Archived", "Undone")
	assert frappe.db.get_value("User", user, "enabled") == 0
	assert frappe.db.get_value("User", account, "enabled") == 1
	assert frappe.db.get_value("Employee", made[0], "user_id") is None
	frappe.db.set_single_value("LMS Settings", "hold_next_run", 0)
	run()
	assert frappe.db.get_value("User", user, "enabled") == 1
	assert frappe.db.get_value("LMS Learner", user, "status") == "Active"

	frappe.db.set_value("Employee", made[0], "cell_number", "1")
	moved = run()
	assert moved.updated == 1
	undo.undo(moved.name)
	assert frappe.db.get_value("LMS Learner", user, "cell_phone") is None


def test_abort_keeps_what_was_done(monkeypatch):
	monkeypatch.setattr(sync_run, "NEW_A_CHUNK", 2)
	hire(6)
	applied = []
	chunk = sync_run.chunks._apply_chunk

	def one_then_abort(name, number):
		chunk(name, number)
		applied.append(number)
		sync_run.abort(name)

	monkeypatch.setattr(sync_run.chunks, "_apply_chunk", one_then_abort)
	stopped = run()
	assert (stopped.status, stopped.processed) == ("Aborted", 2)
	assert run_changes(stopped.name, state="Discarded") == 4
	monkeypatch.setattr(sync_run.chunks, "_apply_chunk", chunk)
	assert run().created == 4


def test_a_failed_row_is_listed_and_tried_again(monkeypatch):
	from smooth_lms.learners import accounts

	people = hire(3)
	address = frappe.db.get_value("Employee", people[1], "company_email")
	make = accounts.make

	def broken(email, **values):
		if email == address:
			raise frappe.ValidationError("mail domain is not allowed")
		return make(email, **values)

	monkeypatch.setattr(accounts, "make", broken)
	first = run()
	assert (first.status, first.failed) == ("Completed", 1)
	assert frappe.db.get_value("LMS Sync Change", {"run": first.name, "state": "Failed"}, "error") == (
		"mail domain is not allowed"
	)
	monkeypatch.setattr(accounts, "make", make)
	assert run().created == 1


def test_one_at_a_time():
	hire(1)
	sync_run.start(trigger="Person")
	with pytest.raises(SyncBusyError, match="is at work"):
		sync_run.start(trigger="Person")


def test_a_killed_run_does_not_block_the_next():
	dead = sync_run.start(trigger="Person")
	frappe.db.set_value("LMS Sync Run", dead, "status", "Running")
	assert locks.is_free(LOCK)
	assert run().status == "Completed"
	assert frappe.db.get_value("LMS Sync Run", dead, ["status", "error"])[0] == "Failed"


def test_without_hr_the_run_says_so(monkeypatch):
	monkeypatch.setattr(sync_run, "has_hr", lambda: False)
	failed = run()
	assert (failed.status, failed.error) == (
		"Failed",
		"This site has no Employee records: install ERPNext and Frappe HR.",
	)
	assert employees.has_hr()


def at(*moment: int) -> datetime:
	return datetime(*moment, tzinfo=timezone.utc)


@pytest.mark.parametrize(
	("setting", "now", "last", "expected"),
	[
		("Hourly", at(2026, 5, 3, 3), at(2026, 5, 3, 2), True),
		("Off", at(2026, 5, 4, 9), None, False),
		("Weekdays 08:00 UTC", at(2026, 5, 4, 7, 59), None, False),
		("Weekdays 08:00 UTC", at(2026, 5, 4, 8, 5), at(2026, 5, 1, 8, 5), True),
		("Weekdays 08:00 UTC", at(2026, 5, 4, 9, 5), at(2026, 5, 4, 8, 5), False),
		("Weekdays 08:00 UTC", at(2026, 5, 3, 9), None, False),
	],
)
def test_when_it_runs(setting, now, last, expected):
	assert schedule.due(setting, now, last) is expected


@pytest.fixture
def told(monkeypatch):
	"""What a Moderator is told on their desk; Frappe writes notices in the same process when it is tested."""
	keeper = make_user(roles=("Moderator",)).name
	monkeypatch.setitem(frappe.flags, "in_test", True)
	monkeypatch.setattr(frappe, "in_test", True, raising=False)  # where version 16 looks

	def read() -> list[str]:
		frappe.local.db.after_commit.run()
		return frappe.get_all("Notification Log", {"for_user": keeper}, pluck="subject")

	return read


def test_alert_once_when_nothing_succeeds(told):
	hire(1)
	done = run()
	alerts.check()
	assert told() == []
	frappe.db.set_value("LMS Sync Run", done.name, "finished_on", add_to_date(now_datetime(), hours=-25))
	alerts.check()
	alerts.check()
	(sentence,) = told()
	assert sentence.startswith("No synchronization with HR has succeeded for 24 hours; the last one was ")


def test_whoever_keeps_the_lms_is_told_of_a_held_run(told):
	vanished(20, of=60)
	run()
	assert told() == [
		"The synchronization with HR is held: 20 of 60 learners would be archived. Approve or discard it."
	]


@pytest.mark.parametrize("used", [False, True])
def test_a_deleted_department_takes_its_empty_group_along(used):
	department = make_department()
	users = make_users(2, roles=())
	people = hire(2, department=department, users=users)
	run()
	(group,) = frappe.get_all("LMS Group", {"followed_record": department}, pluck="name")
	if used:
		by_hand = frappe.get_doc({"doctype": "LMS Learner", "user": make_user().name})
		by_hand.append("groups", {"group": group})
		by_hand.insert()
	frappe.db.set_value("Employee", {"name": ["in", people]}, "department", None)
	frappe.delete_doc("Department", department, force=True)
	done = run()
	assert (done.status, done.updated) == ("Completed", 2)
	assert bool(frappe.db.exists("LMS Group", group)) is used
	assert frappe.db.count("LMS Learner Group", {"group": group}) == int(used)
	assert run().changes == 0


def test_an_undo_whose_worker_was_killed_goes_on_within_the_hour(monkeypatch):
	people = hire(4)
	first = run()
	user = frappe.db.get_value("Employee", people[0], "user_id")
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append((method, values.get("run"))))
	undo.request(first.name)
	monkeypatch.setattr(undo, "CHUNK", 2)
	undo._undo_next(first.name)  # and here the worker is killed
	assert run_changes(first.name, state="Undone") == 2
	undo.go_on()
	assert jobs.count(("smooth_lms.learners.sync.undo.undo", first.name)) == 2
	assert undo.undo(first.name) == 2
	assert frappe.db.get_value("LMS Sync Run", first.name, ["status", "undoing"]) == ("Undone", 0)
	assert not frappe.db.get_value("User", user, "enabled")
	undo.go_on()
	assert jobs.count(("smooth_lms.learners.sync.undo.undo", first.name)) == 2


def test_a_run_that_was_stopped_goes_on_where_it_was(monkeypatch):
	monkeypatch.setattr(sync_run, "NEW_A_CHUNK", 2)
	hire(6)
	chunk = sync_run.chunks._apply_chunk

	def one_then_abort(name, number):
		done = chunk(name, number)
		sync_run.abort(name)
		return done

	monkeypatch.setattr(sync_run.chunks, "_apply_chunk", one_then_abort)
	stopped = run()
	monkeypatch.setattr(sync_run.chunks, "_apply_chunk", chunk)
	assert (stopped.status, stopped.processed) == ("Aborted", 2)
	sync_run.resume(stopped.name)
	with pytest.raises(SyncBusyError):
		sync_run.start(trigger="Person")
	sync_run.execute(stopped.name)
	done = frappe.get_doc("LMS Sync Run", stopped.name)
	assert (done.status, done.created, done.processed) == ("Completed", 6, 6)
	assert run_changes(done.name, state="Applied") == 6
	undo.undo(done.name)
	assert frappe.db.count("LMS Learner", {"status": "Active"}) == 0
