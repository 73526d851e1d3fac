"""Install, uninstall, install again. The folder's name makes it the last one: the app is gone for a moment."""

import subprocess
import sys
from pathlib import Path

import pytest

import frappe
from frappe.utils.background_jobs import get_queues

from smooth_lms import install
from smooth_lms.cohorts import enrollment
from smooth_lms.learners.sync import run
from smooth_lms.setup.custom_fields import CUSTOM_FIELDS
from smooth_lms.setup.roles import ROLES
from tests.conftest import SITE
from tests.support.factories import make_batch, make_employee, make_users
from tests.zz_lifecycle.database import differences, snapshot
from tests.zz_lifecycle.use import use

MODULES = ("Cohorts", "Courses", "Training", "Learners", "Compliance")


def frappe_command(*arguments: str) -> None:
	"""Run a frappe command on the test site, in a process of its own."""
	frappe.db.rollback()  # a table that a transaction has read cannot be changed until it ends
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE, *arguments]
	done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
	assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def reconnect() -> None:
	frappe.destroy()
	frappe.init(site=SITE, sites_path=".")
	frappe.connect()
	frappe.clear_cache()


def traces() -> dict[str, list]:
	"""Everything in the database that names the app."""
	fields = [(doctype, field["fieldname"]) for doctype, fields in CUSTOM_FIELDS.items() for field in fields]
	return {
		"custom fields": [
			pair for pair in fields if frappe.db.exists("Custom Field", {"dt": pair[0], "fieldname": pair[1]})
		],
		"roles": frappe.get_all("Role", filters={"name": ["in", list(ROLES)]}, pluck="name"),
		"roles of users": frappe.get_all("Has Role", filters={"role": ["in", list(ROLES)]}, pluck="name"),
		"permissions": frappe.get_all("DocPerm", filters={"role": ["in", list(ROLES)]}, pluck="parent"),
		"custom permissions": frappe.get_all(
			"Custom DocPerm", filters={"role": ["in", list(ROLES)]}, pluck="parent"
		),
		"modules": frappe.get_all("Module Def", filters={"app_name": "smooth_lms"}, pluck="name"),
		"doctypes": frappe.get_all("DocType", filters={"module": ["in", MODULES]}, pluck="name"),
		"tables": [table for table in frappe.db.get_tables(cached=False) if table.startswith("tabLMS ")],
		"server scripts": frappe.get_all(
			"Server Script", filters={"name": ["like", "Smooth LMS%"]}, pluck="name"
		),
		"property setters": frappe.get_all(
			"Property Setter", filters={"module": ["in", MODULES]}, pluck="name"
		),
		"workspaces": frappe.get_all("Workspace", filters={"module": ["in", MODULES]}, pluck="name"),
	}


@pytest.mark.full
def test_uninstall_leaves_nothing_and_install_brings_everything_back():
	before = traces()
	assert before["doctypes"]
	assert before["roles"]
	try:
		frappe_command("uninstall-app", "smooth_lms", "--yes", "--no-backup", "--force")
		reconnect()
		assert {what: found for what, found in traces().items() if found} == {}
	finally:
		frappe_command("install-app", "smooth_lms")
		reconnect()
	after = traces()
	for what in ("custom fields", "roles", "modules", "doctypes", "tables", "server scripts", "workspaces"):
		assert sorted(after[what]) == sorted(before[what]), what
	frappe_command("migrate", "--skip-search-index")
	reconnect()
	doc = enrollment.enroll(make_batch().name, make_users(1)[0], source="Desk")
	assert doc.status == "Enrolled"


@pytest.mark.full
def test_what_was_there_before_is_there_after_and_nothing_else():
	"""The whole database, before an installation and after using the app and uninstalling it."""
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	run.run_now()  # accounts of people whom other tests left without one stay when the app goes
	frappe.db.commit()
	frappe_command("uninstall-app", "smooth_lms", "--yes", "--no-backup", "--force")
	reconnect()
	try:
		users = make_users(3, roles=())
		employees = [make_employee(user).name for user in users]
		frappe.db.commit()
		before = snapshot()
		frappe_command("install-app", "smooth_lms")
		reconnect()
		frappe.set_user("Administrator")
		left = use(users, employees)
		assert Path(left["file"]).exists()
		frappe_command("uninstall-app", "smooth_lms", "--yes", "--no-backup", "--force")
		reconnect()
		after = snapshot()
		assert not Path(left["file"]).exists()
		found = differences(before, after)
		assert not found, "\n".join(found)
		assert jobs_of_ours() == []
	finally:
		frappe_command("install-app", "smooth_lms")
		reconnect()
	assert not frappe.get_all("Employee", filters={"exclude_from_lms": 1})


def jobs_of_ours() -> list[str]:
	"""What waits in the queue and would no longer be found."""
	return [
		job.kwargs["method"]
		for queue in get_queues()
		for job in queue.get_jobs()
		if job.kwargs.get("site") == frappe.local.site
		and str(job.kwargs.get("method")).startswith("smooth_lms.")
	]


def test_a_site_with_the_app_lms_is_refused(monkeypatch):
	monkeypatch.setattr(frappe, "get_installed_apps", lambda: ["frappe", "erpnext", "hrms", "lms"])
	with pytest.raises(frappe.ValidationError, match="cannot share a site"):
		install.before_install()


@pytest.mark.parametrize("version", ["14.99.0", "17.0.0-dev"])
def test_a_frappe_it_was_not_made_for_is_refused(monkeypatch, version):
	monkeypatch.setattr(frappe, "__version__", version)
	with pytest.raises(frappe.ValidationError, match="needs Frappe 15 or 16"):
		install.before_install()


def test_a_right_site_is_welcome():
	install.before_install()


def test_learners_have_no_desk():
	assert not frappe.db.get_value("Role", "LMS Student", "desk_access")
	assert not frappe.db.get_value("Role", "LMS Team Viewer", "desk_access")
