"""Methods of Frappe's desk that read past permissions, asked by a learner about records that are not theirs."""

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import pytest

import frappe
from frappe.utils import now_datetime

import smooth_lms
from smooth_lms import hooks
from smooth_lms.base.sql import list_condition
from smooth_lms.permissions import doors
from tests.security.asking import ask
from tests.security.records import Stage
from tests.security.test_arguments import HOSTILE, status_of
from tests.support.factories import unique

COLUMN = "frappe.desk.query_report.get_data_for_custom_field"
CHART = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
SECRETS = {
	"LMS Certificate": "verification_code",
	"LMS Training Assignment": "member",
	"Employee Compliance": "employee_name",
	"LMS Question": "label",
}
OUTSIDERS = ("nobody", "other", "foreign", "manager", "limited_hr", "self_service")
DOORS = {
	"search_link": {"doctype": "LMS Batch", "txt": "x"},
	"search_widget": {"doctype": "LMS Batch", "txt": "x"},
	"get_count": {"doctype": "LMS Batch"},
	"search_everything": {"text": "x"},
	"get_column": {"doctype": "LMS Batch", "field": "title"},
	"get_chart": {
		"chart": {"document_type": "LMS Batch", "chart_type": "Count", "type": "Line"},
		"no_cache": 1,
	},
}


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = Stage()
	frappe.db.commit()
	return made


@pytest.fixture(autouse=True)
def _as_administrator():
	yield
	frappe.set_user("Administrator")


def hidden(stage, person):
	"""Records of the stage whose column the person may not read."""
	frappe.set_user("Administrator")
	values = {
		doctype: frappe.db.get_value(doctype, stage.records[doctype], field)
		for doctype, field in SECRETS.items()
	}
	frappe.set_user(stage.people[person])
	return {
		doctype: value
		for doctype, value in values.items()
		if not frappe.has_permission(doctype, "read", doc=stage.records[doctype])
	}


class TestColumns:
	@pytest.mark.parametrize("person", OUTSIDERS)
	def test_of_records_that_the_reader_may_not_see_stay_shut(self, stage, person):
		told = []
		for doctype in hidden(stage, person):
			name = stage.records[doctype]
			for names in ({}, {"names": json.dumps([name])}):
				if f'"{name}"' in ask(COLUMN, doctype=doctype, field=SECRETS[doctype], **names):
					told.append((doctype, names))
		assert told == []

	def test_are_answered_for_those_who_may_read(self, stage):
		frappe.set_user(stage.people["author"])
		name = stage.records["LMS Question"]
		label = frappe.db.get_value("LMS Question", name, "label")
		assert label in ask(COLUMN, doctype="LMS Question", field="label")

	@pytest.mark.parametrize("field", ["label as x", "course.title", "count(*)", "nothing"])
	def test_are_columns(self, stage, field):
		frappe.set_user(stage.people["author"])
		assert ask(COLUMN, doctype="LMS Question", field=field) == ""

	def test_are_not_added_to_a_report_by_those_who_do_not_see_them(self, stage):
		frappe.set_user("Administrator")
		code = frappe.db.get_value("LMS Certificate", stage.scene.certificate, "verification_code")
		column = {
			"fieldname": "verification_code",
			"doctype": "LMS Certificate",
			"link_field": {"fieldname": "certificate", "names": []},
			"insert_after_index": 0,
			"label": "Code",
		}
		frappe.set_user(stage.people["manager"])
		with pytest.raises(frappe.PermissionError):
			doors.require_columns("Overdue Training", [column])
		for method in ("frappe.desk.query_report.run", "frappe.desk.query_report.export_query"):
			text = ask(
				method, report_name="Overdue Training", custom_columns=[column], file_format_type="CSV"
			)
			assert code not in text
			assert text == ""
		# nor by keeping them in a report of one's own
		saved = {
			"reference_report": "Overdue Training",
			"report_name": unique("Mine"),
			"columns": json.dumps([column]),
			"filters": "{}",
		}
		assert ask("frappe.desk.query_report.save_report", **saved) == ""

	def test_are_added_by_those_who_see_all(self, stage):
		column = {"fieldname": "title", "doctype": "LMS Course", "link_field": "course"}
		frappe.set_user(stage.people["moderator"])
		doors.require_columns("Overdue Training", [column])

	def test_a_report_runs_as_ever(self, stage):
		frappe.set_user(stage.people["manager"])
		assert '"columns"' in ask(
			"frappe.desk.query_report.run", report_name="Overdue Training", filters="{}"
		)


class TestCharts:
	@pytest.mark.parametrize("person", OUTSIDERS)
	@pytest.mark.parametrize("chart_type", ["Count", "Sum"])
	def test_are_no_oracle(self, stage, person, chart_type):
		told = []
		for doctype, value in hidden(stage, person).items():
			chart = {
				"chart_type": chart_type,
				"type": "Heatmap",
				"document_type": doctype,
				"based_on": "creation",
				"filters_json": json.dumps([[doctype, SECRETS[doctype], "=", value, False]]),
			}
			text = ask(CHART, chart=json.dumps(chart), no_cache=1, heatmap_year=str(now_datetime().year))
			if text and json.loads(text)[0]["dataPoints"]:
				told.append(doctype)
		assert told == []

	def test_by_groups_show_columns_that_the_reader_may_see(self, stage):
		chart = {
			"chart_type": "Group By",
			"group_by_type": "Count",
			"document_type": "LMS Question",
			"group_by_based_on": "label",
			"filters_json": "[]",
		}
		answers = {}
		for person in ("foreign", "author"):
			frappe.set_user(stage.people[person])
			answers[person] = ask(CHART, chart=json.dumps(chart), no_cache=1)
		label = frappe.db.get_value("LMS Question", stage.records["LMS Question"], "label")
		assert label not in answers["foreign"]
		assert label in answers["author"]

	def test_answer_each_reader_anew(self, stage):
		"""Frappe keeps what a chart has shown to the first, for everybody."""
		frappe.set_user("Administrator")
		chart = frappe.get_doc(
			{
				"doctype": "Dashboard Chart",
				"chart_name": unique("Questions"),
				"chart_type": "Group By",
				"group_by_type": "Count",
				"type": "Bar",
				"document_type": "LMS Question",
				"group_by_based_on": "label",
				"filters_json": "[]",
				"is_public": 1,
			}
		).insert()
		label = frappe.db.get_value("LMS Question", stage.records["LMS Question"], "label")
		assert label in ask(CHART, chart_name=chart.name)
		frappe.set_user(stage.people["foreign"])
		assert label not in ask(CHART, chart_name=chart.name)

	@pytest.mark.parametrize("person", OUTSIDERS)
	def test_cards_count_what_a_list_shows(self, stage, person):
		wrong = []
		for doctype, value in hidden(stage, person).items():
			card = {"document_type": doctype, "function": "Count"}
			name = stage.records[doctype]
			filters = json.dumps([[doctype, SECRETS[doctype], "=", value], [doctype, "name", "=", name]])
			text = ask(
				"frappe.desk.doctype.number_card.number_card.get_result",
				doc=json.dumps(card),
				filters=filters,
			)
			if text and json.loads(text)[0]:
				wrong.append(doctype)
		assert wrong == []


class TestMarks:
	def marks(self, doctype, name):
		return {
			"frappe.desk.doctype.tag.tag.add_tag": {"tag": "seen", "dt": doctype, "dn": name},
			"frappe.desk.doctype.tag.tag.add_tags": {
				"tags": '["seen"]',
				"dt": doctype,
				"docs": json.dumps([name]),
			},
			"frappe.desk.doctype.tag.tag.remove_tag": {"tag": "seen", "dt": doctype, "dn": name},
			"frappe.desk.like.toggle_like": {"doctype": doctype, "name": name, "add": "Yes"},
			"frappe.desk.form.document_follow.get_follow_users": {"doctype": doctype, "doc_name": name},
		}

	@pytest.mark.parametrize("person", OUTSIDERS)
	def test_are_put_on_records_that_one_may_read(self, stage, person):
		put = []
		for doctype in hidden(stage, person):
			for method, arguments in self.marks(doctype, stage.records[doctype]).items():
				if ask(method, **arguments):
					put.append((doctype, method))
		assert put == []

	def test_are_put_by_those_who_may_read(self, stage):
		frappe.set_user(stage.people["author"])
		for method, arguments in self.marks("LMS Question", stage.records["LMS Question"]).items():
			assert ask(method, **arguments), method

	def test_show_no_record_by_its_tag(self, stage):
		name = stage.records["LMS Question"]
		tag = unique("Tag")
		frappe.set_user("Administrator")
		frappe.get_doc("LMS Question", name).add_tag(tag)
		for person, shown in (("foreign", False), ("author", True)):
			frappe.set_user(stage.people[person])
			text = ask("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="LMS Question", tag=f"%{tag}%")
			assert (name in text) == shown
			if not shown:
				assert name not in ask("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag=f"#{tag}")

	def test_a_task_is_about_a_record_that_one_may_read(self, stage):
		for person, may in (("foreign", False), ("author", True)):
			frappe.set_user(stage.people[person])
			doc = frappe.get_doc(
				{
					"doctype": "ToDo",
					"description": "x",
					"reference_type": "LMS Question",
					"reference_name": stage.records["LMS Question"],
				}
			)
			if may:
				assert doc.insert(ignore_permissions=True).name
			else:
				with pytest.raises(frappe.PermissionError):
					doc.insert(ignore_permissions=True)
		frappe.db.rollback()


class TestNumbers:
	STATES = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"
	GOAL = "frappe.utils.goal.get_monthly_goal_graph_data"

	@pytest.mark.parametrize("person", ["learner", *OUTSIDERS])
	def test_counted_past_all_permissions_show_nothing(self, stage, person):
		told = []
		for doctype, value in hidden(stage, person).items():
			text = ask(self.STATES, doctype=doctype, workflow_state_field=SECRETS[doctype], states='["x"]')
			if value and str(value) in text:
				told.append(doctype)
			asked = {"goal_doctype": doctype, "goal_field": "name", "date_field": "creation"}
			asked |= {"doctype": "Tag", "docname": "x", "goal_doctype_link": "name", "title": "x"}
			asked |= {"goal_value_field": "idx", "goal_total_field": "idx", "goal_history_field": "_comments"}
			if ask(self.GOAL, aggregation="count", **asked):
				told.append(f"{doctype}, a goal")
		assert told == []

	def test_are_told_to_those_who_see_all(self, stage):
		frappe.set_user("Administrator")
		assert ask(self.STATES, doctype="LMS Course", workflow_state_field="title", states='["x"]')


class TestWhoSeesAll:
	"""Decided by roles, conditions and User Permissions, not by what happens to be there."""

	def sees(self, user, doctype):
		frappe.set_user(user)
		return doors.sees_all(doctype)

	def test_does_not_depend_on_the_records(self, stage):
		doctypes = [each for each in SECRETS if frappe.db.exists("DocType", each)]
		people = ("learner", *OUTSIDERS, "moderator")
		before = {(who, each): self.sees(stage.people[who], each) for who in people for each in doctypes}
		frappe.db.savepoint("emptied")
		for each in doctypes:
			frappe.db.delete(each)
		after = {(who, each): self.sees(stage.people[who], each) for who in people for each in doctypes}
		frappe.db.rollback(save_point="emptied")
		assert after == before
		assert {who for (who, _each), sees in before.items() if sees} == {"moderator"}

	def test_what_was_shared_is_not_all(self, stage):
		user = stage.people["nobody"]
		frappe.set_user("Administrator")
		shared = frappe.get_doc({"doctype": "Compliance Type", "compliance_type": unique("Shared")})
		shared.flags.ignore_mandatory = True
		shared.insert()
		frappe.share.add("Compliance Type", shared.name, user, read=1)
		assert not self.sees(user, "Compliance Type")
		assert shared.name in list_condition("Compliance Type", user)
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestSearchOverEverything:
	@pytest.mark.parametrize("which", ["start", "limit"])
	@pytest.mark.parametrize(
		"method", ["frappe.utils.global_search.search", "smooth_lms.api.desk.search_everything"]
	)
	def test_takes_numbers_only(self, stage, method, which):
		frappe.set_user(stage.people["learner"])
		assert ask(method, text="x", **{which: "1 PROCEDURE ANALYSE(1, 1)"}) == ""

	def test_is_bounded(self, stage, monkeypatch):
		given = []
		monkeypatch.setattr("frappe.utils.global_search.search", lambda *args: given.append(args) or [])
		frappe.set_user(stage.people["learner"])
		ask("smooth_lms.api.desk.search_everything", text="x", start=-5, limit=10**9)
		assert given == [("x", 0, 100, "")]


class TestArguments:
	@pytest.mark.parametrize("door", sorted(DOORS))
	@pytest.mark.parametrize("person", ["learner", "moderator"])
	def test_malformed_ones_are_answered_below_500(self, stage, door, person):
		function = importlib.import_module("smooth_lms.api.desk").__dict__[door]
		wrong = {}
		for parameter in inspect.signature(function).parameters:
			for what, value in HOSTILE.items():
				frappe.set_user(stage.people[person])
				given = {**DOORS[door], parameter: value}
				frappe.local.form_dict = frappe._dict(given)
				try:
					status = status_of(lambda given=given: frappe.call(function, **given))
				except Exception as error:
					status = f"{type(error).__name__}: {error}"[:150]
				if not isinstance(status, int) or status >= 500:
					wrong[f"{parameter} = {what}"] = status
		assert wrong == {}

	def test_a_search_names_no_method_that_stands_behind_a_door(self, stage):
		frappe.set_user(stage.people["moderator"])
		for query in (COLUMN, CHART, "erpnext.templates.pages.search_help.search"):
			assert ask("frappe.desk.search.search_link", doctype="LMS Batch", txt="label", query=query) == ""


def _lent_paths():
	"""Second paths to guarded methods, through modules of the other apps that import them, with what they lead to."""
	bench = Path(frappe.get_app_path("frappe")).parent.parent
	imports = re.compile(r"^from (\S+) import \(?([^()\n]+|[^()]+\))", re.M)
	for app in ("frappe", "erpnext", "hrms"):
		root = bench / app
		for path in (root / app).rglob("*.py"):
			module = ".".join(path.relative_to(root).with_suffix("").parts)
			for line in imports.finditer(path.read_text()):
				for found in (each.split(" as ") for each in re.split(r"[,)]", line[2])):
					target = f"{line[1]}.{found[0].strip()}"
					if target in hooks.override_whitelisted_methods:
						yield f"{module}.{found[-1].strip()}", target


class TestDoors:
	def test_no_module_lends_its_path_to_a_method_from_elsewhere(self):
		lent = []
		for module in pkgutil.walk_packages(smooth_lms.__path__, "smooth_lms."):
			loaded = importlib.import_module(module.name)
			for name, value in inspect.getmembers(loaded, inspect.isfunction):
				if value in frappe.whitelisted and inspect.unwrap(value).__module__ != module.name:
					lent.append(f"{module.name}.{name}")
		assert lent == []

	def test_every_other_path_to_a_guarded_method_is_shut(self, stage, server):
		"""A module that imports a whitelisted function lends it a second path; whatever is installed is looked at."""
		lent = dict(_lent_paths())
		assert lent, "the search finds nothing any more"
		session = server.session(stage.people["learner"])
		opened = {}
		for path in (path for path, target in lent.items() if _leads_to(path, target)):
			asked = {f"/api{version}/method/{path}": GIVEN for version in ("", "/v1", "/v2")}
			asked[f"/?cmd={path}"] = {"cmd": path, **GIVEN}
			for address, data in asked.items():
				status = session.post(
					server.url + address.partition("?")[0], data=data, timeout=60
				).status_code
				if status not in (403, 404):
					opened[address] = status
		assert opened == {}

	@pytest.mark.parametrize(
		"path",
		[
			"frappe.desk.query_report.frappe",
			"frappe.desk.query_report.json",
			"frappe.desk.query_report._",
			"frappe.desk.query_report.nothing",
			"frappe.desk.query_report.Document",
			"frappe.client.TYPE_CHECKING",
			"frappe.hooks.doc_events",
			"frappe.db",
			"frappe.local",
			"frappe.local.db",
			"smooth_lms.hooks.app_name",
			"smooth_lms.api.batches",
			"smooth_lms.api",
		],
	)
	def test_a_path_that_leads_to_no_method_is_refused(self, stage, server, path):
		session = server.session(stage.people["learner"])
		wrong = {}
		for address in ("/api/method/", "/api/v1/method/", "/api/v2/method/"):
			answer = session.post(f"{server.url}{address}{path}", timeout=60)
			if not 400 <= answer.status_code < 500:
				wrong[address] = answer.status_code
		answer = session.post(f"{server.url}/", data={"cmd": path}, timeout=60)
		if not 400 <= answer.status_code < 500:
			wrong["cmd"] = answer.status_code
		assert wrong == {}

	@pytest.mark.parametrize(
		("method", "parameter"),
		[("frappe.desk.treeview.get_all_nodes", "tree_method"), ("upload_file", "method")],
	)
	def test_nor_does_another_method_call_it(self, stage, server, method, parameter):
		session = server.session(stage.people["learner"])
		question = stage.records["LMS Question"]
		given = {"doctype": "LMS Question", "label": question, "parent": question, "docname": question}
		for path in ("frappe.desk.search.get_link_title", "frappe.desk.query_report.export_query"):
			data = {**given, parameter: path}
			answer = session.post(f"{server.url}/api/method/{method}", data=data, timeout=60)
			assert answer.status_code == 403, answer.text


GIVEN = {
	"doctype": "LMS Batch",
	"docname": "x",
	"text": "x",
	"txt": "x",
	"tag": "x",
	"dt": "LMS Batch",
	"dn": "x",
}


def _leads_to(path: str, target: str) -> bool:
	try:
		found = frappe.get_attr(path)
	except Exception:
		return False  # a test module, without what it is run with
	return f"{found.__module__}.{found.__name__}" == target


class TestListsOfOneRecord:
	@pytest.mark.parametrize("person", ["learner", "author", "hr", "moderator", "system_manager"])
	@pytest.mark.parametrize(
		"address",
		[
			"/api/resource/LMS Settings",
			"/api/resource/LMS Settings/",
			"/api/method/frappe.client.get_list?doctype=LMS Settings",
			"/api/method/frappe.desk.reportview.get?doctype=LMS Settings",
			"/api/method/frappe.client.get_count?doctype=LMS Settings",
		],
	)
	def test_are_refused_with_a_sentence(self, stage, server, person, address):
		answer = server.session(stage.people[person]).get(server.url + address, timeout=60)
		assert answer.status_code < 500, answer.text[:500]
		if not answer.ok:
			assert json.loads(json.loads(answer.json()["_server_messages"])[0])["message"]

	def test_the_record_itself_is_read(self, stage, server):
		session = server.session(stage.people["moderator"])
		assert session.get(f"{server.url}/api/resource/LMS Settings/LMS Settings", timeout=60).ok


class TestRefusals:
	@pytest.mark.parametrize(
		"address",
		[
			"/api/resource/{doctype}",
			"/api/resource/{doctype}/{name}",
			"/api/method/frappe.client.get_list?doctype={doctype}",
			"/api/method/frappe.client.get?doctype={doctype}&name={name}",
			"/api/method/frappe.client.get_value?doctype={doctype}&fieldname=name",
			"/api/method/frappe.desk.reportview.get?doctype={doctype}",
			"/api/method/frappe.desk.form.load.getdoc?doctype={doctype}&name={name}",
		],
	)
	def test_say_why(self, stage, server, address):
		session = server.session(stage.people["nobody"])
		silent = {}
		for doctype, name in stage.records.items():
			answer = session.get(server.url + address.format(doctype=doctype, name=name), timeout=60)
			if answer.status_code == 403:
				sent = json.loads(answer.json().get("_server_messages") or "[]")
				if not any(json.loads(each)["message"] for each in sent):
					silent[doctype] = answer.text[:100]
		assert silent == {}
