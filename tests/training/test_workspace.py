"""The Learning workspace leads to every record and report of the app, and each name in it exists."""

import json
import re

import pytest

import frappe
from frappe.desk import reportview
from frappe.desk.desktop import Workspace
from frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source import get_config
from frappe.desk.doctype.number_card import number_card

from smooth_lms.api import desk, training
from smooth_lms.cohorts import enrollment
from smooth_lms.learners import events
from smooth_lms.training import decisions
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_employee,
	make_user,
	make_users,
	unique,
)
from tests.support.hr import make_hr_user

TECHNICAL = {"LMS Calendar Feed", "LMS Notice Choice", "LMS Training Run Chunk", "LMS xAPI Document"}
"""Kept by the app for itself."""
BLOCKS = {"number_card": "Number Card", "chart": "Dashboard Chart", "onboarding": "Module Onboarding"}


@pytest.fixture
def workspace():
	return frappe.get_doc("Workspace", "Learning")


def modules():
	return frappe.get_all("Module Def", filters={"app_name": "smooth_lms"}, pluck="name")


def test_leads_to_every_record_and_report(workspace):
	linked = {(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"}
	own = {"module": ["in", modules()]}
	doctypes = set(frappe.get_all("DocType", filters={**own, "istable": 0}, pluck="name"))
	reports = set(frappe.get_all("Report", filters={**own, "is_standard": "Yes"}, pluck="name"))
	assert doctypes - TECHNICAL - {name for kind, name in linked if kind == "DocType"} == set()
	assert reports - {name for kind, name in linked if kind == "Report"} == set()
	for kind, name in linked:
		assert frappe.db.exists(kind, name), name


def test_each_block_is_there(workspace):
	"""The desk finds each by the label of its row, and leaves out what it does not find."""
	listed = {
		"number_card": {row.label: row.number_card_name for row in workspace.number_cards},
		"chart": {row.label: row.chart_name for row in workspace.charts},
		"shortcut": {row.label: row.label for row in workspace.shortcuts},
		"card": {row.label: row.label for row in workspace.links if row.type == "Card Break"},
	}
	for block in json.loads(workspace.content):
		kind, data = block["type"], block["data"]
		name = data.get(f"{kind}_name")
		if kind in listed:
			name = listed[kind].pop(name)
		if kind in BLOCKS:
			assert frappe.db.exists(BLOCKS[kind], name), name
	assert listed == {"number_card": {}, "chart": {}, "shortcut": {}, "card": {}}


@pytest.mark.parametrize("role", ["Moderator", "HR User"])
def test_its_cards_and_charts_are_for_those_it_is_for(role):
	frappe.set_user(make_user(roles=(role,)).name)
	page = Workspace({"name": "Learning", "title": "Learning", "public": 1})
	page.build_workspace()
	assert len(page.number_cards["items"]) == 12
	assert len(page.charts["items"]) == 4
	assert len(page.shortcuts["items"]) >= 10


def test_the_steps_can_be_followed():
	doc = frappe.get_doc("Module Onboarding", "Learning")
	for step in doc.get_steps():
		if step.reference_document:
			assert frappe.db.exists("DocType", step.reference_document)
		if step.reference_report:
			assert frappe.db.exists("Report", step.reference_report)
		assert step.action in ("Create Entry", "Update Settings", "Go to Page", "View Report")


ROLES = ("Moderator", "System Manager", "HR Manager", "HR User", "Course Creator", "Batch Evaluator")


def opened_by(role: str) -> Workspace:
	"""The page as a person with this role alone gets it; the test goes on as that person."""
	frappe.set_user(make_user(roles=(role,)).name)
	page = Workspace({"name": "Learning", "title": "Learning", "public": 1})
	page.build_workspace()
	return page


def _links(page: Workspace, kind: str) -> list[str]:
	rows = [link for card in page.cards["items"] for link in card["links"]] + page.shortcuts["items"]
	return sorted({row["link_to"] for row in rows if (row.get("link_type") or row.get("type")) == kind})


def _teach(batch: str, user: str) -> None:
	"""Evaluators see the cohorts they teach."""
	row = {"parenttype": "LMS Batch", "parentfield": "instructors", "parent": batch, "instructor": user}
	frappe.get_doc({"doctype": "Course Instructor", **row}).db_insert()


@pytest.fixture
def people():
	"""A cohort with a gap, somebody without approver, two managers in a circle, an employee without work e-mail."""
	first, second = make_employee(make_user().name), make_employee()
	frappe.db.set_value("Employee", first.name, "reports_to", second.name)
	frappe.db.set_value("Employee", second.name, "reports_to", first.name)
	batch = make_batch()
	enrollment.enroll(batch.name, first.user_id, source="Desk")
	frappe.db.set_value("LMS Enrollment", {"member": first.user_id}, "withdrawn_on", frappe.utils.now())
	events.catch_up([first.name, second.name])
	return frappe._dict(batch=batch.name, user=first.user_id, employee=first.name, left_out=second.name)


def test_every_report_opens_for_every_role_that_is_led_to_it(people):
	filters = {"batch": people.batch}
	led = {}
	for role in ROLES:
		frappe.set_user("Administrator")
		page = opened_by(role)
		_teach(people.batch, frappe.session.user)
		for report in _links(page, "Report"):
			led.setdefault(report, []).append(role)
			answer = desk.get_report(report, json.dumps(filters))
			assert answer["columns"], (role, report)
	assert set(led["Course Access Gaps"]) >= {"Moderator", "HR Manager", "HR User"}
	assert set(led["Learners to Look At"]) >= {"Moderator", "HR Manager", "HR User"}


@pytest.mark.parametrize("role", ROLES)
def test_every_list_card_and_chart_opens_for_every_role_that_is_led_to_it(people, role):
	page = opened_by(role)
	for doctype in _links(page, "DocType"):
		if not frappe.get_meta(doctype).issingle:
			frappe.local.form_dict = frappe._dict(doctype=doctype, fields='["name"]', page_length=20, start=0)
			reportview.get()
	for shortcut in page.shortcuts["items"]:
		if shortcut.get("stats_filter") and shortcut["type"] == "DocType":
			frappe.get_list(shortcut["link_to"], filters=json.loads(shortcut["stats_filter"]), limit=1)
	for row in page.number_cards["items"]:
		card = frappe.get_doc("Number Card", row.number_card_name)
		if card.type == "Custom":
			frappe.call(card.method)
		else:
			number_card.get_result(card.as_json(), card.filters_json)
	for row in page.charts["items"]:
		chart = frappe.get_doc("Dashboard Chart", row.chart_name)
		if chart.chart_type == "Custom":
			(method,) = re.findall(r'method: "([\w.]+)"', get_config(chart.source))
			frappe.call(method, chart_name=chart.name)
		else:
			desk.get_chart(chart_name=chart.name)


def test_the_completion_card_shows_a_dash_to_whom_nothing_is_assigned(people):
	frappe.set_user(make_hr_user(company("Another Test House")))
	assert training.get_completion_card() == "–"
	frappe.set_user(make_user(roles=("Moderator",)).name)
	(user,) = make_users(1)
	decisions.assign_course(make_course().name, [user], "2099-01-01")
	found = training.get_completion_card()
	assert (found["fieldtype"], found["precision"]) == ("Percent", 1)
	assert 0 <= found["value"] <= 100


@pytest.mark.parametrize("role", ["Moderator", "HR User"])
def test_learners_to_look_at_names_those_whom_the_reader_may_see(people, role):
	opened_by(role)
	rows = desk.get_report("Learners to Look At", "{}")["result"]
	about = {(row["what"], row["employee"]) for row in rows}
	assert {("No approver", people.employee), ("Left out", people.left_out)} <= about
	assert ("Managers in a circle", min(people.employee, people.left_out)) in about


def test_learners_to_look_at_hints_at_several_accounts_of_one_human(people):
	day, number, word = "1987-06-05", "+49 170 5550 1234", unique("Alike").replace(" ", "")

	def employee(**values) -> str:
		return make_employee(make_user().name, **{"first_name": word, "date_of_birth": day, **values}).name

	twins = {employee(), employee(first_name=word.upper())}
	numbers = {
		employee(first_name="One", date_of_birth="1990-01-01", cell_number=number),
		employee(first_name="Two", date_of_birth="1991-01-01", cell_number="01705550 1234"),
	}
	others = {
		employee(date_of_birth="1987-06-06"),
		make_employee(None, first_name=word, date_of_birth=day).name,
	}
	frappe.db.set_value("Employee", gone := employee(), "status", "Left")
	frappe.set_user(make_user(roles=("Moderator",)).name)
	rows = desk.get_report("Learners to Look At", "{}")["result"]
	hinted = {row["employee"]: row["details"] for row in rows if row["what"] == "Perhaps one person"}
	assert twins | numbers <= set(hinted)
	assert not (others | {gone}) & set(hinted)
	assert all(name in hinted[min(twins)] for name in twins)


def test_learners_to_look_at_hides_employees_of_another_company(people):
	frappe.set_user(make_hr_user(company("Another Test House")))
	rows = desk.get_report("Learners to Look At", "{}")["result"]
	assert not {people.employee, people.left_out} & {row["employee"] for row in rows}


def test_course_access_gaps_show_hr_the_employees_it_may_see(people):
	for of, seen in ((None, True), (company("Another Test House"), False)):
		frappe.set_user("Administrator")
		frappe.set_user(make_hr_user(of))
		rows = desk.get_report("Course Access Gaps", json.dumps({"batch": people.batch}))["result"]
		assert (people.user in {row["member"] for row in rows}) is seen
