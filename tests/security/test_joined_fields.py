"""Fields of linked records in lists: every link of every DocType of ours, followed by everybody at each of Frappe's doors.

The links come from the meta; what each person may read of the linked records comes from a list of their own.
"""

import inspect
import json

import pytest

import frappe
import frappe.client

from smooth_lms.permissions import joined
from smooth_lms.permissions.doors import sees_all
from tests.security.asking import ask
from tests.security.records import RECORDS, Stage, doctypes

PEOPLE = (
	*("learner", "other", "foreign", "author", "manager", "hr", "limited_hr"),
	*("hr_manager", "self_service", "moderator", "teaching_learner"),
)
HOST = "https://meet.example.com/secret-host"
TAKE_FIELDS = frozenset({*joined.SELECTED, *joined.SORTED, *joined.FILTERS})


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = Stage()
	# instructs one cohort and attends the class of another
	made.people["teaching_learner"] = made.people["foreign"]
	live = frappe.get_doc("LMS Live Class", made.records["LMS Live Class"])
	live.host_url = HOST
	live.save()
	row = frappe.get_doc("LMS Live Class Attendance", made.records["LMS Live Class Attendance"]).as_dict()
	frappe.get_doc(
		{**row, "name": None, "member": made.people["foreign"], "member_name": "Foreign", "__islocal": 1}
	).db_insert()
	frappe.db.commit()
	return made


@pytest.fixture(autouse=True)
def _as_administrator():
	yield
	frappe.set_user("Administrator")


def links():
	"""Every link field of every DocType of ours, with the DocType that it leads to."""
	for doctype in (*doctypes(), *doctypes(tables=True)):
		meta = frappe.get_meta(doctype)
		if not meta.issingle:
			for field in meta.get_link_fields():
				yield doctype, field.fieldname, field.options


def parent_of(doctype):
	return next(iter(joined_parents(doctype)), None)


def joined_parents(doctype):
	if not frappe.get_meta(doctype).istable:
		return []
	return [
		each
		for each in RECORDS
		if any(field.options == doctype for field in frappe.get_meta(each).get_table_fields())
		and not frappe.get_meta(each).issingle
	]


def readable(doctype):
	"""The records of a DocType that a list of it shows to the session's user."""
	try:
		return set(frappe.get_list(doctype, pluck="name", limit=0))
	except frappe.PermissionError:
		return set()


def rows_told(text):
	"""The rows of an answer, in whatever way the door sends them."""
	if not text:
		return []
	answer = json.loads(text)[0]
	if isinstance(answer, dict) and "keys" in answer:
		return [dict(zip(answer["keys"], row, strict=True)) for row in answer["values"]]
	return [answer] if isinstance(answer, dict) else answer or []


def doors(doctype, link):
	"""Each of Frappe's methods that reads fields by name, asked for what the linked record says."""
	secret = f"{link}.creation as secret"
	both = json.dumps(["name", link, secret])
	parent = parent_of(doctype)
	made = f"`tab{doctype}`.`creation`"
	yield "frappe.client.get_list", {"fields": both, "parent": parent, "limit_page_length": 0}
	yield "frappe.client.get_value", {"fieldname": both, "parent": parent, "filters": "{}"}
	yield "frappe.desk.reportview.get", {"fields": both, "parent_doctype": parent, "page_length": 500}
	yield "frappe.desk.reportview.get_list", {"fields": both, "parent_doctype": parent, "page_length": 500}
	yield (
		"frappe.desk.calendar.get_events",
		{
			"start": "2000-01-01",
			"end": "2100-01-01",
			"fields": both,
			"field_map": json.dumps({"start": made, "end": made}),
		},
	)
	mapped = json.dumps({"start": made, "end": made, "title": secret, "color": link})
	yield "frappe.desk.calendar.get_events", {"start": "2000-01-01", "end": "2100-01-01", "field_map": mapped}
	if hasattr(frappe.client, "validate_link_and_fetch"):  # since 16
		for name in sorted(readable(doctype))[:1]:
			yield "frappe.client.validate_link_and_fetch", {"docname": name, "fields_to_fetch": both}


class TestThroughEveryLink:
	@pytest.mark.parametrize("person", PEOPLE)
	@pytest.mark.sweep(2)
	def test_a_list_says_nothing_of_records_that_the_reader_does_not_see(self, stage, person):
		told, asked = [], 0
		for doctype, link, linked in links():
			frappe.set_user(stage.people[person])
			if sees_all(linked):
				continue
			seen = readable(linked)
			for method, arguments in doors(doctype, link):
				asked += 1
				for row in rows_told(ask(method, doctype=doctype, **arguments)):
					if row.get("secret") and row.get(link) not in seen:
						told.append((doctype, link, method))
		assert sorted(set(told)) == []
		assert asked

	@pytest.mark.parametrize("person", PEOPLE)
	@pytest.mark.parametrize("argument", sorted({*joined.SORTED, *joined.FILTERS}))
	@pytest.mark.sweep(10)
	def test_nor_sorts_groups_or_filters_by_what_they_say(self, stage, person, argument):
		through = []
		for doctype, link, linked in links():
			frappe.set_user(stage.people[person])
			if sees_all(linked) or not frappe.has_permission(doctype, "read"):
				continue
			for value in _written(argument, doctype, f"{link}.creation"):
				frappe.local.form_dict = frappe._dict(doctype=doctype, **{argument: value})
				try:
					_close("frappe.desk.reportview.get")
				except frappe.PermissionError:
					continue
				through.append((doctype, link, value))
		assert through == []

	def test_an_author_reads_titles_of_their_own_chapters(self, stage):
		"""The desk's list shows them, and shows a name in place of a title that is not there."""
		frappe.set_user(stage.people["author"])
		fields = json.dumps(["`tabCourse Lesson`.`name`", "chapter.title as chapter_title"])
		filters = json.dumps({"name": stage.records["Course Lesson"]})
		for method in ("frappe.desk.reportview.get", "frappe.desk.reportview.get_list"):
			(row,) = rows_told(ask(method, doctype="Course Lesson", fields=fields, filters=filters))
			title = frappe.db.get_value("Course Chapter", stage.records["Course Chapter"], "title")
			assert row["chapter_title"] == title

	def test_who_sees_all_of_them_asks_as_before(self, stage):
		frappe.set_user(stage.people["moderator"])
		fields = json.dumps(["name", "live_class.host_url as host"])
		text = ask("frappe.client.get_list", doctype="LMS Live Class Attendance", fields=fields)
		assert HOST in text

	def test_a_value_with_a_dot_is_no_field(self, stage):
		frappe.set_user(stage.people["learner"])
		for filters in (
			{"batch": "batch.title"},
			[["batch", "=", "batch.title"]],
			[["batch", "in", ["batch.x"]]],
		):
			frappe.local.form_dict = frappe._dict(doctype="LMS Enrollment", filters=json.dumps(filters))
			_close("frappe.client.get_list")


class TestOverHttp:
	ADDRESSES = (
		"/api/resource/{doctype}?fields={fields}",
		"/api/v1/resource/{doctype}?fields={fields}",
		"/api/v2/document/{doctype}?fields={fields}",
		"/api/method/frappe.client.get_list?doctype={doctype}&fields={fields}",
		"/api/method/frappe.desk.reportview.get?doctype={doctype}&fields={fields}",
		"/api/method/frappe.desk.reportview.get_list?doctype={doctype}&fields={fields}",
		"/api/method/frappe.desk.reportview.export_query?doctype={doctype}&fields={fields}&file_format_type=CSV&title=x",
		"/?cmd=frappe.client.get_list&doctype={doctype}&fields={fields}",
		# a door that fills in linked fields is named, another is asked
		"/api/method/frappe.client.get_list?cmd=frappe.desk.reportview.get&doctype={doctype}&fields={fields}",
		"/api/method/frappe.desk.reportview.get?cmd=frappe.client.get_list&doctype={doctype}&fields={fields}",
		"/api/resource/{doctype}?cmd=frappe.desk.reportview.get&doctype={doctype}&fields={fields}",
	)

	@pytest.mark.parametrize("address", ADDRESSES)
	@pytest.mark.parametrize(
		"written", ["live_class.host_url", "live_class.host_url as x", "max(live_class.host_url)"]
	)
	def test_the_host_link_of_a_class_stays_with_who_runs_it(self, stage, server, address, written):
		session = server.session(stage.people["foreign"])
		fields = json.dumps(["name", "live_class", written])
		asked = address.format(doctype="LMS Live Class Attendance", fields=fields)
		answer = session.get(server.url + asked, timeout=60)
		assert HOST not in answer.text
		assert answer.status_code < 500

	def test_nor_in_the_body_of_a_request(self, stage, server):
		session = server.session(stage.people["foreign"])
		body = {"doctype": "LMS Live Class Attendance", "fields": ["name", "live_class.host_url"]}
		for method in ("frappe.client.get_list", "frappe.desk.reportview.get"):
			answer = session.post(f"{server.url}/api/method/{method}", json=body, timeout=60)
			assert HOST not in answer.text
			assert answer.status_code < 500


class TestEveryDoorOfFrappe:
	def test_that_takes_fields_by_name_is_known(self):
		"""A method with a parameter that is called like those which take fields is looked at by the same rule."""
		unknown = {}
		for method in frappe.whitelisted:
			if inspect.unwrap(method).__module__.split(".")[0] != "frappe":
				continue
			named = set(inspect.signature(method).parameters)
			if "doctype" in named:
				taken = {
					each for each in named if "field" in each or "filter" in each or each.endswith("_by")
				}
				if taken := taken - TAKE_FIELDS - set(READ_OTHERWISE):
					unknown[f"{method.__module__}.{method.__name__}"] = sorted(taken)
		assert unknown == {}


READ_OTHERWISE = {
	"apply_module_export_filter": "a switch",
	"docfield": "names a field of the record that a file is put into",
	"export_fields": "read from the meta, by name",
	"field_name": "of a board's own DocType",
	"removed_listview_fields": "shows nothing",
	"workflow_state_field": "a plain name: doors.require_plain",
	"workflow_state_fieldname": "shows nothing",
	"goal_value_field": "of the goal's record, read by name",
	"goal_total_field": "of the goal's record, read by name",
	"goal_history_field": "of the goal's record, read by name",
	"goal_field": "a plain name: doors.require_plain",
	"date_field": "a plain name: doors.require_plain",
	"parent_field": "for administrators",
	"link_fieldname": "of the meta",
}
"""Parameters called like one with fields or filters, and why no link is followed by them."""


def _written(argument, doctype, path):
	if argument in joined.SORTED:
		return [path, f"`{path.replace('.', '`.`')}` desc", f"name, {path} asc"]
	filters = [{path: "x"}, [[path, "=", "x"]], [[doctype, path, "=", "x"]], [{path: ["like", "x%"]}]]
	return [*filters, *map(json.dumps, filters)]


def _close(method):
	from frappe.utils import set_request

	set_request(method="GET", path=f"/api/method/{method}")
	try:
		joined.close_joins()
	finally:
		del frappe.local.request
		frappe.local.form_dict = frappe._dict()
