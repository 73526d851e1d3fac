"""Enrolling other people over HTTP: reports, background runs, files, and who may do what."""

import json

import pytest
import requests

import frappe

from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.importing import runs
from tests.support.factories import company, make_batch, make_employee, make_user, make_users
from tests.support.hr import make_department, make_hr_user, make_many_employees
from tests.support.server import Server


def said(response: requests.Response) -> str:
	"""The sentence of an error answer."""
	return json.loads(json.loads(response.json()["_server_messages"])[0])["message"]


def committed(value):
	frappe.db.commit()
	return value


def standing(batch: str) -> dict[str, str]:
	frappe.db.rollback()  # see what the server has committed
	rows = frappe.get_all("LMS Batch Enrollment", {"batch": batch}, ["member", "status"], limit=0)
	return {row.member: row.status for row in rows}


@pytest.fixture(scope="module")
def moderator(server: Server) -> requests.Session:
	return server.session(committed(make_user(roles=("Moderator",)).name))


@pytest.fixture(scope="module")
def hr(server: Server) -> requests.Session:
	"""HR that may see the employees of the first test company only."""
	return server.session(committed(make_hr_user(company=company())))


@pytest.fixture(scope="module")
def learner(server: Server) -> requests.Session:
	return server.session(committed(make_user().name))


def upload(server: Server, session: requests.Session, name: str, content: bytes) -> str:
	answer = session.post(
		f"{server.url}/api/method/upload_file", files={"file": (name, content)}, data={"is_private": 1}
	)
	return answer.json()["message"]["file_url"]


def finish(run: str) -> frappe._dict:
	frappe.db.rollback()
	runs.perform(run)
	frappe.db.rollback()
	return frappe.get_doc("LMS Enrollment Run", run)


class TestEnrollMembers:
	def test_each_gets_an_outcome_and_a_second_call_changes_nothing(self, server, moderator):
		batch = make_batch(seat_count=1, enable_waitlist=1).name
		one, two = make_users(2)
		employee = committed(make_employee()).name
		people = [one, two, employee, "nobody@example.com"]
		report = server.call(moderator, "batches.enroll_members", batch=batch, members=people).json()[
			"message"
		]
		counts = ("total", "enrolled", "waitlisted", "already_enrolled", "refused")
		assert [report[field] for field in counts] == [4, 1, 1, 0, 2]
		assert [row["reason"] for row in report["rows"][2:]] == [
			f"Employee {employee} has no user account: set Employee.user_id first.",
			"There is no user nobody@example.com.",
		]
		again = server.call(moderator, "batches.enroll_members", batch=batch, members=people).json()[
			"message"
		]
		assert [again[field] for field in counts] == [4, 0, 0, 2, 2]
		assert standing(batch) == {one: "Enrolled", two: "Waitlisted"}

	@pytest.mark.parametrize("shape", [json.dumps, ", ".join, "\n".join])
	def test_lists_come_as_json_or_as_people_type_them(self, server, moderator, shape):
		batch, users = make_batch().name, committed(make_users(2))
		answer = server.call(moderator, "batches.enroll_members", batch=batch, members=shape(users))
		assert answer.json()["message"]["enrolled"] == 2

	def test_more_than_five_thousand_are_sent_to_the_run(self, server, moderator):
		batch = committed(make_batch()).name
		people = [f"p{number}@example.com" for number in range(5_001)]
		answer = server.call(moderator, "batches.enroll_members", batch=batch, members=people)
		assert answer.status_code == 417
		assert "smooth_lms.api.enrollment_runs.start_enrollment_run" in said(answer)

	def test_an_unknown_cohort_is_404(self, server, moderator):
		answer = server.call(moderator, "batches.enroll_members", batch="nowhere", members=["a@example.com"])
		assert (answer.status_code, said(answer)) == (404, "There is no cohort nowhere.")

	@pytest.mark.parametrize("members", [5, {"a": 1}, [1, 2], "[1", [["a"]]])
	def test_what_is_no_list_of_names_is_refused(self, server, moderator, members):
		batch = committed(make_batch()).name
		answer = server.call(moderator, "batches.enroll_members", batch=batch, members=members)
		assert answer.status_code in (417, 400)
		assert standing(batch) == {}

	def test_only_moderators_make_exceptions(self, server, moderator, hr):
		batch = make_batch(seat_count=1).name
		one, two = (make_employee(user).user_id for user in make_users(2))
		frappe.db.commit()
		server.call(moderator, "batches.enroll_members", batch=batch, members=[one])
		arguments = {"batch": batch, "members": [two], "override_reason": "urgent"}
		answer = server.call(hr, "batches.enroll_members", **arguments)
		assert answer.status_code == 403
		assert "OverrideNotAllowedError" in answer.json()["exc_type"]
		assert (
			server.call(moderator, "batches.enroll_members", **arguments).json()["message"]["enrolled"] == 1
		)
		assert standing(batch) == {one: "Enrolled", two: "Enrolled"}

	def test_hr_enrolls_whom_they_may_see_and_the_others_are_refused_one_by_one(self, server, hr):
		batch = make_batch().name
		seen, hidden, external = make_users(3)
		make_employee(seen)
		make_employee(hidden, company=company("Northern Test Company"))
		frappe.db.commit()
		answer = server.call(hr, "batches.enroll_members", batch=batch, members=[hidden, seen, external])
		assert [row["reason"] for row in answer.json()["message"]["rows"]] == [
			f"You may not see the employee record of {hidden}.",
			None,
			f"You may not see the employee record of {external}.",
		]
		assert standing(batch) == {seen: "Enrolled"}

	def test_a_key_is_the_api_and_a_browser_is_the_desk(self, server, moderator):
		batch = make_batch().name
		one, two = make_users(2)
		user = make_user(roles=("Moderator",))
		user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-the-test"
		user.save(ignore_permissions=True)
		frappe.db.commit()
		robot = requests.Session()
		robot.headers["Authorization"] = f"token {user.api_key}:secret-of-the-test"
		server.call(robot, "batches.enroll_members", batch=batch, members=[one])
		server.call(moderator, "batches.enroll_members", batch=batch, members=[two])
		standing(batch)
		sources = frappe.get_all("LMS Batch Enrollment", {"batch": batch}, ["member", "source"])
		assert {row.member: row.source for row in sources} == {one: "API", two: "Desk"}


class TestPreview:
	def test_by_filters_and_by_names_without_a_write(self, server, hr):
		batch, team = make_batch(seat_count=1).name, make_department()
		users = committed(make_many_employees(2, department=team))
		for who in ({"filters": {"department": team}}, {"members": users}):
			report = server.call(hr, "batches.preview_enrollment", batch=batch, **who).json()["message"]
			assert [row["outcome"] for row in report["rows"]] == ["Enrolled", "Refused"]
			assert report["rows"][1]["reason"] == "This cohort is full."
			assert not report["may_override"]
		assert standing(batch) == {}

	def test_a_moderator_is_told_that_an_exception_would_help(self, server, moderator):
		batch, users = make_batch(seat_count=1).name, committed(make_users(2))
		arguments = {"batch": batch, "members": users}
		assert server.call(moderator, "batches.preview_enrollment", **arguments).json()["message"][
			"may_override"
		]
		report = server.call(
			moderator, "batches.preview_enrollment", override_reason="CEO", **arguments
		).json()["message"]
		assert report["enrolled"] == 2

	@pytest.mark.parametrize(
		("arguments", "sentence"),
		[
			({}, "Choose people: pass members or filters."),
			({"filters": {"password": "x"}}, "There is no filter password"),
			({"filters": "[1]"}, "Pass filters as names and values"),
			({"filters": "{broken"}, "This is not valid JSON"),
		],
	)
	def test_what_cannot_be_previewed(self, server, moderator, arguments, sentence):
		batch = committed(make_batch()).name
		answer = server.call(moderator, "batches.preview_enrollment", batch=batch, **arguments)
		assert answer.status_code == 417
		assert sentence in said(answer)


class TestRuns:
	def test_a_run_from_filters(self, server, hr, learner):
		batch, team = make_batch().name, make_department()
		users = committed(make_many_employees(3, department=team))
		answer = server.call(
			hr, "enrollment_runs.start_enrollment_run", batch=batch, filters={"department": team}
		).json()["message"]
		assert answer["total"] == 3
		progress = server.call(hr, "enrollment_runs.get_run", name=answer["name"]).json()["message"]
		assert progress["status"] in ("Queued", "Running", "Completed")
		assert finish(answer["name"]).status == "Completed"
		assert standing(batch) == dict.fromkeys(users, "Enrolled")
		for method in ("get_run", "abort_run", "resume_run"):
			refused = server.call(learner, f"enrollment_runs.{method}", name=answer["name"])
			assert refused.status_code == 403

	def test_an_uploaded_file_and_its_rejected_rows(self, server, hr):
		batch = make_batch().name
		seen, hidden = make_users(2)
		make_employee(seen)
		frappe.db.commit()
		file_url = upload(
			server, hr, "people.csv", f"member;cohort\n{seen};{batch}\n{hidden};{batch}\n".encode()
		)
		answer = server.call(hr, "enrollment_runs.import_enrollments", file_url=file_url).json()["message"]
		run = finish(answer["name"])
		assert (run.enrolled, run.refused) == (1, 1)
		progress = server.call(hr, "enrollment_runs.get_run", name=run.name).json()["message"]
		assert progress["refusals"][0]["reason"] == f"You may not see the employee record of {hidden}."
		back = hr.get(server.url + progress["rejected_file"])
		assert (
			back.content.decode("utf-8-sig").splitlines()[1].startswith(f'"{hidden}";"{batch}";"You may not')
		)
		other = server.session(committed(make_hr_user()))
		assert other.get(server.url + progress["rejected_file"]).status_code == 403
		assert server.call(other, "enrollment_runs.get_run", name=run.name).status_code == 403

	def test_a_file_that_is_not_ones_own_cannot_be_imported(self, server, moderator, hr):
		file_url = upload(server, moderator, "secret.csv", b"member\nana@example.com\n# of the moderator")
		for url in (
			file_url,
			"/private/files/../../site_config.json",
			"/files/no-such-file.csv",
			"http://127.0.0.1:1/people.csv",
			"file:///etc/passwd",
		):
			answer = server.call(hr, "enrollment_runs.import_enrollments", file_url=url)
			assert answer.status_code in (404, 417), url
		assert "exc_type" in answer.json()

	def test_the_log_names_the_file_that_was_uploaded(self, server, moderator, hr):
		"""Frappe keeps files of equal content at one address."""
		content = f"member\n{committed(make_users(1))[0]}\n".encode()
		upload(server, hr, "theirs.csv", content)
		upload(server, moderator, "a first one.csv", content)
		file_url = upload(server, moderator, "mine.csv", content)
		sent = {"file_url": file_url, "batch": make_batch().name}
		frappe.db.commit()
		name = server.call(moderator, "enrollment_runs.import_enrollments", **sent).json()["message"]["name"]
		frappe.db.rollback()
		assert "From the file mine.csv." in frappe.db.get_value("LMS Enrollment Run", name, "log")

	def test_a_broken_file_gets_a_sentence(self, server, moderator):
		file_url = upload(server, moderator, "broken.xlsx", b"PK this is no workbook")
		answer = server.call(moderator, "enrollment_runs.import_enrollments", file_url=file_url)
		assert (answer.status_code, answer.json()["exc_type"]) == (417, "EnrollmentFileError")
		assert "cannot be read" in said(answer)

	def test_abort_and_continue(self, server, moderator):
		batch, users = make_batch().name, committed(make_users(2))
		arguments = {"batch": batch, "members": users}
		name = server.call(moderator, "enrollment_runs.start_enrollment_run", **arguments).json()["message"][
			"name"
		]
		assert (
			server.call(moderator, "enrollment_runs.abort_run", name=name).json()["message"]["status"]
			== "Aborted"
		)
		assert finish(name).status == "Aborted"
		assert (
			server.call(moderator, "enrollment_runs.resume_run", name=name).json()["message"]["status"]
			== "Queued"
		)
		assert finish(name).enrolled == 2
		assert server.call(moderator, "enrollment_runs.get_run", name="LMS-RUN-0").status_code == 404


class TestChanges:
	def test_withdraw_keeps_the_row_and_frees_the_seat(self, server, hr):
		batch = make_batch(seat_count=1, enable_waitlist=1).name
		one, two = (make_employee(user).user_id for user in make_users(2))
		enrollment.enroll_many(batch, [one, two], source="Desk")
		frappe.db.commit()
		answer = server.call(hr, "batches.withdraw_member", batch=batch, member=one, reason="on leave")
		assert answer.json()["message"]["status"] == "Withdrawn"
		assert standing(batch) == {one: "Withdrawn", two: "Enrolled"}
		again = server.call(hr, "batches.withdraw_member", batch=batch, member=one, reason="again")
		assert (again.status_code, said(again)) == (404, f"{one}: You are not enrolled for this cohort.")
		blank = server.call(hr, "batches.withdraw_member", batch=batch, member=two, reason=" ")
		assert "Enter a reason" in said(blank)

	def test_move_is_all_or_nothing(self, server, moderator):
		here, there, full = make_batch().name, make_batch().name, make_batch(seat_count=1).name
		one, two = make_users(2)
		enrollment.enroll_many(here, [one], source="Desk")
		enrollment.enroll_many(full, [two], source="Desk")
		frappe.db.commit()
		refused = server.call(moderator, "batches.move_member", member=one, from_batch=here, to_batch=full)
		assert (refused.status_code, said(refused)) == (409, f"{one}: This cohort is full.")
		assert standing(here) == {one: "Enrolled"}
		server.call(moderator, "batches.move_member", member=one, from_batch=here, to_batch=there)
		assert (standing(here), standing(there)) == ({one: "Withdrawn"}, {one: "Enrolled"})
		same = server.call(moderator, "batches.move_member", member=one, from_batch=there, to_batch=there)
		assert same.status_code == 417

	def test_a_moderator_takes_somebody_off_the_waitlist_with_a_reason(self, server, moderator, hr):
		batch = make_batch(seat_count=1, enable_waitlist=1).name
		one, two = (make_employee(user).user_id for user in make_users(2))
		enrollment.enroll_many(batch, [one, two], source="Desk")
		frappe.db.commit()
		arguments = {"batch": batch, "member": two}
		assert server.call(hr, "batches.enroll_from_waitlist", **arguments).status_code == 403
		full = server.call(moderator, "batches.enroll_from_waitlist", **arguments)
		assert standing(batch)[two] == "Waitlisted"
		assert full.status_code in (200, 409)
		server.call(moderator, "batches.enroll_from_waitlist", override_reason="CEO", **arguments)
		assert standing(batch)[two] == "Enrolled"
		row = frappe.db.get_value("LMS Batch", batch, ["seats_taken", "waitlist_count"])
		assert row == (2, 0)
		absent = server.call(moderator, "batches.enroll_from_waitlist", **arguments)
		assert absent.status_code == 404

	def test_send_again_for_chosen_rows(self, server, hr):
		batch = make_batch().name
		seen, hidden = make_users(2)
		make_employee(seen)
		enrollment.enroll_many(batch, [seen, hidden], source="Desk")
		frappe.db.set_value("LMS Batch Enrollment", {"batch": batch}, "confirmation_due", 0)
		frappe.db.commit()
		rows = dict(
			frappe.get_all("LMS Batch Enrollment", {"batch": batch}, ["member", "name"], as_list=True)
		)
		refused = server.call(hr, "batches.send_confirmation_again", names=list(rows.values()))
		assert refused.status_code == 403
		answer = server.call(hr, "batches.send_confirmation_again", names=[rows[seen]])
		assert answer.json()["message"] == {"queued": 1}
		standing(batch)
		due = frappe.get_all("LMS Batch Enrollment", {"batch": batch, "confirmation_due": 1}, pluck="member")
		assert due in ([seen], [])  # a worker may have sent it by now


class TestChoosing:
	def test_filters_that_are_in_use(self, server, hr, moderator):
		team = make_department()
		boss = make_employee(department=team)
		make_employee(reports_to=boss.name)
		make_employee(company=company("Northern Test Company"))
		frappe.db.commit()
		mine = server.call(hr, "rosters.get_filters").json()["message"]
		values = {name: {each["value"] for each in choices} for name, choices in mine.items()}
		assert values["company"] == {company()}
		assert team in values["department"]
		assert boss.name in values["manager"]
		everything = server.call(moderator, "rosters.get_filters").json()["message"]
		assert "Northern Test Company" in {each["value"] for each in everything["company"]}

	def test_the_link_query_finds_enabled_learners_within_reach(self, server, hr, moderator):
		word = frappe.generate_hash(length=8)
		seen, hidden, disabled = (make_user(f"{word}{each}@example.com").name for each in "abc")
		make_user(f"{word}d@example.com", roles=("Employee",))
		make_employee(seen)
		frappe.db.set_value("User", disabled, "enabled", 0)
		frappe.db.commit()
		search = {
			"doctype": "User",
			"txt": word,
			"searchfield": "name",
			"start": 0,
			"page_len": 20,
			"filters": {},
		}
		found = server.call(moderator, "rosters.search_learners", **search).json()["message"]
		assert {row[0] for row in found} == {seen, hidden}
		found = server.call(hr, "rosters.search_learners", **search).json()["message"]
		assert [row[0] for row in found] == [seen]


ARGUMENTS = {
	"batches.enroll_members": {"batch": "x", "members": ["a@example.com"]},
	"batches.preview_enrollment": {"batch": "x", "members": ["a@example.com"]},
	"batches.withdraw_member": {"batch": "x", "member": "a@example.com", "reason": "because"},
	"batches.move_member": {"member": "a@example.com", "from_batch": "x", "to_batch": "y"},
	"batches.enroll_from_waitlist": {"batch": "x", "member": "a@example.com"},
	"batches.send_confirmation_again": {"names": ["x"]},
	"enrollment_runs.start_enrollment_run": {"batch": "x", "members": ["a@example.com"]},
	"enrollment_runs.import_enrollments": {"file_url": "/files/x.csv"},
	"enrollment_runs.get_run": {"name": "x"},
	"enrollment_runs.abort_run": {"name": "x"},
	"enrollment_runs.resume_run": {"name": "x"},
	"rosters.get_filters": {},
	"rosters.search_learners": {
		"doctype": "User",
		"txt": "",
		"searchfield": "name",
		"start": 0,
		"page_len": 20,
	},
}
READS = ("preview_enrollment", "get_run", "get_filters", "search_learners")


@pytest.mark.parametrize("method", ARGUMENTS)
def test_guests_and_learners_may_call_none_of_it(server, learner, method):
	evaluator = server.session(committed(make_user(roles=("Batch Evaluator",)).name))
	for session in (server.session(), learner, evaluator):
		answer = server.call(session, method, **ARGUMENTS[method])
		assert answer.status_code in (401, 403), answer.text


@pytest.mark.parametrize("method", [each for each in ARGUMENTS if not each.endswith(READS)])
def test_writes_are_post_only(server, moderator, method):
	answer = moderator.get(f"{server.url}/api/method/smooth_lms.api.{method}", params={"name": "x"})
	assert answer.status_code == 403
