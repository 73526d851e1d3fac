"""What a site's set-up lacks is said: in LMS Settings, after a migration, by a command. Each fault is made on purpose."""

import http.server
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rq import Worker

import frappe
from frappe.core.api.file import get_max_file_size
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_queue, get_redis_conn

from smooth_lms import commands, install
from smooth_lms.base import health, request_limits
from smooth_lms.setup import boot
from smooth_lms.setup.health import background, programs, sizes
from tests.support.server import CHECKOUT

MEGABYTE = 1024 * 1024
JOBS = "Scheduled Job Type"


@pytest.fixture
def conf(monkeypatch: pytest.MonkeyPatch) -> Callable:
	"""Sets something in the site's configuration for the length of a test."""

	def change(**values: object) -> None:
		for key, value in values.items():
			monkeypatch.setitem(frappe.local.conf, key, value)

	return change


@pytest.fixture
def named(conf: Callable) -> Callable:
	"""Gives the site a host_name, or takes it away."""
	return lambda host_name: conf(host_name=host_name, hostname=None)


@pytest.fixture
def content_host() -> Iterator[Callable]:
	"""Sets the address for SCORM content, past the form that would refuse some."""

	def change(origin: str | None) -> None:
		frappe.db.set_single_value("LMS Settings", "scorm_content_origin", origin)
		frappe.clear_document_cache("LMS Settings", "LMS Settings")

	yield change
	frappe.db.rollback()
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


@pytest.fixture
def other_site() -> Iterator[str]:
	"""The address of a web server that is not this site."""

	class Parked(http.server.BaseHTTPRequestHandler):
		def do_GET(self) -> None:
			self.send_response(200)
			self.end_headers()
			self.wfile.write(b"<h1>It works</h1>")

		def log_message(self, *_arguments: object) -> None:
			pass

	with http.server.HTTPServer(("127.0.0.1", 0), Parked) as running:
		threading.Thread(target=running.serve_forever, daemon=True).start()
		yield f"http://127.0.0.1:{running.server_port}"
		running.shutdown()


@pytest.fixture
def healthy(server, conf, named, content_host, monkeypatch, tmp_path) -> Iterator[None]:
	"""The site as the install guide leaves it."""
	named(server.url)
	content_host(None)
	conf(max_file_size=0, maintenance_mode=0, pause_scheduler=0, disable_scheduler=0, mute_emails=0)
	frappe.db.set_single_value("System Settings", "enable_scheduler", 1)
	frappe.db.set_default("suspend_email_queue", 0)
	made = add_to_date(now_datetime(), days=-2)
	jobs = frappe.qb.DocType(JOBS)
	frappe.qb.update(jobs).set(jobs.creation, made).set(jobs.last_execution, now_datetime()).run()
	_default_account()
	_program(tmp_path, "wkhtmltopdf", "echo 'wkhtmltopdf 0.12.6 (with patched qt)'")
	monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
	monkeypatch.setattr(programs, "SCRIPTS", {"el": "Greek"})
	queues = [get_queue(name) for name in background.QUEUES]
	worker = Worker(queues, connection=get_redis_conn(), name=frappe.generate_hash())
	worker.register_birth()
	yield
	worker.register_death()
	frappe.db.rollback()
	frappe.clear_document_cache("System Settings", "System Settings")


def _default_account() -> None:
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": frappe.generate_hash(),
			"email_id": "learning@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
		}
	).db_insert()


def _program(folder: Path, name: str, script: str) -> None:
	path = folder / name
	path.write_text(f"#!/bin/sh\n{script}\n")
	path.chmod(path.stat().st_mode | stat.S_IXUSR)


def said(*kinds: str) -> list[str]:
	return [str(finding) for finding in health.findings(*kinds)]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Result]:
	"""Runs the command in this connection, which knows what the test has changed."""
	for name in ("init", "connect", "destroy"):
		monkeypatch.setattr(commands.frappe, name, lambda **_site: None)

	def run() -> Result:
		context = frappe._dict(sites=[frappe.local.site], profile=False)  # 16 reads attributes, 15 keys
		return CliRunner().invoke(commands.check_learning_site, [], obj=context)

	return run


class Faults:
	"""Each makes one fault on a healthy site and returns a word of the advice, and the level."""

	def __init__(self, request: pytest.FixtureRequest) -> None:
		self.use = request.getfixturevalue

	def no_host_name(self):
		self.use("named")(None)
		return "set-config host_name", 1

	def host_name_that_does_not_answer(self):
		self.use("named")("http://127.0.0.1:9")
		return "Look at host_name", 1

	def host_name_of_another_site(self):
		self.use("named")(self.use("other_site"))
		return "not as this site", 1

	def content_host_of_the_site(self):
		self.use("content_host")(self.use("server").url)
		return "Enter another host", 1

	def content_host_that_does_not_answer(self):
		self.use("content_host")("http://localhost:9")
		return "bench setup add-domain", 1

	def content_host_that_is_something_else(self):
		self.use("content_host")(self.use("other_site").replace("127.0.0.1", "localhost"))
		return "leads to something else", 1

	def max_file_size_above_nginx(self):
		self.use("conf")(max_file_size=60 * MEGABYTE)
		return "client_max_body_size of nginx a little above", 1

	def scheduler_disabled(self):
		frappe.db.set_single_value("System Settings", "enable_scheduler", 0)
		return "enable-scheduler", 1

	def scheduler_paused(self):
		self.use("conf")(pause_scheduler=1)
		return "pause_scheduler", 1

	def scheduler_that_does_not_run(self):
		jobs = frappe.qb.DocType(JOBS)
		frappe.qb.update(jobs).set(jobs.last_execution, add_to_date(now_datetime(), hours=-27)).run()
		return "supervisorctl status", 1

	def scheduler_that_never_ran(self):
		jobs = frappe.qb.DocType(JOBS)
		frappe.qb.update(jobs).set(jobs.last_execution, None).run()
		return "has begun yet", 1

	def jobs_of_another_zone(self):
		jobs = frappe.qb.DocType(JOBS)
		late = add_to_date(now_datetime(), hours=9)
		frappe.qb.update(jobs).set(jobs.creation, late).set(jobs.last_execution, None).run()
		return "begin-scheduled-jobs", 1

	def no_mail_account(self):
		frappe.db.delete("Email Account")
		return "Default Outgoing", 1

	def muted_mails(self):
		self.use("conf")(mute_emails=1)
		return "mute_emails 0", 3

	def suspended_mails(self):
		frappe.db.set_default("suspend_email_queue", 1)
		return "Email Queue", 3

	def no_worker_for_long_jobs(self):
		worker = next(worker for worker in Worker.all(connection=get_redis_conn()))
		worker.register_death()
		others = [get_queue(name) for name in ("short", "default")]
		worker = Worker(others, connection=get_redis_conn(), name=frappe.generate_hash())
		worker.register_birth()
		self.use("request").addfinalizer(worker.register_death)
		return "these queues: long.", 1

	def no_pdf_program(self):
		self.use("monkeypatch").setenv("PATH", str(self._only("fc-list")))
		return "Install wkhtmltopdf", 1

	def broken_pdf_program(self):
		_program(self.use("tmp_path"), "wkhtmltopdf", "echo 'no libssl' >&2; exit 127")
		return "no libssl", 1

	def unpatched_pdf_program(self):
		_program(self.use("tmp_path"), "wkhtmltopdf", "echo 'wkhtmltopdf 0.12.6'")
		return "no patched Qt", 3

	def no_fonts(self):
		empty = self.use("tmp_path") / "fonts.conf"
		empty.write_text("<fontconfig></fontconfig>")
		self.use("monkeypatch").setenv("FONTCONFIG_FILE", str(empty))
		return "Install fonts-dejavu-core", 1

	def no_font_for_a_script(self):
		self.use("monkeypatch").setattr(programs, "SCRIPTS", {"el": "Greek", "xx-none": "Unheard of"})
		return "empty boxes in PDFs: Unheard of", 3

	def check_that_fails(self):
		self.use("monkeypatch").setattr(programs, "SECONDS", 0)
		return "could not be made", 1

	def _only(self, *names: str) -> Path:
		folder = self.use("tmp_path") / "bin"
		folder.mkdir()
		for name in names:
			(folder / name).symlink_to(programs.shutil.which(name))
		return folder


FAULTS = [name for name in vars(Faults) if not name.startswith("_")]


def test_a_healthy_site_ends_with_0_and_says_how_large_uploads_may_be(healthy, check) -> None:
	done = check()
	assert done.exit_code == 0, done.output
	assert f"up to {get_max_file_size() // MEGABYTE} MB (max_file_size)" in done.output
	assert "up to 50 MB (client_max_body_size)" in done.output
	assert "Missing" not in done.output
	assert "Hint" not in done.output


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.sweep(8)
def test_each_fault_is_found_with_what_to_do(healthy, check, request, fault) -> None:
	word, code = getattr(Faults(request), fault)()
	done = check()
	assert (done.exit_code, word in done.output) == (code, True), done.output
	assert ("Missing: " if code == 1 else "Hint: ") in done.output


def test_every_check_is_named_once_and_has_a_fault_above(healthy, request) -> None:
	hooks = frappe.get_hooks(health.CHECKS)
	named = [path for paths in hooks.values() for path in paths]
	assert len(named) == len(set(named))
	for path in named:
		assert callable(frappe.get_attr(path))
	modules = {path.rpartition(".")[0] for path in named if ".setup.health." in path}
	own = {
		f"smooth_lms.setup.health.{path.stem}"
		for path in Path(CHECKOUT, "smooth_lms/setup/health").glob("[!_]*.py")
	}
	assert modules == own


def test_a_site_without_a_name_is_warned_everywhere(named, capsys) -> None:
	named(None)
	settings = frappe.get_single("LMS Settings")
	settings.run_method("onload")
	assert any("set-config host_name" in sentence for sentence in settings.get_onload("site_warnings"))
	install.after_migrate()
	assert "Smooth LMS: This site has no host_name" in capsys.readouterr().out


def test_a_content_host_that_is_the_sites_own_is_noticed_on_another_port(named, content_host) -> None:
	content_host("https://learn.example")
	named("https://learn.example:443")
	assert any("SCORM" in sentence for sentence in said(health.DATABASE))


def test_jobs_of_another_zone_begin_at_once_when_told_to(healthy) -> None:
	jobs = frappe.qb.DocType(JOBS)
	late = add_to_date(now_datetime(), hours=9)
	frappe.qb.update(jobs).set(jobs.creation, late).set(jobs.last_execution, None).run()
	assert background.begin_late_jobs() == frappe.db.count(JOBS)
	assert not any("another time zone" in sentence for sentence in said(health.DATABASE))
	job = frappe.get_doc(JOBS, {"frequency": "Hourly"})
	assert job.get_next_execution() <= now_datetime()
	assert background.begin_late_jobs() == 0


def test_jobs_that_have_run_are_left_alone(healthy) -> None:
	late = add_to_date(now_datetime(), hours=9)
	jobs = frappe.qb.DocType(JOBS)
	frappe.qb.update(jobs).set(jobs.creation, late).run()
	assert background.begin_late_jobs() == 0


def test_what_nginx_takes_is_measured_without_sending_it(server) -> None:
	assert sizes.request_limit(server.url) == 50 * MEGABYTE


def test_forms_are_told_what_nginx_takes(healthy, server) -> None:
	frappe.cache.delete_value(sizes.REMEMBERED)
	info = {}
	boot.extend(info)
	assert info["smooth_lms"]["largest_upload"] == {"site": get_max_file_size(), "server": None}
	sizes.remember_limit()
	boot.extend(info)
	assert info["smooth_lms"]["largest_upload"]["server"] == 50 * MEGABYTE
	frappe.cache.delete_value(sizes.REMEMBERED)


def test_forms_are_told_what_each_field_takes() -> None:
	info = {}
	boot.extend(info)
	kind = info["smooth_lms"]["file_kinds"]["LMS Course.image"]
	assert ".png" in kind["endings"]
	assert "JPEG, PNG, GIF or WebP" in kind["sentence"]


def test_a_server_that_does_not_answer_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(request_limits, "PATIENCE", 0.2)
	assert sizes.request_limit("http://127.0.0.1:9") is None


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
