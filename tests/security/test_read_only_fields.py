"""What only the app writes, nobody else does: every read-only field of every DocType, forged by everybody over REST.

The fields come from the meta and the records from `records.RECORDS`, where a new DocType fails without one.
"""

from datetime import date, datetime

import pytest

import frappe
from frappe.model import no_value_fields, table_fields
from frappe.utils import add_days, today

from smooth_lms.base.guarded import GuardedDocument, GuardedRow, read_only_fields
from tests.security.records import RECORDS, Stage, doctypes
from tests.support.factories import make_course, make_employee, make_user, unique

WRITERS = ("learner", "author", "hr", "hr_manager", "moderator", "system_manager")
SETTLED = {
	"LMS Certificate": "never changes",
	"LMS Audit Export": "never changes",
}
"""Records that a role may write, and that refuse every change."""


@pytest.fixture(scope="module")
def stage(_connection):
	frappe.set_user("Administrator")
	made = Stage()
	frappe.db.commit()
	return made


def is_table(field):
	return field.fieldtype in table_fields


def shipped(doctype):
	"""The read-only fields of a DocType, read independently of the code that keeps them."""
	return [
		field
		for field in frappe.get_meta(doctype).fields
		if field.read_only and (is_table(field) or field.fieldtype not in no_value_fields)
	]


def forged(field, stored):
	"""A value that the field does not have, and that its type takes."""
	kind = field.fieldtype
	if is_table(field):
		return []
	if kind == "Check":
		return 0 if stored else 1
	if kind in ("Int", "Float", "Percent", "Currency"):
		return (stored or 0) + 41
	if kind == "Date":
		return "2099-01-01"
	if kind == "Datetime":
		return "2099-01-01 10:00:00"
	if kind == "Select":
		return next((each for each in field.options.split("\n") if each and each != stored), None)
	if kind == "Link":
		others = frappe.get_all(field.options, {"name": ["!=", stored or ""]}, pluck="name", limit=1)
		return others[0] if others else None
	return '{"forged": 1}' if kind == "Code" else "forged"


def columns(doctype, name):
	"""What a record holds in its read-only fields, and in the columns that rights depend on."""
	doc = frappe.get_doc(doctype, name)
	values = {field.fieldname: _plain(doc.get(field.fieldname)) for field in shipped(doctype)}
	values |= {column: _plain(doc.get(column)) for column in ("owner", "creation", "docstatus", "idx")}
	for table in frappe.get_meta(doctype).get_table_fields():
		for row in doc.get(table.fieldname):
			for field in shipped(table.options):
				values[table.fieldname, row.name, field.fieldname] = _plain(row.get(field.fieldname))
	return values


def _plain(value):
	if isinstance(value, list):
		return [row.name for row in value]
	return str(value) if isinstance(value, date | datetime) else value


def forgery(doctype, name):
	"""The values of a request that forges all of them."""
	doc = frappe.get_doc(doctype, name)
	values = {field.fieldname: forged(field, doc.get(field.fieldname)) for field in shipped(doctype)}
	values |= {"owner": "Guest", "creation": "2001-01-01 00:00:00", "idx": 99}
	for table in frappe.get_meta(doctype).get_table_fields():
		if table.read_only or not shipped(table.options):
			continue
		values[table.fieldname] = [
			row.as_dict(no_default_fields=False)
			| {field.fieldname: forged(field, row.get(field.fieldname)) for field in shipped(table.options)}
			for row in doc.get(table.fieldname)
		]
	return frappe.parse_json(frappe.as_json(values))


class TestEveryReadOnlyField:
	def test_is_kept_by_its_controller(self):
		"""A DocType whose controller does not inherit the guard is not covered by it."""
		for doctype in doctypes():
			assert issubclass(frappe.model.base_document.get_controller(doctype), GuardedDocument), doctype
			assert {field.fieldname for field in shipped(doctype)} == {
				field.fieldname for field in read_only_fields(doctype) if not field.get("is_custom_field")
			}
		for doctype in doctypes(tables=True):
			assert issubclass(frappe.model.base_document.get_controller(doctype), GuardedRow), doctype

	@pytest.mark.parametrize("person", WRITERS)
	def test_stays_as_it_is_when_somebody_puts_it(self, stage, server, person):
		session = server.session(stage.people[person])
		wrong, refused = {}, set()
		for doctype, name in stage.records.items():
			before = columns(doctype, name)
			answer = session.put(f"{server.url}/api/resource/{doctype}/{name}", json=forgery(doctype, name))
			frappe.db.rollback()  # this transaction has not seen it yet
			after = columns(doctype, name)
			assert answer.status_code < 500, (doctype, answer.text[-2000:])
			if not answer.ok:
				refused.add(doctype)
			changed = {
				key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value
			}
			if changed:
				wrong[doctype] = changed
		assert wrong == {}
		# who may write at all was let in: what was kept, was not kept by a refusal of something else
		writable = {
			doctype
			for doctype, name in stage.records.items()
			if frappe.has_permission(doctype, "write", doc=name, user=stage.people[person])
		}
		assert refused & writable <= set(SETTLED)

	@pytest.mark.parametrize("person", WRITERS)
	@pytest.mark.parametrize("door", ["set_value", "savedocs", "bulk_update"])
	def test_stays_as_it_is_at_the_other_doors(self, stage, acting, person, door):
		wrong = {}
		for doctype, name in stage.records.items():
			before = columns(doctype, name)
			acting(person)
			try:
				_through(door, doctype, name)
			except (frappe.PermissionError, frappe.ValidationError):
				pass
			finally:
				frappe.set_user("Administrator")
			after = columns(doctype, name)
			frappe.db.rollback()
			changed = {
				key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value
			}
			if changed:
				wrong[doctype] = changed
		assert wrong == {}

	@pytest.mark.parametrize("importing", [False, True])
	def test_begins_with_its_default(self, stage, importing):
		"""New documents, typed or imported: what they say of themselves does not count."""
		frappe.set_user(stage.people["moderator"])
		frappe.flags.in_import = importing
		for doctype in doctypes():
			if frappe.get_meta(doctype).issingle:
				continue
			doc = frappe.get_doc({"doctype": doctype, **forgery(doctype, stage.records[doctype])})
			guard = _Stopped(doc)
			guard.insert()
			for field in shipped(doctype):
				value = doc.get(field.fieldname)
				assert value in (None, [], "", 0, 0.0) or str(value) == str(field.default or _first(field)), (
					doctype,
					field.fieldname,
				)


class _Stopped:
	"""Inserts a document as far as its defaults."""

	def __init__(self, doc):
		self.doc = doc

	def insert(self):
		class _Enough(Exception):
			pass

		def stop(*_args):
			raise _Enough

		self.doc.set_docstatus = stop
		with pytest.raises(_Enough):
			self.doc.insert()
		del self.doc.set_docstatus


def _first(field):
	return field.options.split("\n")[0] if field.fieldtype == "Select" else ""


def _through(door, doctype, name):
	from frappe import client
	from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
	from frappe.desk.form.save import savedocs

	values = forgery(doctype, name)
	if door == "set_value":
		client.set_value(
			doctype,
			name,
			{key: value for key, value in values.items() if key not in ("owner", "creation", "idx")},
		)
	elif door == "savedocs":
		savedocs(frappe.as_json(frappe.get_doc(doctype, name).as_dict() | values), "Save")
	else:
		submit_cancel_or_update_docs(doctype, frappe.as_json([name]), "update", frappe.as_json(values))


@pytest.fixture
def acting(stage):
	"""Sets the session's user to one of the stage's people."""

	def act(person):
		frappe.set_user(stage.people[person])
		frappe.clear_messages()

	yield act
	frappe.set_user("Administrator")


class TestNobodyDecidesForThemself:
	"""By the form and what else saves documents; the API's own methods are tried elsewhere."""

	@pytest.fixture
	def moderator(self):
		"""A moderator who is an employee, too."""
		user = make_user(roles=("Moderator", "HR Manager", "Batch Evaluator", "LMS Student")).name
		employee = make_employee(user).name
		frappe.set_user(user)
		yield frappe._dict(user=user, employee=employee)
		frappe.set_user("Administrator")

	def insert(self, doctype, **values):
		return frappe.get_doc({"doctype": doctype, **values}).insert()

	@pytest.mark.parametrize("importing", [False, True])
	def test_issues_a_certificate(self, moderator, importing):
		course = self.insert("LMS Course", title=unique("Course"))
		frappe.flags.in_import = importing
		for member in (moderator.user, moderator.user.upper()):
			with pytest.raises(frappe.PermissionError):
				self.insert("LMS Certificate", member=member, course=course.name, reason="x")

	def test_verifies_compliance(self, moderator):
		kind = self.insert("Compliance Type", compliance_type=unique("Fire"))
		with pytest.raises(frappe.PermissionError):
			self.insert(
				"Employee Compliance",
				employee=moderator.employee,
				compliance_type=kind.name,
				status="Complete",
				valid_from=today(),
			)

	def test_says_who_verified(self, moderator):
		kind = self.insert("Compliance Type", compliance_type=unique("Fire"))
		row = self.insert(
			"Employee Compliance",
			employee=make_employee(make_user().name).name,
			compliance_type=kind.name,
			verified_by="Administrator",
			verified_on="2020-01-01 10:00:00",
		)
		assert not row.verified_by
		assert not row.verified_on

	def test_completes_a_course(self, moderator):
		course = make_course()
		enrollment = self.insert(
			"LMS Enrollment", member=moderator.user, course=course.name, status="Completed"
		)
		assert enrollment.status == "Not Started"
		enrollment.update({"status": "Completed", "progress": 100, "completed_on": today()})
		assert enrollment.save().status == "Not Started"

	def test_completes_an_assignment(self, moderator):
		course = make_course()
		with pytest.raises(frappe.PermissionError):
			self.insert(
				"LMS Training Assignment",
				member=moderator.user,
				course=course.name,
				completed_on=add_days(today(), -5),
			)

	def test_waives_a_requirement(self, moderator):
		doc = self.insert(
			"LMS Training Requirement", title=unique("Rule"), courses=[{"course": make_course().name}]
		)
		doc.append("exceptions", {"member": moderator.user, "effect": "Exempt", "reason": "x"})
		with pytest.raises(frappe.PermissionError):
			doc.save()

	def test_pays(self, moderator, stage):
		payment = self.insert(
			"LMS Payment", batch=stage.records["LMS Batch"], member=moderator.user, amount=5, currency="EUR"
		)
		payment.status = "Paid"
		with pytest.raises(frappe.PermissionError):
			payment.save()

	def test_was_present(self, moderator, stage):
		with pytest.raises(frappe.PermissionError):
			self.insert(
				"LMS Live Class Attendance",
				live_class=stage.records["LMS Live Class"],
				member=moderator.user,
				status="Present",
			)


class TestWhatWasSeen:
	"""The cases that this closes, as they were tried."""

	def test_a_moderator_does_not_take_over_an_employee(self, stage, acting):
		acting("moderator")
		doc = frappe.get_doc("LMS Learner", stage.records["LMS Learner"])
		before = doc.employee, doc.granted_roles, doc.user_disabled_by_sync, doc.status
		other = frappe.get_all("Employee", {"name": ["!=", doc.employee]}, pluck="name", limit=1)[0]
		doc.update(
			{
				"employee": other,
				"granted_roles": "System Manager",
				"user_disabled_by_sync": 1,
				"status": "Archived",
			}
		)
		doc.save()
		doc.reload()
		assert (doc.employee, doc.granted_roles, doc.user_disabled_by_sync, doc.status) == before

	def test_nobody_forges_who_made_an_exception(self, stage, acting):
		acting("moderator")
		doc = frappe.get_doc("LMS Batch Enrollment", stage.records["LMS Batch Enrollment"])
		doc.overridden_by = "Administrator"
		assert not doc.save().overridden_by

	def test_a_foreign_evaluator_marks_nobody(self, stage, acting):
		acting("foreign")
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(
				{
					"doctype": "LMS Live Class Attendance",
					"live_class": stage.records["LMS Live Class"],
					"member": stage.people["other"],
					"status": "Present",
				}
			).insert()

	def test_a_web_form_is_no_way_in(self, stage, monkeypatch):
		"""Frappe saves what anybody has typed into one with permissions ignored."""
		doc = frappe.get_doc("LMS Enrollment", stage.records["LMS Enrollment"])
		status = doc.status
		monkeypatch.setitem(frappe.flags, "in_web_form", True)
		doc.status = "Completed" if status != "Completed" else "In Progress"
		assert doc.save(ignore_permissions=True).status == status

	def test_a_users_own_default_does_not_fill_a_read_only_field(self, stage, acting):
		user = stage.people["moderator"]
		frappe.defaults.set_user_default("employee", stage.scene.employee, user)
		acting("moderator")
		doc = frappe.get_doc({"doctype": "LMS Learner", "user": make_user().name}).insert()
		assert not doc.employee

	def test_what_the_app_writes_itself_stays(self, stage):
		doc = frappe.get_doc("LMS Enrollment", stage.records["LMS Enrollment"])
		doc.last_activity = "2031-01-01 00:00:00"
		doc.flags.by_module = True
		frappe.set_user(stage.people["moderator"])
		assert str(doc.save().last_activity) == "2031-01-01 00:00:00"


def test_each_doctype_has_a_record():
	assert sorted(RECORDS) == doctypes()
