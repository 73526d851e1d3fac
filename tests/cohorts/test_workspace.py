"""The workspace Learning: the desk finds each block by the label of its row, and leaves out what it does not find."""

import json

import frappe

ROWS = {
	"card": ("links", "card_name"),
	"chart": ("charts", "chart_name"),
	"number_card": ("number_cards", "number_card_name"),
	"shortcut": ("shortcuts", "shortcut_name"),
}


def test_every_block_is_found():
	workspace = frappe.get_doc("Workspace", "Learning")
	blocks = [each for each in json.loads(workspace.content) if each["type"] in ROWS]
	assert {each["type"] for each in blocks} == set(ROWS)
	for block in blocks:
		table, name = ROWS[block["type"]]
		labels = {row.label for row in workspace.get(table) if table != "links" or row.type == "Card Break"}
		assert block["data"][name] in labels


def test_every_row_has_a_block():
	workspace = frappe.get_doc("Workspace", "Learning")
	shown = {
		(each["type"], each["data"][ROWS[each["type"]][1]])
		for each in json.loads(workspace.content)
		if each["type"] in ROWS
	}
	for kind, (table, _name) in ROWS.items():
		rows = [row for row in workspace.get(table) if table != "links" or row.type == "Card Break"]
		assert {row.label for row in rows} == {label for type_, label in shown if type_ == kind}
