"""Comments on our records and who follows them: only with the right to read, and under one's own name."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

import frappe
from frappe.desk.form.document_follow import follow_document
from frappe.utils import today

import smooth_lms
from smooth_lms.patches.v0_2 import end_follows_of_guarded_fields, end_follows_without_rights
from smooth_lms.permissions import timeline
from smooth_lms.setup.custom_fields import CUSTOM_FIELDS
from tests.support.factories import (
	forget_mail_accounts,
	make_course,
	make_employee,
	make_mail_account,
	make_user,
)
from tests.support.server import Server

ASSIGNMENT, FOLLOW = "LMS Training Assignment", "Document Follow"
NUMBERS = count(900_000)
OUR_REPORTS = sorted(
	json.loads(path.read_text())["name"] for path in Path(smooth_lms.__path__[0]).glob("*/report/*/*.json")
)


@pytest.fixture(scope="module")
def scene(_connection: None) -> Iterator[SimpleNamespace]:
	frappe.set_user("Administrator")
	owner, stranger = (make_user(document_follow_notify=1).name for _ in range(2))
	keeper = make_user(roles=("System Manager",)).name
	values = {
		"member": owner,
		"employee": make_employee(owner).name,
		"course": make_course().name,
		"due_date": today(),
	}
	record = frappe.get_doc({"doctype": ASSIGNMENT, **values}).insert(ignore_permissions=True)
	make_mail_account()
	frappe.db.commit()
	yield SimpleNamespace(owner=owner, stranger=stranger, keeper=keeper, record=record.name)
	forget_mail_accounts()
	frappe.db.commit()


def call(server: Server, by: str, path: str, /, **arguments: object) -> requests.Response:
	frappe.db.commit()
	answer = server.session(by).post(f"{server.url}/api/{path}", json=arguments, timeout=60)
	frappe.db.rollback()
	return answer


def comments(record: str) -> list[frappe._dict]:
	filters = {"reference_name": record, "comment_type": ["in", ["Comment", "Like"]]}
	return frappe.get_all("Comment", filters, ["name", "comment_email", "comment_by", "owner"])


def follows(user: str) -> list[str]:
	return frappe.get_all(FOLLOW, {"user": user}, pluck="ref_docname")


def put(user: str, record: str) -> None:
	"""A follow as it could be made before."""
	frappe.get_doc(
		{
			"doctype": FOLLOW,
			"ref_doctype": ASSIGNMENT,
			"ref_docname": record,
			"user": user,
			"name": next(NUMBERS),
		}
	).db_insert()


class TestComments:
	METHODS = (
		"frappe.templates.includes.comments.comments.add_comment",
		"frappe.desk.form.utils.add_comment",
	)

	@pytest.fixture(autouse=True)
	def none_counted(self):
		"""Frappe allows a few comments an hour."""
		for key in frappe.cache().scan_iter("*rl:*"):
			frappe.cache().delete(key)

	def add(self, server: Server, user: str, method: str, record: str) -> requests.Response:
		return call(
			server,
			user,
			f"method/{method}",
			comment="Approved",
			content="Approved",
			comment_email="Administrator",
			comment_by="Administrator",
			reference_doctype=ASSIGNMENT,
			reference_name=record,
			route="",
		)

	@pytest.mark.parametrize("method", METHODS)
	def test_nobody_writes_on_a_record_they_may_not_read(self, server, scene, method):
		before = comments(scene.record)
		assert self.add(server, scene.stranger, method, scene.record).status_code == 403
		assert comments(scene.record) == before

	@pytest.mark.parametrize("method", METHODS)
	def test_are_signed_by_their_author(self, server, scene, method):
		before = comments(scene.record)
		answer = self.add(server, scene.owner, method, scene.record)
		assert answer.ok, answer.text[-900:]
		name = frappe.db.get_value("User", scene.owner, "full_name")
		(added,) = [each for each in comments(scene.record) if each not in before]
		assert (added.comment_email, added.comment_by) == (scene.owner, name)

	def test_keep_their_author(self, server, scene):
		values = {"reference_doctype": ASSIGNMENT, "reference_name": scene.record, "content": "x"}
		claimed = {"comment_type": "Comment", "comment_email": "Administrator", "comment_by": "Administrator"}
		made = call(server, scene.keeper, "resource/Comment", **values, **claimed)
		assert made.ok, made.text
		name = made.json()["data"]["name"]
		answer = server.session(scene.keeper).put(
			f"{server.url}/api/resource/Comment/{name}", json=claimed, timeout=60
		)
		assert answer.ok, answer.text
		frappe.db.rollback()
		assert frappe.db.get_value("Comment", name, "comment_email") == scene.keeper

	def test_of_frappe_itself_are_written_as_ever(self, scene):
		doc = frappe.get_doc(ASSIGNMENT, scene.record)
		frappe.set_user(scene.stranger)
		assert doc.add_comment("Info", "x").name
		assert doc.add_comment("Comment", "x", comment_email="Administrator").comment_email == "Administrator"


class TestFollowers:
	@pytest.fixture(autouse=True)
	def none_left(self):
		yield
		frappe.db.rollback()
		frappe.db.delete(FOLLOW)
		frappe.db.commit()

	@pytest.mark.parametrize("by", ["owner", "stranger"])
	def test_may_read_the_record(self, server, scene, by):
		arguments = {"doctype": ASSIGNMENT, "doc_name": scene.record, "user": scene.stranger}
		method = "method/frappe.desk.form.document_follow.follow_document"
		assert call(server, getattr(scene, by), method, **arguments).status_code == 403
		values = {"ref_doctype": ASSIGNMENT, "ref_docname": scene.record, "user": scene.stranger}
		assert call(server, getattr(scene, by), f"resource/{FOLLOW}", **values).status_code == 403
		method = "method/frappe.desk.form.document_follow.update_follow"
		call(server, scene.stranger, method, doctype=ASSIGNMENT, doc_name=scene.record, following=True)
		assert follows(scene.stranger) == []

	def test_are_not_added_by_somebody_who_may_not_read_it(self, server, scene):
		arguments = {"doctype": ASSIGNMENT, "doc_name": scene.record, "user": scene.owner}
		method = "method/frappe.desk.form.document_follow.follow_document"
		assert call(server, scene.stranger, method, **arguments).status_code == 403
		assert follows(scene.owner) == []

	def test_follow_what_they_may_read(self, server, scene):
		arguments = {"doctype": ASSIGNMENT, "doc_name": scene.record, "user": scene.owner}
		method = "method/frappe.desk.form.document_follow.follow_document"
		assert call(server, scene.owner, method, **arguments).ok
		assert follows(scene.owner) == [scene.record]

	def test_no_change_fails_because_frappe_would_follow_it(self, scene):
		frappe.set_user(scene.stranger)
		follow_document(ASSIGNMENT, scene.record, scene.stranger)
		assert follows(scene.stranger) == []

	@pytest.mark.parametrize("frequency", ["hourly", "daily", "weekly"])
	def test_end_with_the_right_to_read_before_the_mails_go_out(self, scene, frequency):
		for user in (scene.owner, scene.stranger):
			put(user, scene.record)
		frappe.db.commit()
		method = f"frappe.desk.form.document_follow.send_{frequency}_updates"
		for hook in frappe.get_hooks("before_job"):
			frappe.call(hook, method="run_scheduled_job", kwargs={"job_type": method}, transaction_type="job")
		assert follows(scene.stranger) == []
		assert follows(scene.owner) == [scene.record]

	def test_read_every_field_of_ours(self, scene):
		"""The mails tell of every field, at whatever permission level."""
		boss = make_user(roles=("HR Manager",), document_follow_notify=1).name
		worker = make_user(roles=("Employee Self Service",), document_follow_notify=1).name
		employee = make_employee(worker).name
		for user, may in ((worker, False), (boss, True)):
			frappe.set_user(user)
			follow_document("Employee", employee, user)
			assert follows(user) == [employee] * may
			frappe.set_user("Administrator")
			if not may:
				frappe.get_doc(
					{"doctype": FOLLOW, "ref_doctype": "Employee", "ref_docname": employee, "user": user}
				).update({"name": next(NUMBERS)}).db_insert()
		for _ in range(2):
			end_follows_of_guarded_fields.execute()
			assert (follows(worker), follows(boss)) == ([], [employee])

	def test_fields_of_ours_in_doctypes_of_others_are_all_known(self):
		named = {field["fieldname"] for fields in CUSTOM_FIELDS.values() for field in fields}
		layout = {"lms_tab", "lms_column", "lms_section"}
		assert named - layout == set(timeline.OUR_FIELDS)

	def test_end_with_the_account(self, scene):
		put(scene.owner, scene.record)
		frappe.db.set_value("User", scene.owner, "enabled", 0)
		end_follows_without_rights.execute()
		assert follows(scene.owner) == []

	def test_are_put_right_by_the_patch(self, scene):
		for user in (scene.owner, scene.stranger):
			put(user, scene.record)
		for _ in range(2):
			end_follows_without_rights.execute()
			assert (follows(scene.stranger), follows(scene.owner)) == ([], [scene.record])


class TestMessages:
	def message(self, **values: object) -> str:
		given = {"subject": "Hello", "content": "Hello", "communication_medium": "Email", **values}
		doc = frappe.get_doc({"doctype": "Communication", **given}).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc.name

	def where(self, message: str) -> str | None:
		frappe.db.rollback()
		return frappe.db.get_value("Communication", message, "reference_name")

	def test_are_not_put_at_records_that_somebody_does_not_see(self, scene, server):
		frappe.set_user("Administrator")
		mine = self.message(owner=scene.stranger)
		frappe.db.set_value("Communication", mine, "owner", scene.stranger)
		place = {"reference_doctype": ASSIGNMENT, "reference_name": scene.record}
		answer = call(server, scene.stranger, "method/frappe.email.relink", name=mine, **place)
		assert answer.status_code == 403
		assert self.where(mine) is None

	def test_are_not_taken_from_records_that_somebody_does_not_see(self, scene, server):
		frappe.set_user("Administrator")
		theirs = self.message(reference_doctype=ASSIGNMENT, reference_name=scene.record)
		place = {"reference_doctype": "User", "reference_name": scene.stranger}
		answer = call(server, scene.stranger, "method/frappe.email.relink", name=theirs, **place)
		assert answer.status_code == 403
		assert self.where(theirs) == scene.record

	def test_are_not_moved_by_those_who_may_not_read_them(self, scene, server):
		"""Somebody's message would stand, and be read, at a record of one's own."""
		frappe.set_user("Administrator")
		theirs = self.message(reference_doctype="User", reference_name="Administrator")
		place = {"reference_doctype": ASSIGNMENT, "reference_name": scene.record}
		answer = call(server, scene.owner, "method/frappe.email.relink", name=theirs, **place)
		assert answer.status_code == 403
		assert self.where(theirs) == "Administrator"

	def test_are_moved_by_who_may(self, scene, server):
		frappe.set_user("Administrator")
		message = self.message()
		place = {"reference_doctype": ASSIGNMENT, "reference_name": scene.record}
		assert call(server, scene.keeper, "method/frappe.email.relink", name=message, **place).ok
		assert self.where(message) == scene.record

	@pytest.mark.parametrize("way", ["reference", "timeline"])
	def test_are_not_written_at_records_that_somebody_does_not_see(self, scene, server, way):
		inbox = make_user(roles=("LMS Student", "Inbox User")).name
		values = {"subject": "Hello", "content": "Hello", "communication_medium": "Phone"}
		if way == "reference":
			values |= {"reference_doctype": ASSIGNMENT, "reference_name": scene.record}
		else:
			values["timeline_links"] = [{"link_doctype": ASSIGNMENT, "link_name": scene.record}]
		answer = call(server, inbox, "resource/Communication", **values)
		assert answer.status_code == 403 or not frappe.db.exists(
			"Communication Link", {"link_name": scene.record}
		)
		assert not frappe.db.exists("Communication", {"owner": inbox, "reference_name": scene.record})


class TestEvents:
	def event(self, server: Server, by: str, record: str) -> requests.Response:
		rows = [{"reference_doctype": ASSIGNMENT, "reference_docname": record}]
		start = f"{today()} 10:00:00"
		return call(server, by, "resource/Event", subject="x", starts_on=start, event_participants=rows)

	def messages(self, record: str) -> list[str]:
		return frappe.get_all("Communication", {"reference_name": record, "subject": "x"})

	def test_stand_in_the_timelines_of_records_that_their_author_sees(self, scene, server):
		"""An event is written there as a message, by Frappe itself."""
		assert self.event(server, scene.stranger, scene.record).status_code == 403
		assert self.messages(scene.record) == []
		assert self.event(server, scene.owner, scene.record).ok


class TestReportsInTheBackground:
	REPORT = "Overdue Training"
	MAKE = "method/frappe.core.doctype.prepared_report.prepared_report.make_prepared_report"

	def prepared(self, owner: str) -> list[str]:
		frappe.db.rollback()
		return frappe.get_all("Prepared Report", {"owner": owner}, pluck="name")

	@pytest.mark.parametrize("report", OUR_REPORTS)
	def test_are_run_by_those_who_may_run_them(self, scene, server, report):
		for person in (scene.owner, scene.stranger):
			answer = call(server, person, self.MAKE, report_name=report, filters="{}")
			assert answer.status_code == 403, report
			assert self.prepared(person) == []

	def test_are_run_by_hr(self, scene, server):
		hr = make_user(roles=("HR Manager",)).name
		assert call(server, hr, self.MAKE, report_name=self.REPORT, filters="{}").ok
		assert len(self.prepared(hr)) == 1

	def test_are_read_by_who_has_run_them(self, scene, server):
		"""They hold what their owner sees; another person of HR may see fewer people."""
		hr, other = (make_user(roles=("HR Manager", "Prepared Report User")).name for _ in range(2))
		assert call(server, hr, self.MAKE, report_name=self.REPORT, filters="{}").ok
		(name,) = self.prepared(hr)
		address = f"{server.url}/api/resource/Prepared Report"
		told = {}
		for person in (hr, other):
			session = server.session(person)
			listed = [row["name"] for row in session.get(address, timeout=60).json()["data"]]
			told[person] = (name in listed, session.get(f"{address}/{name}", timeout=60).status_code)
		assert told == {hr: (True, 200), other: (False, 403)}
