"""Makes the records that tests need. Every name is unique, so that tests can share a site."""

import os
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import frappe
from frappe.utils import add_days, now, today

from sandbox.demo.records import give_holidays
from smooth_lms.base.rows import insert_rows
from tests.support.copies import Original

_serial = count(1)
_run = frappe.generate_hash(length=5)
_accounts: dict[tuple, Original] = {}
"""One inserted User for each kind of account."""


def unique(word: str) -> str:
	"""`word` with something that makes it unlike any other in this site."""
	return f"{word} {_run}{next(_serial)}"


def make_user(email: str | None = None, *, roles: Sequence[str] = ("LMS Student",), **values):
	"""A User with what Frappe writes for one. Returns the document.

	On the sandbox's engine only the first with the same roles is inserted as Frappe does it: see `copies.py`.
	"""
	email = email or f"{unique('user').replace(' ', '.')}@example.com"
	names = {key: values.get(key) or None for key in ("first_name", "last_name")}
	names["first_name"] = names["first_name"] or email.split("@")[0]
	plain = values.keys() <= names.keys() and os.environ.get("SMOOTH_ENGINE") == "sandbox"
	if not plain:
		return _insert_user(email, roles, values)
	kind = (frappe.local.site, frappe.session.user, tuple(roles))
	if kind not in _accounts:
		original = Original.of(lambda: _insert_user(email, roles, values))
		# a site without a System Manager makes one of the next desk user
		if len(original.rows.get("tabHas Role", ())) == len(set(roles)):
			_accounts[kind] = original
	else:
		names["full_name"] = " ".join(filter(None, names.values()))
		_accounts[kind].copy(email, {**names, "username": email.split("@")[0]})
		for key in ("enabled_users", "users_for_mentions"):
			frappe.cache().delete_key(key)
	return frappe.get_doc("User", email)


def _insert_user(email: str, roles: Sequence[str], values: Mapping[str, Any]):
	frappe.flags.in_import = True  # Frappe's throttle stops at 60 users an hour
	try:
		values = {"first_name": email.split("@")[0], "send_welcome_email": 0, "enabled": 1, **values}
		doc = frappe.new_doc("User")  # with the defaults that the flag above would leave out
		doc.update({"email": email, **values})
		doc.flags.no_welcome_mail = True
		for role in roles:
			doc.append("roles", {"role": role})
		return doc.insert(ignore_permissions=True)
	finally:
		frappe.flags.in_import = False


def make_system_manager() -> None:
	"""See to it that the site has a System Manager, committed: else Frappe makes one of the next desk user."""
	known = {"role": "System Manager", "parenttype": "User", "parent": ["!=", "Administrator"]}
	if frappe.db.exists("Has Role", known):
		return
	make_user(roles=["System Manager"])
	frappe.db.commit()


def make_users(number: int, *, roles: Sequence[str] = ("LMS Student",)) -> list[str]:
	"""Many Users with their roles, written straight into the tables. Returns their names."""
	stamp, word = now(), unique("many").replace(" ", ".")
	names = [f"{word}.{index:05}@example.com" for index in range(number)]
	fields = [
		"name",
		"email",
		"first_name",
		"full_name",
		"enabled",
		"user_type",
		"creation",
		"modified",
		"owner",
	]
	frappe.db.bulk_insert(
		"User",
		fields,
		[
			(n, n, f"Learner {i}", f"Learner {i}", 1, "Website User", stamp, stamp, "Administrator")
			for i, n in enumerate(names)
		],
	)
	frappe.db.bulk_insert(
		"Has Role",
		["name", "parent", "parenttype", "parentfield", "role", "idx", "creation", "modified"],
		[
			(frappe.generate_hash(length=12), name, "User", "roles", role, index, stamp, stamp)
			for name in names
			for index, role in enumerate(roles, start=1)
		],
	)
	return names


def make_course(*, lessons: int = 1, **values):
	"""A published LMS Course with one chapter and so many text lessons."""
	values = {"title": unique("Course"), "published": 1, "short_introduction": "What it is about.", **values}
	doc = frappe.get_doc({"doctype": "LMS Course", **values})
	doc.flags.content_follows = True
	doc.insert(ignore_permissions=True)
	doc.flags.content_follows = False
	if lessons:
		add_lessons(doc.name, lessons)
	return doc


def add_lessons(course: str, number: int) -> list[str]:
	"""Text lessons in a chapter of their own, written straight into the tables. Returns their names."""
	chapter = insert_rows("Course Chapter", ("title", "course", "position"), [("Chapter", course, 1)])[0]
	rows = [
		(f"Lesson {index}", course, chapter, "Text", f"<p>Text {index}</p>", 1, 5, index)
		for index in range(1, number + 1)
	]
	fields = (
		"title",
		"course",
		"chapter",
		"lesson_type",
		"body",
		"required",
		"estimated_minutes",
		"position",
	)
	return insert_rows("Course Lesson", fields, rows)


def make_lesson(course: str, lesson_type: str = "Text", **values):
	"""A Course Lesson at the end of the course's last chapter, which is made when there is none."""
	chapters = frappe.get_all(
		"Course Chapter", {"course": course}, pluck="name", order_by="position desc", limit=1
	)
	chapter = (
		chapters[0]
		if chapters
		else frappe.get_doc({"doctype": "Course Chapter", "title": "Chapter", "course": course})
		.insert(ignore_permissions=True)
		.name
	)
	values = {"title": unique("Lesson"), "chapter": chapter, "lesson_type": lesson_type, **values}
	if lesson_type == "Text":
		values.setdefault("body", "<p>Something to read.</p>")
	return frappe.get_doc({"doctype": "Course Lesson", **values}).insert(ignore_permissions=True)


def make_question(course: str, question_type: str = "Single Choice", **values):
	"""An LMS Question. By default the first answer is right."""
	values = {"question": f"<p>{unique('Question')}</p>", "question_type": question_type, **values}
	if question_type in ("Single Choice", "Multiple Choice", "Short Text"):
		values.setdefault(
			"options", [{"option": "Right", "is_correct": 1}, {"option": "Wrong", "feedback": "Look again."}]
		)
	return frappe.get_doc({"doctype": "LMS Question", "course": course, **values}).insert(
		ignore_permissions=True
	)


def make_quiz(course: str, questions: int | Sequence = 2, **values):
	"""An LMS Quiz of a course. `questions`: LMS Question documents, or how many single choices to make."""
	rows = [make_question(course) for _ in range(questions)] if isinstance(questions, int) else questions
	values = {"title": unique("Quiz"), "shuffle_options": 0, **values}
	values.setdefault("questions", [{"question": row.name, "marks": 1} for row in rows])
	return frappe.get_doc({"doctype": "LMS Quiz", "course": course, **values}).insert(ignore_permissions=True)


def make_batch(*, courses: int | Sequence[str] = 1, **values):
	"""A published LMS Batch that starts in three days. `courses`: LMS Course names, or how many to make."""
	names = [make_course().name for _ in range(courses)] if isinstance(courses, int) else courses
	values = {
		"title": unique("Cohort"),
		"published": 1,
		"start_date": add_days(today(), 3),
		"end_date": add_days(today(), 5),
		"start_time": "09:00:00",
		"end_time": "17:00:00",
		"timezone": "UTC",
		"allow_self_enrollment": 1,
		"courses": [{"course": name} for name in names],
		**values,
	}
	return frappe.get_doc({"doctype": "LMS Batch", **values}).insert(ignore_permissions=True)


def company(name: str = "Smooth Test Company") -> str:
	"""A Company, made when missing, with the least that HR needs around it. Returns its name."""
	if frappe.db.exists("Company", name):
		return name
	frappe.local.flags.ignore_chart_of_accounts = True
	if not frappe.db.exists("Gender", "Other"):
		frappe.get_doc({"doctype": "Gender", "gender": "Other"}).insert()
	abbr = "".join(word[0] for word in name.split()).upper()
	frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": name,
			"abbr": abbr,
			"default_currency": "EUR",
			"country": "Germany",
		}
	).insert(ignore_permissions=True)
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": f"{name} holidays",
			"from_date": "2020-01-01",
			"to_date": "2040-12-31",
		}
	).insert(ignore_permissions=True)
	give_holidays("Company", name, holidays.name)
	return name


def make_employee(user: str | None = None, **values):
	"""An Active Employee, linked to `user` if given."""
	number = next(_serial)
	values = {
		"first_name": f"Person{_run}{number}",
		"gender": "Other",
		"date_of_birth": "1990-01-01",
		"date_of_joining": "2024-01-01",
		"company": values.pop("company", None) or company(),
		"status": "Active",
		"user_id": user,
		"create_user_permission": 0,
		**values,
	}
	return frappe.get_doc({"doctype": "Employee", **values}).insert(ignore_permissions=True)


def make_department(name: str | None = None, *, under: str | None = None) -> str:
	"""A Department of the test company, below `under` if given. Returns its name."""
	values = {"department_name": name or unique("Department"), "company": company(), "is_group": 1}
	parent = under or "All Departments"
	return (
		frappe.get_doc({"doctype": "Department", "parent_department": parent, **values})
		.insert(ignore_permissions=True)
		.name
	)


def make_workforce(number: int, **values) -> list[str]:
	"""Many Users with an Active Employee each, written straight into the tables. Returns the Users.

	Args: values, further columns of Employee, the same for all.
	"""
	users = make_users(number)
	stamp = now()
	columns = {"company": company(), "status": "Active", "date_of_joining": "2024-01-01", **values}
	fields = ["name", "employee_name", "user_id", "creation", "modified", "owner", *columns]
	frappe.db.bulk_insert(
		"Employee",
		fields,
		[
			(f"E-{user}"[:140], f"Learner {i}", user, stamp, stamp, "Administrator", *columns.values())
			for i, user in enumerate(users)
		],
	)
	return users


def make_learners(users: Sequence[str], **values) -> None:
	"""An Active LMS Learner for each user, written straight into the table.

	Args: values, further columns, the same for all.
	"""
	columns = {"status": "Active", "source": "HR", **values}
	employees = dict(
		frappe.get_all(
			"Employee", {"user_id": ["in", list(users)]}, ["user_id", "name"], as_list=True, limit=0
		)
	)
	fields = ("user", "full_name", "employee", *columns)
	rows = [(user, user.split("@")[0], employees.get(user), *columns.values()) for user in users]
	insert_rows("LMS Learner", fields, rows, names=list(users))


def make_requirement(*, courses: int | Sequence[str] = 1, audience: Sequence[tuple] = (), **values):
	"""A draft LMS Training Requirement.

	Args:
	        courses: LMS Course names, or how many to make.
	        audience: (effect, kind, value).
	"""
	names = [make_course().name for _ in range(courses)] if isinstance(courses, int) else courses
	lines = [{"effect": effect, "kind": kind, "value": value} for effect, kind, value in audience]
	values = {
		"title": unique("Requirement"),
		"courses": [{"course": name} for name in names],
		"audience": lines,
		**values,
	}
	return frappe.get_doc({"doctype": "LMS Training Requirement", **values}).insert(ignore_permissions=True)


def set_notice(event: str, **values) -> None:
	"""What LMS Settings say about a notice: `mail`, `bell`, `calendar` and `email_template`."""
	frappe.db.set_value("LMS Notice Setting", {"event": event}, values)
	frappe.clear_document_cache("LMS Settings", "LMS Settings")


def make_mail_account() -> str:
	"""An outgoing Email Account that queues; nothing is sent where no worker flushes the queue. Returns its name."""
	doc = frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": unique("Outgoing"),
			"email_id": f"{unique('lms').replace(' ', '.')}@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": 25,
			"no_smtp_authentication": 1,
			"awaiting_password": 1,
		}
	)
	doc.flags.ignore_validate = True
	doc.db_insert()
	forget_mail_accounts()
	return doc.name


def forget_mail_accounts() -> None:
	"""Let Frappe look for its Email Accounts anew."""
	frappe.local.outgoing_email_account = {}
	frappe.clear_document_cache("Email Account", "Email Account")
