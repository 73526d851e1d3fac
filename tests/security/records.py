"""A record of every DocType of the app with a row in every table, and the people who try their hands at them."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe.model import table_fields
from frappe.utils import add_days, now_datetime, today

from smooth_lms.base.rows import insert_rows
from tests.support.factories import (
	company,
	make_batch,
	make_course,
	make_employee,
	make_lesson,
	make_question,
	make_requirement,
	make_user,
	unique,
)
from tests.support.packages.build import upload
from tests.support.scene import Scene, build

FAR = "Far Away Branch"


def doctypes(*, tables: bool = False) -> list[str]:
	"""Every DocType of the app: records, or with `tables` the rows of their tables."""
	doctype, module = frappe.qb.DocType("DocType"), frappe.qb.DocType("Module Def")
	rows = (
		frappe.qb.from_(doctype)
		.join(module)
		.on(module.name == doctype.module)
		.select(doctype.name)
		.where((module.app_name == "smooth_lms") & (doctype.istable == int(tables)))
	).run()
	return sorted(name for (name,) in rows)


def tables_of(doctype: str) -> list[Any]:
	"""The table fields of a DocType."""
	return [field for field in frappe.get_meta(doctype).fields if field.fieldtype in table_fields]


class Stage:
	"""The scene with a record of each DocType, by its DocType in `records`, and more people."""

	def __init__(self) -> None:
		self.scene: Scene = build()
		self.people = {
			**self.scene.people,
			"author": make_user(roles=("Course Creator", "Batch Evaluator")).name,
			"limited_hr": make_user(roles=("HR User",)).name,
			"hr_manager": make_user(roles=("HR Manager",)).name,
			"self_service": make_user(roles=("Employee Self Service",)).name,
			"system_manager": make_user(roles=("System Manager",)).name,
		}
		_limit(self.people["limited_hr"])
		self.records: dict[str, str] = {}
		for doctype, make in RECORDS.items():
			self.records[doctype] = make(self)


def _limit(user: str) -> None:
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": user,
			"allow": "Company",
			"for_value": company(FAR),
			"apply_to_all_doctypes": 1,
		}
	).insert(ignore_permissions=True)


def _named(name: str) -> Callable[[Stage], str]:
	"""A record that the scene has already."""
	return lambda stage: getattr(stage.scene, name)


def _made(doctype: str, naming: str, **values: Any) -> Callable[[Stage], str]:
	"""A record with nothing around it. Args: naming, the field that names it."""
	return lambda stage: _insert(doctype, **{naming: unique(doctype)}, **values)


def _insert(doctype: str, **values: Any) -> str:
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True).name


def _row(doctype: str, **values: Any) -> str:
	"""Written straight into the table: only the module writes these."""
	return insert_rows(doctype, tuple(values), [tuple(values.values())])[0]


def _course(stage: Stage) -> str:
	return make_course(
		instructors=[{"instructor": stage.people["author"]}],
		prerequisites=[{"course": stage.scene.open_course}],
		**_audience(stage),
	).name


def _batch(stage: Stage) -> str:
	start = add_days(today(), 3)
	return make_batch(
		courses=[stage.records["LMS Course"]],
		instructors=[{"instructor": stage.people["author"]}],
		timetable=[{"date": start, "subject": "Welcome"}],
		**_audience(stage),
	).name


def _audience(stage: Stage) -> dict:
	"""Everybody in the company, and one guest."""
	return {
		"audience": [{"effect": "Include", "kind": "Company", "value": company()}],
		"exceptions": [{"member": stage.people["foreign"], "effect": "Pin", "reason": "Guest"}],
	}


def _quiz(stage: Stage) -> str:
	course = stage.records["LMS Course"]
	questions = [make_question(course), make_question(course)]
	rows = [{"question": each.name, "marks": 1, "pool": "A"} for each in questions]
	return _insert(
		"LMS Quiz", title=unique("Quiz"), course=course, questions=rows, pools=[{"pool": "A", "draw": 1}]
	)


def _lesson(stage: Stage) -> str:
	return make_lesson(
		stage.records["LMS Course"],
		"Video",
		video_file=upload(b"film", "film.mp4").file_url,
		captions=[{"language": "en", "file": upload(b"WEBVTT", "film.vtt").file_url}],
	).name


def _live_class(stage: Stage) -> str:
	batch = frappe.get_doc("LMS Batch", stage.records["LMS Batch"])
	return _insert(
		"LMS Live Class",
		title="Kick-off",
		batch=batch.name,
		date=batch.start_date,
		start_time="09:00:00",
		join_url="https://meet.example.com/abc",
		host_url="https://meet.example.com/host",
	)


def _about_learner(doctype: str, **values: Any) -> Callable[[Stage], str]:
	def make(stage: Stage) -> str:
		given = {key: value(stage) if callable(value) else value for key, value in values.items()}
		return _row(doctype, member=stage.people["learner"], **given)

	return make


def _of(doctype: str) -> Callable[[Stage], str]:
	return lambda stage: stage.records[doctype]


def _of_class(field: str) -> Callable[[Stage], Any]:
	return lambda stage: frappe.db.get_value("LMS Live Class", stage.records["LMS Live Class"], field)


def _learner(stage: Stage) -> str:
	user = stage.people["learner"]
	doc = (
		frappe.get_doc("LMS Learner", user)
		if frappe.db.exists("LMS Learner", user)
		else frappe.get_doc({"doctype": "LMS Learner", "user": user})
	)
	doc.employee = stage.scene.employee
	doc.append("groups", {"group": stage.records["LMS Group"]})
	return doc.save(ignore_permissions=True).name


def _settings(stage: Stage) -> str:
	doc = frappe.get_doc("LMS Settings")
	if not doc.field_map:
		doc.append(
			"field_map", {"learner_field": "job_title", "source": "Employee", "source_field": "designation"}
		)
		doc.save(ignore_permissions=True)
	return doc.name


def _requirement(stage: Stage) -> str:
	return make_requirement(
		courses=[stage.records["LMS Course"]],
		audience=[("Include", "Company", company())],
		exceptions=[{"member": stage.people["learner"], "reason": "Away", "until": add_days(today(), 9)}],
	).name


def _purge(stage: Stage) -> str:
	insert_rows(
		"LMS Purge Request Line",
		("parent", "parenttype", "parentfield", "record_type", "label", "found"),
		[(stage.scene.purge, "LMS Purge Request", "lines", "LMS Certificate", "Certificates", 3)],
	)
	return stage.scene.purge


def _enrollment(stage: Stage) -> str:
	key = {"member": stage.people["learner"], "course": stage.scene.course}
	return frappe.db.get_value("LMS Enrollment", key)


def _compliance_type(stage: Stage) -> str:
	return _insert(
		"Compliance Type",
		compliance_type=unique("Fire safety"),
		courses=[{"course": stage.records["LMS Course"]}],
		quizzes=[{"quiz": stage.records["LMS Quiz"]}],
	)


def _hand_made_compliance(stage: Stage) -> str:
	return _insert(
		"Employee Compliance",
		employee=make_employee(make_user().name).name,
		compliance_type=stage.records["Compliance Type"],
	)


RECORDS: dict[str, Callable[[Stage], str]] = {
	# in the order in which they need each other
	"LMS Category": _made("LMS Category", "category"),
	"LMS Course": _course,
	"Course Chapter": lambda stage: frappe.db.get_value(
		"Course Chapter", {"course": stage.records["LMS Course"]}
	),
	"Course Lesson": _lesson,
	"LMS Question": lambda stage: make_question(stage.records["LMS Course"]).name,
	"LMS Quiz": _quiz,
	"LMS SCORM Package": _named("package"),
	"LMS Batch": _batch,
	"LMS Live Class": _live_class,
	"LMS Batch Enrollment": _named("seat"),
	"LMS Enrollment": _enrollment,
	"LMS Course Progress": lambda stage: _row(
		"LMS Course Progress",
		enrollment=stage.records["LMS Enrollment"],
		member=stage.people["learner"],
		course=stage.scene.course,
		lesson=stage.scene.lesson,
		status="In Progress",
	),
	"LMS Quiz Submission": _named("submitted"),
	"LMS SCORM Attempt": _about_learner(
		"LMS SCORM Attempt",
		enrollment=_of("LMS Enrollment"),
		lesson=lambda stage: stage.scene.scorm_lesson,
		package=_of("LMS SCORM Package"),
		sco="A",
		attempt=1,
	),
	"LMS SCORM Run": _about_learner(
		"LMS SCORM Run",
		enrollment=_of("LMS Enrollment"),
		lesson=lambda stage: stage.scene.scorm_lesson,
		package=_of("LMS SCORM Package"),
		sco="A",
	),
	"LMS xAPI Document": _about_learner(
		"LMS xAPI Document",
		enrollment=_of("LMS Enrollment"),
		lesson=lambda stage: stage.scene.scorm_lesson,
		package=_of("LMS SCORM Package"),
		kind="State",
		document_id="place",
		key_hash=lambda _stage: unique("key"),
	),
	"LMS xAPI Statement": _about_learner(
		"LMS xAPI Statement",
		enrollment=_of("LMS Enrollment"),
		lesson=lambda stage: stage.scene.scorm_lesson,
		package=_of("LMS SCORM Package"),
		sco="A",
		statement_id="7d3f5b7e-0000-4000-8000-000000000000",
		statement="{}",
	),
	"LMS Live Class Attendance": _about_learner(
		"LMS Live Class Attendance",
		live_class=_of("LMS Live Class"),
		batch=_of("LMS Batch"),
		subject=_of_class("title"),
		day=_of_class("date"),
		member_name=lambda stage: frappe.db.get_value("User", stage.people["learner"], "full_name"),
		status="Absent",
	),
	"LMS Payment": lambda stage: _insert(
		"LMS Payment",
		batch=stage.records["LMS Batch"],
		member=stage.people["learner"],
		amount=5,
		currency="EUR",
	),
	"LMS Notice": lambda stage: _row(
		"LMS Notice",
		event="cohort_withdrawn",
		recipient=stage.people["learner"],
		reference_doctype="LMS Batch",
		reference_name=stage.records["LMS Batch"],
		status="Sent",
		details="{}",
	),
	"LMS Notice Choice": lambda stage: _insert(
		"LMS Notice Choice", user=stage.people["learner"], event="cohort_enrolled"
	),
	"LMS Calendar Feed": lambda stage: _insert(
		"LMS Calendar Feed", user=stage.people["learner"], token=frappe.generate_hash(length=43)
	),
	"LMS Enrollment Run": _named("enrollment_run"),
	"LMS Enrollment Request": _named("own_request"),
	"LMS Enrollment Refusal": lambda stage: _row(
		"LMS Enrollment Refusal", run=stage.scene.enrollment_run, row_no=1, member="x", reason="full"
	),
	"LMS Certificate Design": _named("design"),
	"LMS Certificate": _named("certificate"),
	"LMS Certificate Run": _named("certificate_run"),
	"Compliance Type": _compliance_type,
	"Employee Compliance": _hand_made_compliance,
	"LMS Audit Export": _named("export"),
	"LMS Purge Request": _purge,
	"LMS Training Requirement": _requirement,
	"LMS Training Assignment": _named("assignment"),
	"LMS Training Digest": lambda stage: _row(
		"LMS Training Digest", recipient=stage.people["learner"], day=today()
	),
	"LMS Training Review": _about_learner(
		"LMS Training Review", course=_of("LMS Course"), kind="The due date is past", state="Open"
	),
	"LMS Training Run": _named("training_run"),
	"LMS Training Run Chunk": lambda stage: _row(
		"LMS Training Run Chunk", run=stage.scene.training_run, number=1, status="Waiting"
	),
	"LMS Content Region": _made("LMS Content Region", "title", countries=[{"country": "Vanuatu"}]),
	"LMS Group": _made("LMS Group", "title"),
	"LMS Learning Profile": _made("LMS Learning Profile", "title", roles=[{"role": "LMS Student"}]),
	"LMS Learner": _learner,
	"LMS Settings": _settings,
	"LMS Sync Run": _named("sync_run"),
	"LMS Sync Change": lambda stage: _row(
		"LMS Sync Change",
		run=stage.scene.sync_run,
		action="Create",
		state="Applied",
		learner=stage.people["learner"],
		applied_on=now_datetime(),
	),
}
