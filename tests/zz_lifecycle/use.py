"""Uses the app in every way that leaves something outside of its own tables."""

import random
from collections.abc import Sequence

import frappe
from frappe.desk.form import assign_to

from smooth_lms.cohorts import enrollment
from smooth_lms.cohorts.importing import runs as enrollment_runs
from smooth_lms.compliance import certificates
from smooth_lms.compliance.audit import export as audit_export
from smooth_lms.learners.sync import run as sync_run
from smooth_lms.setup import traces
from smooth_lms.training.runs import work
from tests.support.completions import certified_course, completed
from tests.support.factories import make_batch, make_requirement, unique


def use(users: Sequence[str], employees: Sequence[str]) -> dict[str, str]:
	"""What a company does with the app, for people that are there already. Commits. Returns what to look for."""
	frappe.db.set_single_value("LMS Settings", "hold_percent", 100)
	frappe.db.commit()
	sync_run.run_now()  # makes them learners
	batch = make_batch(courses=1).name
	enrollment.enroll(batch, users[0], source="Desk")
	run = enrollment_runs.start(batch, [*users, "nobody@example.com"], source="Desk")
	frappe.db.commit()
	enrollment_runs.perform(run.name)
	certificates.issue(completed(users[0], certified_course().name))
	export = frappe.get_doc({"doctype": "LMS Audit Export", "certificates": 1}).insert()
	frappe.db.commit()
	audit_export.perform(export.name)
	requirement = make_requirement(courses=1)
	requirement.db_set("active", 1)
	training = work.start(requirement.name, everybody=True)
	frappe.db.commit()
	work.work(training)
	doc = frappe.get_doc("LMS Batch", batch)
	doc.title = unique("Renamed")
	doc.save()
	doc.add_comment("Comment", "Looks good")
	doc.add_tag("tagged")
	assign_to.add(
		{"doctype": "LMS Batch", "name": batch, "assign_to": [users[0]], "description": "See to it"}
	)
	frappe.share.add("LMS Batch", batch, users[0], read=1)
	frappe.delete_doc("LMS Batch", make_batch(courses=0).name)
	frappe.db.set_value("Employee", employees[0], {"exclude_from_lms": 1, "lms_status": "Active"})
	frappe.get_doc("User", users[1]).add_roles("Moderator")
	frappe.db.commit()
	name_ours_everywhere()
	return {"file": frappe.get_doc("File", {"attached_to_name": export.name}).get_full_path()}


def name_ours_everywhere() -> None:
	"""A row in each table of others that can name a DocType: every Link to DocType, and every child table. Commits."""
	ours = "LMS Batch"
	for doctype, field, _is_child in traces._fields_that_link("DocType"):
		if doctype not in traces.doctypes():
			_add_row(doctype, {field: ours})
	for doctype in frappe.get_all("DocType", {"istable": 1, "is_virtual": 0}, pluck="name"):
		if doctype not in traces.doctypes():
			_add_row(doctype, {"parenttype": ours, "parent": "some-cohort"})
	frappe.db.commit()


def _add_row(doctype: str, values: dict[str, str]) -> None:
	table = frappe.qb.Table(f"tab{doctype}")
	columns = frappe.db.get_table_columns_description(f"tab{doctype}")
	is_number = next(row.type for row in columns if row.name == "name").startswith(("bigint", "int"))
	key = random.randrange(10**9, 10**12) if is_number else frappe.generate_hash(length=20)
	values = {"name": key, **values}
	frappe.qb.into(table).columns(*values).insert(*values.values()).run()
