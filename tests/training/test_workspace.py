"""The Learning workspace leads to every record and report of the app, and each name in it exists."""

import json

import pytest

import frappe
from frappe.desk.desktop import Workspace

from tests.factories import make_user

TECHNICAL = {"LMS Calendar Feed", "LMS Training Run Chunk"}
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
	listed = {
		"number_card": {row.number_card_name for row in workspace.number_cards},
		"chart": {row.chart_name for row in workspace.charts},
		"shortcut": {row.label for row in workspace.shortcuts},
		"card": {row.label for row in workspace.links if row.type == "Card Break"},
	}
	for block in json.loads(workspace.content):
		kind, data = block["type"], block["data"]
		name = data.get(f"{kind}_name")
		if kind in BLOCKS:
			assert frappe.db.exists(BLOCKS[kind], name), name
		if kind in listed:
			listed[kind].remove(name)
	assert listed == {"number_card": set(), "chart": set(), "shortcut": set(), "card": set()}


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
