"""The stand-ins' DocTypes against those of the site: what they have is what the real apps have.

On a site with the stand-ins this only shows that they are installed as written; on a site with the real
apps it is the comparison. The stand-ins are of version 15. What version 16 has otherwise stands in
differences_16.json, all of it: another difference makes a test fail.
"""

import ast
import importlib.util
import inspect
import json
from pathlib import Path

import pytest

import frappe

from tests.standins.records import SINCE_16

STANDINS = Path(__file__).parents[2] / "sandbox" / "standins"

DOCTYPES = {
	doctype["name"]: doctype
	for doctype in (json.loads(path.read_text()) for path in STANDINS.glob("*/*/*/doctype/*/*.json"))
}

OTHERWISE = json.loads((Path(__file__).parent / "differences_16.json").read_text()) if SINCE_16 else {}
"""What version 16 has otherwise, by the test that meets it."""

DOCTYPE_FACTS = (
	"allow_import",
	"allow_rename",
	"autoname",
	"is_submittable",
	"is_tree",
	"issingle",
	"istable",
	"module",
	"nsm_parent_field",
	"search_fields",
	"title_field",
	"track_changes",
)

FIELD_FACTS = (
	"allow_on_submit",
	"fieldtype",
	"ignore_user_permissions",
	"label",
	"no_copy",
	"options",
	"permlevel",
	"reqd",
	"set_only_once",
	"unique",
)

LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Button"}

TICKS = (
	"if_owner",
	"select",
	"read",
	"write",
	"create",
	"delete",
	"submit",
	"cancel",
	"amend",
	"report",
	"export",
	"import",
	"share",
	"print",
	"email",
)

# Functions without a whitelist mark that other apps call all the same.
CALLED = {
	"erpnext": {"get_company_currency", "get_default_company", "get_default_cost_center", "get_region"},
	"erpnext.setup.doctype.department.department": {"get_abbreviated_name"},
	"erpnext.setup.doctype.employee.employee": {
		"get_all_employee_emails",
		"get_employee_email",
		"get_employee_emails",
		"get_holiday_list_for_employee",
		"has_upload_permission",
		"has_user_permission_for_employee",
		"is_holiday",
		"validate_employee_role",
	},
	"erpnext.setup.doctype.holiday_list.holiday_list": {"is_holiday"},
	"hrms.controllers.employee_boarding_controller": {"update_employee_boarding_status", "update_task"},
	"hrms.hr.utils": {"set_employee_name", "update_employee_work_history", "validate_active_employee"},
	"hrms.overrides.employee_master": {
		"update_approver_role",
		"update_approver_user_roles",
		"update_employee_transfer",
		"update_job_applicant_and_offer",
		"validate_onboarding_process",
	},
}


def plain(value):
	"""Nothing, an empty text and an unset check are one and the same in the database."""
	return value or None


def otherwise(what: str, key: str):
	return OTHERWISE.get(what, {}).get(key, {})


def rights(rows) -> set[str]:
	"""Each row as a text: the role, the level where there is one, and what is ticked."""
	return {
		" ".join(
			[row["role"], str(plain(row.get("permlevel")) or ""), *(key for key in TICKS if row.get(key))]
		)
		for row in rows
	}


def site_fields(doctype: str) -> dict[str, dict]:
	rows = frappe.get_all("DocField", {"parent": doctype}, ["fieldname", *FIELD_FACTS])
	return {row.fieldname: row for row in rows}


@pytest.mark.parametrize("name", sorted(DOCTYPES))
def test_doctype(name):
	site = frappe.db.get_value("DocType", name, DOCTYPE_FACTS, as_dict=True)
	ours = {fact: plain(DOCTYPES[name].get(fact)) for fact in DOCTYPE_FACTS}
	assert {fact: plain(site[fact]) for fact in DOCTYPE_FACTS} == ours | otherwise("doctype", name)


@pytest.mark.parametrize("name", sorted(DOCTYPES))
def test_fields(name):
	site = site_fields(name)
	ours = {f["fieldname"]: f for f in DOCTYPES[name]["fields"] if f["fieldtype"] not in LAYOUT}
	assert set(ours) <= set(site)
	for fieldname, field in ours.items():
		facts = {fact: plain(field.get(fact)) for fact in FIELD_FACTS}
		facts |= otherwise("field", f"{name}.{fieldname}")
		assert {fact: plain(site[fieldname][fact]) for fact in FIELD_FACTS} == facts, fieldname


@pytest.mark.parametrize("name", sorted(DOCTYPES))
def test_mandatory_fields_are_the_same(name):
	site = {fieldname for fieldname, field in site_fields(name).items() if field.reqd}
	ours = {field["fieldname"] for field in DOCTYPES[name]["fields"] if field.get("reqd")}
	assert site == ours ^ set(otherwise("mandatory", name))


@pytest.mark.parametrize("name", sorted(DOCTYPES))
def test_permissions(name):
	site = frappe.get_all("DocPerm", {"parent": name}, ["*"])
	only_one_has = set(otherwise("permissions", name))
	assert rights(site) == rights(DOCTYPES[name]["permissions"]) ^ only_one_has


def standin_module(app: str, path: str):
	"""A stand-in's module read from its file, because the name imports the real app on a real bench."""
	spec = importlib.util.spec_from_file_location(f"standin_{app}", STANDINS / app / app / path)
	module = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(module)
	return module


def custom_fields() -> list[tuple[str, dict]]:
	fields = standin_module("hrms", "install.py").get_custom_fields()
	return [(doctype, field) for doctype, rows in fields.items() for field in rows]


@pytest.mark.parametrize("fact", ["fieldtype", "label", "options", "reqd", "ignore_user_permissions"])
def test_custom_fields(fact):
	for doctype, field in custom_fields():
		if field["fieldtype"] in LAYOUT:
			continue
		key = {"dt": doctype, "fieldname": field["fieldname"]}
		assert frappe.db.exists("Custom Field", key), key
		wanted = plain(field.get(fact))
		found = plain(frappe.db.get_value("Custom Field", key, fact))
		assert found == otherwise("custom", f"{doctype}.{field['fieldname']}").get(fact, wanted), key


def functions() -> list[tuple[str, str, list[str]]]:
	"""Every function of the stand-ins that others may call: module, name, names of the parameters."""
	found = []
	for path in sorted(STANDINS.glob("*/*/**/*.py")):
		dotted = ".".join(path.relative_to(STANDINS).with_suffix("").parts[1:]).removesuffix(".__init__")
		for node in ast.parse(path.read_text()).body:
			if not isinstance(node, ast.FunctionDef):
				continue
			whitelisted = any("whitelist" in ast.unparse(mark) for mark in node.decorator_list)
			if whitelisted or node.name in CALLED.get(dotted, ()):
				found.append((dotted, node.name, [arg.arg for arg in node.args.args]))
	return found


@pytest.mark.parametrize(("module", "name", "parameters"), functions())
def test_functions_take_the_same_parameters(module, name, parameters):
	function = frappe.get_attr(f"{module}.{name}")
	wanted = otherwise("function", f"{module}.{name}") or parameters
	assert list(inspect.signature(function).parameters) == wanted


def test_every_called_function_is_there():
	assert {(module, name) for module, names in CALLED.items() for name in names} <= {
		(module, name) for module, name, _ in functions()
	}
