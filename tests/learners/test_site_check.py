"""What a site's set-up lacks is said: in LMS Settings, after a migration, by a command."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import frappe
from frappe.core.api.file import get_max_file_size
from frappe.utils import add_to_date, now_datetime

from smooth_lms import install
from smooth_lms.base import request_limits
from smooth_lms.learners import site_check
from smooth_lms.setup import boot
from tests.server import CHECKOUT

MEGABYTE = 1024 * 1024


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch):
	"""Gives the site a host_name, or takes it away."""

	def name(host_name: str | None) -> None:
		monkeypatch.setitem(frappe.local.conf, "host_name", host_name)
		monkeypatch.setitem(frappe.local.conf, "hostname", None)

	return name


def test_a_site_without_a_name_is_warned_everywhere(named, capsys) -> None:
	named(None)
	assert any("host_name" in sentence for sentence in site_check.warnings())
	settings = frappe.get_single("LMS Settings")
	settings.run_method("onload")
	assert any("set-config host_name" in sentence for sentence in settings.get_onload("site_warnings"))
	install.after_migrate()
	assert "Smooth LMS: This site has no host_name" in capsys.readouterr().out


def test_a_site_with_a_name_is_left_alone(named) -> None:
	named("https://learn.example")
	assert not any("host_name" in sentence for sentence in site_check.warnings())


def test_a_content_host_that_is_the_sites_own_is_noticed(named) -> None:
	frappe.db.set_single_value("LMS Settings", "scorm_content_origin", "https://learn.example")
	frappe.clear_document_cache("LMS Settings", "LMS Settings")
	named("https://learn.example:443")
	assert any("SCORM" in sentence for sentence in site_check.warnings())
	frappe.db.rollback()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def test_jobs_made_by_the_clock_of_another_zone_are_noticed(named) -> None:
	named("https://learn.example")
	jobs = frappe.qb.DocType("Scheduled Job Type")
	made = frappe.qb.update(jobs).set(jobs.creation, now_datetime())
	made.run()
	assert site_check.warnings() == []
	late = add_to_date(now_datetime(), hours=9)
	frappe.qb.update(jobs).set(jobs.creation, late).set(jobs.last_execution, None).run()
	assert any("another time zone" in sentence for sentence in site_check.warnings())


def test_what_nginx_takes_is_measured_without_sending_it(server) -> None:
	assert site_check.request_limit(server.url) == 50 * MEGABYTE
	said = " ".join(site_check.sizes(server.url))
	assert f"up to {get_max_file_size() // MEGABYTE} MB" in said
	assert "up to 50 MB" in said


def test_a_server_that_does_not_answer_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(request_limits, "PATIENCE", 0.2)
	assert site_check.request_limit("http://127.0.0.1:9") is None
	assert "does not answer" in site_check.sizes("http://127.0.0.1:9")[-1]


def test_a_web_server_that_takes_less_than_the_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(site_check, "request_limit", lambda _address: get_max_file_size())
	assert site_check.sizes("https://learn.example")[-1].startswith("Set client_max_body_size")
	monkeypatch.setattr(site_check, "request_limit", lambda _address: get_max_file_size() + MEGABYTE)
	assert not any("Set client_max_body_size" in said for said in site_check.sizes("https://learn.example"))


def test_every_form_that_takes_files_says_how_large_they_may_be() -> None:
	"""Generated from the meta: a new Attach field needs a form that says it."""
	silent = []
	for doctype in _doctypes():
		meta = frappe.get_meta(doctype)
		tables = [frappe.get_meta(field.options) for field in meta.get_table_fields()]
		fields = [field for each in (meta, *tables) for field in each.fields]
		takes = any(field.fieldtype in ("Attach", "Attach Image") and not field.read_only for field in fields)
		if takes and not meta.istable:
			script = Path(
				frappe.get_module_path(meta.module),
				"doctype",
				frappe.scrub(doctype),
				f"{frappe.scrub(doctype)}.js",
			)
			if not script.exists() or "show_upload_limits(frm)" not in script.read_text():
				silent.append(doctype)
	assert silent == []


def _doctypes() -> list[str]:
	modules = frappe.get_all("Module Def", {"app_name": "smooth_lms"}, pluck="name")
	return frappe.get_all("DocType", {"module": ["in", modules]}, pluck="name", limit=0)


def test_the_apps_own_limits_belong_to_fields_that_are_there() -> None:
	info = {}
	boot.extend(info)
	for doctype, fields in info["smooth_lms"]["largest_files"].items():
		assert all(frappe.get_meta(doctype).has_field(field) for field in fields)


def test_every_dialog_that_takes_a_file_says_how_large_it_may_be() -> None:
	for path in Path(CHECKOUT, "smooth_lms").rglob("*.js"):
		text = path.read_text()
		if 'fieldtype: "Attach"' in text:
			assert "upload_limit(" in text, path.name


def test_the_command_says_it_and_fails_while_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
	from smooth_lms import commands

	monkeypatch.setattr(commands.frappe, "init", lambda **_site: None)
	monkeypatch.setattr(commands.frappe, "connect", lambda: None)
	monkeypatch.setattr(commands.frappe, "destroy", lambda: None)
	for warnings, ended in ((["Something is missing."], 1), ([], 0)):
		monkeypatch.setattr(site_check, "warnings", lambda warnings=warnings: warnings)
		context = {"sites": [frappe.local.site], "profile": False}
		done = CliRunner().invoke(commands.check_learning_site, [], obj=context)
		assert done.exit_code == ended, done.output
		assert "max_file_size" in done.output
